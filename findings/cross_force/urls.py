"""Addresses of what looks across findings: search, checks, agreed wording, one theme over all forces, exports."""

from django.urls import path

from findings.cross_force.places import ALIASES
from findings.cross_force.views import consistency, moderation, places, search, wording
from findings.drafting.views import export

_INSPECTION = "inspections/<slug:inspection>/"
_FINDING = "inspections/findings/<uuid:pk>/"

urlpatterns = [
    path("search/", search.show, name="search-show"),
    path("across/", moderation.choose, name="theme-list"),
    path(f"{_INSPECTION}themes/<slug:theme>/", moderation.compare, name="theme-compare"),
    path(f"{_INSPECTION}themes/<slug:theme>/<slug:force>/note/", moderation.note, name="theme-note"),
    path(f"{_INSPECTION}consistency/", consistency.report, name="consistency-report"),
    path(f"{_INSPECTION}wording/", wording.show, name="wording-list"),
    path(f"{_INSPECTION}wording/agree/", wording.agree, name="wording-agree"),
    path("inspections/wording/<uuid:wording>/withdraw/", wording.withdraw, name="wording-withdraw"),
    path(f"{_FINDING}warnings/set-aside/", consistency.dismiss, name="warning-dismiss"),
    path(f"{_FINDING}warnings/warn-again/", consistency.restore, name="warning-restore"),
    path(f"{_INSPECTION}forces/<slug:force>/drafts.docx", export.docx, name="drafts-docx"),
    path(f"{_INSPECTION}forces/<slug:force>/drafts.csv", export.csv, name="drafts-csv"),
    path("places/", places.show, name="place-list"),
    path("places/add/", places.add, name="place-add"),
    path("places/<uuid:place>/", places.change, name="place-change"),
    path("places/<uuid:place>/remove/", places.remove, name="place-remove"),
    path("names/", places.show, {"of": ALIASES}, name="alias-list"),
    path("names/add/", places.add, {"of": ALIASES}, name="alias-add"),
    path("names/<uuid:place>/", places.change, {"of": ALIASES}, name="alias-change"),
    path("names/<uuid:place>/remove/", places.remove, {"of": ALIASES}, name="alias-remove"),
]

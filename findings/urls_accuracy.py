"""Addresses of the factual accuracy check: `/accuracy/` for inspectors, `/check/` for the forces' people."""

from django.urls import path

from findings.views import accuracy, check, composing

_FORCE = "accuracy/<slug:inspection>/<slug:force>/"
_ROUND = "check/<uuid:round>/"

urlpatterns = [
    path("accuracy/", accuracy.point_inbox, name="point-inbox"),
    path("accuracy/points/<uuid:point>/", accuracy.point_decide, name="point-decide"),
    path(_FORCE, accuracy.round_show, name="round-show"),
    path(f"{_FORCE}issue/", accuracy.round_issue, name="round-issue"),
    path(f"{_FORCE}recall/", accuracy.round_recall, name="round-recall"),
    path(f"{_FORCE}no-response/", accuracy.round_no_response, name="round-no-response"),
    path(f"{_FORCE}close/", accuracy.round_close, name="round-close"),
    path(f"{_FORCE}ledger/", accuracy.ledger, name="ledger"),
    path("check/", check.home, name="check-home"),
    path(_ROUND, check.draft, name="check-draft"),
    path(f"{_ROUND}paragraphs/<uuid:paragraph>/checked/", check.paragraph_check, name="paragraph-check"),
    path(f"{_ROUND}paragraphs/<uuid:paragraph>/raise/", composing.point_raise, name="point-raise"),
    path(f"{_ROUND}raise/", composing.point_raise, name="point-raise-whole"),
    path(f"{_ROUND}points/<uuid:point>/", composing.point_change, name="point-change"),
    path(f"{_ROUND}points/<uuid:point>/withdraw/", composing.point_withdraw, name="point-withdraw"),
    path(f"{_ROUND}log/", check.log, name="check-log"),
    path(f"{_ROUND}submit/", check.submit, name="check-submit"),
    path(f"{_ROUND}receipt/", check.receipt, name="check-receipt"),
    path(f"{_ROUND}decisions/", check.decisions, name="check-decisions"),
]

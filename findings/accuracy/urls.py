"""Addresses of the factual accuracy check: `/accuracy/` for inspectors, `/check/` for the forces' people."""

from django.urls import path

from findings.accuracy.documents import views
from findings.accuracy.force.views import check, outcome
from findings.accuracy.force.views import points as force_points
from findings.accuracy.inspectorate.views import correction, figures, issuing, past_rounds, points, rounds

_FORCE = "accuracy/<slug:inspection>/<slug:force>/"
_ROUND = "check/<uuid:round>/"

urlpatterns = [
    path("accuracy/", rounds.point_inbox, name="point-inbox"),
    path("accuracy/points/", points.show, name="point-list"),
    path("accuracy/points.csv", points.export, name="point-export"),
    path("accuracy/points/accept/", points.accept, name="point-accept"),
    path("accuracy/points/<uuid:point>/", rounds.point_decide, name="point-decide"),
    path("accuracy/points/<uuid:point>/correct/", correction.show, name="decision-correct"),
    path("accuracy/points/<uuid:point>/ask/", points.ask, name="evidence-ask"),
    path("accuracy/files/<uuid:file>/", points.evidence, name="point-file"),
    path("inspections/<slug:inspection>/checks/issue/", issuing.show, name="rounds-issue"),
    path("inspections/<slug:inspection>/checks/", figures.show, name="accuracy-figures"),
    path("inspections/<slug:inspection>/checks.csv", figures.export, name="accuracy-figures-export"),
    path(_FORCE, rounds.round_show, name="round-show"),
    path(f"{_FORCE}checks/<int:number>/", past_rounds.show, name="round-past"),
    path(f"{_FORCE}issue/", rounds.round_issue, name="round-issue"),
    path(f"{_FORCE}recall/", rounds.round_recall, name="round-recall"),
    path(f"{_FORCE}no-response/", rounds.round_no_response, name="round-no-response"),
    path(f"{_FORCE}close/", rounds.round_close, name="round-close"),
    path(f"{_FORCE}second-look/", rounds.round_second_look, name="round-second-look"),
    path(f"{_FORCE}waive/", rounds.round_waive, name="round-waive"),
    path(f"{_FORCE}ledger/", rounds.ledger, name="ledger"),
    path(f"{_FORCE}draft.pdf", views.round_draft_pdf, name="round-draft-pdf"),
    *(
        path(f"{_FORCE}decisions.{suffix}", views.round_decisions, {"suffix": suffix}, name=f"round-decisions-{suffix}")
        for suffix in ("pdf", "xlsx", "csv")
    ),
    path("check/", check.home, name="check-home"),
    path(_ROUND, check.draft, name="check-draft"),
    path(f"{_ROUND}paragraphs/<uuid:paragraph>/checked/", check.paragraph_check, name="paragraph-check"),
    path(f"{_ROUND}paragraphs/<uuid:paragraph>/raise/", force_points.point_raise, name="point-raise"),
    path(f"{_ROUND}raise/", force_points.point_raise, name="point-raise-whole"),
    path(f"{_ROUND}points/<uuid:point>/", force_points.point_change, name="point-change"),
    path(f"{_ROUND}points/<uuid:point>/withdraw/", force_points.point_withdraw, name="point-withdraw"),
    path(f"{_ROUND}points/<uuid:point>/restore/", force_points.point_restore, name="point-restore"),
    path(f"{_ROUND}log/", check.log, name="check-log"),
    path(f"{_ROUND}submit/", check.submit, name="check-submit"),
    path(f"{_ROUND}receipt/", check.receipt, name="check-receipt"),
    path(f"{_ROUND}decisions/", check.decisions, name="check-decisions"),
    # What the force is given, and its answers to the inspectorate
    path(f"{_ROUND}copy/", views.copy, name="check-copy"),
    path(f"{_ROUND}draft.pdf", views.draft_pdf, name="check-draft-pdf"),
    *(
        path(f"{_ROUND}decisions.{suffix}", views.decisions, {"suffix": suffix}, name=f"check-decisions-{suffix}")
        for suffix in ("pdf", "xlsx", "csv")
    ),
    path(f"{_ROUND}questions/<uuid:asked>/", outcome.answer, name="evidence-answer"),
    path(f"{_ROUND}points/<uuid:point>/difference/", outcome.difference, name="difference-record"),
]

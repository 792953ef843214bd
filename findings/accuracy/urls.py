"""Addresses of the factual accuracy check: `/accuracy/` for inspectors, `/check/` for the forces' people."""

from django.urls import path

from findings.accuracy.views import (
    accuracy,
    check,
    composing,
    correction,
    figures,
    outcome,
    papers,
    past,
    points,
    sending,
)

_FORCE = "accuracy/<slug:inspection>/<slug:force>/"
_ROUND = "check/<uuid:round>/"

urlpatterns = [
    path("accuracy/", accuracy.point_inbox, name="point-inbox"),
    path("accuracy/points/", points.show, name="point-list"),
    path("accuracy/points.csv", points.export, name="point-export"),
    path("accuracy/points/accept/", points.accept, name="point-accept"),
    path("accuracy/points/<uuid:point>/", accuracy.point_decide, name="point-decide"),
    path("accuracy/points/<uuid:point>/correct/", correction.show, name="decision-correct"),
    path("accuracy/points/<uuid:point>/ask/", points.ask, name="evidence-ask"),
    path("accuracy/files/<uuid:file>/", points.evidence, name="point-file"),
    path("inspections/<slug:inspection>/checks/issue/", sending.show, name="rounds-issue"),
    path("inspections/<slug:inspection>/checks/", figures.show, name="accuracy-figures"),
    path("inspections/<slug:inspection>/checks.csv", figures.export, name="accuracy-figures-export"),
    path(_FORCE, accuracy.round_show, name="round-show"),
    path(f"{_FORCE}checks/<int:number>/", past.show, name="round-past"),
    path(f"{_FORCE}issue/", accuracy.round_issue, name="round-issue"),
    path(f"{_FORCE}recall/", accuracy.round_recall, name="round-recall"),
    path(f"{_FORCE}no-response/", accuracy.round_no_response, name="round-no-response"),
    path(f"{_FORCE}close/", accuracy.round_close, name="round-close"),
    path(f"{_FORCE}second-look/", accuracy.round_second_look, name="round-second-look"),
    path(f"{_FORCE}waive/", accuracy.round_waive, name="round-waive"),
    path(f"{_FORCE}ledger/", accuracy.ledger, name="ledger"),
    path(f"{_FORCE}draft.pdf", papers.round_draft_pdf, name="round-draft-pdf"),
    *(
        path(
            f"{_FORCE}decisions.{suffix}", papers.round_decisions, {"suffix": suffix}, name=f"round-decisions-{suffix}"
        )
        for suffix in ("pdf", "xlsx", "csv")
    ),
    path("check/", check.home, name="check-home"),
    path(_ROUND, check.draft, name="check-draft"),
    path(f"{_ROUND}paragraphs/<uuid:paragraph>/checked/", check.paragraph_check, name="paragraph-check"),
    path(f"{_ROUND}paragraphs/<uuid:paragraph>/raise/", composing.point_raise, name="point-raise"),
    path(f"{_ROUND}raise/", composing.point_raise, name="point-raise-whole"),
    path(f"{_ROUND}points/<uuid:point>/", composing.point_change, name="point-change"),
    path(f"{_ROUND}points/<uuid:point>/withdraw/", composing.point_withdraw, name="point-withdraw"),
    path(f"{_ROUND}points/<uuid:point>/restore/", composing.point_restore, name="point-restore"),
    path(f"{_ROUND}log/", check.log, name="check-log"),
    path(f"{_ROUND}submit/", check.submit, name="check-submit"),
    path(f"{_ROUND}receipt/", check.receipt, name="check-receipt"),
    path(f"{_ROUND}decisions/", check.decisions, name="check-decisions"),
    # What the force is given, and its answers to the inspectorate
    path(f"{_ROUND}copy/", papers.copy, name="check-copy"),
    path(f"{_ROUND}draft.pdf", papers.draft_pdf, name="check-draft-pdf"),
    *(
        path(f"{_ROUND}decisions.{suffix}", papers.decisions, {"suffix": suffix}, name=f"check-decisions-{suffix}")
        for suffix in ("pdf", "xlsx", "csv")
    ),
    path(f"{_ROUND}questions/<uuid:asked>/", outcome.answer, name="evidence-answer"),
    path(f"{_ROUND}points/<uuid:point>/difference/", outcome.difference, name="difference-record"),
]

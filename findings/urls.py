"""The inspectors' addresses. The factual accuracy check has its own list: `findings.accuracy.urls`."""

from django.urls import path

from findings.accuracy.urls import urlpatterns as accuracy
from findings.accuracy.urls_force import urlpatterns as force_answers
from findings.cross_force.urls import urlpatterns as sense
from findings.drafting.views import (
    autosave,
    comments,
    conflict,
    criteria,
    evidence,
    finding,
    history,
    moderation,
    recommendations,
    unsaved,
)
from findings.overview.views import bulk, force, inspection, matrix, my_work

app_name = "findings"

urlpatterns = [
    path("my-work/", my_work.show, name="work-show"),
    path("inspections/", inspection.list_all, name="inspection-list"),
    path("inspections/<slug:inspection>/", inspection.show, name="inspection-show"),
    path("inspections/<slug:inspection>/forces/", matrix.show, name="matrix-show"),
    path("inspections/<slug:inspection>/forces.csv", matrix.export, name="matrix-export"),
    path("inspections/<slug:inspection>/seen/", my_work.seen, name="changes-seen"),
    path("inspections/<slug:inspection>/bulk/remind/", bulk.remind, name="bulk-remind"),
    path("inspections/<slug:inspection>/bulk/<slug:verb>/", bulk.move, name="bulk-move"),
    path("inspections/<slug:inspection>/criteria/", criteria.show, name="criteria-show"),
    path("inspections/<slug:inspection>/criteria.csv", criteria.export, name="criteria-export"),
    path("inspections/<slug:inspection>/criteria/<uuid:criterion>/", criteria.one, name="criterion-show"),
    path("inspections/<slug:inspection>/forces/<slug:force>/", force.show, name="force-show"),
    path(
        "inspections/<slug:inspection>/forces/<slug:force>/criteria/<uuid:criterion>/",
        criteria.answer,
        name="criterion-answer",
    ),
    path("inspections/<slug:inspection>/forces/<slug:force>/draft/", finding.draft, name="finding-draft"),
    path("inspections/<slug:inspection>/forces/<slug:force>/evidence/add/", evidence.add, name="evidence-add"),
    path("inspections/findings/<uuid:pk>/", finding.show, name="finding-show"),
    path("inspections/findings/<uuid:pk>/save/", finding.save, name="finding-save"),
    path("inspections/findings/<uuid:pk>/preview/", finding.preview, name="finding-preview"),
    path("inspections/findings/<uuid:pk>/ready/", finding.ready, name="finding-ready"),
    path("inspections/findings/<uuid:pk>/moderate/", moderation.moderate, name="finding-moderate"),
    path("inspections/findings/<uuid:pk>/send-back/", moderation.send_back, name="finding-send-back"),
    path("inspections/findings/<uuid:pk>/remove/", moderation.remove, name="finding-remove"),
    path("inspections/findings/<uuid:pk>/make-final/", moderation.make_final, name="finding-make-final"),
    path("inspections/findings/<uuid:pk>/move/", moderation.move, name="finding-move"),
    path("inspections/findings/<uuid:pk>/history/", history.show, name="finding-history"),
    path("inspections/findings/<uuid:pk>/restore/", history.restore, name="finding-restore"),
    path("inspections/findings/<uuid:pk>/keep/", autosave.keep, name="finding-keep"),
    path("inspections/findings/<uuid:pk>/aside/", unsaved.aside, name="finding-aside"),
    path("inspections/findings/<uuid:pk>/here/", autosave.here, name="finding-here"),
    path("inspections/findings/<uuid:pk>/cause/", recommendations.cause, name="finding-cause"),
    path("inspections/findings/<uuid:pk>/comments/", comments.add, name="comment-add"),
    path("inspections/comments/<uuid:pk>/reply/", comments.reply, name="comment-reply"),
    path("inspections/comments/<uuid:pk>/resolve/", comments.resolve, name="comment-resolve"),
    path("inspections/working-copies/<uuid:pk>/discard/", autosave.discard, name="copy-discard"),
    path("inspections/working-copies/<uuid:pk>/put-back/", autosave.put_back, name="copy-put-back"),
    path("inspections/<slug:inspection>/forces/<slug:force>/draft/keep/", autosave.keep_new, name="draft-keep"),
    path("my-work/shortcuts/", autosave.shortcuts, name="writing-shortcuts"),
    path("my-work/token/", autosave.token, name="writing-token"),
    path("inspections/findings/<uuid:pk>/evidence/link/", evidence.link, name="evidence-link"),
    path("inspections/evidence/<uuid:evidence>/", evidence.show, name="evidence-show"),
    path("inspections/evidence/files/<uuid:evidence_file>/", evidence.download, name="evidence-download"),
    path("inspections/evidence/files/<uuid:evidence_file>/remove/", evidence.file_remove, name="evidence-file-remove"),
    path(
        "inspections/evidence/files/<uuid:evidence_file>/restore/", evidence.file_restore, name="evidence-file-restore"
    ),
    path("inspections/refused-saves/<uuid:pk>/", conflict.show, name="conflict-show"),
    path("inspections/refused-saves/<uuid:pk>/combine/", conflict.combine, name="conflict-combine"),
    path("inspections/refused-saves/<uuid:pk>/save/", conflict.save, name="conflict-save"),
    path("inspections/refused-saves/<uuid:pk>/leave/", conflict.leave, name="conflict-leave"),
    path("inspections/refused-saves/<uuid:pk>/again/", conflict.again, name="conflict-again"),
    # Before the addresses by inspection and force, which would take theirs for slugs.
    *force_answers,
    *sense,
    *accuracy,
]

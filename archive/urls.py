"""Letters of before this system: imports, the register of past publications, corrections."""

from django.urls import path

from archive.views import importing, registration, reopening

app_name = "archive"
urlpatterns = [
    path("imports/", importing.import_upload, name="import-upload"),
    path("imports/<uuid:imported>/", importing.import_show, name="import-show"),
    path("imports/<uuid:imported>/answers/", importing.import_answer, name="import-answer"),
    path("imports/<uuid:imported>/correct/", importing.import_correct, name="import-correct"),
    path("imports/batches/<uuid:batch>/", importing.import_batch, name="import-batch"),
    path("imports/batches/<uuid:batch>/retry/", importing.import_retry, name="import-retry"),
    path("imports/<uuid:imported>/discard/", importing.import_discard, name="import-discard"),
    path("imports/<uuid:imported>/reopen/", reopening.import_reopen, name="import-reopen"),
    path("imports/<uuid:imported>/put-back/", reopening.import_put_back, name="import-put-back"),
    path("archive/", registration.archive_list, name="archive-list"),
    path("archive/imports/<uuid:imported>/", registration.archive_propose, name="archive-propose"),
    path("archive/imports/<uuid:imported>/correct/", registration.archive_correct, name="archive-correct"),
    path("archive/<uuid:release>/", registration.archive_show, name="archive-show"),
    path("archive/<uuid:release>/confirm/", registration.archive_confirm, name="archive-confirm"),
]

from django.urls import path

from letters.views import copies, importing, letters, report, signing

app_name = "letters"
urlpatterns = [
    path("letters/", letters.inspection_list, name="inspection-list"),
    path("signing/", signing.signing_queue, name="signing-queue"),
    path("letters/<uuid:letter>/", letters.letter_show, name="letter-show"),
    path("letters/<uuid:letter>/proof/", letters.letter_proof, name="letter-proof"),
    path("signing/<uuid:letter>/", signing.letter_sign, name="letter-sign"),
    path("letters/<uuid:letter>/pdf/", letters.letter_pdf_status, name="letter-pdf-status"),
    path("letters/<uuid:letter>/<slug:variant>.pdf", letters.letter_pdf, name="letter-pdf"),
    path("inspections/<slug:inspection>/letters/", letters.letter_list, name="letter-list"),
    path("inspections/<slug:inspection>/letters/assemble/", letters.letter_assemble_all, name="letter-assemble-all"),
    path("inspections/<slug:inspection>/letters/render/", letters.letter_render, name="letter-render"),
    path(
        "inspections/<slug:inspection>/letters/<slug:force>/assemble/", letters.letter_assemble, name="letter-assemble"
    ),
    path("signing/releases/<uuid:release>/wording/", signing.wording_confirm, name="wording-confirm"),
    path("releases/<uuid:release>/report/", report.report_upload, name="report-upload"),
    path("releases/<uuid:release>/report.pdf", report.report_show, name="report-show"),
    path("our-letters/", copies.copy_list, name="copy-list"),
    path("our-letters/<uuid:copy>/", copies.copy_show, name="copy-show"),
    path("our-letters/<uuid:copy>/accept/", copies.copy_acknowledge, name="copy-acknowledge"),
    path("our-letters/<uuid:copy>/letter.pdf", copies.copy_letter, name="copy-letter"),
    path("our-letters/<uuid:copy>/report.pdf", copies.copy_report, name="copy-report"),
    path("imports/", importing.import_upload, name="import-upload"),
    path("imports/<uuid:imported>/", importing.import_show, name="import-show"),
    path("imports/<uuid:imported>/answers/", importing.import_answer, name="import-answer"),
    path("imports/<uuid:imported>/correct/", importing.import_correct, name="import-correct"),
    path("imports/batches/<uuid:batch>/", importing.import_batch, name="import-batch"),
    path("imports/batches/<uuid:batch>/retry/", importing.import_retry, name="import-retry"),
    path("imports/<uuid:imported>/discard/", importing.import_discard, name="import-discard"),
]

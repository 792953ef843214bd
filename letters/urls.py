from django.urls import path

from letters.copies.views import copies, identify, recipients, report
from letters.signing.views import letters, proofing, signatories, signatures, standard_words, welsh

app_name = "letters"
urlpatterns = [
    path("letters/", letters.inspection_list, name="inspection-list"),
    path("signing/", signatures.signing_queue, name="signing-queue"),
    path("letters/<uuid:letter>/", letters.letter_show, name="letter-show"),
    path("letters/<uuid:letter>/proof/", letters.letter_proof, name="letter-proof"),
    path("signing/<uuid:letter>/", signatures.letter_sign, name="letter-sign"),
    path("letters/<uuid:letter>/pdf/", letters.letter_pdf_status, name="letter-pdf-status"),
    path("letters/<uuid:letter>/<slug:variant>.pdf", letters.letter_pdf, name="letter-pdf"),
    path("inspections/<slug:inspection>/letters/", letters.letter_list, name="letter-list"),
    path("inspections/<slug:inspection>/letters/assemble/", letters.letter_assemble_all, name="letter-assemble-all"),
    path("inspections/<slug:inspection>/letters/render/", letters.letter_render, name="letter-render"),
    path(
        "inspections/<slug:inspection>/letters/<slug:force>/assemble/", letters.letter_assemble, name="letter-assemble"
    ),
    path("signing/releases/<uuid:release>/wording/", signatures.wording_confirm, name="wording-confirm"),
    path("inspections/<slug:inspection>/letters/progress/", letters.letter_progress, name="letter-progress"),
    path("inspections/<slug:inspection>/letters/retry/", letters.letter_retry, name="letter-retry"),
    # Proof-reading, signing, wording
    path("inspections/<slug:inspection>/letters/sheet/", proofing.contact_sheet, name="contact-sheet"),
    path("signatories/<slug:inspection>/", signatories.signatory_list, name="signatory-list"),
    path("letters/<uuid:letter>/first-page.png", proofing.first_page, name="first-page"),
    path("letters/<uuid:letter>/checks/<slug:code>/", proofing.check_dismiss, name="check-dismiss"),
    path("letters/<uuid:letter>/exclusions/", proofing.passage_exclude, name="passage-exclude"),
    path("letters/<uuid:letter>/exclusions/<uuid:exclusion>/", proofing.passage_include, name="passage-include"),
    path("letters/<uuid:letter>/welsh/", welsh.welsh_show, name="welsh-show"),
    path("letters/<uuid:letter>/welsh/letter.pdf", welsh.welsh_pdf, name="welsh-pdf"),
    path("letters/<uuid:letter>/welsh/sign/", welsh.welsh_sign, name="welsh-sign"),
    path("signing/end/", signatures.signing_end, name="signing-end"),
    path("signatures/<uuid:person_id>/", signatories.ink_show, name="signature-image-show"),
    path("signatures/<uuid:person_id>/retire/", signatories.ink_retire, name="signature-image-retire"),
    path("signatures/<uuid:person_id>/picture.png", signatories.ink_picture, name="signature-image-picture"),
    path("wording/", standard_words.wording_list, name="wording-list"),
    path("wording/letterhead/", standard_words.letterhead_edit, name="letterhead-edit"),
    path("wording/welsh/", welsh.welsh_forces, name="welsh-forces"),
    path("wording/welsh/<uuid:welsh_force>/end/", welsh.welsh_force_end, name="welsh-force-end"),
    path("wording/<slug:kind>/", standard_words.wording_edit, name="wording-edit"),
    path("releases/<uuid:release>/report/", report.report_upload, name="report-upload"),
    path("releases/<uuid:release>/report.pdf", report.report_show, name="report-show"),
    path("releases/<uuid:release>/recipients/", recipients.recipient_list, name="recipient-list"),
    path("releases/<uuid:release>/recipients.csv", recipients.recipient_export, name="recipient-export"),
    path("releases/<uuid:release>/recipients/add/", recipients.recipient_add, name="recipient-add"),
    path("releases/<uuid:release>/recipients/remind/", recipients.recipient_nudge, name="recipient-nudge"),
    path("releases/<uuid:release>/recipients/<uuid:recipient>/", recipients.recipient_change, name="recipient-change"),
    path(
        "releases/<uuid:release>/recipients/<uuid:recipient>/remove/",
        recipients.recipient_remove,
        name="recipient-remove",
    ),
    path(
        "releases/<uuid:release>/recipients/<uuid:recipient>/issue/",
        recipients.recipient_issue,
        name="recipient-issue",
    ),
    path("releases/<uuid:release>/copies/<uuid:copy>/recall/", recipients.copy_recall, name="copy-recall"),
    path("releases/<uuid:release>/letters.zip", recipients.letters_zip, name="letters-zip"),
    path("which-copy/", identify.copy_identify, name="copy-identify"),
    path("our-letters/", copies.copy_list, name="copy-list"),
    path("our-letters/<uuid:copy>/", copies.copy_show, name="copy-show"),
    path("our-letters/<uuid:copy>/accept/", copies.copy_acknowledge, name="copy-acknowledge"),
    path("our-letters/<uuid:copy>/letter.pdf", copies.copy_letter, name="copy-letter"),
    path("our-letters/<uuid:copy>/report.pdf", copies.copy_report, name="copy-report"),
]

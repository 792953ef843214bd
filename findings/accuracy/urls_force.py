"""Addresses of how a force goes about its answer, and of the lead inspector's answers to it."""

from django.urls import path

from findings.accuracy.views import answering, check_files, check_log, check_time, invitation, people

_ROUND = "check/<uuid:round>/"
_UPLOAD = f"{_ROUND}log/uploads/<uuid:upload>/"

urlpatterns = [
    path("invitations/<uuid:invitation>/", invitation.show, name="invitation-open"),
    path(f"{_ROUND}people/", people.show, name="check-people"),
    path(f"{_ROUND}people/invite/", people.invite, name="check-invite"),
    path(f"{_ROUND}people/paragraphs/", people.give, name="check-give"),
    path(f"{_ROUND}people/<uuid:contact>/end/", people.end, name="check-end"),
    path(f"{_ROUND}log/download/", check_log.download, name="check-log-download"),
    path(f"{_ROUND}log/upload/", check_log.upload, name="check-upload"),
    path(_UPLOAD, check_log.upload_show, name="check-upload-show"),
    path(f"{_UPLOAD}save/", check_log.upload_apply, name="check-upload-apply"),
    path(f"{_UPLOAD}discard/", check_log.upload_discard, name="check-upload-discard"),
    path(f"{_UPLOAD}rest/", check_log.upload_rest, name="check-upload-rest"),
    path(f"{_ROUND}files/<uuid:file>/", check_files.own_file, name="check-file"),
    path(f"{_ROUND}receipt/pdf/", check_files.receipt_pdf, name="check-receipt-pdf"),
    path(f"{_ROUND}more-time/", check_time.extension_ask, name="check-extension"),
    path(f"{_ROUND}late/", check_time.late_offer, name="check-late"),
    path(f"{_ROUND}points/<uuid:point>/late/", check_time.late_offer_draft, name="check-late-draft"),
    path("accuracy/extensions/<uuid:extension>/", answering.extension_decide, name="extension-decide"),
    path("accuracy/late-points/<uuid:offer>/", answering.late_point_decide, name="late-point-decide"),
]

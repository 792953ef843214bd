"""Addresses of how a force goes about its answer, and of the lead inspector's answers to it."""

from django.urls import path

from findings.accuracy.force.views import files, invitation, people, time
from findings.accuracy.inspectorate.views import requests
from findings.accuracy.response_log import views

_ROUND = "check/<uuid:round>/"
_UPLOAD = f"{_ROUND}log/uploads/<uuid:upload>/"

urlpatterns = [
    path("invitations/<uuid:invitation>/", invitation.show, name="invitation-open"),
    path(f"{_ROUND}people/", people.show, name="check-people"),
    path(f"{_ROUND}people/invite/", people.invite, name="check-invite"),
    path(f"{_ROUND}people/paragraphs/", people.give, name="check-give"),
    path(f"{_ROUND}people/<uuid:contact>/end/", people.end, name="check-end"),
    path(f"{_ROUND}log/download/", views.download, name="check-log-download"),
    path(f"{_ROUND}log/upload/", views.upload, name="check-upload"),
    path(_UPLOAD, views.upload_show, name="check-upload-show"),
    path(f"{_UPLOAD}save/", views.upload_apply, name="check-upload-apply"),
    path(f"{_UPLOAD}discard/", views.upload_discard, name="check-upload-discard"),
    path(f"{_UPLOAD}rest/", views.upload_rest, name="check-upload-rest"),
    path(f"{_ROUND}files/<uuid:file>/", files.own_file, name="check-file"),
    path(f"{_ROUND}receipt/pdf/", files.receipt_pdf, name="check-receipt-pdf"),
    path(f"{_ROUND}more-time/", time.extension_ask, name="check-extension"),
    path(f"{_ROUND}late/", time.late_offer, name="check-late"),
    path(f"{_ROUND}points/<uuid:point>/late/", time.late_offer_draft, name="check-late-draft"),
    path("accuracy/extensions/<uuid:extension>/", requests.extension_decide, name="extension-decide"),
    path("accuracy/late-points/<uuid:offer>/", requests.late_point_decide, name="late-point-decide"),
]

"""The workspace's addresses and a bare authenticated POST that writes one row."""

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from hmic_core.models import Heartbeat
from hmic_core.urls import urlpatterns as workspace

_AT = dt.datetime(2014, 9, 4, tzinfo=dt.UTC)


@require_POST
def bare(request: HttpRequest) -> HttpResponse:
    Heartbeat.objects.create(name=uuid.uuid4().hex, at=_AT)
    return HttpResponse("kept")


urlpatterns = [*workspace, path("bench/bare/", bare)]

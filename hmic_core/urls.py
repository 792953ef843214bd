"""The workspace's addresses. The public website has its own: `website.urls`."""

from django.conf import settings
from django.urls import include, path

from hmic_core.views import home, missing

urlpatterns = [
    path("", home, name="home"),
    # An account's address is how its invitation, its resets and its notices reach the person: nobody changes their own.
    path("accounts/email/", missing),
    path("accounts/", include("allauth.urls")),
    path("", include("findings.urls")),
    path("", include("letters.urls")),
    path("", include("publication.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))

"""The workspace's addresses. The public website has its own: `website.urls`."""

from django.conf import settings
from django.urls import include, path

from hmic_core.web import notices
from hmic_core.web.views import account, home, missing

urlpatterns = [
    path("", home, name="home"),
    path("account/", account, name="account"),
    # An account's address is how its invitation, its resets and its notices reach the person: nobody changes their own.
    path("accounts/email/", missing),
    path("accounts/", include("allauth.urls")),
    path("notices/", notices.show, name="notices"),
    path("notices/read/", notices.read_all, name="notices-read"),
    path("notices/settings/", notices.settings, name="notice-settings"),
    path("notices/<uuid:notice>/open/", notices.follow, name="notice-open"),
    path("", include("forces.urls")),
    path("", include("inspections.urls")),
    path("", include("findings.urls")),
    path("", include("letters.urls")),
    path("", include("publication.urls")),
    path("", include("archive.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))

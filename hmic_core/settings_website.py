"""Settings of the public website: its own process, read-only, anonymous, with its own database role.

No session, no authentication, no CSRF, no messages: with them every public page varied by cookie, and a hidden page
differed from a missing one. What a public reader can be shown is decided by the database (docs/embargo.md).
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from hmic_core.database import connection_settings, role_url
from hmic_core.templatetags import ELEMENTS

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PRODUCTION = env.bool("HMIC_PRODUCTION", default=False)
DEMO = env.bool("HMIC_DEMO", default=False)
DEBUG = False
if PRODUCTION and DEMO:
    raise ImproperlyConfigured("HMIC_DEMO cannot be on in production: unset it.")

# Nothing here signs anything: the key is Django's formality and must not be the workspace's.
SECRET_KEY = env("HMIC_WEBSITE_KEY", default="the-public-website-signs-nothing-" + "0" * 24)
INSTALLATION = env("HMIC_INSTALLATION", default="development")
WEBSITE_URL = env("HMIC_WEBSITE_URL", default="http://127.0.0.1:8000").rstrip("/")
WORKSPACE_URL = env("HMIC_WORKSPACE_URL", default="http://localhost:8001").rstrip("/")
ALLOWED_HOSTS = env.list("HMIC_WEBSITE_HOSTS", default=["127.0.0.1", "localhost"])

INSTALLED_APPS = [
    "website",
    "inspections",
    "forces",
    "hmic_core",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "website.middleware.SmallerWords",
    "website.middleware.PublicHeaders",
    # Asks for the host's name, which no page here does: a name that is not ours gets no answer for a cache to keep.
    "django.middleware.common.CommonMiddleware",
    "website.middleware.OneSpelling",
    "website.middleware.OneSnapshot",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "website.urls"
WSGI_APPLICATION = "hmic_core.wsgi_website.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "website", BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": ["website.navigation.website"],
            "builtins": ELEMENTS,
        },
    }
]

DATABASES = {"default": connection_settings(role_url("website"), INSTALLATION)}
AUTH_USER_MODEL = "hmic_core.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# No cookie and no form: there is nothing for a forged request to use.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 63_072_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_REDIRECT_EXEMPT = [r"^health/"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        # The demonstration shows this site in a window beside the workspace; nobody else may frame it.
        "frame-ancestors": [WORKSPACE_URL] if DEMO else [NONE],
    }
}
if DEMO:
    MIDDLEWARE.remove("django.middleware.clickjacking.XFrameOptionsMiddleware")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("HMIC_STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected files carry their hash in their name: browsers keep them for good. Tests serve them as they lie.
COLLECTED = PRODUCTION or (STATIC_ROOT / "staticfiles.json").exists() or env.bool("HMIC_COLLECT", default=False)
WHITENOISE_USE_FINDERS = not COLLECTED
# No folder of files: the bytes of what is public are in the database, behind the same gate as its words.
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}

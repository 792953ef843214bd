"""Settings of the workspace, the workers and every command.

Every value comes from the environment and has a default that works for development; a bad value is refused in one
sentence. The public website has settings of its own: `settings_website`.
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
DEBUG = env.bool("DEBUG", default=False)
DEVELOPMENT_KEY = "development-only-" + "0" * 40
SECRET_KEY = env("SECRET_KEY", default=DEVELOPMENT_KEY)

if PRODUCTION and SECRET_KEY == DEVELOPMENT_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set: production needs a long random value of its own.")
if PRODUCTION and (DEMO or DEBUG):
    raise ImproperlyConfigured("HMIC_DEMO and DEBUG cannot be on in production: unset them.")

WORKSPACE_URL = env("HMIC_WORKSPACE_URL", default="http://localhost:8001").rstrip("/")
WEBSITE_URL = env("HMIC_WEBSITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("HMIC_ALLOWED_HOSTS", default=["localhost"])
CSRF_TRUSTED_ORIGINS = [WORKSPACE_URL]

# The embargo. Which installation this is comes from the environment and never from the database, so that a restored
# copy publishes nothing by the mere passing of time (docs/embargo.md).
INSTALLATION = env("HMIC_INSTALLATION", default="development")
MIN_LEAD_SECONDS = env.int("HMIC_MIN_LEAD_SECONDS", default=900)
FREEZE_SECONDS = env.int("HMIC_FREEZE_SECONDS", default=60)
if MIN_LEAD_SECONDS < FREEZE_SECONDS:
    raise ImproperlyConfigured("HMIC_MIN_LEAD_SECONDS must not be shorter than HMIC_FREEZE_SECONDS.")

INSTALLED_APPS = [
    *(["demo"] if DEMO else []),
    "archive",
    "publication",
    "letters",
    "findings",
    "inspections",
    "forces",
    "hmic_core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_forms_gds",
    "csp",
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "hmic_core.web.middleware.PrivateResponses",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hmic_core.web.middleware.SignInRequired",
    "hmic_core.accounts.second_factor.SecondFactorRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hmic_core.web.middleware.SessionsSeen",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hmic_core.sent_once.SentOnce",
    "hmic_core.web.middleware.RefusedVerbs",
]

ROOT_URLCONF = "hmic_core.urls"
WSGI_APPLICATION = "hmic_core.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hmic_core.web.navigation.workspace",
                *(["demo.guide.guide"] if DEMO else []),
            ],
            "builtins": ELEMENTS,
        },
    }
]

DATABASES = {"default": connection_settings(role_url(env("HMIC_DATABASE_ROLE", default="application")), INSTALLATION)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

AUTH_USER_MODEL = "hmic_core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "UserAttributeSimilarityValidator": {},
    }.items()
]
# With the session, so that signing out takes them along and no cookie holds a sentence about unreleased work.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "hmic_core.accounts.adapter.InvitationOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
USERSESSIONS_TRACK_ACTIVITY = True
MFA_ADAPTER = "hmic_core.accounts.second_factor.LastOneStays"
MFA_TOTP_ISSUER = "HMIC inspection findings"
# Off in development and in the demonstration, whose role chooser signs in without a password.
REQUIRE_SECOND_FACTOR = env.bool("HMIC_REQUIRE_SECOND_FACTOR", default=PRODUCTION)

SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "hmic_core.web.middleware.forged"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken" if PRODUCTION else "csrftoken"
SESSION_COOKIE_AGE = 12 * 60 * 60
#: Without anything done for so long a session ends; words that were typed are kept.
SESSION_IDLE_MINUTES = env.int("HMIC_IDLE_MINUTES", default=30)
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 63_072_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# Not "no-referrer": browsers then send "Origin: null" with every POST, which the check of forged requests refuses.
# `same-origin` keeps addresses of unreleased things from leaving with a link all the same.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^health/"]
X_FRAME_OPTIONS = "SAMEORIGIN" if DEMO else "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF] if DEMO else [NONE],
        # The demonstration shows the public website and the workspace side by side.
        "frame-src": [SELF, WEBSITE_URL] if DEMO else [NONE],
    }
}

CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env("HMIC_FILES_ROOT", default=str(BASE_DIR / "var" / "files")), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# The factual accuracy check: when a force that has not answered is reminded. "half": at half time; a number: so many
# working days before the last day (0: that day). Empty: never.
CHECK_REMINDERS = env.list("HMIC_CHECK_REMINDERS", default=["half", "3", "1", "0"])
if unknown := [each for each in CHECK_REMINDERS if each != "half" and not each.isdecimal()]:
    raise ImproperlyConfigured(
        f"HMIC_CHECK_REMINDERS has “{unknown[0]}”: list “half” and whole numbers, such as half,3,1,0."
    )
# How long an invited reviewer's link works, and whom a force rings where no inspection names somebody.
INVITATION_DAYS = env.int("HMIC_INVITATION_DAYS", default=7)
CONTACT_NAME = env("HMIC_CONTACT_NAME", default="The inspectorate’s help desk")
CONTACT_TELEPHONE = env("HMIC_CONTACT_TELEPHONE", default="020 7946 0100")
MAX_UPLOAD_BYTES = 25 * 1024 * 1024
# The virus scanner: clamd's "host:port". Once it is set, no file comes in that it has not called clean.
CLAMD = env("HMIC_CLAMD", default="")
CLAMD_SECONDS = env.int("HMIC_CLAMD_SECONDS", default=20)
if CLAMD and not CLAMD.rpartition(":")[2].isdecimal():
    raise ImproperlyConfigured(f"HMIC_CLAMD is “{CLAMD}”: name the scanner as host:port.")
# From which hour of London's day the daily digest of notices goes out.
DIGEST_HOUR = env.int("HMIC_DIGEST_HOUR", default=7)
#: Letters of the archive come by the hundred.
DATA_UPLOAD_MAX_NUMBER_FILES = 300
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Workers wait for a broker that is away for as long as it takes. Whoever only leaves a message must not
# (`hmic_core.asking`). A broker that is stopped still takes connections, and answers nothing.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "socket_keepalive": True,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "publication.tasks.release": {"queue": "release"},
    "letters.tasks.*": {"queue": "letters"},
    "archive.tasks.read_*": {"queue": "letters"},
    "findings.tasks.make_check_documents": {"queue": "letters"},
    "publication.tasks.make_proofs": {"queue": "letters"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_TASK_SOFT_TIME_LIMIT = 30
CELERY_TASK_TIME_LIMIT = 45
# A child that has grown this large (in KiB) ends after its task, and another takes its place.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000
# A second without a worker must not pile up sweeps: each one expires before the next matters.
CELERY_BEAT_SCHEDULE = {
    "release": {"task": "publication.tasks.release", "schedule": 1.0, "options": {"expires": 5}},
    "published-words": {"task": "inspections.tasks.take_published", "schedule": 3.0, "options": {"expires": 3}},
    "import-files": {"task": "archive.tasks.read_waiting", "schedule": 5.0, "options": {"expires": 5}},
    "renditions": {"task": "letters.tasks.render_missing", "schedule": 10.0, "options": {"expires": 10}},
    "overdue-checks": {"task": "findings.tasks.end_overdue_checks", "schedule": 60.0, "options": {"expires": 50}},
    "check-documents": {"task": "findings.tasks.make_check_documents", "schedule": 5.0, "options": {"expires": 5}},
    "reminders": {"task": "findings.tasks.remind_forces", "schedule": 60.0, "options": {"expires": 50}},
    "receipts": {"task": "findings.tasks.make_receipts", "schedule": 5.0, "options": {"expires": 10}},
    "readiness": {"task": "publication.tasks.check_readiness", "schedule": 15.0, "options": {"expires": 15}},
    "first-answers": {"task": "publication.tasks.ask_from_outside", "schedule": 1.0, "options": {"expires": 2}},
    "proofs": {"task": "publication.tasks.make_proofs", "schedule": 5.0, "options": {"expires": 5}},
    "notices": {"task": "hmic_core.tasks.deliver_notices", "schedule": 2.0, "options": {"expires": 10}},
    "digests": {"task": "hmic_core.tasks.send_digests", "schedule": 300.0, "options": {"expires": 240}},
}

if DEMO:
    CELERY_BEAT_SCHEDULE["watch"] = {
        "task": "demo.tasks.prepare_watch",
        "schedule": 5.0,
        "options": {"expires": 5},
    }

EMAIL_BACKEND = env(
    "EMAIL_BACKEND",
    default="demo.mail.KeptMail" if DEMO else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = env("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
#: Seconds for each word of a mail server; only workers wait for one (`hmic_core.notices`).
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="findings@inspectorate.example")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    # It greets at each import, which no reader of a log needs.
    "loggers": {"pikepdf": {"level": "WARNING"}},
}

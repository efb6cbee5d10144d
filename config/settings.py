"""All settings, and the only reader of the environment (each name is explained in .env.example)."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from config.environment import (
    address,
    choice,
    database,
    flag,
    generated_secret,
    limits,
    mail_server,
    names,
    number,
    read_file,
    url,
)

# The SQLite that Python 3.11 ships with can corrupt a file when two connections checkpoint its
# write-ahead log at once (fixed in 3.51.3), so the pinned copy replaces it before Django loads one.
try:
    import pysqlite3
    import pysqlite3.dbapi2
except ImportError:  # platforms without a wheel
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

from django.core.exceptions import ImproperlyConfigured  # as above
from django.urls import reverse_lazy  # as above

BASE_DIR = Path(__file__).resolve().parent.parent
read_file(BASE_DIR / ".env")
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "data")

PORT = number("PORT", default=8000, most=65535)
SITE_URL = url("SITE_URL", default=f"http://127.0.0.1:{PORT}", schemes=("http", "https"))
DEBUG = flag("DEBUG", default=False)
SECRET_KEY = os.environ.get("SECRET_KEY") or generated_secret(DATA_DIR / "secret-key")
# Keys before it, which still open what they have signed and encrypted.
SECRET_KEY_FALLBACKS = names("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = names("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname, "127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL.rstrip("/")]

INSTALLED_APPS = [
    "config",
    "reviews",
    "films",
    "pagecache",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "accounts.apps.AccountsConfig",
    "accounts.apps.GuardedAdminConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.security.content_security_policy",
    "config.security.private_to_their_reader",
    "config.language.in_the_readers_language",
    "config.errors.method_not_allowed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database and cache: embedded by default, on servers when the environment names them.

DATABASES = {
    "default": database("DATABASE_URL", os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'reprise.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "config.sqlite"
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue for the lock at once instead of failing when they upgrade to it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Of pages of 4 KiB a review of the usual length leaves a third empty.
        "init_command": (
            "PRAGMA page_size=8192;PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-20000;"
            "PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864"
        ),
    }
    # A file, not memory: tests meet the same locks between connections as the site does.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A server that was restarted has cut the connections that were kept.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Copies of the primary that follow it, from which pages are read.
for _number, _url in enumerate(names("REPLICA_URLS", default=[]), start=1):
    _replica = database("REPLICA_URLS", _url)
    _replica["OPTIONS"] = {
        "connect_timeout": 2,
        "options": "-c default_transaction_read_only=on",
        **_replica.get("OPTIONS", {}),
    }
    DATABASES[f"replica {_number}"] = _replica
if len(DATABASES) > 1:
    DATABASE_ROUTERS = ["config.replicas.Router"]
    MIDDLEWARE.insert(0, "config.replicas.ReadFromReplicas")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Limits on guesses are counted in it, so all processes must share it: memory of one process would not do.
CACHE_URL = url("CACHE_URL", default="database://", schemes=("database", "redis", "rediss"))
CACHES = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
            # Django's own 300 would let someone push their counts out by guessing at 300 names.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
        if CACHE_URL.startswith("database:")
        else {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    )
}

if len(DATABASES) > 1 and (
    CACHE_URL.startswith("database:")
    or {database["ENGINE"] for database in DATABASES.values()} != {"django.db.backends.postgresql"}
):
    raise ImproperlyConfigured(
        "REPLICA_URLS needs a DATABASE_URL and replicas of the form postgres://…, and a CACHE_URL of the form redis://…"
    )

# Whole pages for strangers, and parts of pages for everybody, kept by each web process in so many MiB. What is written
# to a table makes the pages stale that show it, but for the tables whose names begin so: no page for strangers shows
# what they hold.
PAGECACHE_MIB = number("PAGECACHE_MIB", default=32)
PARTS_MIB = number("PARTS_MIB", default=24)
# Seconds for which what was written may be missing from what is read, from a replica; config/replicas.py knows why 5.
PAGECACHE_SETTLING = 5 if len(DATABASES) > 1 else 0
PAGECACHE_STAMPS = DATA_DIR / "pagecache.stamps"
PAGECACHE_UNSHOWN = [
    "account_", "accounts_accountevent", "auth_", "cache", "django_", "reviews_action", "reviews_claim",
    "reviews_draft", "reviews_helpfulvote", "reviews_import", "reviews_mute", "reviews_opened", "reviews_report",
    "reviews_version", "reviews_unindexed", "reviews_words", "reviews_unread", "reviews_regrouped", "films_unindexed",
    "films_filmword",
]  # fmt: skip

# Static files

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": ("django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "config.static.KeptAddresses")
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# What programs look for at the root of a site, such as /favicon.ico.
WHITENOISE_ROOT = BASE_DIR / "static" / "root"

# People

AUTH_USER_MODEL = "accounts.User"
# Only one, so that a wrong password takes as long for a stranger as for somebody.
AUTHENTICATION_BACKENDS = ["accounts.backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_USERNAME_BLACKLIST = ["admin", "administrator", "moderator", "reprise", "staff", "support"]
# One may read and press a vote at once; a vote counts from verification on (`User.verified`).
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = reverse_lazy("account")
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    # Mails for verifying one address: whoever signs up twice, because no mail came, gets one each time.
    "confirm_email": "3/10m/key",
    # Wrong passwords for one name or address, and for whom they name. From one place allauth takes ten a minute, and
    # five for one name or address in five minutes.
    "login_failed_from_all_places": "100/h/key",
    "login_failed_at_a_person": "5/5m/key",
}
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.ChangeEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Reprise: "
# How many proxies stand before the site and write X-Forwarded-For; limits are by the address that they saw.
ALLAUTH_TRUSTED_PROXY_COUNT = number("TRUSTED_PROXIES", default=1 if SITE_URL.startswith("https:") else 0)

USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Reprise"
MFA_FORMS = {"activate_totp": "accounts.forms.AddAppForm", "add_webauthn": "accounts.forms.AddPasskeyForm"}
ADMIN_SECOND_FACTOR = flag("ADMIN_SECOND_FACTOR", default=not DEBUG and SITE_URL.startswith("https:"))

# Mail

_mail = mail_server("EMAIL_URL")
EMAIL_BACKEND = _mail.backend
EMAIL_HOST = _mail.host
EMAIL_PORT = _mail.port
EMAIL_HOST_USER = _mail.user
EMAIL_HOST_PASSWORD = _mail.password
EMAIL_USE_TLS = _mail.starttls
EMAIL_USE_SSL = _mail.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = address("MAIL_FROM", default=f"Reprise <noreply@{urlsplit(SITE_URL).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Forms

CRISPY_ALLOWED_TEMPLATE_PACKS = ("plain",)
CRISPY_TEMPLATE_PACK = "plain"
CRISPY_FAIL_SILENTLY = False
# An admin drops a folder of saved pages on the import form; Django's own limit is 100 files.
DATA_UPLOAD_MAX_NUMBER_FILES = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# Language and time

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# What went wrong is written to standard error; Django's own default is silent where DEBUG is off.

LOG_FORMAT = choice("LOG_FORMAT", default="line", choices=("line", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "config.observing.JsonLine"},
    },
    "filters": {"refusals": {"()": "config.observing.RefusalsWithoutTrace"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["refusals"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "reprise.accounts": {"handlers": [], "level": "INFO", "propagate": True},
        "reprise.requests": {"handlers": [], "level": "INFO", "propagate": True},
    },
}

# Counts of requests, for all processes of this host and port together; the folder is to be emptied when none runs.
METRICS = flag("METRICS", default=False)
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
METRICS_DIR = DATA_DIR / "metrics" / str(PORT)

# Limits

# How often one person may do what costs something, by account or by address; allauth limits signing in by itself.
# Nobody who reads and writes by hand meets them. `api` is whatever else than reading is tried there.
LIMITS = limits(
    "LIMITS",
    default={
        "vote": "600/h",
        "report": "20/h",
        "write": "60/h",
        "claim": "10/h",
        "search": "120/m",
        "import": "60/h",
        "api": "60/m",
    },
)

# Security

# Whom /.well-known/security.txt names; without it there is no such file.
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT") and url("SECURITY_CONTACT", "", schemes=("https", "mailto"))
SECURE_CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_HTTPONLY = True
if SITE_URL.startswith("https:"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # What asks is on the machine or its network, and speaks to the site without the web server in front.
    SECURE_REDIRECT_EXEMPT = [r"^healthz", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

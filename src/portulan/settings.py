"""Django settings, all from the environment variables of `portulan.environment`."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from portulan import environment
from portulan.environment import value

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parents[1]
HOME: Path = value("PORTULAN_HOME")

# --- The instance
DEBUG: bool = value("PORTULAN_DEBUG")
SECRET_KEY: str = value("SECRET_KEY") or environment.secret_key(HOME)
REGISTER_KEY: str = value("PORTULAN_REGISTER_KEY")
PORT: int = value("PORT")
BASE_URL: str = (value("PORTULAN_BASE_URL") or f"http://localhost:{PORT}").rstrip("/")
_base = urlsplit(BASE_URL)
ALLOWED_HOSTS: list[str] = list(
    dict.fromkeys([*value("PORTULAN_ALLOWED_HOSTS"), *([_base.hostname] if _base.hostname else [])])
)
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]
ROOT_URLCONF = "portulan.urls"
WSGI_APPLICATION = "portulan.wsgi.application"
APPEND_SLASH = False

# --- Database
DATABASES: dict[str, dict[str, Any]] = {
    "default": environment.database(value("DATABASE_URL"), HOME) | {"ATOMIC_REQUESTS": False}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Apps
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "django_filters",
    "django_htmx",
    "portulan.base",
    "portulan.organisation",
    "portulan.collaboration",
    "portulan.catalogue",
    "portulan.portfolio",
    "portulan.evidence",
    "portulan.compliance",
    "portulan.prioritisation",
    "portulan.governance",
    "portulan.coherence",
    "portulan.diagnosis",
    "portulan.profiles",
    "portulan.reports",
    "portulan.integrations",
    "portulan.campaigns",
    "portulan.notifications",
    "portulan.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portulan.web.security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portulan.web.preferences.PreferencesMiddleware",
    "portulan.web.security.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "portulan.web.answers.AnswersMiddleware",
    "portulan.web.security.ReadOnlyMiddleware",
]

# --- Pages
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted((PACKAGE / "web").glob("*/templates")),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portulan.web.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
STATIC_URL = "static/"
STATIC_ROOT: Path = value("PORTULAN_STATIC_ROOT") or CHECKOUT / "staticfiles"
STATICFILES_DIRS = [PACKAGE / "web/static", *sorted((PACKAGE / "web").glob("*/static"))]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "portulan.web.staticfiles.ManifestStorage"},
}
WHITENOISE_ROOT = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
UPLOAD_MAX_BYTES: int = value("PORTULAN_UPLOAD_MAX_MB") * 1024 * 1024

# --- Languages and time
LANGUAGE_CODE: str = value("PORTULAN_LANGUAGE")
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = sorted(PACKAGE.rglob("locale"))
USE_I18N = True
TIME_ZONE: str = value("PORTULAN_TIME_ZONE")
USE_TZ = True

# --- Sign-in
AUTH_USER_MODEL = "base.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"
AXES_FAILURE_LIMIT: int = value("PORTULAN_LOCKOUT_FAILURES")
AXES_COOLOFF_TIME = timedelta(minutes=value("PORTULAN_LOCKOUT_MINUTES"))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_HTTP_RESPONSE_CODE = 429
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "portulan.web.account.views.locked"

# --- Browser
_https = _base.scheme == "https"
SESSION_COOKIE_AGE = value("PORTULAN_SESSION_HOURS") * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_FAILURE_VIEW = "portulan.web.answers.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
X_FRAME_OPTIONS = "DENY"
if value("PORTULAN_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Mail
_smtp = value("PORTULAN_MAIL_HOST")
EMAIL_BACKEND = "django.core.mail.backends." + ("smtp" if _smtp else "filebased") + ".EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
EMAIL_HOST = _smtp
EMAIL_PORT = value("PORTULAN_MAIL_PORT")
EMAIL_HOST_USER = value("PORTULAN_MAIL_USER")
EMAIL_HOST_PASSWORD = value("PORTULAN_MAIL_PASSWORD")
EMAIL_USE_TLS = value("PORTULAN_MAIL_SECURITY") == "starttls"
EMAIL_USE_SSL = value("PORTULAN_MAIL_SECURITY") == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = value("PORTULAN_MAIL_FROM")
DIGEST_HOUR: int = value("PORTULAN_DIGEST_HOUR")

# --- Logs
_stamps: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_renderer: list[Any] = (
    [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    if value("PORTULAN_LOG_FORMAT") == "json"
    else [structlog.dev.ConsoleRenderer(colors=False)]
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _stamps,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderer],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": value("PORTULAN_LOG_LEVEL")},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": value("PORTULAN_LOG_LEVEL"), "propagate": False}
    },
}
structlog.configure(
    processors=[*_stamps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

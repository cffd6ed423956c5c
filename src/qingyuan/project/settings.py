"""Settings, read once from the environment. Every variable starts QINGYUAN_ and has a default that runs."""

import os
import secrets
from pathlib import Path

import dj_database_url

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("QINGYUAN_HOME", "var")).resolve()
HOST = os.environ.get("QINGYUAN_HOST", "127.0.0.1")
PORT = int(os.environ.get("QINGYUAN_PORT", "8000"))


def _secret_key() -> str:
    """The site's own key: from the environment, else kept in the site's home, made on first use."""
    if given := os.environ.get("QINGYUAN_SECRET_KEY"):
        return given
    kept = HOME / "secret-key"
    if not kept.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return kept.read_text()


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("QINGYUAN_DEBUG", "") == "1"
ALLOWED_HOSTS = [host for host in os.environ.get("QINGYUAN_ALLOWED_HOSTS", "").split(",") if host] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
    HOST,
]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("QINGYUAN_TRUSTED_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
    "qingyuan.ledger",
    "qingyuan.places",
    "qingyuan.bodies",
    "qingyuan.access",
    "qingyuan.library",
    "qingyuan.rulebook",
    "qingyuan.registry",
    "qingyuan.stages.dispatch",
    "qingyuan.stages.notice",
    "qingyuan.stages.reporting",
    "qingyuan.stages.survey",
    "qingyuan.stages.tracing",
    "qingyuan.stages.remediation",
    "qingyuan.stages.standardisation",
    "qingyuan.exchange",
    "qingyuan.api",
    "qingyuan.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "qingyuan.web.running.figures.MeasuringMiddleware",
    "csp.middleware.CSPMiddleware",
    "qingyuan.api.middleware.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # deny by default: a page that is open says so itself
    "qingyuan.web.middleware.ActorMiddleware",
    "qingyuan.web.middleware.PasswordMiddleware",
    "qingyuan.web.middleware.RefusalMiddleware",
    "qingyuan.project.watching.ReadLogMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "qingyuan.project.urls"
WSGI_APPLICATION = "qingyuan.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qingyuan.web.context.frame",
            ],
        },
    },
]

DATABASE_URL = os.environ.get("QINGYUAN_DATABASE_URL", "") or f"sqlite:///{HOME / 'qingyuan.sqlite3'}"
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "qingyuan.project.embedded"
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a writer waits at its first statement instead of failing at its last.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-16000;"
            "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY"
        ),
    }
else:
    # Compiling a plan takes PostgreSQL longer than any answer of ours (docs/benchmarks.md).
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Officer"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "web:sign-in"
AXES_FAILURE_LIMIT = "qingyuan.web.accounts.limits.failures_before_lock"  # the numbers are policy: signin.*
AXES_COOLOFF_TIME = "qingyuan.web.accounts.limits.lock_time"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_CALLABLE = "qingyuan.web.accounts.door.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
# A whole office stands behind one address: locking the address would lock out everybody in it.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
# Sign-in by OpenID Connect, beside the password: only accounts that are there already enter.
OIDC_ISSUER = os.environ.get("QINGYUAN_OIDC_ISSUER", "")
OIDC_CLIENT_ID = os.environ.get("QINGYUAN_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("QINGYUAN_OIDC_CLIENT_SECRET", "")  # empty: a public client, by PKCE alone
OIDC_NAME = os.environ.get("QINGYUAN_OIDC_NAME", "")  # what the button says
OIDC_CLAIM = os.environ.get("QINGYUAN_OIDC_CLAIM", "preferred_username")  # which claim is the name to sign in with
SESSION_ENGINE = "django.contrib.sessions.backends.file"  # outside the database: a page's GET never writes to it
SESSION_FILE_PATH = str(HOME / "sessions")
os.makedirs(SESSION_FILE_PATH, mode=0o700, exist_ok=True)
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("QINGYUAN_HTTPS", "") == "1"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]  # one joins when its catalogue is whole (scripts/catalogue.py)
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # straight from the package: no copy to go stale
WHITENOISE_MAX_AGE = 86_400  # built files carry the hash of their content in their address
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
API_UPLOAD_BYTES = 128 * 1024 * 1024  # one request below /api/, files and all
API_KEEP_ANSWERS_DAYS = int(os.environ.get("QINGYUAN_API_KEEP_ANSWERS_DAYS", "30"))  # under their idempotency keys
API_PRUNE = "qingyuan.api.answers.prune"
LIBRARY_ROOT = HOME / "library"
NOTICE_KEEP_DAYS = int(os.environ.get("QINGYUAN_NOTICE_KEEP_DAYS", "730"))  # read ones; unread ones stay
READING_ROOT = HOME / "reading"  # the read log's files, one for each day (docs/adr/0011)
# Where the public reaches the site: the square code of a signboard leads to PUBLIC_URL/o/CODE.
PUBLIC_URL = os.environ.get("QINGYUAN_PUBLIC_URL", "").rstrip("/") or f"http://{HOST}:{PORT}"
METRICS_TOKEN = os.environ.get("QINGYUAN_METRICS_TOKEN", "")  # without one /metrics answers this machine only
TIANDITU_KEY = os.environ.get("QINGYUAN_TIANDITU_KEY", "")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # Icons of the style sheet are data:; the national map service only where the site has its key.
        "img-src": ["'self'", "data:", *(["https://*.tianditu.gov.cn"] if TIANDITU_KEY else [])],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
LEDGER_HASH = os.environ.get("QINGYUAN_LEDGER_HASH", "sha256")  # or sm3

# Everything to stderr (the journal of systemd turns it over), or into a file that the clock turns over every day.
LOG_FILE = os.environ.get("QINGYUAN_LOG_FILE", "")
LOG_DAYS = int(os.environ.get("QINGYUAN_LOG_DAYS", "200"))  # six months and more
if LOG_FILE:
    Path(LOG_FILE).parent.mkdir(parents=True, exist_ok=True)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "out": {"class": "logging.handlers.WatchedFileHandler", "filename": LOG_FILE, "formatter": "line"}
        if LOG_FILE
        else {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["out"], "level": "WARNING"},
}

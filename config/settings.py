"""Settings of the portal; what varies between machines comes from the environment.

Every variable is listed with a comment in .env.example.
"""

from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config.database import read_database_url
from config.log_filters import without_trace_of_refusals

# Paths and environment
BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")  # a real environment variable wins over the file

# Security
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-debugging" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set: write one into .env (script/server does), "
        "or set DEBUG=on on a developer's machine."
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=True)
if HTTPS:
    SECURE_SSL_REDIRECT = True
    # A load balancer asks these two over plain http.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # Browsers take a cookie of such a name over https only, and from no other host.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # the admin's style sheets hold data: icons
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a long meeting with every inline open

# Apps
INSTALLED_APPS = [
    "config.apps.PortalConfig",
    "regions",
    "accounts",
    "stakeholders",
    "consultations",
    "config.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "simple_history",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

# Middleware
MIDDLEWARE = [
    "config.precedence.AnswersFirstMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.public_state.PublicStateMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages and files for slow lines; Django pads them, so that their length tells no
    # secret (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    # Before the session, the language and the user: a kept page needs none of them.
    "config.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    # Before whatever asks for the user: a session may be over.
    "accounts.middleware.SignedInMiddleware",
    "accounts.kept_forms.KeptFormsMiddleware",
    "config.middleware.StaffLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

# URLs and templates
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["config.template_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.portal",
            ],
        },
    },
]
# Templates of the project come before those of Django's own apps, widgets included.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# Database
DATABASES = {
    "default": read_database_url(
        env.str("DATABASE_URL", default=""), default_file=BASE_DIR / "portal.sqlite3"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Each thread keeps its connection: to open one takes longer than most pages do.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
PAGE_CACHE_ENTRIES = env.int("PAGE_CACHE_ENTRIES", default=2000)
CACHES["pages"] = CACHES["default"] | {"KEY_PREFIX": "pages", "TIMEOUT": 24 * 3600}
if CACHES["pages"]["BACKEND"].endswith(".LocMemCache"):
    CACHES["pages"]["LOCATION"] = "pages"
    CACHES["pages"]["OPTIONS"] = {"MAX_ENTRIES": PAGE_CACHE_ENTRIES}
# What follows from the public record is computed once a change: figures, whole pages.
# Tests switch it off, and so does DEBUG for pages, whose templates change meanwhile.
KEEP_PUBLIC_FIGURES = True
KEEP_PUBLIC_PAGES = PAGE_CACHE_ENTRIES > 0 and not DEBUG

# Auth
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.throttle.ThrottledSignIn",  # first: it may refuse before the others look
    # Instead of Django's own, which would read rights given to single accounts.
    "accounts.backends.RoleBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.ContextWordsValidator"},
    {"NAME": "accounts.passwords.AnotherPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Signing in
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SIGN_IN_TRIES = env.int("SIGN_IN_TRIES", default=10)
SIGN_IN_PAUSE_MINUTES = env.int("SIGN_IN_PAUSE_MINUTES", default=15)
# How many proxies in front add to X-Forwarded-For; https implies one.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if HTTPS else 0)
# Wrong tries are counted in the database, for all processes (accounts/throttle.py).
AXES_HANDLER = "accounts.throttle.SignInThrottle"
AXES_FAILURE_LIMIT = SIGN_IN_TRIES
AXES_COOLOFF_TIME = timedelta(minutes=SIGN_IN_PAUSE_MINUTES)
AXES_LOCKOUT_PARAMETERS = "accounts.throttle.counted_by"
AXES_LOCKOUT_CALLABLE = "accounts.throttle.paused_answer"
AXES_CLIENT_IP_CALLABLE = "accounts.throttle.client_address"
AXES_USERNAME_CALLABLE = "accounts.throttle.typed_name"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Plain values, where the package would set lazy ones that differ between processes.
AXES_USERNAME_FORM_FIELD = "username"
AXES_COOLOFF_MESSAGE = AXES_PERMALOCK_MESSAGE = ""
# Wrong codes count with wrong passwords; the package's own pause can last for years.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
OTP_TOTP_ISSUER = "Portail des concertations"  # in the app, whatever the language

# Languages and time
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_THOUSAND_SEPARATOR = False  # it would print the year 2022 as "2 022"; see |quantity
TIME_ZONE = "Africa/Casablanca"
USE_TZ = True

# Static files and documents
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))

# Releases of the data, which never change, and the package of the current state
DATA_ROOT = env.path("DATA_ROOT", default=str(BASE_DIR / "data-files"))

# History: one row for every saved state of a record and of its parts
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# For how many days a link opens a record to somebody without an account
PREVIEW_LINK_DAYS = env.int("PREVIEW_LINK_DAYS", default=7)

# What the public pages state
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
CONTACT_ADDRESS = env.str("CONTACT_ADDRESS", default="")
PERSONAL_DATA_DECLARATION = env.str("PERSONAL_DATA_DECLARATION", default="")
LICENCE_NAME = env.str("LICENCE_NAME", default="CC BY 4.0")
LICENCE_URL = env.str(
    "LICENCE_URL", default="https://creativecommons.org/licenses/by/4.0/"
)

# Logging
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"event": {"()": "accounts.security_log.JsonLine"}},
    "filters": {
        "refusals": {
            "()": "django.utils.log.CallbackFilter",
            "callback": without_trace_of_refusals,
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler"},
        "events": {"class": "logging.StreamHandler", "formatter": "event"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # One line of JSON for each event of signing in, whatever LOG_LEVEL says.
        "portal.security": {
            "handlers": ["events"],
            "level": "INFO",
            "propagate": False,
        },
        "axes": {"level": "ERROR"},
        "django.request": {"filters": ["refusals"]},
    },
}

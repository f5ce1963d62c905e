"""Django's settings, read from the environment; `docs/how-to/install.md` lists every variable."""

import os
from hashlib import blake2b
from pathlib import Path

from milepost.web.setup import cache_from_url, database_from_url, mail_from_url, replica_from_url, secret_key

# Each process multiplies small tables: threads of their own would only fight over the cores with the other processes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("MILEPOST_HOME", BASE_DIR / "var" / "company")).resolve()
DEBUG = os.environ.get("MILEPOST_DEBUG") == "1"
SECRET_KEY = os.environ.get("MILEPOST_SECRET_KEY") or secret_key(HOME)
ALLOWED_HOSTS = os.environ.get("MILEPOST_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = os.environ.get("MILEPOST_HTTPS") == "1"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"] if HTTPS else []

INSTALLED_APPS = [
    "milepost.web",  # first, so that its sign-in pages stand before allauth's
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "milepost.team",
    "milepost.accounts",
    "milepost.playbooks",
    "milepost.opportunities",
    "milepost.buyers",
    "milepost.gates",
    "milepost.plans",
    "milepost.forecasts",
    "milepost.desk",
    "milepost.exchange",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "milepost.web.middleware.WithoutNul",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # answers with files compressed beforehand, so it stands outside
    "milepost.web.compress.CompressText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "milepost.team.middleware.CurrentPerson",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "milepost.team.middleware.SignedIn",
    "milepost.web.middleware.SayWrongMethod",
    "milepost.web.middleware.SaySomebodyWasFirst",
]

ROOT_URLCONF = "milepost.urls"
WSGI_APPLICATION = "milepost.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "milepost.web.templatetags.milepost",
                "milepost.web.templatetags.shell",
                "django.templatetags.i18n",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "milepost.web.context.page",
            ],
        },
    }
]

DATABASES = {"default": database_from_url(os.environ.get("MILEPOST_DATABASE", ""), HOME)}
if os.environ.get("MILEPOST_DATABASE_REPLICA"):
    DATABASES["replica"] = replica_from_url(os.environ["MILEPOST_DATABASE_REPLICA"], DATABASES["default"])
    DATABASE_ROUTERS = ["milepost.web.replica.Router"]
    MIDDLEWARE.append("milepost.web.replica.ReadFromReplica")
# Pages that may be read from a replica: long lists, charts and what is carried away of them.
REPLICA_PAGES = {
    *("desk:accounts", "desk:accounts_export", "desk:board_csv", "desk:board_xlsx"),
    *("desk:ended", "desk:ended_csv", "desk:ended_xlsx"),
    *("forecasts:forecast", "forecasts:moved", "forecasts:accuracy", "forecasts:history"),
    *("forecasts:csv", "forecasts:xlsx", "forecasts:calls_csv", "forecasts:calls_xlsx"),
    *("forecasts:rollup_csv", "forecasts:rollup_xlsx"),
    *("learn:page", "learn:csv", "learn:xlsx"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What all processes must know of each other beside the rows: how often somebody has tried to sign in, for instance.
CACHES = {"default": cache_from_url(os.environ.get("MILEPOST_CACHE", ""))}

# Work done later: the function of each kind, and those of the clock with what names their period.
JOB_KINDS = {
    "learn_daily": "milepost.forecasts.jobs.each_day",
    "snapshot_daily": "milepost.forecasts.jobs.keep_the_day",
    "import": "milepost.exchange.jobs.run",
    "undo_import": "milepost.exchange.jobs.run_undo",
    "export": "milepost.exchange.whole.kept.run",
    "forget_export": "milepost.exchange.whole.kept.forget_old",
    "bring": "milepost.exchange.whole.arriving.run",
    "learn": "milepost.forecasts.jobs.again",
    "learn_soon": "milepost.forecasts.jobs.soon",
    "make_ready": "milepost.forecasts.ready.follow",
    "reprice": "milepost.forecasts.jobs.reprice",
    "replay": "milepost.forecasts.jobs.look_back",
    "judge_gates": "milepost.gates.jobs.follow",
    "warn": "milepost.buyers.jobs.follow",
    "reassign": "milepost.desk.jobs.reassign",
    "price": "milepost.desk.jobs.price",
    "snapshot": "milepost.forecasts.jobs.keep_now",
    "packs": "milepost.forecasts.packs.jobs.hand_out",
    "pack": "milepost.forecasts.packs.jobs.make",
    "letter": "milepost.web.post.do",
    "backup_daily": "milepost.web.daily_copy.each_day",
    "forget_jobs": "milepost.web.old_jobs.forget",
    "plan_digest": "milepost.plans.jobs.digest",
    "plan_news": "milepost.plans.jobs.soon",
}
# What higher folders show beside an opportunity's steps: functions of request, opportunity and the page's context.
CARDS_BESIDE_STEPS = [
    "milepost.plans.card.looked_back",
    "milepost.plans.card.study",
    "milepost.buyers.card.people",
    "milepost.buyers.card.vision",
]
# What lies under the step where work is.
CARDS_UNDER_NOW = ["milepost.buyers.card.asked"]
# How the end of an opportunity's history says where it came from, where it was not begun here.
WHERE_FROM = "milepost.exchange.origin.said"
# How search finds what was imported by the id it has in its source.
FOUND_BY_ID = "milepost.exchange.found.by_id"
# What lists that are taken along say of that id: a function of a kind and our ids.
IDS_AT_SOURCE = "milepost.exchange.found.ids_of"
# What a new company is given, beside its first administrator.
FOUNDING = ["milepost.opportunities.founding.give_reasons"]
# What a page of this folder shows that only a later one knows: how an opportunity's win chance went.
CHANCE_OVER_TIME = "milepost.forecasts.timeline.timeline_of"
JOB_SCHEDULE = {
    "forget_export": "milepost.exchange.whole.kept.due",
    "backup_daily": "milepost.web.daily_copy.today",
    "forget_jobs": "milepost.web.old_jobs.today",
    "learn_daily": "milepost.forecasts.jobs.today",
    "learn_soon": "milepost.forecasts.jobs.not_learnt",
    "snapshot_daily": "milepost.forecasts.jobs.today",
    "judge_gates": "milepost.gates.jobs.newest",  # after the figures of a new day
    "warn": "milepost.buyers.jobs.newest",
    "replay": "milepost.forecasts.jobs.this_month",
    "packs": "milepost.forecasts.packs.jobs.next_due",
    "plan_digest": "milepost.plans.jobs.digest_due",
    "make_ready": "milepost.forecasts.ready.due",  # last: what the others change is in it
}
JOB_LEASE_SECONDS = 60

AUTH_USER_MODEL = "team.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "milepost.team.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Behind a proxy the last address it adds is the visitor's; without one that header is anybody's to forge.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    # The key is an address and where it is tried from: nobody can lock a colleague out from another machine.
    "login_failed": "30/m/ip,8/5m/key",
    # One address from all machines together: more than a few of them could try under the limit above.
    "failed_anywhere": "300/h/key",
    # Addresses that look like a client's personal link and are none.
    "plan_link": "30/m/ip",
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if os.environ.get("MILEPOST_HASHED_STATIC") == "1"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = os.environ.get("MILEPOST_HASHED_STATIC") != "1"
# Without a mail server what would be mailed is shown in Milepost alone.
globals().update(mail_from_url(os.environ.get("MILEPOST_MAIL", "")))
DEFAULT_FROM_EMAIL = os.environ.get("MILEPOST_MAIL_FROM", "milepost@localhost")
# Where people reach Milepost: for the links in letters.
ADDRESS = os.environ.get("MILEPOST_ADDRESS", f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}").rstrip("/")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
# What a client sends by a personal link: its most bytes, and the command that looks for viruses ("" for none).
CLIENT_FILE_BYTES = int(os.environ.get("MILEPOST_CLIENT_FILE_MB", "10")) * 1024 * 1024
SCAN_FILES = os.environ.get("MILEPOST_SCAN_FILES", "")
BACKUPS = Path(os.environ["MILEPOST_BACKUPS"]) if os.environ.get("MILEPOST_BACKUPS") else None
BACKUPS_KEPT = int(os.environ.get("MILEPOST_BACKUPS_KEPT", "14"))
MAX_FILE_BYTES = int(os.environ.get("MILEPOST_MAX_FILE_MB", "25")) * 1024 * 1024

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Browsers send a host's cookies to all its ports: two companies on one machine would sign each other out.
_OWN = blake2b(SECRET_KEY.encode(), digest_size=4).hexdigest()
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"milepost_session_{_OWN}", f"milepost_csrf_{_OWN}"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # asked by supervisors on this machine, without a proxy between
# What other sites on the same domain do is not for us to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

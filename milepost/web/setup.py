"""What the settings need before Django is there: the secret key, the database and the mail server."""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def secret_key(home: Path) -> str:
    """Return the company's own secret, made and kept beside its data on the first start."""
    path = home / "secret.key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(48)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was first
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
        return key


def password_path() -> Path:
    """Return where the mail server's password is kept: never in the database, its history or an export."""
    from django.conf import settings

    return Path(settings.HOME) / "mail.password"


def keep_password(password: str) -> None:
    """Keep the mail server's password, or forget it where there is none; nobody but Milepost's own user reads it."""
    path = password_path()
    if not password:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Renamed into place: who reads it at this moment finds the old one or the new one, not half of it.
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
    fresh.replace(path)


def kept_password() -> str:
    """Return the mail server's password; "" where none is kept."""
    try:
        return password_path().read_text()
    except FileNotFoundError:
        return ""


def database_from_url(url: str, home: Path) -> dict[str, Any]:
    """Return Django's description of the database: SQLite in `home`, or postgres://user:secret@host/name."""
    if not url:
        return sqlite(home / "milepost.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"The database address must begin with postgres://, not {parts.scheme}://.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def replica_from_url(url: str, primary: dict[str, Any]) -> dict[str, Any]:
    """Return Django's description of a read replica; it follows a PostgreSQL database."""
    if "postgresql" not in primary["ENGINE"]:
        raise ValueError("The database address of a replica (MILEPOST_DATABASE_REPLICA) needs MILEPOST_DATABASE too.")
    return database_from_url(url, Path()) | {"TEST": {"MIRROR": "default"}}


def cache_from_url(url: str) -> dict[str, Any]:
    """Return Django's description of the cache all processes share: a table of the database, or redis://host:port/0.

    >>> cache_from_url("")["LOCATION"]
    'web_cache'
    """
    if not url:
        return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}
    if urlsplit(url).scheme not in ("redis", "rediss"):
        raise ValueError("MILEPOST_CACHE must be redis://HOST:6379/0 or rediss://HOST:6379/0.")
    if find_spec("redis") is None:
        raise ValueError("MILEPOST_CACHE names a Redis, for which the package redis is missing: pip install redis")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}


def sqlite(path: Path) -> dict[str, Any]:
    """Return SQLite in WAL mode; immediate transactions wait for the writer instead of failing half way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Tests use a file too: the browser's server answers from several threads, each with its own connection.
        "TEST": {"NAME": path.with_name("test.sqlite3")},
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
        },
    }


MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def mail_from_url(url: str) -> dict[str, Any]:
    """Return Django's settings of a mail server: smtp://host, smtp+tls://user:secret@host or smtps://…; "" = none.

    >>> mail_from_url("smtp+tls://me:secret@mail.example.com")["EMAIL_PORT"], mail_from_url("")["EMAIL_HOST"]
    (587, '')
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend", "EMAIL_HOST": ""}
    parts = urlsplit(url)
    if parts.scheme not in MAIL_PORTS or not parts.hostname:
        raise ValueError("MILEPOST_MAIL must be smtp://HOST, smtp+tls://USER:SECRET@HOST or smtps://USER:SECRET@HOST.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }

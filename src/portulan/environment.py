"""What Portulan reads from environment variables: one typed table, with the reading of each type.

`settings.py` reads the values, `tools/reference.py` writes `docs/reference/settings.md` from the
same table.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"
)
TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off", "")


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, type, default as it would be typed, and meaning."""

    name: str
    kind: type
    default: str
    meaning: str
    choices: tuple[str, ...] = ()

    def read(self, environ: Mapping[str, str]) -> Any:
        """The typed value; an empty variable counts as absent."""
        raw = environ.get(self.name, "").strip() or self.default
        if self.choices and raw not in self.choices:
            raise self._refuse(raw, "one of " + ", ".join(self.choices))
        if self.kind is bool:
            if raw.lower() in TRUE:
                return True
            if raw.lower() in FALSE:
                return False
            raise self._refuse(raw, "true or false")
        if self.kind is int:
            try:
                return int(raw)
            except ValueError:
                raise self._refuse(raw, "a whole number") from None
        if self.kind is Path:
            return Path(raw).expanduser().absolute() if raw else None
        if self.kind is list:
            return [part.strip() for part in raw.split(",") if part.strip()]
        return raw

    def _refuse(self, raw: str, expected: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(f"{self.name}={raw!r}: expected {expected}.")


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "PORTULAN_HOME", Path, "./var", "Folder of the instance: database, secret key, uploads."
    ),
    Setting(
        "DATABASE_URL",
        str,
        "",
        "Database: `sqlite:///path/to/file` or `postgresql://user:password@host:5432/name`. "
        "Without it, the SQLite file `portulan.sqlite3` in `PORTULAN_HOME`.",
    ),
    Setting(
        "SECRET_KEY",
        str,
        "",
        "Key that signs sessions and links. Without it, one is made at the first start and kept in "
        "`PORTULAN_HOME/secret_key`, readable by its owner alone.",
    ),
    Setting(
        "PORTULAN_REGISTER_KEY",
        str,
        "",
        "Key that seals the decision register. Without it, one is made at the first decision and "
        "kept in `PORTULAN_HOME/register_key`; keep a copy elsewhere: no other key verifies it.",
    ),
    Setting(
        "PORTULAN_DEBUG",
        bool,
        "false",
        "Development mode: pages of error details. Never in production.",
    ),
    Setting("PORT", int, "8000", "Port that `portulan serve` listens on."),
    Setting("PORTULAN_HOST", str, "127.0.0.1", "Address that `portulan serve` listens on."),
    Setting("PORTULAN_WORKERS", int, "2", "Web processes that `portulan serve` starts."),
    Setting(
        "PORTULAN_BASE_URL",
        str,
        "",
        "Public address of the instance, for links in mails and calendars. An `https` "
        "address turns on secure cookies and strict transport security. Without it, `http://localhost:PORT`.",
    ),
    Setting(
        "PORTULAN_ALLOWED_HOSTS",
        list,
        "localhost,127.0.0.1,[::1]",
        "Host names that the instance answers to, with commas; "
        "the host of `PORTULAN_BASE_URL` is added.",
    ),
    Setting(
        "PORTULAN_BEHIND_PROXY",
        bool,
        "false",
        "Trust `X-Forwarded-Proto`; only behind a proxy that sets them itself.",
    ),
    Setting(
        "PORTULAN_LANGUAGE",
        str,
        "fr",
        "Language of a visitor who has not chosen one.",
        ("fr", "en"),
    ),
    Setting("PORTULAN_TIME_ZONE", str, "Europe/Paris", "Time zone of meetings and deadlines."),
    Setting(
        "PORTULAN_SESSION_HOURS", int, "12", "Hours after which an idle session must sign in again."
    ),
    Setting("PORTULAN_LOCKOUT_FAILURES", int, "5", "Failed sign-ins after which an account waits."),
    Setting("PORTULAN_LOCKOUT_MINUTES", int, "15", "Minutes that a locked account waits."),
    Setting(
        "PORTULAN_UPLOAD_MAX_MB", int, "25", "Largest file that may be uploaded, in megabytes."
    ),
    Setting(
        "PORTULAN_MAIL_HOST",
        str,
        "",
        "SMTP server. Without it, mails are written to `PORTULAN_HOME/mail`.",
    ),
    Setting("PORTULAN_MAIL_PORT", int, "587", "Port of the SMTP server."),
    Setting("PORTULAN_MAIL_USER", str, "", "User name at the SMTP server."),
    Setting("PORTULAN_MAIL_PASSWORD", str, "", "Password at the SMTP server."),
    Setting(
        "PORTULAN_MAIL_SECURITY",
        str,
        "starttls",
        "Protection of the connection.",
        ("starttls", "tls", "none"),
    ),
    Setting("PORTULAN_MAIL_FROM", str, "portulan@localhost", "Sender of mails."),
    Setting(
        "PORTULAN_DIGEST_HOUR",
        int,
        "7",
        "Hour of the day (in `PORTULAN_TIME_ZONE`) from which daily and weekly mails of "
        "notifications go out.",
    ),
    Setting(
        "PORTULAN_LOG_LEVEL",
        str,
        "INFO",
        "Least level logged.",
        ("DEBUG", "INFO", "WARNING", "ERROR"),
    ),
    Setting(
        "PORTULAN_LOG_FORMAT",
        str,
        "text",
        "Form of log lines, on standard error.",
        ("text", "json"),
    ),
    Setting(
        "PORTULAN_STATIC_ROOT",
        Path,
        "",
        "Folder of collected static files. Without it, `staticfiles` beside `src`.",
    ),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def value(name: str, environ: Mapping[str, str] | None = None) -> Any:
    """The typed value of one variable of the table (`KeyError` for a name that is not in it)."""
    return _BY_NAME[name].read(os.environ if environ is None else environ)


def database(url: str, home: Path) -> dict[str, Any]:
    """Django's description of the database of a `DATABASE_URL` (empty: the file of `home`)."""
    parts = urlsplit(url or f"sqlite:///{home / 'portulan.sqlite3'}")
    if parts.scheme == "sqlite":
        # sqlite:///relative and sqlite:////absolute.
        path = unquote(parts.path)
        file = Path(path[1:]) if url else home / "portulan.sqlite3"
        if not path.strip("/"):
            raise ImproperlyConfigured("DATABASE_URL: expected sqlite:///path/to/file.")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(file.expanduser().absolute()),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": SQLITE_START,
            },
        }
    if parts.scheme in ("postgresql", "postgres"):
        options = dict(parse_qsl(parts.query))
        name = unquote(parts.path.lstrip("/"))
        if not name:
            raise ImproperlyConfigured(
                "DATABASE_URL: the name of the database is missing after the host."
            )
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL: unknown kind {parts.scheme!r}, expected sqlite:/// or postgresql://."
    )


def secret_key(home: Path, name: str = "secret_key") -> str:
    """A key of this instance, made at the first call, kept in `home/secret_key` (0600)."""
    path = home / name
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process made it at the same moment: its key is the one
        finally:
            draft.unlink()
    return path.read_text().strip()

"""Strict readers of environment variables: a value they do not understand stops the start."""

import contextlib
import os
import secrets
import tempfile
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def read_file(path):
    """Takes the variables in the file, a NAME=VALUE on each line, that the environment itself does not set."""
    if not path.exists():
        return
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        name, equals, value = line.strip().partition("=")
        if not line.strip() or name.startswith("#"):
            continue
        if not equals or not name.isidentifier():
            raise ImproperlyConfigured(f"{path.name}, line {number} is not of the form NAME=VALUE.")
        os.environ.setdefault(name, value)


def flag(name, default):
    value = os.environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value == "":
        return default
    raise ImproperlyConfigured(f"{name}={os.environ[name]!r} is neither true nor false. Write 1 or 0.")


def number(name, default, most=None):
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or (most and int(value) > most):
        up_to = f" up to {most}" if most else ""
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number{up_to}, such as {default}.")
    return int(value)


def choice(name, default, choices):
    value = os.environ.get(name) or default
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is none of: {', '.join(choices)}.")
    return value


def names(name, default):
    """A comma-separated list."""
    value = os.environ.get(name, "")
    return [item.strip() for item in value.split(",") if item.strip()] or default


UNITS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}


def limits(name, default):
    """Rates such as 60/h, each under the name of what is limited; the variable changes some, or says “none” for all.

    Gives pairs (amount, seconds), without those that are lifted.
    """
    parts = names(name, default=[])
    if parts == ["none"]:
        return {}
    rates = default | dict(_limit(name, part, default) for part in parts)
    return {what: _rate(rate) for what, rate in rates.items() if rate != "none"}


def _limit(name, part, default):
    what, _, rate = part.partition("=")
    if what not in default or (rate != "none" and _rate(rate) is None):
        raise ImproperlyConfigured(
            f"{name}={part!r} is not of the form {next(iter(default))}=60/h: how often in s, m, h or d, or "
            f"none, for one of {', '.join(default)}."
        )
    return what, rate


def _rate(rate):
    amount, _, unit = rate.partition("/")
    if not (amount.isascii() and amount.isdigit() and int(amount) and unit in UNITS):
        return None
    return int(amount), UNITS[unit]


def url(name, default, schemes):
    value = os.environ.get(name) or default
    if value.partition(":")[0] not in schemes:
        raise ImproperlyConfigured(f"{name}={value!r} must begin with one of: " + ", ".join(s + ":" for s in schemes))
    return value


DATABASES = ("sqlite", "postgres", "postgresql")


def database(name, value):
    """Where a database is, as Django wants it told. What it complains of is not repeated: it may hold a password."""
    # It imports the drivers, which the settings have to replace before.
    import dj_database_url  # noqa: PLC0415

    try:
        if value.partition("://")[0] not in DATABASES:
            raise ValueError
        # A connection kept open is worth five times the requests on SQLite, and a new one costs 4 ms on PostgreSQL.
        return dj_database_url.parse(value, conn_max_age=None)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is neither sqlite:///path nor postgres://user:password@host:5432/name. A character of the "
            "password that has a meaning in addresses is written as its code, such as %40 for @."
        ) from None


class MailServer(NamedTuple):
    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail_server(name):
    """From console:// (the default), smtp://user:password@host:587 (STARTTLS) or smtps://… (TLS from the start).

    What it complains of is not repeated: it may hold a password.
    """
    value = os.environ.get(name) or "console://"
    if value == "console://":
        return MailServer("django.core.mail.backends.console.EmailBackend")
    wrong = ImproperlyConfigured(
        f"{name} is none of console://, smtp://user:password@host:587 and smtps://user:password@host:465. "
        "A character of the password that has a meaning in addresses is written as its code, such as %40 for @."
    )
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or any(parts[2:]):
        raise wrong
    tls = parts.scheme == "smtps"
    return MailServer(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=port or (465 if tls else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        # A relay on the same machine offers no TLS and needs none.
        starttls=not tls and parts.hostname not in ("localhost", "127.0.0.1", "::1"),
        tls=tls,
    )


def address(name, default):
    """An e-mail address, alone or as Name <address>."""
    value = os.environ.get(name) or default
    if "@" not in parseaddr(value)[1]:
        raise ImproperlyConfigured(f"{name}={value!r} is no e-mail address, such as Reprise <noreply@reprise.example>.")
    return value


def generated_secret(path):
    """The secret kept in the file, made on the first start; two processes starting at once agree on one."""
    try:
        return _secret(path)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR={str(path.parent)!r} cannot be used: {error.strerror}.") from None


def _secret(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place, so that nobody ever reads half a secret.
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text().strip()

"""Strict readers of environment variables: a value they do not understand stops the start."""

import contextlib
import os
import secrets
import tempfile
from urllib.parse import urlsplit

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


def number(name, default):
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.")
    return int(value)


def names(name, default):
    """A comma-separated list."""
    value = os.environ.get(name, "")
    return [item.strip() for item in value.split(",") if item.strip()] or default


def url(name, default, schemes):
    value = os.environ.get(name) or default
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name}={value!r} must begin with one of: " + ", ".join(s + ":" for s in schemes))
    return value


def generated_secret(path):
    """The secret kept in the file, made on the first start; two processes starting at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place, so that nobody ever reads half a secret.
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text().strip()

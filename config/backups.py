"""Copies of the whole database that are taken and brought back while the site runs."""

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

import pagecache

PAGES = 2000  # of SQLite that are copied at once, between which writers have their turn
FOLDER = "backups"  # in DATA_DIR
SUFFIX = {"sqlite": ".sqlite3", "postgresql": ".dump"}


def take(path=None):
    """Copies the database as it is at one moment to the path, or to one named after the time; returns the path.

    The copy appears under its name only when it is whole.
    """
    path = Path(path or settings.DATA_DIR / FOLDER / f"{timezone.now():%Y-%m-%d-%H%M%S}{SUFFIX[connection.vendor]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.touch(mode=0o600)
    try:
        _TAKE[connection.vendor](unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def bring_back(path):
    """Puts a copy in the place of all that the database holds, for all who use it at once."""
    _BRING_BACK[connection.vendor](Path(path))
    # It was written past Django.
    pagecache.changed()


def drop_old(kept):
    """Deletes all but so many of the copies that are named after their time; returns what is gone."""
    found = sorted((settings.DATA_DIR / FOLDER).glob(f"*{SUFFIX[connection.vendor]}"))
    gone = found[:-kept]
    for path in gone:
        path.unlink()
    return gone


def _take_sqlite(path):
    connection.ensure_connection()
    with closing(_open(path)) as copy:
        connection.connection.backup(copy, pages=PAGES)
        # One file, that needs no other beside it.
        copy.execute("PRAGMA journal_mode=DELETE")


def _bring_back_sqlite(path):
    with closing(_open(path)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise CommandError(f"{path} is damaged.")
        connection.ensure_connection()
        connection.connection.execute("PRAGMA busy_timeout = 20000")
        # All pages at once, under the lock of one writer: readers see the state before, or this one.
        copy.backup(connection.connection)
    connection.close()


def _open(path):
    # The copy that the settings have put in place of Python's own.
    return connection.Database.connect(path)


def _take_postgresql(path):
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", path)


def _bring_back_postgresql(path):
    # In one transaction: readers wait, and see the state before or this one.
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", path)


def _run(program, *arguments):
    if not shutil.which(program):
        raise CommandError(f"{program} is not installed here. It comes with PostgreSQL's client programs.")
    named, environment = connection.client_class.settings_to_cmd_args_env(connection.settings_dict, [])
    # The arguments are for psql: these programs name the database by an option.
    *options, database = named[1:]
    command = [program, *options, "--dbname", database, *map(str, arguments)]
    done = subprocess.run(  # noqa: S603 -- our own
        command, env=os.environ | (environment or {}), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{program} has failed: {done.stderr.strip()}")


_TAKE = {"sqlite": _take_sqlite, "postgresql": _take_postgresql}
_BRING_BACK = {"sqlite": _bring_back_sqlite, "postgresql": _bring_back_postgresql}

"""Copies of the whole database that are taken and brought back while the site runs."""

import os
import re
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

import pagecache
from config.commands import NOTHING_DONE

PAGES = 2000  # of SQLite that are copied at once, between which writers have their turn
FOLDER = "backups"  # in DATA_DIR
SUFFIX = {"sqlite": ".sqlite3", "postgresql": ".dump"}
OURS = {"accounts", "films", "reviews"}  # apps
TABLES = {"accounts_user", "films_film", "reviews_review"}  # by which a copy of such a site is known


def take(path=None):
    """Copies the database as it is at one moment to the path, or to one named after the time; returns the path.

    The copy appears under its name only when it is whole.
    """
    path = Path(path or settings.DATA_DIR / FOLDER / f"{timezone.now():%Y-%m-%d-%H%M%S}{SUFFIX[connection.vendor]}")
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch(mode=0o600)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise _refused(f"{path} cannot be written: {error.strerror}.") from None
    try:
        _TAKE[connection.vendor](unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def check(path):
    """Refuses whatever is no copy of such a site that is whole and that this code can read."""
    path = Path(path)
    if not path.is_file():
        raise _refused(f"There is no file {path}.")
    tables, migrations = _LOOK_INTO[connection.vendor](path)
    if not tables >= TABLES or not migrations >= {(app, "0001_initial") for app in OURS}:
        raise _no_backup(path)
    known = MigrationLoader(None).disk_migrations.keys()
    if later := sorted(f"{app} {name}" for app, name in migrations - known if app in OURS):
        raise _refused(f"{path} comes from a later version, with {', '.join(later)}. Put that version in place first.")


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


def _refused(reason):
    return CommandError(reason, returncode=NOTHING_DONE)


def _no_backup(path):
    return _refused(f"{path} is no backup of a Reprise on {connection.display_name}, as manage.py backup writes them.")


def _take_sqlite(path):
    connection.ensure_connection()
    with connection.wrap_database_errors, closing(connection.Database.connect(path)) as copy:
        connection.connection.backup(copy, pages=PAGES)
        # One file, that needs no other beside it.
        copy.execute("PRAGMA journal_mode=DELETE")


def _look_into_sqlite(path):
    """The tables and the migrations in the copy."""
    connection.ensure_connection()
    if path.samefile(connection.settings_dict["NAME"]):
        raise _refused(f"{path} is the database of the site itself, and no backup.")
    try:
        with connection.wrap_database_errors, _open(path) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise _refused(f"{path} is damaged.")
            tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            if "django_migrations" not in tables:
                raise _no_backup(path)
            _have_pages_of_one_size(path, copy)
            return tables, set(copy.execute("SELECT app, name FROM django_migrations"))
    except DatabaseError as error:
        raise _no_backup(path) if "not a database" in str(error) else _refused(f"{path} is damaged: {error}.") from None


def _have_pages_of_one_size(path, copy):
    """SQLite copies page by page."""
    with connection.cursor() as cursor:
        ((ours,), (theirs,)) = (one.execute("PRAGMA page_size").fetchone() for one in (cursor, copy))
    if ours != theirs:
        raise _refused(
            f"{path} has pages of {theirs} bytes, the database of the site has {ours}. "
            f"Change the file first: sqlite3 {path} 'PRAGMA journal_mode=DELETE; PRAGMA page_size={ours}; VACUUM'"
        )


def _bring_back_sqlite(path):
    connection.ensure_connection()
    with connection.wrap_database_errors, _open(path) as copy:
        connection.connection.execute("PRAGMA busy_timeout = 20000")
        # All pages at once, under the lock of one writer: readers see the state before, or this one.
        copy.backup(connection.connection)
    connection.close()


def _open(path):
    # With the copy that the settings have put in place of Python's own, and to read only.
    return closing(connection.Database.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))


def _take_postgresql(path):
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", path)


def _look_into_postgresql(path):
    """The tables and the migrations in the copy."""
    listed = _read("--list", path)
    if listed.returncode:
        raise _no_backup(path)
    whole = _read("--file", os.devnull, path)
    if whole.returncode:
        raise _refused(f"{path} is damaged: {whole.stderr.strip()}")
    tables = set(re.findall(r"^\S+ \S+ \S+ TABLE \S+ (\S+) ", listed.stdout, re.MULTILINE))
    rows = _read("--data-only", "--table", "django_migrations", "--file", "-", path).stdout
    return tables, set(re.findall(r"^\d+\t([^\t]+)\t([^\t]+)\t", rows, re.MULTILINE))


def _read(*arguments):
    return _finished([_installed("pg_restore"), *map(str, arguments)], os.environ)


def _bring_back_postgresql(path):
    # In one transaction: readers wait, and see the state before or this one.
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", path)


def _run(program, *arguments):
    named, environment = connection.client_class.settings_to_cmd_args_env(connection.settings_dict, [])
    # The arguments are for psql: these programs name the database by an option.
    *options, database = named[1:]
    command = [_installed(program), *options, "--dbname", database, *map(str, arguments)]
    done = _finished(command, os.environ | (environment or {}))
    if done.returncode:
        raise _refused(f"{program} has failed: {done.stderr.strip()}")


def _finished(command, environment):
    return subprocess.run(  # noqa: S603 -- our own
        command, env=environment, capture_output=True, text=True, errors="replace", check=False
    )


def _installed(program):
    if not shutil.which(program):
        raise _refused(f"{program} is not installed here. It comes with PostgreSQL's client programs.")
    return program


_TAKE = {"sqlite": _take_sqlite, "postgresql": _take_postgresql}
_LOOK_INTO = {"sqlite": _look_into_sqlite, "postgresql": _look_into_postgresql}
_BRING_BACK = {"sqlite": _bring_back_sqlite, "postgresql": _bring_back_postgresql}

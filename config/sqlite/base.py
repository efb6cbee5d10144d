"""SQLite as Django has it, but for how writers wait for the lock.

SQLite's own waiting sleeps ever longer, up to a tenth of a second, and so misses the short moments between the
transactions of an import; and the driver may hold Python's lock all the while, so that the thread which has the lock
on the file cannot go on either. Here who waits looks again every millisecond and lets the others run, and leaves a note
for whoever has the lock: an import makes its transactions shorter when somebody waits for them.

And nobody but its owner may read the file.
"""

import mmap
import os
import random
import time
from contextlib import suppress
from functools import cache, lru_cache

from django.db.backends.sqlite3 import base

PATIENCE = 20  # seconds
PAUSE = 0.001  # seconds between two looks


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        if not self.is_in_memory_db():
            _make_for_its_owner_only(conn_params["database"])
        connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    def create_cursor(self, name=None):
        cursor = self.connection.cursor(factory=PatientCursor)
        cursor.note = self.waits
        return cursor

    @property
    def waits(self):
        return note_beside(str(self.settings_dict["NAME"]))


def _make_for_its_owner_only(path):
    """SQLite itself lets everybody read what it makes; the files that it puts beside get the rights of this one."""
    with suppress(OSError):  # SQLite will say so.
        os.close(os.open(path, os.O_CREAT, 0o600))


class PatientCursor(base.SQLiteCursorWrapper):
    def execute(self, query, params=None):
        return _patiently(self.note, super().execute, query, params)

    def convert_query(self, query, *, param_names=None):
        return super().convert_query(query, param_names=param_names) if param_names else _with_question_marks(query)

    def executemany(self, query, param_list):
        return _patiently(self.note, super().executemany, query, param_list)


@lru_cache(maxsize=500)
def _with_question_marks(query):
    return base.SQLiteCursorWrapper.convert_query(None, query)


class Note:
    """When somebody last waited for the lock of a database file: a time that all processes of the host have mapped."""

    def __init__(self, path):
        with open(path, "a+b", buffering=0) as file:
            # Written, not only made longer: on a full disk the first note in a hole would kill the process.
            file.write(bytes(8 - min(8, os.fstat(file.fileno()).st_size)))
            file.truncate(8)
            self._seconds = memoryview(mmap.mmap(file.fileno(), 8)).cast("d")

    def write(self):
        self._seconds[0] = time.monotonic()

    def is_younger_than(self, seconds):
        return 0 <= time.monotonic() - self._seconds[0] < seconds


@cache
def note_beside(database):
    return Note(f"{database}-waits")


def _patiently(note, act, *arguments):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return act(*arguments)
        except base.Database.OperationalError as error:
            if "database is locked" not in str(error) or time.monotonic() > end:
                raise
        note.write()
        time.sleep(random.uniform(PAUSE / 2, PAUSE))  # noqa: S311 -- so that two do not look in step

"""SQLite as Django has it, but for how writers wait for the lock.

SQLite's own waiting sleeps ever longer, up to a tenth of a second, and so misses the short moments between the
transactions of an import; and the driver may hold Python's lock all the while, so that the thread which has the lock
on the file cannot go on either. Here who waits looks again every millisecond and lets the others run.
"""

import random
import time

from django.db.backends.sqlite3 import base

PATIENCE = 20  # seconds
PAUSE = 0.001  # seconds between two looks


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    def create_cursor(self, name=None):
        return self.connection.cursor(factory=PatientCursor)


class PatientCursor(base.SQLiteCursorWrapper):
    def execute(self, query, params=None):
        return _patiently(super().execute, query, params)

    def executemany(self, query, param_list):
        return _patiently(super().executemany, query, param_list)


def _patiently(act, *arguments):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return act(*arguments)
        except base.Database.OperationalError as error:
            if "database is locked" not in str(error) or time.monotonic() > end:
                raise
        time.sleep(random.uniform(PAUSE / 2, PAUSE))  # noqa: S311 -- so that two do not look in step

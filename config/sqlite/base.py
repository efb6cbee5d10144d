"""SQLite as Django has it, but that writers who wait for the lock look for it often.

SQLite's own waiting sleeps ever longer, up to a tenth of a second, and so misses the short moments between the
transactions of an import: votes then took three times as long.
"""

import random
import time

from django.db import OperationalError
from django.db.backends.sqlite3 import base

PAUSE = 0.001  # seconds between two looks


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self):
        patience = self.settings_dict["OPTIONS"]["timeout"]
        end = time.monotonic() + patience
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._begins(last=time.monotonic() > end):
                time.sleep(random.uniform(PAUSE / 2, PAUSE))  # noqa: S311 -- so that two do not look in step
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {patience * 1000}")

    def _begins(self, last):
        try:
            super()._start_transaction_under_autocommit()
        except OperationalError as error:
            if last or "locked" not in str(error):
                raise
            return False
        return True

"""Reads for pages go to streaming replicas of PostgreSQL, where there are any; docs/decisions/replicas.md says why so.

Only while a page is asked for, by somebody who has not just written, outside transactions, of films and reviews: all
else (accounts, commands, workers, the admin) is between the program and the primary.
"""

import logging
import random
import threading
import time
from collections import deque

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

REPLICATED = {"films", "reviews"}  # apps; who is locked out, say, is locked out at once
LAG = 3  # seconds that a replica may be behind
LOOK = 1  # seconds between two looks at how far it is
SETTLED = LAG + LOOK + 1  # seconds after which every replica that is read from shows what was written
WROTE = "wrote"  # the cookie of who has just written
AWAY = (OperationalError, InterfaceError)
SAFE = ("GET", "HEAD", "OPTIONS")

logger = logging.getLogger(__name__)


class _Thread(threading.local):
    reading = False  # whether a page is asked for that may be read from a replica
    wrote = False
    used = None  # the replica that was read from


_thread = _Thread()


class Replica:
    """What this process knows of a replica."""

    def __init__(self, alias):
        self.alias, self._looked_at, self._good = alias, float("-inf"), False
        self._primary = deque(maxlen=LAG // LOOK + 1)  # (when, how far the primary was)

    @property
    def good(self):
        """Whether it answers and is no more than LAG seconds behind; looks once in LOOK seconds."""
        now = time.monotonic()
        if now - self._looked_at > LOOK:
            self._looked_at = now
            self._good = self._look(now)
        return self._good

    def lost(self):
        self._looked_at, self._good = time.monotonic(), False
        logger.warning("%s does not answer: reads go to the others or to the primary", self.alias)

    def _look(self, now):
        try:
            self._primary.append((now, _position("default", "pg_current_wal_lsn()")))
        except AWAY:
            self._primary.clear()
        try:
            replayed = _position(self.alias, "pg_last_wal_replay_lsn()")
        except AWAY:
            self.lost()
            return False
        # Without the primary nothing new is written, and an old page is better than none.
        recent = [position for seen, position in self._primary if now - seen <= LAG]
        return not self._primary or any(replayed >= position for position in recent)


def _position(alias, function):
    """How far a server is, in bytes of the log of all writes."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT {function} - '0/0'::pg_lsn")
        return cursor.fetchone()[0]


replicas = {alias: Replica(alias) for alias in settings.DATABASES if alias != "default"}


class Router:
    def db_for_read(self, model, **hints):
        if not _thread.reading or model._meta.app_label not in REPLICATED or connections["default"].in_atomic_block:
            return "default"
        # One for the whole request, so that what is read together goes together.
        if _thread.used is None or not replicas[_thread.used].good:
            _thread.used = random.choice([one.alias for one in replicas.values() if one.good] or [None])  # noqa: S311 -- no secret
        return _thread.used or "default"

    def db_for_write(self, model, **hints):
        _thread.wrote, _thread.reading = True, False
        return "default"

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == "default"


class ReadFromReplicas:
    """Lets requests read from replicas, unless their reader has just written and would miss it."""

    def __init__(self, get_response):
        self._get_response = get_response

    def __call__(self, request):
        safe = request.method in SAFE
        _thread.reading = safe and WROTE not in request.COOKIES and not request.path.startswith("/admin/")
        _thread.wrote, _thread.used = not safe, None
        try:
            response = self._get_response(request)
        finally:
            _thread.reading = False
        if _thread.wrote:
            response.set_cookie(WROTE, "1", max_age=SETTLED, secure=request.is_secure(), httponly=True, samesite="Lax")
        return response

    def process_exception(self, request, exception):
        """Makes a page once more from the primary whose replica went away meanwhile."""
        if _thread.used is None or not isinstance(exception, AWAY):
            return None
        replicas[_thread.used].lost()
        _thread.reading, _thread.used = False, None
        view = request.resolver_match
        return view.func(request, *view.args, **view.kwargs)

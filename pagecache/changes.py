"""What makes pages stale. Every write does, unless it is said what it changes or nobody is shown it."""

import re
import threading
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.db import transaction

from pagecache.stamps import ANYTHING, UNNAMED, shared, slot_of

# A common table expression may hold a write.
_READS = re.compile(
    r"[\s(]*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA|EXPLAIN|SET|SHOW|DECLARE|FETCH|CLOSE"
    r"|WITH(?!.*\b(?:INSERT|UPDATE|DELETE|MERGE)\b))\b",
    re.IGNORECASE | re.DOTALL,
)
_WRITTEN_TABLE = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|REPLACE INTO) "?(\w+)', re.IGNORECASE)
# The time of a sign-in stands in the row of the name that is shown.
_SIGN_IN = re.compile(r'UPDATE "\w+" SET "last_login" = %s WHERE ')

_thread = threading.local()


def changed(*names):
    """Makes stale, once the transaction is committed, the pages that show one of the things; without names, all pages.

    Only needed for what `watch` cannot see: writes past Django's cursors, and pages that show what is in no database.
    """
    transaction.on_commit(_change(names))


def _change(names):
    slots = [ANYTHING, *(map(slot_of, names) if names else [UNNAMED])]
    return lambda: shared().change(slots)


@contextmanager
def changing(*names):
    """Says that what is written inside changes only these things, so that pages which show others stay fresh."""
    outer = getattr(_thread, "named", False)
    _thread.named = True
    try:
        yield
    finally:
        _thread.named = outer
        changed(*names)


def watch(execute, sql, params, many, context):
    """Wraps every statement on a database connection: a write that nobody has named makes all pages stale."""
    try:
        return execute(sql, params, many, context)
    finally:
        if not _READS.match(sql) and not getattr(_thread, "named", False) and _is_shown(sql):
            context["connection"].on_commit(_change(()))


def _is_shown(sql):
    """Whether the statement writes what pages for strangers may show. Where that is not clear it does."""
    table = _WRITTEN_TABLE.match(sql)
    return not (table and table[1].startswith(_unshown())) and not _SIGN_IN.match(sql)


@cache
def _unshown():
    return tuple(settings.PAGECACHE_UNSHOWN)

"""What was made of the database, kept by a process for as long as nothing has changed that it was made of.

A page for strangers may be a moment old. This may not: whether it is fresh is asked with every request, so that whoever
has written sees it at once. Where stamps come late, as from Redis, and inside a transaction, of which no stamp tells
yet, nothing is kept.
"""

import time
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from pagecache.shelf import Shelf
from pagecache.stamps import UNNAMED, shared, slot_of

LIFETIME = 600  # seconds after which it is made anew in any case: who wrote may have been killed before saying so


class _Kept(NamedTuple):
    thing: object
    slots: list
    stamps: tuple  # as they were before it was made
    made_at: float


class Unchanged:
    """Things that tell the `names` of what they show and their `size` in bytes."""

    def __init__(self, size, name=None, stamps=shared, clock=time.monotonic):
        self._shelf, self._stamps, self._clock = Shelf(size, name), stamps, clock
        self.clear = self._shelf.clear

    def get(self, key, make):
        """What `make()` gave for the key, which holds all else that it goes by. None is not kept."""
        if not settings.PAGECACHE_MIB or not self._stamps().at_once or connection.in_atomic_block:
            return make()
        kept = self._shelf.get(key)
        if kept is not None and self._is_fresh(kept):
            return kept.thing
        made_at, before = self._clock(), self._stamps().all()
        thing = make()
        if thing is not None:
            slots = [UNNAMED, *map(slot_of, thing.names)]
            stamps = tuple([before[slot] for slot in slots])
            self._shelf.put(key, _Kept(thing, slots, stamps, made_at), thing.size)
        return thing

    def _is_fresh(self, kept):
        return kept.stamps == self._stamps().now(kept.slots) and self._clock() - kept.made_at < LIFETIME

"""Stamps: numbers that change whenever what they stand for does, the same for all workers and hosts.

A stamp is never the same twice, so nobody need count: two who write one at the same moment cannot hide each other's
change, as two who add one can. Things share a stamp where their names happen to have the same checksum; then a page is
made anew once too often.
"""

import logging
import mmap
import secrets
import threading
import time
import zlib
from functools import cache
from pathlib import Path

from django.conf import settings

SLOTS = 16384
ANYTHING, UNNAMED = 0, 1  # the slots of every change, and of changes of which nobody said what they change

logger = logging.getLogger(__name__)


def slot_of(name):
    return 2 + zlib.crc32(name.encode()) % (SLOTS - 2)


@cache
def shared():
    """The stamps of this site: in a file for the processes of one host, in Redis for those of several."""
    if settings.CACHE_URL.startswith("redis"):
        return RedisStamps(settings.CACHE_URL)
    return FileStamps(settings.PAGECACHE_STAMPS)


class FileStamps:
    """Stamps in a file that all processes of a host have mapped into their memory."""

    at_once = True  # a change is seen as soon as it is written

    def __init__(self, path):
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            # Written, not only made longer: on a full disk the first stamp in a hole would kill the process.
            file.write(bytes(8 * SLOTS - min(8 * SLOTS, path.stat().st_size)))
            file.truncate(8 * SLOTS)
            self._file = mmap.mmap(file.fileno(), 8 * SLOTS)
        self._stamps = memoryview(self._file).cast("Q")

    def now(self, slots):
        stamps = self._stamps
        return tuple([stamps[slot] for slot in slots])

    def all(self):
        """A copy of all stamps as they are."""
        return memoryview(self._file[:]).cast("Q")

    def change(self, slots):
        for slot in slots:
            self._stamps[slot] = secrets.randbits(64)


class RedisStamps:
    """Stamps in Redis, of which each process keeps a copy and asks for what changed every `POLL` seconds.

    `changes` is a sorted set of the slots by the number of their last change, so that however long a process did not
    ask, it learns what it missed, and the set never grows beyond `SLOTS`. `epoch` tells when Redis has lost its memory.
    """

    at_once = False
    POLL = 0.2  # seconds
    PATIENCE = 0.1  # seconds for an answer; one more attempt when the connection has gone meanwhile
    _CHANGE = """
        redis.call('SET', KEYS[1], ARGV[1], 'NX')
        local time = redis.call('TIME')
        local number = math.max(time[1] * 1000000 + time[2], (tonumber(redis.call('GET', KEYS[2])) or 0) + 1)
        redis.call('SET', KEYS[2], string.format('%.0f', number))
        for i = 2, #ARGV do redis.call('ZADD', KEYS[3], string.format('%.0f', number), ARGV[i]) end
    """
    EPOCH, LAST, CHANGES = KEYS = ("pages:epoch", "pages:last", "pages:changes")

    def __init__(self, address, clock=time.monotonic):
        # Installed only where CACHE_URL names one.
        import redis  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        self._redis = redis.Redis.from_url(
            address,
            socket_timeout=self.PATIENCE,
            socket_connect_timeout=self.PATIENCE,
            retry=Retry(NoBackoff(), retries=1),
        )
        self._failures = (redis.RedisError, OSError)
        self._clock, self._asked_at, self._lock = clock, float("-inf"), threading.Lock()
        self._epoch, self._last, self._stamps = None, 0, None
        self._heard = [float("-inf")] * SLOTS  # when this process learned of the last change of each slot
        self._owed = set()  # slots of changes that Redis could not be told of

    def now(self, slots):
        """The stamps of the slots, or None where nobody can know them."""
        stamps = self._current()
        return stamps and tuple([stamps[slot] for slot in slots])

    def all(self):
        stamps = self._current()
        return stamps and list(stamps)

    def settled(self, slots, seconds):
        """Whether nothing has been heard of a change for so long."""
        return max(self._heard[slot] for slot in slots) < self._clock() - seconds

    def change(self, slots):
        """Never fails: what changed is stored already, and Redis is told as soon as it can be."""
        with self._lock:
            self._owed.update(slots)
            self._tell()
            self._asked_at = float("-inf")

    def close(self):
        self._redis.close()

    def _current(self):
        # While one thread asks, the others go by what is known.
        if self._clock() - self._asked_at > self.POLL and self._lock.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._lock.release()
        return self._stamps

    def _ask(self):
        self._asked_at = self._clock()
        self._tell()
        try:
            with self._redis.pipeline() as pipe:
                pipe.set(self.EPOCH, secrets.token_hex(8), nx=True).get(self.EPOCH)
                pipe.zrangebyscore(self.CHANGES, f"({self._last}", "+inf", withscores=True)
                _, epoch, changes = pipe.execute()
                if epoch != self._epoch or self._stamps is None:
                    # The number that stands for no change is another in each epoch, so that no page outlives one.
                    self._epoch, self._stamps = epoch, [int(epoch, 16)] * SLOTS
                    self._heard = [self._asked_at] * SLOTS
                    changes = self._redis.zrange(self.CHANGES, 0, -1, withscores=True)
        except self._failures as problem:
            self._complain(problem)
            self._stamps = None
            return
        for slot, number in changes:
            self._stamps[int(slot)], self._heard[int(slot)] = int(number), self._clock()
            self._last = max(self._last, int(number))

    def _tell(self):
        if not self._owed:
            return
        try:
            self._redis.eval(self._CHANGE, len(self.KEYS), *self.KEYS, secrets.token_hex(8), *self._owed)
            self._owed.clear()
        except self._failures as problem:
            self._complain(problem)

    def _complain(self, problem):
        logger.warning("Redis does not answer, so pages are made anew for everybody until it does: %s", problem)

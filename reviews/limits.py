"""How often one person may do what costs the site something (settings.LIMITS), counted over all processes.

Who is signed in is counted by account, everybody else by address. A process counts for itself and tells the others,
through the shared cache, whenever somebody has used a tenth of a limit. So most people cost no write at all, and
each further process lets at most a tenth more through.
"""

import logging
import math
import threading
import time
from collections import OrderedDict
from functools import wraps
from typing import NamedTuple

from allauth.core.internal.ratelimit import cache_lock, get_ip
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from reviews.problems import is_for_programs, problem

PARTS = 10
REMEMBERED = 20_000  # people and actions that a process counts; whom it forgets begins anew in it

logger = logging.getLogger(__name__)


class Limit(NamedTuple):
    amount: int
    seconds: int

    @property
    def step(self):
        """After so many a process tells the others."""
        return max(1, self.amount // PARTS)

    @property
    def steps(self):
        return max(1, self.amount // self.step)


class Count:
    """What one process knows of one person and one action; times are seconds since the epoch."""

    def __init__(self, since):
        self.since, self.used, self.shut_until = since, 0, 0


class Counts(OrderedDict):
    """The counts of this process, those that were used last at the end."""

    lock = threading.Lock()

    def of(self, key, now):
        count = self.pop(key, None) or Count(now)
        self[key] = count
        if len(self) > REMEMBERED:
            self.popitem(last=False)
        return count


_counts = Counts()
forget = _counts.clear


def refused(request, action):
    """The answer to a person who has done this too often, or None where they may; then it is counted."""
    seconds = to_wait(request, action)
    return answer(request, seconds) if seconds else None


def to_wait(request, action, now=None):
    """Seconds until the person may do this again; 0 where they may now, and then it is counted."""
    if action not in settings.LIMITS:
        return 0
    limit = Limit(*settings.LIMITS[action])
    now = time.time() if now is None else now
    key = f"limit:{action}:{limit.amount}/{limit.seconds}:{_person(request)}"
    with _counts.lock:
        count = _counts.of(key, now)
        if count.shut_until <= now and not _is_step(count, limit, now):
            return 0
    if count.shut_until <= now:
        room, count.shut_until = _tell(key, limit, now)
        if room:
            return 0
    return max(1, math.ceil(count.shut_until - now))


def as_search(view):
    """Counts a request that asks the view for words; what the cache of pages answers never comes here."""

    @wraps(view)
    def counted(request, *args, **kwargs):
        asks = request.GET.get("q", "").strip()
        return (refused(request, "search") if asks else None) or view(request, *args, **kwargs)

    return counted


def _person(request):
    return f"user:{request.user.pk}" if request.user.is_authenticated else f"address:{get_ip(request)}"


def _is_step(count, limit, now):
    """Counts one more; whether that makes a step of which the others are to hear."""
    if now - count.since >= limit.seconds:
        count.since, count.used = now, 0
    count.used += 1
    if count.used < limit.step:
        return False
    count.since, count.used = now, 0
    return True


def _tell(key, limit, now):
    """Adds a step to what all processes count: whether there was room for it, and until when there is none after it."""
    try:
        with cache_lock(key) as locked:
            if not locked:
                return False, now + 1
            told = [at for at in cache.get(key, []) if now - limit.seconds < at <= now]
            room = len(told) < limit.steps
            if room:
                told.append(now)
                cache.set(key, told, limit.seconds)
    except Exception as away:  # whatever the client of the cache raises
        # Guesses at passwords have to wait for the cache; a vote or a search need not.
        logger.warning("The cache is away, so limits are not counted over all processes: %s", away)
        return True, 0
    return room, told[-limit.steps] + limit.seconds if len(told) >= limit.steps else 0


def answer(request, seconds):
    """429 in the way that whoever asks understands: a program, the script of the votes, or a person."""
    headers = {"Retry-After": str(seconds)}
    if is_for_programs(request):
        return problem(429, f"That was too often. Try again in {seconds} seconds.", headers=headers)
    said = sentence(seconds)
    if by_script(request):
        return told_to_script(said, 429, headers)
    page = render(request, "429.html", {"sentence": said}, status=429)
    page["Retry-After"] = headers["Retry-After"]
    return page


def sentence(seconds):
    if seconds <= 60:
        return _("That was too often in a short time. Wait a minute, then try again. Nothing was changed.")
    said = _("That was too often in a short time. Wait %(minutes)s minutes, then try again. Nothing was changed.")
    return said % {"minutes": math.ceil(seconds / 60)}


def by_script(request):
    """Whether a script of ours asks, which shows a sentence where it stands."""
    return request.headers.get("X-Requested-With") == "fetch"


def told_to_script(sentence, status, headers=None):
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8", headers=headers)

"""What Prometheus is told: the counts of all processes of the host together. Only loaded where METRICS wants it."""

import logging
import os
import secrets
from ipaddress import ip_address

from django.conf import settings

ROOM = 1 << 16  # bytes of a file of the client; what is counted here takes a quarter of it
FILES = ("counter", "histogram", "gauge_liveall")  # the kinds below

logger = logging.getLogger(__name__)


def _take_room():
    """Writes the client's files of this process in their whole length, and tells whether there was room.

    The client only makes them longer, and to write into a hole of a mapped file on a full disk kills the process.
    """
    paths = [settings.METRICS_DIR / f"{kind}_{os.getpid()}.db" for kind in FILES]
    try:
        settings.METRICS_DIR.mkdir(parents=True, exist_ok=True)
        for path in paths:
            with path.open("ab") as file:
                file.write(bytes(max(0, ROOM - path.stat().st_size)))
    except OSError as error:
        logger.warning("%s: this process is missing in /metrics until it is started again", error)
        for path in paths:
            path.unlink(missing_ok=True)
        return False
    return True


# The client reads this as it is loaded; without it each process counts for itself.
if _take_room():
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.METRICS_DIR)

from prometheus_client import (  # noqa: E402 -- as above
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

from pagecache.shelf import SHELVES  # noqa: E402 -- as above

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = ("GET", "HEAD", "POST")  # any other could be made up, to fill the memory
REQUESTS = Counter("reprise_requests", "Requests answered", ["method", "status"])
SECONDS = Histogram(
    "reprise_request_seconds",
    "Time to the first byte of an answer",
    buckets=(0.0005, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
KEPT = {"labelnames": ["kept"], "multiprocess_mode": "liveall"}
KEPT_BYTES = Gauge("reprise_kept_bytes", "Memory that a process keeps pages in, or parts of them", **KEPT)
KEPT_ENTRIES = Gauge("reprise_kept_entries", "How many of them it keeps", **KEPT)
_said = {}


def count(method, status, seconds):
    REQUESTS.labels(method if method in METHODS else "other", status).inc()
    SECONDS.observe(seconds)
    for name, shelf in SHELVES.items():
        # To say so takes longer than to answer with a page that is kept, which changes nothing.
        if _said.get(name) != shelf.held:
            _said[name] = shelf.held
            KEPT_BYTES.labels(name).set(shelf.held)
            KEPT_ENTRIES.labels(name).set(len(shelf))


def text(state):
    """The counts, and {name: (meaning, number)} of what is so just now."""
    _forget_the_dead()
    counted, now = CollectorRegistry(), CollectorRegistry()
    multiprocess.MultiProcessCollector(counted, settings.METRICS_DIR)
    for name, (meaning, number) in state.items():
        Gauge(f"reprise_{name}", meaning, registry=now).set(number)
    return generate_latest(counted) + generate_latest(now)


def _forget_the_dead():
    """What was so of a process that has ended: nobody else takes it away."""
    for path in settings.METRICS_DIR.glob("gauge_live*.db"):
        try:
            os.kill(int(path.stem.rpartition("_")[2]), 0)
        except ProcessLookupError:
            path.unlink(missing_ok=True)
        except PermissionError:
            continue  # It lives, as somebody else.


def may_be_told(request):
    """With the token of METRICS_TOKEN; without one only a program on this machine that no proxy stands before."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    # A web server on this machine speaks for the whole world.
    if "X-Forwarded-For" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False

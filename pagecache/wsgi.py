"""The cache as it stands in front of Django."""

import logging
import time

from django.conf import settings

from pagecache.declared import DECLARED, canonical
from pagecache.encodings import chosen
from pagecache.shelf import Page, Shelf
from pagecache.stamps import ANYTHING, UNNAMED, shared

HOLD = 0.4  # seconds for which a page is given as it is, so that a film with many votes is not made anew for each
LIFETIME = 600  # seconds after which a page is made anew in any case: who wrote may have been killed before saying so
RETRY = 1  # seconds for which a stale page is given without trying again, after making it anew failed
LONGEST_QUERY = 500  # characters
QUERIED = 4  # pages with a query string take at most one part in so many of the shelf
LEARNED = 20_000  # addresses of which it is remembered which parameters they know
FORBIDDING = ("no-store", "private")

logger = logging.getLogger(__name__)


def in_front_of(application, **options):
    """The application behind a cache as the settings have it, or the bare application where they want none."""
    if not settings.PAGECACHE_MIB:
        return application
    # Another worker may have been killed between a commit and saying so.
    shared().change([ANYTHING, UNNAMED])
    options = {"harmless": [settings.CSRF_COOKIE_NAME], "settling": settings.PAGECACHE_SETTLING} | options
    return PageCache(application, shared(), settings.PAGECACHE_MIB * 2**20, **options)


class PageCache:
    """A WSGI application that answers strangers from memory while nothing has changed that the page shows.

    Only what a view has declared with `pagecache.page` is kept. `varies` maps request headers that pages may vary by to
    functions that take the header to what it comes down to; a page that varies by another one is not kept.
    For `settling` seconds after a change a page may still be made without it, from a database that follows another.
    """

    def __init__(
        self, application, stamps, size, *, harmless=(), varies=None, settling=0, hold=HOLD, clock=time.monotonic
    ):
        self._application, self._stamps, self._settling = application, stamps, settling
        self._harmless, self._clock, self._hold = frozenset(harmless), clock, hold
        self._varies = [(f"HTTP_{name.upper().replace('-', '_')}", short) for name, short in (varies or {}).items()]
        self._known_to_vary = {"accept-encoding", "cookie", *(name.lower() for name in varies or ())}
        self._plain = Shelf(size - size // QUERIED, "pages")
        self._queried = Shelf(size // QUERIED, "pages with a query")
        self._parameters = {}

    @property
    def held(self):
        """Bytes."""
        return self._plain.held + self._queried.held

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not self._is_from_a_stranger(environ):
            return self._application(environ, start_response)
        key = self._key(environ)
        page = self._shelf(key).get(key)
        if page is not None and self._is_fresh(page):
            return self._answer(key, page, environ, start_response)
        return self._make(key, page, environ, start_response)

    def _is_from_a_stranger(self, environ):
        if "HTTP_AUTHORIZATION" in environ:
            return False
        cookies = environ.get("HTTP_COOKIE")
        return not cookies or self._harmless.issuperset(_names(cookies))

    def _key(self, environ):
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        if query and path in self._parameters:
            query = canonical(query, self._parameters[path])
        forwarded = environ.get("HTTP_X_FORWARDED_PROTO")
        https = bool(forwarded) and forwarded.partition(",")[0].strip() == "https"
        varying = [short(environ.get(name, "")) for name, short in self._varies]
        return (path, query, environ.get("HTTP_HOST"), https, environ["wsgi.url_scheme"], *varying)

    def _shelf(self, key):
        return self._queried if key[1] else self._plain

    def _is_fresh(self, page):
        now = self._clock()
        if now < page.calm_until:
            return True
        return now - page.taken < LIFETIME and page.stamps == self._stamps.now(page.slots) and not page.failed

    def _answer(self, key, page, environ, start_response):
        coding = chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if coding not in page.sent:
            page.encode(coding)
            self._shelf(key).weigh(key, page, page.size)
        return page.answer(coding, environ, start_response)

    def _make(self, key, old, environ, start_response):
        """Has Django make the page; keeps it if it may be kept, and falls back on the old one if it cannot be made."""
        # Taken before anything is read from the database: what changes from here on makes the page stale.
        taken, before = self._clock(), self._stamps.all()
        status, headers, body = self._ask_django(environ, old)
        if old and status.startswith("5"):
            _whole(body)  # so that Django ends the request and lets go of a broken connection
            logger.warning("%s could not be made anew (%s): a stale copy is shown", environ["PATH_INFO"], status)
            old.failed, old.calm_until = status[:3], self._clock() + RETRY
            return self._answer(key, old, environ, start_response)
        declared = environ.get(DECLARED)
        if declared is None or not self._may_be_kept(status, headers, environ):
            start_response(status, headers)
            return body
        self._learn(environ["PATH_INFO"], declared.parameters)
        page = Page(_whole(body), headers, chosen(environ.get("HTTP_ACCEPT_ENCODING", "")))
        page.taken, page.calm_until = taken, taken + self._hold
        # The view has put the query string in order, so the key may be another one than before.
        key = self._key(environ)
        if before is not None and len(key[1]) <= LONGEST_QUERY:
            page.slots, page.stamps = declared.slots, tuple([before[slot] for slot in declared.slots])
            if self._settling and not self._stamps.settled(page.slots, self._settling):
                page.stamps = ()  # of no use when its calm is over
            self._shelf(key).put(key, page, page.size)
        return self._answer(key, page, environ, start_response)

    def _ask_django(self, environ, old):
        begun = []
        try:
            body = self._application(environ, lambda *answer: begun.append(answer))
        except Exception:
            if not old:
                raise
            logger.exception("%s could not be made anew", environ["PATH_INFO"])
            return "500 Internal Server Error", [], []
        return *begun[-1][:2], body

    def _may_be_kept(self, status, headers, environ):
        if not status.startswith("200") or environ.get("HTTP_COOKIE"):
            return False
        said = {}
        for name, value in headers:
            said.setdefault(name.lower(), []).extend(part.strip().lower() for part in value.split(","))
        return (
            "set-cookie" not in said
            and "content-encoding" not in said
            and not any(word in FORBIDDING for word in said.get("cache-control", ()))
            and self._known_to_vary.issuperset(said.get("vary", ()))
        )

    def _learn(self, path, parameters):
        if len(self._parameters) >= LEARNED:
            self._parameters.clear()
        self._parameters[path] = parameters


def _names(cookies):
    return [cookie.partition("=")[0].strip() for cookie in cookies.split(";")]


def _whole(body):
    try:
        return b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()

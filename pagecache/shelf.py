"""Pages as they are kept and sent, and the shelf that keeps no more than it may."""

import hashlib
import re
import threading
from collections import OrderedDict
from typing import NamedTuple

from pagecache.encodings import DECODE, ENCODE

OVERHEAD = 4096  # bytes that a page takes besides its bodies: its key, headers, and the objects around them
STAYS = ("Cache-Control", "ETag", "Vary")  # headers that an answer without a body repeats
_TAGS = re.compile(r'(?:W/)?("[^"]*")')


class Sent(NamedTuple):
    """A page in one coding."""

    body: bytes
    etag: str
    headers: list
    unchanged: list  # the headers of the answer that it has not changed


class Page:
    """A page and all that is needed to send it, in every coding that was asked for."""

    slots, stamps = (), None  # what it shows, and how that stood before it was made
    taken = calm_until = 0.0  # when that was, and until when it is given without looking
    failed = None  # the status with which making it anew failed

    def __init__(self, body, headers, coding):
        vary = {name.strip() for key, value in headers if key.lower() == "vary" for name in value.split(",")}
        self._headers = [pair for pair in headers if pair[0].lower() not in ("content-length", "vary")]
        self._headers.append(("Vary", ", ".join(sorted(vary | {"Accept-Encoding"}))))
        if not any(key.lower() == "cache-control" for key, _ in headers):
            # To be kept by the browser, but not shown again without asking whether it is still the same.
            self._headers.append(("Cache-Control", "no-cache"))
        self._digest = hashlib.blake2b(body, digest_size=12).hexdigest()
        self.sent = {coding: self._sent(coding, body)}

    @property
    def size(self):
        return OVERHEAD + sum(len(sent.body) for sent in self.sent.values())

    def encode(self, coding):
        """Makes it ready to be sent in one more coding."""
        other, sent = next(iter(self.sent.items()))
        self.sent = self.sent | {coding: self._sent(coding, DECODE[other](sent.body))}

    def answer(self, coding, environ, start_response):
        sent = self.sent[coding]
        status, headers, body = "200 OK", sent.headers, sent.body
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and (known == sent.etag or known.strip() == "*" or sent.etag in _TAGS.findall(known)):
            status, headers, body = "304 Not Modified", sent.unchanged, b""
        if self.failed:
            note = f"reprise; hit; fwd=stale; fwd-status={self.failed}"  # RFC 9211
            headers = [*headers, ("Cache-Status", note)]
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _sent(self, coding, identity):
        body, etag = ENCODE[coding](identity), f'"{self._digest}-{coding}"'
        headers = [*self._headers, ("ETag", etag), ("Content-Length", str(len(body)))]
        if coding != "identity":
            headers.append(("Content-Encoding", coding))
        return Sent(body, etag, headers, [pair for pair in headers if pair[0] in STAYS])


SHELVES = {}  # those of this process that have a name, for who wants to know what they hold


class Shelf:
    """What was used last, in no more bytes than allowed."""

    def __init__(self, size, name=None):
        self.size, self.held = size, 0
        self._things, self._lock = OrderedDict(), threading.Lock()
        if name:
            SHELVES[name] = self

    def __len__(self):
        return len(self._things)

    def get(self, key):
        with self._lock:
            if key not in self._things:
                return None
            self._things.move_to_end(key)
            return self._things[key][0]

    def put(self, key, thing, size):
        with self._lock:
            self._put(key, thing, size)

    def clear(self):
        with self._lock:
            self._things.clear()
            self.held = 0

    def weigh(self, key, thing, size):
        """Takes account of a thing that has grown, if it still stands there."""
        with self._lock:
            if self._things.get(key, (None,))[0] is thing:
                self._put(key, thing, size)

    def _put(self, key, thing, size):
        self._drop(key)
        self._things[key] = thing, size
        self.held += size
        while self.held > self.size:
            self._drop(next(iter(self._things)))

    def _drop(self, key):
        _, size = self._things.pop(key, (None, 0))
        self.held -= size

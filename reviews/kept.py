"""Parts of pages, kept in this process under all that they show, so that none can be stale.

They have marks where goes what is of one reader or one address alone: a name, a token, a notice.
"""

import re
import secrets
import sys

from django.conf import settings
from django.utils.safestring import mark_safe

from pagecache.shelf import Shelf

ALLOCATED = 16  # bytes that an object takes besides its own: what it is rounded up to, and the allocator's note of it
OVERHEAD = 512  # bytes that a part takes besides its key and its pieces: its places in two tables, and their growth

_DIGITS = secrets.token_hex(16)  # Nobody can write a text that holds them.
_MARK = re.compile(f"({_DIGITS}-[a-z]+-)")


def mark(name):
    """What a template prints where `filled()` puts what is said under it."""
    return mark_safe(f"{_DIGITS}-{name}-")  # noqa: S308 -- digits and letters


class Kept(Shelf):
    """HTML, cut at the marks. A key is a tuple of what is shown, however deep."""

    def put(self, key, html):
        pieces = [piece.encode() for piece in _MARK.split(html)]
        super().put(key, pieces, OVERHEAD + size_of(key) + size_of(pieces))
        return pieces


def size_of(thing):
    """The bytes that it takes, with what it holds."""
    held = sum(map(size_of, thing)) if isinstance(thing, (tuple, list)) else 0
    return sys.getsizeof(thing) + ALLOCATED + held


def filled(pieces, parts, said):
    """The bytes to send: at the marks stand other `parts`, which are pieces too, and what is `said`, which is HTML."""
    parts = {name.encode(): other for name, other in parts.items()}
    said = {name.encode(): html.encode() for name, html in said.items()}
    whole = [piece for piece in pieces for piece in parts.get(piece, (piece,))]
    return b"".join([said.get(piece, piece) for piece in whole])


# Where templates are being worked on, nothing is kept.
kept = Kept(0 if settings.DEBUG else settings.PARTS_MIB * 2**20, "parts")

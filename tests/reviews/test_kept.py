import os
import tracemalloc
from datetime import date

from reviews.kept import Kept, filled, mark

BACK = mark("back")


def key(number):
    """As a review is kept under: what its row and the reader say, some of it beyond Latin letters."""
    row = (number, None, "maud", f"Headline {number}", 7, 10, date(2021, 3, 4), False, "en", None, None)
    body = f"{os.urandom(500).hex()} {number}"
    return ((*row, body, f"Ça – {body[:200]}", 3, 4, 0, 2.5, 3.5), None, True, False, False, False, "en-gb")


def html(size):
    piece = os.urandom(size // 8).hex()
    return BACK.join([piece, piece, piece, piece])


def test_no_more_memory_is_taken_than_allowed():
    allowed = 4 * 2**20
    tracemalloc.start()
    kept = Kept(allowed)
    for number in range(2000):
        kept.put(key(number), html(4000))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.9 * allowed < kept.held <= allowed
    # What is counted is what it takes: neither more than allowed, nor so much less that the bound means little.
    assert 0.75 * allowed < taken <= allowed


def test_where_nothing_may_be_kept_the_pieces_can_be_sent_all_the_same():
    kept = Kept(0)
    pieces = kept.put(("a",), f"<p>{BACK}</p>")
    assert (len(kept), filled(pieces, {}, {BACK: "/films/"})) == (0, b"<p>/films/</p>")

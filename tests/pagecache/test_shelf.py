import os
import tracemalloc

from pagecache.shelf import OVERHEAD, Page, Shelf


def page(size=1000):
    return Page(os.urandom(size), [("Content-Type", "text/html")], "identity")


def put(shelf, key, page):
    shelf.put(key, page, page.size)


def test_what_was_used_last_stays():
    shelf = Shelf(2 * (1000 + OVERHEAD))
    for key in ("one", "two"):
        put(shelf, key, page())
    shelf.get("one")
    put(shelf, "three", page())
    assert [key for key in ("one", "two", "three") if shelf.get(key)] == ["one", "three"]


def test_a_page_put_again_is_held_once():
    shelf = Shelf(100_000)
    put(shelf, "one", page())
    put(shelf, "one", page(500))
    assert (len(shelf), shelf.held) == (1, 500 + OVERHEAD)


def test_a_page_that_grows_by_a_coding_is_weighed_anew():
    shelf, grown = Shelf(2000 + OVERHEAD), page()
    put(shelf, "one", grown)
    grown.encode("gzip")
    shelf.weigh("one", grown, grown.size)
    assert (len(shelf), shelf.held) == (0, 0)


def test_a_page_that_has_gone_meanwhile_is_not_weighed():
    shelf, gone = Shelf(100_000), page()
    shelf.weigh("one", gone, gone.size)
    assert (len(shelf), shelf.held) == (0, 0)


def test_no_more_memory_is_taken_than_allowed():
    allowed = 4 * 2**20
    tracemalloc.start()
    shelf = Shelf(allowed)
    for number in range(3000):
        put(shelf, (f"/films/film-{number}/", "", "reprise.example", None, "http"), page(3000))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert allowed - 3000 - OVERHEAD < shelf.held <= allowed
    assert taken <= allowed

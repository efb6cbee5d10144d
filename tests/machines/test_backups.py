"""A copy is taken and brought back while the site is read and voted on."""

import hashlib
import sqlite3
import threading

import pytest

from tests.servers import until
from tests.sites import Reader, Site

PAGES = ("/", "/films/", "/films/hard-hit-2021/", "/search/?q=text", "/feeds/", "/api/v1/films/", "/sitemap.xml")


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def site(request, tmp_path):
    given = {} if request.param == "SQLite" else {"DATABASE_URL": request.getfixturevalue("postgres").url}
    site = Site(tmp_path, **given)
    yield site
    site.stop()


def pages(port):
    return [hashlib.sha256(Reader(port).get(address).body).hexdigest() for address in PAGES]


def test_a_copy_taken_under_votes_brings_back_the_same_site_while_it_runs(site):
    there = site.prepare(reviews=5, readers=4)
    site.manage("index_reviews")
    node = site.node()
    voters = [Reader(node.port, session) for session in there["sessions"]]
    stop, answers = threading.Event(), []

    def go_on_voting(voter):
        for number in range(10_000):
            if stop.is_set():
                return
            answers.append(voter.vote(there["reviews"][number % 5], number % 3 == 0))

    threads = [threading.Thread(target=go_on_voting, args=[voter]) for voter in voters]
    for thread in threads:
        thread.start()
    until(lambda: len(answers) > 20)
    site.manage("backup", site.folder / "copy")
    stop.set()
    for thread in threads:
        thread.join()
    assert set(answers) == {302}

    # The copy is a moment in the middle of the votes; brought back it adds up, and is what the next copy says again.
    assert "is restored." in site.manage("restore", site.folder / "copy")
    assert site.recounted() == "5 reviews checked, 0 mended."
    exported, shown = site.manage("export_reviews"), pages(node.port)

    later = site.manage("backup").strip()
    assert voters[0].vote(there["reviews"][0], True) == 302
    site.manage("shell", "-v0", "-c", "from reviews.models import Review; Review.objects.last().delete()")
    assert site.manage("export_reviews") != exported
    until(lambda: pages(node.port) != shown)
    site.manage("restore", later)
    assert site.manage("export_reviews") == exported
    until(lambda: pages(node.port) == shown)
    assert site.recounted() == "5 reviews checked, 0 mended."
    assert voters[0].vote(there["reviews"][0], True) == 302


def test_of_the_copies_that_are_kept_the_oldest_go(tmp_path):
    site = Site(tmp_path)
    site.prepare()
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"2020-01-0{day}-000000.sqlite3").touch()
    taken = site.manage("backup", "--keep", 2).strip()
    assert [str(path) for path in sorted(folder.iterdir())] == [str(folder / "2020-01-03-000000.sqlite3"), taken]


def test_a_damaged_copy_is_not_brought_back(tmp_path):
    site = Site(tmp_path)
    there = site.prepare(reviews=50)
    copy = tmp_path / "copy.sqlite3"
    site.manage("backup", copy)
    data = bytearray(copy.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = bytes(20_000)
    copy.write_bytes(data)
    with pytest.raises(AssertionError, match=r"damaged|malformed"):
        site.manage("restore", copy)
    assert site.recounted() == f"{len(there['reviews'])} reviews checked, 0 mended."


def test_a_copy_is_for_nobody_else_to_read(tmp_path):
    site = Site(tmp_path)
    site.prepare()
    site.manage("backup", tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    assert sqlite3.connect(tmp_path / "copy").execute("PRAGMA journal_mode").fetchone() == ("delete",)

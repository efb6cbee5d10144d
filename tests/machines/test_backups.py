"""A copy is taken and brought back while the site is read and voted on."""

import hashlib
import re
import shutil
import sqlite3
import subprocess
import sys
import threading

import pytest

from tests.servers import until
from tests.sites import ROOT, Reader, Site

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


def refusal(site, *arguments):
    """What a command says that can do nothing."""
    command = [sys.executable, "manage.py", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line.removeprefix("CommandError: ")


def table_of_somebody_else(path):
    with sqlite3.connect(path) as other:
        other.executescript("PRAGMA page_size=8192; CREATE TABLE t(a); INSERT INTO t VALUES (1)")


def site_of_django(path):
    table_of_somebody_else(path)
    with sqlite3.connect(path) as other:
        other.executescript("CREATE TABLE django_migrations(id, app, name); CREATE TABLE films_film(id)")


def damage(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = bytes(20_000)
    path.write_bytes(data)


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def come_from_a_later_version(path):
    with sqlite3.connect(path) as later:
        later.execute("INSERT INTO django_migrations(app, name, applied) VALUES ('films', '0999_smell', '2030-01-01')")


def have_smaller_pages(path):
    with sqlite3.connect(path) as smaller:
        smaller.executescript("PRAGMA page_size=4096; VACUUM")


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A site, a copy of it, and what the site exports."""
    folder = tmp_path_factory.mktemp("copied")
    site = Site(folder)
    site.prepare(reviews=50)
    site.manage("backup", folder / "copy")
    return site, folder / "copy", site.manage("export_reviews")


NO_BACKUP = "is no backup of a Reprise on SQLite, as manage.py backup writes them."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda path: path.unlink(), r"There is no file \S+/copy\."),
        (lambda path: path.write_text("film,year\nHard Hit,2021\n" * 500), NO_BACKUP),
        (lambda path: path.write_bytes(b""), NO_BACKUP),
        (lambda path: (path.unlink(), table_of_somebody_else(path)), NO_BACKUP),
        (lambda path: (path.unlink(), site_of_django(path)), NO_BACKUP),
        (damage, "is damaged"),
        (cut, "is damaged"),
        (come_from_a_later_version, "comes from a later version, with films 0999_smell"),
        (have_smaller_pages, "has pages of 4096 bytes, the database of the site has 8192"),
    ],
    ids=["none", "csv", "empty", "table", "django", "damaged", "cut", "later", "pages"],
)
def test_what_is_no_copy_that_can_be_read_is_refused_before_anything_is_touched(copied, tmp_path, change, reason):
    site, copy, exported = copied
    shutil.copy(copy, tmp_path / "copy")
    change(tmp_path / "copy")
    assert re.search(reason, refusal(site, "restore", tmp_path / "copy"))
    assert site.manage("export_reviews") == exported
    assert not (site.folder / "backups").exists()


def test_a_copy_is_brought_back_on_a_machine_where_there_was_nothing(tmp_path):
    (tmp_path / "first").mkdir(), (tmp_path / "other").mkdir()
    first, other = Site(tmp_path / "first"), Site(tmp_path / "other")
    first.prepare()
    first.manage("backup", tmp_path / "copy")
    assert "is restored." in other.manage("restore", tmp_path / "copy")
    assert other.manage("export_reviews") == first.manage("export_reviews")


def test_the_database_itself_is_no_copy_of_it(tmp_path):
    site = Site(tmp_path)
    site.prepare()
    assert "is the database of the site itself" in refusal(site, "restore", tmp_path / "reprise.sqlite3")


def test_what_is_no_copy_for_postgresql_is_refused_before_anything_is_touched(tmp_path, postgres):
    site, copy = Site(tmp_path, DATABASE_URL=postgres.url), tmp_path / "copy"
    site.prepare()
    before = site.manage("export_reviews")
    copy.write_text("film,year\n")
    assert "is no backup of a Reprise on PostgreSQL" in refusal(site, "restore", copy)
    subprocess.run(["pg_dump", "-Fc", "-t", "films_film", "-f", copy, postgres.url], check=True)
    assert "is no backup of a Reprise on PostgreSQL" in refusal(site, "restore", copy)
    site.manage("backup", copy)
    copy.write_bytes(copy.read_bytes()[:-100])
    assert "is damaged" in refusal(site, "restore", copy)
    later = "INSERT INTO django_migrations(app, name, applied) VALUES ('films', '0999_smell', now())"
    subprocess.run(["psql", "-q", postgres.url, "-c", later], check=True)
    site.manage("backup", copy)
    assert "comes from a later version, with films 0999_smell" in refusal(site, "restore", copy)
    assert site.manage("export_reviews") == before
    assert not (tmp_path / "backups").exists()


def test_a_place_where_nothing_can_be_written_is_named(tmp_path):
    site = Site(tmp_path)
    site.prepare()
    path = tmp_path / "reprise.sqlite3" / "copy"
    assert refusal(site, "backup", path) == f"{path} cannot be written: File exists."


def test_a_copy_is_for_nobody_else_to_read(tmp_path):
    site = Site(tmp_path)
    site.prepare()
    site.manage("backup", tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    assert sqlite3.connect(tmp_path / "copy").execute("PRAGMA journal_mode").fetchone() == ("delete",)

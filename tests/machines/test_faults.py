"""What goes wrong, done for real: processes are killed, the database goes, the disk is full, the clock jumps.

Each time no vote that was answered is lost or counted twice, totals are what a recount finds, and readers keep reading.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from benchmarks.texts import write_archive
from config.commands import FULL, NOTHING_DONE
from tests.servers import until
from tests.sites import ROOT, Node, Reader, Site, alive, children, said

dice = random.Random(time.time())  # noqa: S311 -- any moment will do


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def either(request, tmp_path):
    """A site on each of the two engines."""
    given = {} if request.param == "SQLite" else {"DATABASE_URL": request.getfixturevalue("postgres").url}
    site = Site(tmp_path, **given)
    yield site
    site.stop()


class Voters:
    """Readers who vote on all reviews without pause, each remembering what was answered."""

    def __init__(self, port, there):
        self._reviews, self._stop = there["reviews"], threading.Event()
        # By voter and review: the last answered vote, and what was asked for since without an answer.
        self.answered, self.open, self.statuses = {}, {}, []
        self._threads = [
            threading.Thread(target=self._go_on, args=[number, Reader(port, session)])
            for number, session in enumerate(there["sessions"])
        ]
        for thread in self._threads:
            thread.start()

    def _go_on(self, number, reader):
        turn = random.Random(number)  # noqa: S311
        while not self._stop.is_set():
            review, helpful = turn.choice(self._reviews), turn.random() < 0.5
            key = f"voter{number}", review
            self.open.setdefault(key, set()).add(helpful)
            try:
                status = reader.vote(review, helpful)
            except OSError:
                time.sleep(0.05)
                continue
            self.statuses.append(status)
            if status == 302:
                self.answered[key] = helpful
                self.open[key] = set()

    def until(self, number):
        """Waits for so many more answered votes."""
        wanted = self.statuses.count(302) + number
        until(lambda: self.statuses.count(302) >= wanted)

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def lost(self, site):
        """The votes that were answered and are not what the site has stored."""
        said = "import json; from reviews.models import HelpfulVote as H; print(json.dumps([*H.objects.values_list("
        said += "'user__username', 'review_id', 'helpful')]))"
        stored = [tuple(vote) for vote in json.loads(site.manage("shell", "-v0", "-c", said))]
        assert len({vote[:2] for vote in stored}) == len(stored)
        now = {(voter, review): helpful for voter, review, helpful in stored}
        return {
            key: helpful
            for key, helpful in self.answered.items()
            if now.get(key) != helpful and now.get(key) not in self.open[key]
        }


def test_the_web_server_is_killed_under_votes(either):
    there = either.prepare(reviews=4, readers=6)
    node = either.node()
    voters = Voters(node.port, there)
    for _ in range(3):
        voters.until(dice.randint(5, 40))
        node.kill()
        node.start()
    voters.until(10)
    voters.stop()
    assert set(voters.statuses) == {302}
    assert voters.lost(either) == {}
    assert either.recounted() == "4 reviews checked, 0 mended."


def test_one_worker_is_killed_and_the_others_go_on(either):
    there = either.prepare(reviews=4, readers=4)
    node = either.node()
    voters = Voters(node.port, there)
    voters.until(dice.randint(5, 20))
    before = node.workers()
    # One that dies again at once would make the server give up, and whoever supervises it start it anew.
    os.kill(dice.choice(before), signal.SIGKILL)
    until(lambda: set(node.workers()) - set(before))
    voters.until(10)
    voters.stop()
    assert voters.lost(either) == {}
    assert either.recounted() == "4 reviews checked, 0 mended."


def test_an_import_is_killed_at_random_moments_under_votes_and_run_again(either):
    there = either.prepare(reviews=4, readers=4)
    write_archive(either.folder / "reviews.tar", 600)
    voters = Voters(either.node().port, there)
    command = [sys.executable, "manage.py", "import_reviews", either.folder / "reviews.tar"]
    for _ in range(3):
        begun = subprocess.Popen(command, cwd=ROOT, env=either.environment, stderr=subprocess.DEVNULL)
        # So many votes after its start is any moment, at whatever pace the machine runs just now.
        voters.until(dice.randint(5, 150))
        begun.kill()
        begun.wait()
    either.manage("import_reviews", either.folder / "reviews.tar")
    voters.until(5)
    voters.stop()
    reviews = [json.loads(line) for line in either.manage("export_reviews").splitlines()]
    assert (len(reviews), len({review["body"] for review in reviews})) == (604, 604)
    assert voters.lost(either) == {}
    assert set(voters.statuses) == {302}
    assert either.recounted() == "604 reviews checked, 0 mended."


def test_postgresql_is_killed_under_votes_and_comes_back(tmp_path, postgres):
    site = Site(tmp_path, DATABASE_URL=postgres.url)
    there = site.prepare(reviews=4, readers=4)
    node = site.node()
    assert Reader(node.port).get(there["film"]).status == 200
    voters = Voters(node.port, there)
    for _ in range(2):
        voters.until(dice.randint(5, 30))
        stranger = Reader(node.port)
        for _ in range(40):  # so that both workers keep it
            stranger.get(there["film"])
        postgres.kill()
        # Who votes is told so, who reads a page that was kept reads on, and the process lives.
        until(lambda: 503 in voters.statuses)
        page = stranger.get(there["film"])
        assert (page.status, "Headline 1" in page.text) == (200, True)
        assert stranger.get("/films/?sort=year").status == 503
        assert (stranger.get("/healthz").status, stranger.get("/healthz/ready").status) == (200, 503)
        postgres.start()
        voters.until(5)
        voters.statuses[:] = [status for status in voters.statuses if status == 302]
    voters.stop()
    assert voters.lost(site) == {}
    assert site.recounted() == "4 reviews checked, 0 mended."
    site.stop()


def test_the_database_is_locked_for_long_and_then_free(site):
    there = site.prepare(reviews=2, readers=1)
    node = site.node()
    voter, stranger = Reader(node.port, there["sessions"][0]), Reader(node.port)
    shown = stranger.get(there["film"]).body
    other = sqlite3.connect(site.folder / "reprise.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(voter.vote(there["reviews"][0], True)))
    waiting.start()
    # Readers do not wait, whether their page is kept or not.
    assert stranger.get(there["film"]).body == shown
    assert stranger.get("/films/?sort=year").status == 200
    assert answers == []
    other.execute("ROLLBACK")
    waiting.join()
    assert answers == [302]
    assert site.recounted() == "2 reviews checked, 0 mended."


def test_the_file_of_the_database_is_gone_and_comes_back(site):
    there = site.prepare(reviews=2, readers=1)
    node = site.node()
    voter, stranger = Reader(node.port, there["sessions"][0]), Reader(node.port)
    shown = stranger.get(there["film"]).body
    assert voter.vote(there["reviews"][0], True) == 302
    node.stop()
    names = [site.folder / f"reprise.sqlite3{suffix}" for suffix in ("", "-wal", "-shm")]
    for path in filter(Path.exists, names):
        path.rename(f"{path}.away")
    (site.folder / "reprise.sqlite3").mkdir()
    node.start()
    page = stranger.get(there["film"])
    assert (page.status, page.headers["Retry-After"]) == (503, "30")
    assert "Back in a moment" in page.text
    assert (stranger.get("/healthz").status, stranger.get("/healthz/ready").status) == (200, 503)
    (site.folder / "reprise.sqlite3").rmdir()
    for path in site.folder.glob("*.away"):
        path.rename(path.with_suffix(""))
    assert stranger.get(there["film"]).body != shown
    assert voter.vote(there["reviews"][1], True) == 302
    assert site.recounted() == "2 reviews checked, 0 mended."


def fill(file):
    while True:
        file.write(bytes(4096))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_the_disk_is_full_and_then_has_room_again(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")
    site = Site(disk)
    try:
        there = site.prepare(reviews=4, readers=4)
        node = site.node(METRICS="1")  # whose files are on the disk too
        stranger = Reader(node.port)
        assert stranger.get(there["film"]).status == 200
        voters = Voters(node.port, there)
        voters.until(10)
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            fill(file)
        until(lambda: 503 in voters.statuses)
        before = node.workers()
        assert stranger.get(there["film"]).status == 200
        os.kill(before[0], signal.SIGKILL)
        until(lambda: len(set(node.workers()) - {before[0]}) == 2)
        for _ in range(20):
            assert stranger.get(there["film"]).status == 200
            assert stranger.get("/metrics").status == 200
        text = "Hard Hit (2021)\n\nA text of a review that finds no room."
        for command in (["import_reviews", "-"], ["backup"]):
            done = subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=site.environment, check=False, input=text,
                capture_output=True, text=True,
            )  # fmt: skip
            assert (done.returncode, done.stdout, done.stderr) == (NOTHING_DONE, "", f"{FULL}\n")
        filler.unlink()
        voters.until(10)
        voters.stop()
        assert set(voters.statuses) == {302, 503}
        assert voters.lost(site) == {}
        assert site.recounted() == "4 reviews checked, 0 mended."
        # One has been started for the one that was killed, and nothing has ended by itself.
        assert len(set(node.workers()) - set(before)) == 1
    finally:
        site.stop()
        subprocess.run(["umount", "-l", disk], check=True)


def test_redis_goes_and_comes_back(tmp_path, redis):
    site = Site(tmp_path, CACHE_URL=redis.url)
    there = site.prepare(reviews=2, readers=2)
    node = site.node()
    voter, stranger = Reader(node.port, there["sessions"][0]), Reader(node.port)
    redis.stop()
    assert voter.vote(there["reviews"][0], True) == 302
    assert "1 of 1 reader" in voter.get(there["film"]).text
    until(lambda: "1 of 1 reader" in stranger.get(there["film"]).text)
    assert stranger.get("/healthz/ready").status == 503
    # Guesses cannot be counted, so nobody signs in, and that is said.
    assert stranger.get("/accounts/login/").status == 200
    refused = stranger.sign_in("voter1", "a guess")
    assert (refused.status, "Back in a moment" in refused.text) == (503, True)
    redis.start()
    assert voter.vote(there["reviews"][0], False) == 302
    until(lambda: "0 of 1 reader" in stranger.get(there["film"]).text)
    assert stranger.get("/healthz/ready").status == 200
    site.stop()


STEPPED = """
import datetime, sys, time
import django.utils.timezone as zone
step = datetime.timedelta(days=int(sys.argv.pop(1)))
real, now = time.time, zone.now
time.time, zone.now = lambda: real() + step.total_seconds(), lambda: now() + step
sys.argv[0] = "manage.py"
from django.core.management import execute_from_command_line
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
execute_from_command_line(sys.argv)
"""


@pytest.mark.parametrize("days", [-400, 400])
def test_the_clock_jumps_while_an_import_waits(site, days):
    """A worker whose clock is wrong takes the import up once, and the next one with the right clock finds it done."""
    there = site.prepare(reviews=1)
    plan = """
from pathlib import Path
from reviews.importing import plan
from reviews.importing.bounds import Source
from reviews.models import Import
text = min(Path("sample/reviews").iterdir()).read_bytes()
plan.store([Source("a.txt", text)]).move_to(Import.Status.RUNNING)
"""
    site.manage("shell", "-v0", "-c", plan)
    command = [sys.executable, "-c", STEPPED, str(days), "import_worker", "--once"]
    done = subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    reviews = len(site.manage("export_reviews").splitlines())
    site.manage("import_worker", "--once")
    assert len(site.manage("export_reviews").splitlines()) == reviews > len(there["reviews"])
    assert site.recounted().endswith(" 0 mended.")


def test_two_imports_of_the_same_files_at_once_store_each_review_once(either):
    either.prepare(reviews=1)
    command = [sys.executable, "manage.py", "import_reviews", "sample/reviews", "--json"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=either.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    reports = [json.loads(one.communicate()[0]) for one in both]
    reviews = [json.loads(line) for line in either.manage("export_reviews").splitlines()]
    assert sum(report["created"] for report in reports) == len(reviews) - 1
    said = [json.dumps(review, sort_keys=True) for review in reviews]
    assert len(set(said)) == len(said)
    assert either.recounted() == f"{len(reviews)} reviews checked, 0 mended."


@pytest.fixture
def served(site):
    """The site as `make run` serves it: a supervisor, the web server and the worker for imports."""
    node = Node(site, {}, [sys.executable, "manage.py", "serve"])
    site.lay()
    site.nodes.append(node.start())
    return node


def named(pids, word):
    return [pid for pid in pids if word in said(pid)]


def test_the_worker_and_the_web_server_are_started_again_and_leave_nothing_behind(served):
    until(lambda: len(served.workers()) == 2)
    (granian,), (worker,) = named(served.workers(), "granian"), named(served.workers(), "import_worker")
    until(lambda: len(children(granian)) >= 2)
    left = children(granian)
    os.kill(worker, signal.SIGKILL)
    until(lambda: named(set(served.workers()) - {worker}, "import_worker"))
    os.kill(granian, signal.SIGKILL)
    until(lambda: not any(map(alive, left)))
    served.wait()
    everything = [pid for child in served.workers() for pid in (child, *children(child))]
    served.stop(signal.SIGKILL)
    until(lambda: not any(map(alive, everything)))


def test_the_code_is_loaded_anew_without_an_answer_missing(site):
    there = site.prepare(reviews=2, readers=2)
    node = site.node()
    failed, asked, stop = [], [], threading.Event()

    def go_on(address):
        while not stop.is_set():
            try:
                asked.append(Reader(node.port).get(address).status)
            except OSError as error:
                failed.append(error)

    threads = [threading.Thread(target=go_on, args=[address]) for address in (there["film"], "/films/?page=1")]
    for thread in threads:
        thread.start()
    for _ in range(2):
        before = node.workers()
        os.kill(node.pid, signal.SIGHUP)
        until(lambda: len(set(node.workers()) - set(before)) == 2 and not any(map(alive, before)))  # noqa: B023
    stop.set()
    for thread in threads:
        thread.join()
    assert set(asked) == {200}
    # Connections that the kernel had given to a worker as it ended; a web server in front asks once more for these.
    # Each of the two who ask has one at a time, and two workers have ended twice.
    assert len(failed) <= 2 * 2 * 2

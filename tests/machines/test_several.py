"""Two web nodes, a primary, a streaming replica and Redis, as on five machines."""

import json
import subprocess

import pytest

from config import replicas
from tests.servers import until
from tests.sites import Reader, Site


@pytest.fixture
def replica(postgres):
    follower = postgres.replica()
    yield follower
    follower.remove()


@pytest.fixture
def site(tmp_path, postgres, replica, redis):
    site = Site(tmp_path, DATABASE_URL=postgres.url, REPLICA_URLS=replica.url, CACHE_URL=redis.url)
    yield site
    site.stop()


def ask(server, sql):
    command = ["psql", "-h", "127.0.0.1", "-p", str(server.port), "-U", "reprise", "-Atc", sql, "reprise"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def reads(replica):
    return int(ask(replica, "SELECT coalesce(sum(idx_scan + seq_scan), 0) FROM pg_stat_user_tables"
                            " WHERE relname IN ('films_film', 'reviews_review')"))  # fmt: skip


def test_votes_through_one_node_are_read_through_the_other_whatever_of_the_rest_goes(site, postgres, replica, redis):
    there = site.prepare(reviews=1, readers=12)
    film, (review,) = there["film"], there["reviews"]
    one, other = site.node(), site.node()
    voters = [Reader(one.port, session) for session in there["sessions"]]
    yes = 0

    def shows(port, expected):
        return lambda: expected in Reader(port).get(film).text

    def vote_through(port):
        nonlocal yes
        voter = voters[yes]
        voter.port = port
        assert voter.vote(review, True) == 302
        yes += 1
        return voter, f"{yes} of {yes} reader"

    # Who has voted sees it at once on whichever node, and everybody else soon and for good.
    for ports in ((one.port, other.port), (other.port, one.port)):
        voter, expected = vote_through(ports[0])
        voter.port = ports[1]
        assert expected in voter.get(film).text
        for port in ports:
            until(shows(port, expected))
    until(lambda: reads(replica) > 0)

    # A replica that stands still is not read from, and no page of its time is kept.
    ask(replica, "SELECT pg_wal_replay_pause()")
    _, expected = vote_through(one.port)
    for port in (one.port, other.port):
        until(shows(port, expected))
    ask(replica, "SELECT pg_wal_replay_resume()")
    for port in (one.port, other.port, one.port, other.port):
        assert expected in Reader(port).get(film).text

    # Without the replica everything is read from the primary, and with it again from it.
    replica.stop("immediate")
    voter, expected = vote_through(other.port)
    assert expected in voter.get(film).text
    strangers = [Reader(port).get("/search/?q=review").status for port in (one.port, other.port) * 5]
    assert strangers == [200] * 10
    replica.start()
    vote_through(one.port)
    before = reads(replica)
    until(lambda: Reader(other.port).get("/search/?q=review").status == 200 and reads(replica) > before)

    # Without Redis pages are made anew.
    redis.stop()
    _, expected = vote_through(one.port)
    for port in (one.port, other.port):
        until(shows(port, expected))
    redis.start()

    # Without a node the other one goes on, and its sessions too.
    one.kill()
    voter, expected = vote_through(other.port)
    assert expected in voter.get(film).text
    assert site.recounted().endswith(" 0 mended.")
    exported = [json.loads(line) for line in site.manage("export_reviews").splitlines()]
    assert [(each["votes_yes"], each["votes_total"]) for each in exported if "votes_yes" in each] == [(yes, yes)]


def test_pages_are_kept_for_no_longer_than_replicas_need_to_follow(settings):
    from pathlib import Path  # noqa: PLC0415

    text = (Path(settings.BASE_DIR) / "config" / "settings.py").read_text()
    assert f"PAGECACHE_SETTLING = {replicas.SETTLED} if" in text

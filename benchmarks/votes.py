"""What a vote costs: beside the bare driver, beside django-oscar, and when many vote at once.

    python -m benchmarks.votes [--rounds 7]

Where DATABASE_URL names PostgreSQL, only the voters at once are let loose, there.
"""

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.servers import cost, post, report, serving
from benchmarks.targets import at_least, verdict

TOKEN = "a" * 32
VOTERS_AT_ONCE, VOTES_EACH = 32, 50
VOTERS = 100  # of each site, by HTTP


def prepare():
    """Two films with 25 reviews in all; returns them.

    Nobody votes on so many reviews of one film that the votes come to weigh less, each moving two standings.
    """
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.texts import page, vocabulary
    from reviews.importing import plan
    from reviews.importing.sources import Source
    from reviews.models import Review

    call_command("migrate", verbosity=0)
    dice = random.Random(1)
    words = vocabulary(dice)
    texts = [page(dice, words, number).partition("\n")[2] for number in range(25)]
    plan.run(Source(f"{n}.txt", f"Film number {n % 2} (1951)\n{text}".encode()) for n, text in enumerate(texts))
    # Web processes vote on connections that have neither made the tables nor filled them; on one that has done both,
    # statements were seen to take several times as long.
    connection.close()
    return list(Review.objects.filter(film__title__startswith="Film number").order_by("pk"))


# V1: the same transaction by the bare driver


class BareDriver:
    """Casts votes with the statements of Review.cast_vote, in the same transaction, past Django."""

    def __init__(self):
        from django.conf import settings
        from django.db import connection

        database = settings.DATABASES["default"]
        # The class of the driver that Django's connection is made with.
        self.connection = sys.modules["sqlite3"].connect(database["NAME"], isolation_level=None)
        self.connection.executescript(database["OPTIONS"]["init_command"])
        connection.ensure_connection()

    def cast_vote(self, review, user, helpful):
        from accounts.models import User
        from reviews import ranking
        from reviews.models import standings, votes

        ask = self._ask
        ask("BEGIN IMMEDIATE")
        ballot = ask(votes.BALLOT_SQL.format(users=User._meta.db_table), self._now, review.pk, user.pk).fetchone()
        said, tally, stood = ballot[4], ballot[8:10], dict(zip(standings.Standing.COLUMNS, ballot[10:], strict=True))
        ask(votes.CAST_SQL, review.pk, user.pk, stood["film_id"], helpful, 1.0, False, self._now)
        yes, total = stood["votes_yes"] + helpful - (said or 0), stood["votes_total"] + (said is None)
        score = ranking.helpful_score(yes, total, *tally)
        ask(standings.KEEP_COUNT_SQL, yes, total, 0, yes, total, score, review.pk)
        ask("COMMIT")

    _now = "2026-01-01 00:00:00"

    def _ask(self, statement, *values):
        return self.connection.execute(statement.replace("%s", "?"), values)


def against_the_driver(reviews, rounds):
    from django.utils import timezone

    from accounts.models import User

    bare = BareDriver()
    ways = {
        "vote by the bare driver": bare.cast_vote,
        "vote by Review.cast_vote": lambda review, user, helpful: review.cast_vote(user, helpful),
    }
    voters = {
        name: User.objects.bulk_create(User(username=f"{name}, {n}", verified_at=timezone.now()) for n in range(20))
        for name in ways
    }
    taken = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            for user in voters[name]:
                for review in reviews:
                    way(review, user, number % 2 == 0)
            taken[name].append((time.process_time() - start) / len(reviews) / len(voters[name]) * 1e6)
    bare.connection.close()
    # The first round stores votes, the others turn them; the first also warms up.
    for kind, of in (("new", slice(0, 1)), ("turned", slice(1, None))):
        for name, found in taken.items():
            print(f"{f'{name}, {kind}':34}{median(found[of]):10,.0f} µs of processor time for a vote")
    first, second = (median(found[1:]) for found in taken.values())
    at_least("V1", "bare driver / Review.cast_vote", first / second, 0.4)


# V2: by HTTP, signed in


def by_http(reviews, rounds):
    from django.utils import timezone

    from accounts.models import User
    from benchmarks.pages import session_of
    from benchmarks.pages_peer import peer

    voters = User.objects.bulk_create(
        User(username=f"voter {number}", verified_at=timezone.now()) for number in range(VOTERS)
    )
    sessions = [session_of(user) for user in voters]
    given = [{"title": r.headline[:255], "body": r.body, "score": 3, "name": r.author, "votes": []} for r in reviews]
    with ExitStack() as stack:
        theirs, site = stack.enter_context(peer(given, Path(os.environ["DATA_DIR"])))
        ours = stack.enter_context(serving())
        asked = {
            "vote by HTTP, django-oscar": (theirs, _ballots(site["votes"], {"delta": "1"}, site["sessions"])),
            "vote by HTTP": (ours, _ballots([f"/reviews/{r.pk}/vote/" for r in reviews], {"helpful": "yes"}, sessions)),
        }
        found = {name: [] for name in asked}
        for number in range(rounds):
            for name, (server, requests) in asked.items():
                some = requests[number * len(requests) // rounds : (number + 1) * len(requests) // rounds]
                found[name].append(cost(server, some, status=302))
        cast = _counted(Path(os.environ["DATA_DIR"]))
    found = {name: median(taken[1:]) for name, taken in found.items()}
    report(found)
    of_all = len(reviews) * VOTERS
    if cast != (of_all, of_all):
        sys.exit(f"{cast} votes were stored of {of_all}.")
    oscar, our = found.values()
    at_least("V2", "django-oscar / vote by HTTP", oscar / our, 5)


def _ballots(addresses, said, sessions):
    form = urlencode(said | {"csrfmiddlewaretoken": TOKEN})
    return [
        post(address, form, f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\n")
        for session in sessions
        for address in addresses
    ]


def _counted(folder):
    """The votes that the peer and we have stored of those sent by HTTP."""
    import sqlite3

    theirs = sqlite3.connect(folder / "oscar.sqlite3").execute("SELECT count(*) FROM reviews_vote").fetchone()[0]
    from reviews.models import HelpfulVote

    return theirs, HelpfulVote.objects.filter(user__username__startswith="voter ").count()


# V3: many at once


def at_once(review):
    """Lets voters loose, each a process of its own that votes on the same review again and again, as it likes."""
    from django.db import connection
    from django.db.models import Count, Q
    from django.utils import timezone

    from accounts.models import User
    from reviews.models import HelpfulVote, Standing

    now = timezone.now()
    users = [User.objects.create(username=f"{n} at {now:%H:%M:%S.%f}", verified_at=now) for n in range(VOTERS_AT_ONCE)]
    connection.close()
    fork = multiprocessing.get_context("fork")
    said, together = fork.Queue(), fork.Barrier(VOTERS_AT_ONCE)
    voters = [fork.Process(target=vote_again_and_again, args=(review, user, together, said)) for user in users]
    for voter in voters:
        voter.start()
    said = [said.get() for _ in voters]
    for voter in voters:
        voter.join()
    refused, slowest = sum(refused for _, refused, _, _ in said), max(slowest for *_, slowest in said)
    votes = HelpfulVote.objects.filter(review=review)
    kept = dict(votes.values_list("user", "helpful"))
    lost = sum(kept.get(user) is not last for user, _, last, _ in said)
    rows = votes.aggregate(yes=Count("pk", filter=Q(helpful=True)), total=Count("pk"))
    standing = Standing.objects.get(pk=review.pk)
    right = (standing.votes_yes, standing.votes_total) == (rows["yes"], rows["total"])
    verdict(
        "V3",
        f"{VOTERS_AT_ONCE} voters at once, {VOTERS_AT_ONCE * VOTES_EACH} votes: {refused} refused, {lost} lost, totals"
        f" {'equal' if right else 'DIFFER FROM'} the rows; the slowest took {slowest:.2f} s",
        refused == 0 and lost == 0 and right,
    )


def vote_again_and_again(review, user, together, said):
    """Says how many votes were refused, what the last one was, and how long the slowest took."""
    from django.db import DatabaseError

    dice, refused, slowest, last = random.Random(user.pk), 0, 0, None
    together.wait()
    for _ in range(VOTES_EACH):
        start, helpful = time.monotonic(), dice.random() < 0.5
        try:
            review.cast_vote(user, helpful)
            last = helpful
        except DatabaseError:
            refused += 1
        slowest = max(slowest, time.monotonic() - start)
    said.put((user.pk, refused, last, slowest))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        reviews = prepare()
        from django.db import connection

        print(f"votes on {connection.vendor}")
        if connection.vendor == "sqlite":
            against_the_driver(reviews, chosen.rounds)
            by_http(reviews, chosen.rounds)
        at_once(reviews[0])


if __name__ == "__main__":
    main()

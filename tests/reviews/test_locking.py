"""Two who write at the same moment: neither is turned away because each waits for the other.

Only where each row has a lock of its own can that happen; on SQLite writers queue for the one lock of the file.
"""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from films.models import Film
from reviews import ranking
from reviews.merging import merge
from reviews.models import HelpfulVote, Review, Standing
from tests.factories import make_film, make_review, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all writers"),
]

MEETING = 1  # seconds


def at_once(*acts):
    """Runs each act in a thread of its own; returns what went wrong."""
    wrong = []

    def run(act):
        try:
            act()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.fixture
def meet(monkeypatch):
    """Makes two threads wait for one another after they have called a method, or go on when the other cannot come."""
    barrier = Barrier(2)

    def wait(*_):
        with suppress(BrokenBarrierError):
            barrier.wait(MEETING)

    def meet(owner, name):
        original = getattr(owner, name)

        def met(*args, **kwargs):
            result = original(*args, **kwargs)
            wait()
            return result

        monkeypatch.setattr(owner, name, met)

    return meet


def nothing_is_off(capsys):
    call_command("recount_votes")
    return " 0 mended" in capsys.readouterr().out


def test_two_reviews_of_one_film_are_stored_at_once(meet, capsys):
    film = make_film()
    meet(Review, "save_base")
    assert at_once(lambda: make_review(film), lambda: make_review(film)) == []
    film.refresh_from_db()
    assert film.review_count == 2
    assert nothing_is_off(capsys)


def test_a_review_is_changed_while_its_film_is_merged(meet, capsys):
    kept, double = make_film(), make_film("Hard Hit", 2020)
    review = make_review(double, rating=8)
    meet(Review, "save_base")
    meet(Film, "delete")

    def change():
        changed = Review.objects.get(pk=review.pk)
        changed.rating = 2
        changed.save(update_fields=["rating", *Review.DERIVED])

    wrong = at_once(change, lambda: merge(kept, double))
    # Whoever comes second finds the film gone under which they read the review, and is told so; none waits for ever.
    assert [type(error) for error in wrong] in ([], [IntegrityError])
    review.refresh_from_db()
    assert (review.film, review.rating) == (kept, 8 if wrong else 2)
    assert nothing_is_off(capsys)


def test_a_vote_is_cast_while_its_film_is_merged(meet, capsys):
    kept, double = make_film(), make_film("Hard Hit", 2020)
    review, reader = make_review(double), make_user()
    meet(HelpfulVote, "save_base")
    meet(Film, "delete")
    assert at_once(lambda: review.cast_vote(reader, True), lambda: merge(kept, double)) == []
    assert Standing.objects.get(review=review).votes_total == 1
    assert Review.objects.get(pk=review.pk).film == kept
    assert nothing_is_off(capsys)


def test_a_review_is_deleted_while_somebody_votes_on_it(meet, capsys):
    review, reader = make_review(), make_user()
    meet(HelpfulVote, "save_base")
    wrong = at_once(lambda: review.cast_vote(reader, True), lambda: Review.objects.filter(pk=review.pk).delete())
    # Whoever votes second finds the review gone.
    assert [type(error) for error in wrong] in ([], [Standing.DoesNotExist])
    assert (Review.objects.count(), HelpfulVote.objects.count()) == (0, 0)
    assert nothing_is_off(capsys)


def test_a_vote_is_cast_while_the_review_is_written_anew(meet, capsys):
    review, reader = make_review(body="A quiet film about a loud man.", tally_yes=1, tally_total=3), make_user()
    review.cast_vote(reader, True)
    meet(Review, "save_base")

    def write_anew():
        changed = Review.objects.get(pk=review.pk)
        changed.body, changed.tally_yes = "Nothing of what stood here stands here any more.", 3
        changed.save()

    assert at_once(write_anew, lambda: review.cast_vote(reader, False)) == []
    assert nothing_is_off(capsys)


def test_one_reader_presses_twice_at_once(capsys):
    review, reader = make_review(), make_user()
    assert at_once(*[lambda: review.cast_vote(reader, True)] * 4) == []
    assert Standing.objects.get(review=review).votes_total == 1
    assert nothing_is_off(capsys)


def test_readers_of_more_reviews_than_weigh_in_full_vote_at_once(capsys):
    film, readers = make_film(), [make_user(), make_user()]
    reviews = [make_review(film) for _ in range(ranking.FULL_WEIGHT + 3)]

    def vote(reader, order):
        for review in order:
            review.cast_vote(reader, True)
        for review in order[::2]:
            review.withdraw_vote(reader)

    assert at_once(lambda: vote(readers[0], reviews), lambda: vote(readers[1], reviews[::-1])) == []
    assert nothing_is_off(capsys)


def test_two_films_are_merged_with_the_same_third_at_once(meet):
    kept, one, other = make_film(), make_film("Hard Hit", 2020), make_film("Hard Hit", 2019)
    for film in (one, other):
        make_review(film)
    assert at_once(lambda: merge(kept, one), lambda: merge(kept, other)) == []
    kept.refresh_from_db()
    assert kept.review_count == 2

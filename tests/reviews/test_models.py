from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection

from reviews.models import HelpfulVote, Review, Standing
from reviews.ranking import helpful_score
from tests.factories import make_film, make_review, make_user

pytestmark = pytest.mark.django_db


def totals(review):
    standing = Standing.objects.get(review=review)
    return standing.votes_yes, standing.votes_total


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"rating": 11, "rating_scale": 10}, "review_rating_is_on_its_scale"),
        ({"rating": -1, "rating_scale": 10}, "review_rating_is_on_its_scale"),
        ({"rating": 5, "rating_scale": None}, "review_rating_is_on_its_scale"),
        ({"rating": None, "rating_scale": 10}, "review_rating_is_on_its_scale"),
        ({"tally_yes": 3, "tally_total": 2}, "review_tally_adds_up"),
        ({"tally_yes": 3, "tally_total": None}, "review_tally_adds_up"),
        ({"tally_yes": None, "tally_total": 2}, "review_tally_adds_up"),
        ({"body": ""}, "review_has_a_text"),
    ],
)
def test_the_database_refuses_a_review_that_cannot_be(fields, constraint):
    review = make_review()
    with pytest.raises(IntegrityError, match=constraint):
        Review.objects.filter(pk=review.pk).update(**fields)


def test_the_database_stores_a_review_of_a_film_once():
    make_review(make_film(), headline="One", body="Text.")
    with pytest.raises(IntegrityError):
        make_review(headline="One", body="Text.")
    assert make_review(make_film("Up", 2009), headline="One", body="Text.").pk


def test_a_film_with_reviews_is_not_deleted():
    review = make_review()
    with pytest.raises(IntegrityError):
        review.film.delete()


def test_a_review_stands_in_the_lists_from_the_moment_it_is_saved():
    review = make_review(rating=4, rating_scale=5, tally_yes=0, tally_total=1)
    standing = review.standing
    assert (standing.film, standing.votes_yes, standing.votes_total, standing.percent) == (review.film, 0, 0, 80)
    assert standing.score == helpful_score(0, 0, 0, 1)
    assert standing.recency == review.date.toordinal()


def test_an_edited_review_moves_in_the_lists_and_keeps_its_votes():
    review = make_review()
    review.cast_vote(make_user(), helpful=True)
    other = make_film("Up", 2009)
    review = Review.objects.get()
    review.film, review.rating, review.date = other, None, None
    review.rating_scale = None
    review.save()
    standing = Standing.objects.get()
    assert (standing.film, standing.percent, standing.recency) == (other, None, 0)
    assert (standing.votes_yes, standing.votes_total) == (1, 1)


def test_a_vote_counts_and_raises_the_score():
    review = make_review()
    standing = review.cast_vote(make_user(), helpful=True)
    assert totals(review) == (1, 1)
    assert standing.score == Standing.objects.get().score == helpful_score(1, 1)


def test_the_same_vote_again_changes_nothing():
    review, reader = make_review(), make_user()
    review.cast_vote(reader, helpful=True)
    cast_at = HelpfulVote.objects.get().cast_at
    review.cast_vote(reader, helpful=True)
    assert totals(review) == (1, 1)
    assert HelpfulVote.objects.get().cast_at == cast_at


def test_a_changed_vote_replaces_the_earlier_one():
    review, reader = make_review(), make_user()
    review.cast_vote(reader, helpful=True)
    review.cast_vote(reader, helpful=False)
    assert totals(review) == (0, 1)
    assert HelpfulVote.objects.get().helpful is False


def test_a_withdrawn_vote_restores_the_exact_score():
    review = make_review(tally_yes=3, tally_total=7)
    before = review.standing.score
    reader = make_user()
    review.cast_vote(reader, helpful=True)
    review.withdraw_vote(reader)
    assert totals(review) == (0, 0)
    assert Standing.objects.get().score == before
    assert HelpfulVote.objects.count() == 0


def test_withdrawing_no_vote_changes_nothing():
    review = make_review()
    review.withdraw_vote(make_user())
    assert totals(review) == (0, 0)


def test_nobody_votes_on_a_review_of_their_own():
    author = make_user()
    review = make_review(user=author)
    with pytest.raises(PermissionDenied):
        review.cast_vote(author, helpful=True)
    assert totals(review) == (0, 0)


def test_the_database_holds_one_vote_for_a_reader_and_a_review():
    review, reader = make_review(), make_user()
    vote = {"review": review, "film": review.film, "user": reader}
    HelpfulVote.objects.create(helpful=True, **vote)
    with pytest.raises(IntegrityError):
        HelpfulVote.objects.create(helpful=False, **vote)


def test_the_votes_of_a_reader_on_a_page_take_one_query(django_assert_num_queries):
    reader = make_user()
    reviews = [make_review() for _ in range(3)]
    reviews[0].cast_vote(reader, helpful=True)
    reviews[2].cast_vote(reader, helpful=False)
    with django_assert_num_queries(1):
        assert HelpfulVote.objects.of(reader, reviews) == {reviews[0].pk: True, reviews[2].pk: False}


def in_order(order):
    return [standing.review for standing in Standing.objects.order_by(*Standing.ORDERS[order])]


def test_the_helpful_order_is_by_score_then_votes_then_date_then_id():
    film = make_film()
    undated = make_review(film, date=None)
    older = make_review(film, date="2020-01-01")
    newer = make_review(film, date="2021-01-01")
    newer_still_same_day = make_review(film, date="2021-01-01")
    disputed = make_review(film, date="2019-01-01")
    disputed.cast_vote(make_user(), helpful=True)
    disputed.cast_vote(make_user(), helpful=False)
    liked = make_review(film, date="2018-01-01")
    liked.cast_vote(make_user(), helpful=True)
    disliked = make_review(film)
    disliked.cast_vote(make_user(), helpful=False)
    expected = [liked, disputed, newer_still_same_day, newer, older, undated, disliked]
    assert in_order("helpful") == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["2021", "2020", "undated"]),
        ("oldest", ["2020", "2021", "undated"]),
        ("highest", ["2021", "2020", "undated"]),
        ("lowest", ["2020", "2021", "undated"]),
    ],
)
def test_reviews_without_date_or_rating_come_last_in_their_orders(order, expected):
    film = make_film()
    make_review(film, headline="undated", date=None, rating=None, rating_scale=None)
    make_review(film, headline="2020", date="2020-01-01", rating=2)
    make_review(film, headline="2021", date="2021-01-01", rating=9)
    assert [review.headline for review in in_order(order)] == expected


def test_recounting_finds_nothing_to_mend_after_votes_of_every_kind(capsys):
    review, reader = make_review(), make_user()
    review.cast_vote(reader, helpful=True)
    review.cast_vote(make_user(), helpful=False)
    review.withdraw_vote(reader)
    make_review()
    call_command("recount_votes")
    assert capsys.readouterr().out == "2 reviews checked, 0 mended.\n"


def test_recounting_mends_what_is_off_and_says_what_it_was(capsys):
    review = make_review()
    review.cast_vote(make_user(), helpful=True)
    Standing.objects.update(votes_yes=5, votes_total=9)
    make_review()
    Standing.objects.filter(votes_total=0).delete()
    call_command("recount_votes")
    printed = capsys.readouterr().out
    assert f"was Review {review.pk}: 5 of 9, score 0.600; is Review {review.pk}: 1 of 1, score 0.600" in printed
    assert "was missing; is Review" in printed
    assert "2 reviews checked, 3 mended." in printed
    assert totals(review) == (1, 1)
    assert Standing.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_voters_who_click_twice_at_the_same_moment_leave_totals_equal_to_a_recount():
    review = make_review()
    voters = [make_user() for _ in range(12)]

    def click_around(number):
        try:
            for helpful in (True, True, False, True) if number % 3 else (False, None, False, False):
                mine = Review.objects.get(pk=review.pk)
                mine.withdraw_vote(voters[number]) if helpful is None else mine.cast_vote(voters[number], helpful)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(click_around, [*range(12), *range(12)]))
    assert totals(review) == (8, 12)
    assert HelpfulVote.objects.filter(helpful=True).count() == 8
    assert Standing.objects.stand([review]) == []


def counted(film):
    film.refresh_from_db()
    return film.review_count, film.mean_percent, film.rating_counts


@pytest.mark.django_db
def test_a_film_keeps_count_of_its_reviews_through_edits_moves_and_deletions():
    film, other = make_film("Hard Hit", 2021), make_film("Retribution", 2015)
    first = make_review(film, rating=8)
    second = make_review(film, rating=4)
    assert counted(film) == (2, 60, {40: 1, 80: 1})
    first.rating = 4
    first.save()
    assert counted(film) == (2, 40, {40: 2})
    second.move_to(other)
    assert (counted(film), counted(other)) == ((1, 40, {40: 1}), (1, 40, {40: 1}))
    first.delete()
    assert counted(film) == (0, None, {})
    other.reviews.all().delete()
    assert counted(other) == (0, None, {})
    assert Standing.objects.recount([film, other]) == []


@pytest.mark.django_db
def test_saving_a_film_that_was_read_before_leaves_what_was_counted_since():
    film = make_film()
    make_review(film, rating=8)
    film.country = "South Korea"
    film.save()
    assert counted(film) == (1, 80, {80: 1})

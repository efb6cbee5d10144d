"""The properties that the order of reviews and the votes behind it have to have, each by its number."""

import csv
import datetime
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from films.models import Remake
from reviews import merging, parting, ranking
from reviews.models import HelpfulVote, Review, Standing
from reviews.places import page_with_places
from reviews.ranking import HARDLY_SEEN, PLACES, helpful_score
from tests.factories import make_film, make_review, make_user

cast = st.integers(0, 5_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
DAY = datetime.date(2026, 11, 22)


def standing(review):
    return Standing.objects.get(review=review)


def scores(film):
    return dict(film.standings.values_list("review", "score"))


def set_votes(review, yes, total):
    """As if that many readers had voted, who all have but few votes on the film."""
    score = helpful_score(yes, total)
    stored = Standing.objects.filter(review=review)
    stored.update(votes_yes=yes, votes_total=total, weight_yes=yes, weight_total=total, score=score)


def page_of(film, number=1, size=25, day=DAY, **query):
    request = RequestFactory().get("/", {"page": number, **query})
    film.refresh_from_db()
    return page_with_places(film, size, request, day)


def all_pages(film, size=25, day=DAY):
    film.refresh_from_db()
    return [page_of(film, number, size, day).object_list for number in range(1, -(-film.review_count // size) + 1)]


def by_helpfulness(film):
    return list(film.standings.order_by(*Standing.ORDERS["helpful"]).values_list("pk", flat=True))


def recounted(capsys):
    call_command("recount_votes")
    return capsys.readouterr().out


# The score


@given(cast)
def test_p1_a_yes_strictly_raises_the_score(votes):
    assert helpful_score(votes[0] + 1, votes[1] + 1) > helpful_score(*votes)


@given(cast)
def test_p2_a_no_strictly_lowers_the_score_also_of_a_review_without_a_yes(votes):
    assert helpful_score(votes[0], votes[1] + 1) < helpful_score(*votes)
    assert helpful_score(0, votes[1] + 1) < helpful_score(0, votes[1])


@given(cast)
def test_p3_each_further_vote_of_a_kind_moves_the_score_less(votes):
    yes, total = votes
    up = [helpful_score(yes + more, total + more) for more in range(3)]
    down = [helpful_score(yes, total + more) for more in range(3)]
    assert up[2] - up[1] < up[1] - up[0]
    assert down[1] - down[2] < down[0] - down[1]


def test_p4_no_vote_is_one_half_and_lies_strictly_between_one_no_and_one_yes():
    assert helpful_score(0, 1) < helpful_score(0, 0) == 0.5 < helpful_score(1, 1)


@given(cast)
def test_p5_yes_and_no_mirror_each_other(votes):
    yes, total = votes
    assert helpful_score(yes, total) == pytest.approx(1 - helpful_score(total - yes, total), abs=1e-12)


@given(cast, cast)
def test_p6_the_score_lies_between_0_and_1_whatever_came_with_the_text(votes, tally):
    assert 0 < helpful_score(*votes, *tally) < 1


@given(st.integers(1, 50), st.integers(2, 50), st.integers(2, 10))
def test_p7_more_votes_of_the_same_share_lead_farther_from_the_middle(no, more, times):
    yes = no + more
    assert helpful_score(yes * times, (yes + no) * times) > helpful_score(yes, yes + no) > 0.5
    assert helpful_score(no * times, (yes + no) * times) < helpful_score(no, yes + no) < 0.5
    assert helpful_score(40, 50) > helpful_score(4, 5)


# The order and its pages


@pytest.mark.django_db
@pytest.mark.parametrize("voted", [0, 4, 30, 61])
def test_p8_the_order_is_total_and_its_pages_part_the_reviews(voted):
    film = make_film()
    reviews = [make_review(film, date=None if number % 3 else "2020-01-01") for number in range(61)]
    for number, review in enumerate(reviews[:voted]):
        set_votes(review, number % 5 + 4, 9)
    pages = all_pages(film)
    assert [len(page) for page in pages] == [25, 25, 11]
    assert sorted(pk for page in pages for pk in page) == sorted(review.pk for review in reviews)
    assert pages == all_pages(film)


@pytest.mark.django_db
def test_p8_whoever_reads_on_meets_every_review_once_while_votes_arrive_for_reviews_read_already():
    """A review that is itself voted across the edge of a page can be met twice or missed: docs/decisions/lists.md."""
    film = make_film()
    reviews = [make_review(film) for _ in range(70)]
    read, page = [], page_of(film)
    for number in (2, 3):
        read += page.object_list
        for pk in read[-3:]:
            Review.objects.get(pk=pk).cast_vote(make_user(), helpful=True)
        page = page_of(film, number, after=page.after)
    read += page.object_list
    assert sorted(read) == sorted(review.pk for review in reviews)


@pytest.mark.django_db
def test_p8_whoever_turns_back_meets_the_same_pages_also_after_midnight():
    film = make_film()
    for _ in range(70):
        make_review(film)
    first = page_of(film)
    second = page_of(film, 2, after=first.after)
    third = page_of(film, 3, after=second.after, day=DAY + datetime.timedelta(1))
    Review.objects.get(pk=first.object_list[0]).cast_vote(make_user(), helpful=True)
    back = page_of(film, 2, before=third.before, day=DAY + datetime.timedelta(1))
    assert back.object_list == second.object_list
    again = page_of(film, 1, before=back.before, day=DAY + datetime.timedelta(1))
    assert (again.object_list, again.lifted) == (first.object_list, first.lifted)


@pytest.mark.django_db
def test_p9_the_same_vote_twice_is_one_vote():
    review, reader = make_review(), make_user()
    once = review.cast_vote(reader, helpful=True)
    assert review.cast_vote(reader, helpful=True).equals(once)
    assert HelpfulVote.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("before", [0, 7, 20, 33, 40, 45])
@pytest.mark.parametrize("helpful", [True, False])
def test_p10_a_vote_that_is_withdrawn_leaves_exactly_the_scores_that_were(before, helpful):
    film, reader = make_film(), make_user()
    for number in range(before):
        make_review(film, tally_yes=1, tally_total=3).cast_vote(reader, helpful=number % 3 > 0)
    review = make_review(film, tally_yes=3, tally_total=7)
    were = scores(film)
    review.cast_vote(reader, helpful)
    assert scores(film)[review.pk] != were[review.pk]
    review.withdraw_vote(reader)
    assert scores(film) == were


@pytest.mark.django_db
def test_p11_to_switch_is_to_withdraw_and_to_vote():
    reader = make_user()
    switched, anew = make_review(), make_review()
    switched.cast_vote(reader, helpful=True)
    switched.cast_vote(reader, helpful=False)
    anew.cast_vote(reader, helpful=True)
    anew.withdraw_vote(reader)
    anew.cast_vote(reader, helpful=False)
    assert [getattr(standing(switched), name) for name in Standing.MOVED] == [
        getattr(standing(anew), name) for name in Standing.MOVED
    ]


@pytest.mark.django_db(transaction=True)
def test_p12_fifty_voters_at_once_who_click_twice_change_and_withdraw_leave_totals_equal_to_a_recount(capsys):
    review = make_review(tally_yes=1, tally_total=2)
    voters = [make_user() for _ in range(50)]

    def click_around(number):
        client = Client(raise_request_exception=False)
        try:
            client.force_login(voters[number])
            clicks = [("vote", "yes"), ("vote", "yes"), ("vote", "no"), ("withdraw_vote", ""), ("vote", "yes")]
            clicks += [("vote", "no")] if number % 3 == 1 else [("withdraw_vote", "")] * 2 if number % 3 == 2 else []
            return [
                client.post(reverse(name, args=[review.pk]), {"helpful": helpful}).status_code
                for name, helpful in clicks
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(click_around, [*range(50), *range(50)]))
    assert {status for statuses in answers for status in statuses} == {302}
    after = standing(review)
    assert (after.votes_yes, after.votes_total) == (17, 34)
    assert recounted(capsys) == "1 reviews checked, 0 mended.\n"


# Who votes


@pytest.mark.django_db
def test_p13_nobody_votes_on_a_review_of_their_own_by_the_model_or_by_a_direct_post(client):
    author = make_user()
    written = make_review(user=author)
    claimed = make_review(make_film("Retribution", 2015), author="maud", source="a.txt")
    claimed.user = author
    claimed.save()
    client.force_login(author)
    for review in (written, claimed):
        with pytest.raises(PermissionDenied):
            review.cast_vote(author, helpful=True)
        assert client.post(reverse("vote", args=[review.pk]), {"helpful": "yes"}).status_code == 403
        assert standing(review).votes_total == 0


@pytest.mark.django_db
def test_p13_a_vote_cast_before_its_reader_became_the_author_no_longer_counts():
    author = make_user()
    review = make_review(author="maud", source="a.txt")
    review.cast_vote(author, helpful=True)
    review.user = author
    review.save()
    assert (standing(review).votes_total, standing(review).score) == (0, 0.5)


@pytest.mark.django_db
def test_p14_the_vote_of_an_unverified_reader_changes_nothing_public_until_the_address_is_verified(client):
    review, reader = make_review(), make_user(verified=False)
    page = client.get(review.film.get_absolute_url()).content
    before = standing(review)
    review.cast_vote(reader, helpful=True)
    assert standing(review).equals(before)
    assert client.get(review.film.get_absolute_url()).content == page
    address = EmailAddress.objects.create(user=reader, email=reader.email, primary=True)
    assert standing(review).equals(before)
    address.set_verified()
    assert (standing(review).votes_yes, standing(review).votes_total) == (1, 1)
    assert standing(review).score == helpful_score(1, 1)
    address.delete()
    assert standing(review).equals(before)


@pytest.mark.django_db
def test_p14_the_page_tells_the_reader_that_the_vote_does_not_count_yet(client):
    review = make_review()
    client.force_login(make_user(verified=False))
    client.post(reverse("vote", args=[review.pk]), {"helpful": "yes"})
    for address in (review.get_absolute_url(), review.film.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "Your vote is kept, and counts once your e-mail address is verified." in page
        assert "No votes count here yet." in page
    client.force_login(make_user())
    client.post(reverse("vote", args=[review.pk]), {"helpful": "yes"})
    assert "counts once" not in client.get(review.get_absolute_url()).content.decode()


@given(st.integers(1, 3000))
def test_p15_the_votes_of_one_reader_on_a_film_weigh_at_most_twenty_and_none_twice_its_share(count):
    weights = ranking.weights(count)
    assert len(weights) == count
    assert sum(weights) == min(count, 20)
    assert all(min(1, 20 / count) / 2 < weight <= min(1, 2 * 20 / count) for weight in weights)
    assert weights == sorted(weights, reverse=True)


def weighed(reader):
    return list(reader.helpful_votes.order_by("pk").values_list("weight", flat=True))


@pytest.mark.django_db
@settings(max_examples=settings.default.max_examples // 20)
@given(st.lists(st.integers(0, 44), min_size=20, max_size=50), st.integers(0, 44))
def test_p15_however_votes_come_and_go_their_weights_are_those_of_the_rule(clicks, many):
    film, reader = make_film(f"Film {make_user().pk}", 2000), make_user()
    reviews = [make_review(film) for _ in range(45)]
    for review in reviews[:many]:
        review.cast_vote(reader, helpful=True)
    for click in clicks:
        mine = reader.helpful_votes.filter(review=reviews[click])
        reviews[click].withdraw_vote(reader) if mine else reviews[click].cast_vote(reader, helpful=click % 2 > 0)
    assert weighed(reader) == ranking.weights(reader.helpful_votes.count())
    assert Standing.objects.stand(reviews) == []


@pytest.mark.django_db
@pytest.mark.parametrize("before", [0, 19, 20, 39, 40, 70])
def test_p15_a_vote_touches_at_most_two_others_of_its_reader_however_many_there_are(before):
    film, reader = make_film(), make_user()
    reviews = [make_review(film) for _ in range(before + 1)]
    for review in reviews[:-1]:
        review.cast_vote(reader, helpful=True)
    were = scores(film)
    reviews[-1].cast_vote(reader, helpful=True)
    now = scores(film)
    assert sum(were[pk] != now[pk] for pk in were) <= 2
    reviews[0].withdraw_vote(reader)
    assert sum(now[pk] != score for pk, score in scores(film).items()) <= 3


@pytest.mark.django_db
def test_p15_the_votes_left_weigh_more_when_reviews_are_deleted_or_go_to_another_film(capsys):
    film, reader = make_film(), make_user()
    reviews = [make_review(film) for _ in range(24)]
    for review in reviews:
        review.cast_vote(reader, helpful=True)
    reviews[3].delete()
    assert weighed(reader) == ranking.weights(23)
    film.reviews.filter(pk__in=[review.pk for review in reviews[:2]]).delete()
    assert weighed(reader) == ranking.weights(21)
    reviews[-1].move_to(make_film("Up", 2009))
    assert weighed(reader) == [1] * 21
    assert recounted(capsys) == "21 reviews checked, 0 mended.\n"


def test_p16_a_tally_of_a_thousand_from_elsewhere_stays_below_forty_of_fifty_here():
    assert helpful_score(0, 0, 1000, 1000) == pytest.approx(0.7495, abs=0.0005)
    assert helpful_score(0, 0, 1000, 1000) < helpful_score(40, 50) == pytest.approx(0.778, abs=0.0005)


# The places for reviews that need votes


@pytest.fixture
def seen_and_unseen():
    """A film with forty reviews that many have voted on and thirty of which hardly anybody has."""
    film = make_film()
    established = [make_review(film) for _ in range(40)]
    for number, review in enumerate(established):
        set_votes(review, 60 - number, 70)
    for number in range(30):
        set_votes(make_review(film), number % 3, 7)
    return film, established


@pytest.mark.django_db
def test_p17_the_places_hold_only_reviews_with_fewer_than_eight_votes_and_none_twice(seen_and_unseen):
    film, _ = seen_and_unseen
    page = page_of(film)
    assert [page.object_list[place - 1] for place in PLACES] == page.lifted
    assert set(Standing.objects.filter(pk__in=page.lifted).values_list("votes_total", flat=True)) == {HARDLY_SEEN - 1}
    assert len({pk for page in all_pages(film) for pk in page}) == film.review_count
    assert [page_of(film, number).lifted for number in (2, 3)] == [[], []]


@pytest.mark.django_db
def test_p17_where_all_reviews_have_their_votes_the_order_has_no_places():
    film = make_film()
    for number in range(30):
        set_votes(make_review(film), number, 30)
    assert page_of(film).lifted == []
    assert [pk for page in all_pages(film) for pk in page] == by_helpfulness(film)


@pytest.mark.django_db
def test_p17_the_page_marks_who_stands_in_a_place_and_says_why(client, seen_and_unseen, monkeypatch):
    film, _ = seen_and_unseen
    noon = datetime.datetime.combine(DAY, datetime.time(12), datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    page = client.get(film.get_absolute_url()).content.decode()
    marked = re.findall(r'id="review-(\d+)">(?:(?!</article>).)*?review__needs', page, re.DOTALL)
    assert [int(pk) for pk in marked] == page_of(film).lifted
    assert page.count("It stands here today because it needs votes: it has fewer than 8") == len(PLACES)
    for query in ("?sort=newest", "?rating=7", "?page=2"):
        assert "review__needs" not in client.get(film.get_absolute_url() + query).content.decode()


@pytest.mark.django_db
def test_p18_the_places_are_the_same_all_day_and_on_every_page_whatever_votes_arrive(seen_and_unseen):
    film, established = seen_and_unseen
    first = page_of(film)
    assert page_of(film).object_list == first.object_list
    Review.objects.get(pk=established[-1].pk).cast_vote(make_user(), helpful=True)
    assert page_of(film).lifted == first.lifted
    assert page_of(film, 1, before=page_of(film, 2, after=first.after).before).lifted == first.lifted


@pytest.mark.django_db
def test_p18_on_other_days_other_reviews_have_their_turn_and_all_have_had_it_within_weeks(seen_and_unseen):
    film, established = seen_and_unseen
    days = [page_of(film, day=DAY + datetime.timedelta(days)).lifted for days in range(30)]
    assert all(one != other for one, other in pairwise(days))
    unseen = set(by_helpfulness(film)) - {review.pk for review in established}
    assert {pk for lifted in days for pk in lifted} == unseen


@pytest.mark.django_db
def test_p19_a_place_pushes_an_established_review_down_by_at_most_two_for_each_ten(seen_and_unseen):
    film, established = seen_and_unseen
    shown = [pk for page in all_pages(film, size=10) for pk in page]
    before = by_helpfulness(film)
    for review in established:
        tens = shown.index(review.pk) // 10 + 1
        assert shown.index(review.pk) <= before.index(review.pk) + 2 * tens


# What does not enter


@pytest.mark.django_db
def test_p20_a_year_later_scores_and_order_are_the_same(monkeypatch, capsys):
    film = make_film()
    readers = [make_user() for _ in range(3)]
    for number in range(9):
        review = make_review(film, date=f"20{number + 10}-01-01")
        for reader in readers[: number % 4]:
            review.cast_vote(reader, helpful=number % 2 > 0)
    before, were = by_helpfulness(film), scores(film)
    later = timezone.now() + datetime.timedelta(days=365)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert recounted(capsys) == "9 reviews checked, 0 mended.\n"
    for review in film.reviews.all():
        review.save()
    assert (by_helpfulness(film), scores(film)) == (before, were)


@pytest.mark.django_db
def test_p21_another_rating_or_length_leaves_the_score_as_it_is():
    review = make_review(rating=2)
    review.cast_vote(make_user(), helpful=True)
    before = standing(review).score
    review.rating, review.body = 9, review.body + " And more." * 300
    review.save()
    assert standing(review).score == before


@pytest.mark.django_db
def test_p22_comments_on_the_catalogue_and_edges_never_change_counts():
    review = make_review()
    review.cast_vote(make_user(), helpful=True)
    before = standing(review)
    for year in (2022, 2023, 2024):
        Remake.objects.link(make_film("Up", year), review.film)
        make_review(Review.objects.get(pk=review.pk).film).cast_vote(make_user(), helpful=False)
        assert standing(review).equals(before)
    assert Standing.objects.stand(list(Review.objects.all())) == []


# What is shown


@pytest.mark.django_db
def test_p23_the_readers_that_the_page_counts_are_the_votes_that_count(client):
    review = make_review()
    for number in range(5):
        review.cast_vote(make_user(verified=number != 4), helpful=number > 0)
    counted = HelpfulVote.objects.filter(weight__gt=0)
    assert (counted.filter(helpful=True).count(), counted.count()) == (3, 4)
    for address in (review.get_absolute_url(), review.film.get_absolute_url()):
        assert "3 of 4 readers here found this helpful." in client.get(address).content.decode()


@pytest.mark.django_db
def test_p24_the_database_orders_as_python_does():
    film, reader = make_film(), make_user()
    for number in range(48):
        tally = {"tally_yes": number % 3, "tally_total": 3} if number % 2 else {}
        review = make_review(film, date=f"20{number % 7 + 10}-01-01" if number % 5 else None, **tally)
        if number % 4:
            review.cast_vote(reader, helpful=number % 3 > 0)
        set_votes(make_review(film), number % 6, 6)
    keys = film.standings.values_list("score", "votes_total", "recency", "pk")
    assert by_helpfulness(film) == [pk for *_, pk in sorted(keys, reverse=True)]
    lifted = page_of(film).lifted
    shown = [pk for page in all_pages(film) for pk in page if pk not in lifted]
    assert shown == [pk for pk in by_helpfulness(film) if pk not in lifted]


def recomputed(sentence):
    """The score that follows from the numbers in the sentence alone."""
    there = re.search(r"(\d+) of (\d+) elsewhere", sentence)
    here = re.search(r"count as ([\d.]+) of ([\d.]+)", sentence) or re.search(r"(\d+) of (\d+) readers here", sentence)
    tally = map(int, there.groups()) if there else (None, None)
    return helpful_score(*(map(float, here.groups()) if here else (0, 0)), *tally)


@given(cast, st.one_of(st.just((None, None)), cast))
def test_p25_the_sentence_that_explains_the_score_recomputes_to_it(votes, tally):
    sentence = ranking.explanation(votes, tally)
    assert f"Helpful score {recomputed(sentence):.2f}," in sentence
    assert recomputed(sentence) == helpful_score(*votes, *tally)


@pytest.mark.django_db
def test_p25_the_sentence_beside_a_review_with_diluted_votes_recomputes_to_its_score():
    film, reader = make_film(), make_user()
    reviews = [make_review(film, tally_yes=1, tally_total=3) for _ in range(30)]
    for review in reviews:
        review.cast_vote(reader, helpful=True)
    last = Review.objects.get(pk=reviews[-1].pk)
    last.cast_vote(make_user(), helpful=False)
    last = Review.objects.get(pk=last.pk)
    assert "1 of 2 readers here who found it helpful, which count as 0.5 of 1.5" in last.why_here
    assert recomputed(last.why_here) == last.standing.score


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["vote", "withdraw_vote"])
@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_p26_nothing_but_a_post_changes_a_vote(client, name, method):
    review, reader = make_review(), make_user()
    review.cast_vote(reader, helpful=True)
    before = standing(review)
    for someone in (Client(), client):
        answer = getattr(someone, method)(f"{reverse(name, args=[review.pk])}?helpful=no")
        assert answer.status_code == 405
        client.force_login(reader)
    assert standing(review).equals(before)


@pytest.mark.django_db
def test_p26_a_guest_cannot_vote_and_a_post_without_the_token_is_refused():
    review, reader = make_review(), make_user()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("vote", args=[review.pk]), {"helpful": "yes"}).status_code == 302
    strict.force_login(reader)
    for name in ("vote", "withdraw_vote"):
        assert strict.post(reverse(name, args=[review.pk]), {"helpful": "yes"}).status_code == 403
    assert HelpfulVote.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [10, 1000])
def test_p27_the_page_of_a_film_takes_the_same_queries_for_ten_and_a_thousand_reviews(
    client, django_assert_num_queries, count
):
    film = make_film()
    pattern = make_review(film)
    copies = [Review(film=film, body=f"Text {number}.", date=pattern.date) for number in range(count - 1)]
    for copy in copies:
        copy.derive()
    Standing.objects.stand(Review.objects.bulk_create(copies))
    Remake.objects.link(make_film("Up", 2022), film)
    with django_assert_num_queries(6):
        client.get(film.get_absolute_url())


@pytest.mark.django_db
@pytest.mark.parametrize("before", [1, 19, 45])
def test_a_vote_takes_the_same_statements_however_many_there_are(django_assert_max_num_queries, before):
    film, reader = make_film(), make_user()
    reviews = [make_review(film) for _ in range(before + 1)]
    for review in reviews[:-1]:
        review.cast_vote(reader, helpful=True)
    # Mutes, the voter, the vote, discounts, others, the standings; then vote and standing, and those of one other.
    with django_assert_max_num_queries(2 + 10):
        reviews[-1].cast_vote(reader, helpful=True)


# The download


@pytest.mark.django_db
def test_the_order_follows_from_the_totals_that_anybody_can_download(client, tmp_path):
    film, reader = make_film(), make_user()
    for number in range(30):
        tally = {"tally_yes": number % 3, "tally_total": 3} if number % 2 else {}
        review = make_review(film, headline="=1+1" if number == 0 else f"Review {number}", **tally)
        review.cast_vote(reader, helpful=number % 3 > 0)
        if number % 2:
            review.cast_vote(make_user(), helpful=number % 5 > 0)
    answer = client.get(reverse("totals", args=[film.slug]))
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(text.splitlines()))
    assert [int(row["review"]) for row in ranking.reordered(rows[::-1])] == by_helpfulness(film)
    assert {row["headline"] for row in rows if "1+1" in row["headline"]} == {"'=1+1"}
    assert rows[0]["address"] == f"http://testserver/reviews/{rows[0]['review']}/"
    assert answer["Content-Disposition"] == 'attachment; filename="hard-hit-2021-votes.csv"'

    file = tmp_path / "votes.csv"
    file.write_text(text, encoding="utf-8")
    script = Path(ranking.__file__)
    said = subprocess.run([sys.executable, script, file], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "This is the order of rule 1.")
    lines = text.splitlines(keepends=True)
    file.write_text("".join([lines[0], *lines[:0:-1]]), encoding="utf-8")
    said = subprocess.run([sys.executable, script, file], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert said.stdout.splitlines()[-1].startswith("The order is not that of rule 1: see review ")


@pytest.mark.django_db
def test_the_totals_of_no_film_are_404_and_are_only_read(client):
    film = make_film()
    assert client.get(reverse("totals", args=["no-film-1999"])).status_code == 404
    assert client.post(reverse("totals", args=[film.slug])).status_code == 405


@pytest.mark.django_db
def test_a_new_version_of_the_rule_is_brought_to_all_reviews_by_a_recount(capsys):
    review = make_review()
    Standing.objects.update(rule=0, score=0.3)
    assert "1 reviews checked, 1 mended." in recounted(capsys)
    assert (standing(review).rule, standing(review).score) == (ranking.RULE, 0.5)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_of_the_rule_shows_it_with_its_numbers(client, django_assert_num_queries, language):
    with django_assert_num_queries(0):
        page = client.get(reverse("ranking"), headers={"accept-language": language})
    shown = {(yes, total): score for yes, total, score in page.context["examples"]}
    assert shown == {votes: helpful_score(*votes) for votes in shown}
    assert "python reviews/ranking.py hard-hit-2021-votes.csv" in page.content.decode()
    assert client.post(reverse("ranking")).status_code == 405


@pytest.mark.django_db
def test_p15_votes_on_films_that_are_merged_weigh_what_they_weigh_on_one_and_after_it_is_taken_back_as_before(capsys):
    kept, dropped, reader = make_film("Hard Hit", 2021), make_film("Hard Hit", 2022), make_user()
    for number in range(24):
        make_review(kept if number % 2 else dropped).cast_vote(reader, helpful=True)
    were = dict(Standing.objects.values_list("review", "score"))
    done = merging.merge(kept, dropped)
    assert weighed(reader) == ranking.weights(24)
    assert recounted(capsys) == "24 reviews checked, 0 mended.\n"
    parting.take_back(done)
    assert dict(Standing.objects.values_list("review", "score")) == were
    assert recounted(capsys) == "24 reviews checked, 0 mended.\n"

import pytest
from django.urls import reverse

from reviews.models import Discount, HelpfulVote, Review, Standing
from tests.factories import make_admin, make_film, make_review, make_user

pytestmark = pytest.mark.django_db

REPORT = "admin:reviews_helpfulvote_report"
VOTES = "admin:reviews_helpfulvote_changelist"


@pytest.fixture
def admin(client):
    person = make_admin()
    client.force_login(person)
    return person


def scores():
    return dict(Standing.objects.values_list("review", "score"))


def ring_votes(reviews):
    ring = [make_user() for _ in range(3)]
    for review in reviews:
        for member in ring:
            review.cast_vote(member, helpful=True)
    return ring


def discount(client, votes, **fields):
    said = {"action": "discount", "_selected_action": [vote.pk for vote in votes], **fields}
    return client.post(reverse(VOTES), said)


def test_a_planted_ring_is_reported_discounted_in_bulk_and_restored_to_the_exact_scores(client, admin):
    reviews = [make_review() for _ in range(9)]
    reviews[0].cast_vote(make_user(), helpful=False)
    honest = scores()
    ring = ring_votes(reviews)
    gamed = scores()
    (members, clique, address), *more = client.get(reverse(REPORT)).context["cliques"]
    assert (members, more) == (", ".join(member.username for member in ring), [])
    votes = client.get(address).context["cl"].queryset
    assert {vote.pk for vote in votes} == {vote.pk for vote in clique.votes}
    assert len(votes) == 27

    page = discount(client, votes).content.decode()
    assert page.count('name="_selected_action"') == 27
    assert scores() == gamed
    assert discount(client, votes, reason="A ring that votes for its members.").status_code == 302
    assert scores() == honest
    made = Discount.objects.get()
    assert (made.reason, made.user, made.votes.count()) == ("A ring that votes for its members.", admin, 27)
    assert client.get(reverse(REPORT)).context["cliques"] == []

    client.post(reverse("admin:reviews_discount_changelist"), {"action": "lift", "_selected_action": [made.pk]})
    assert scores() == gamed
    made.refresh_from_db()
    assert (made.lifted_by, made.votes.count()) == (admin, 27)
    assert made.lifted_at is not None


def test_a_discount_takes_a_reason(client, admin):
    review, reader = make_review(), make_user()
    review.cast_vote(reader, helpful=True)
    page = discount(client, HelpfulVote.objects.all(), reason="").content.decode()
    assert "This field is required." in page
    assert not Discount.objects.exists()
    assert Standing.objects.get().votes_total == 1


def test_who_withdraws_a_discounted_vote_and_casts_it_anew_gains_nothing():
    review, reader = make_review(), make_user()
    review.cast_vote(reader, helpful=True)
    made = Discount.objects.discount(HelpfulVote.objects.all(), "A test.", make_admin())
    review.withdraw_vote(reader)
    review.cast_vote(reader, helpful=True)
    assert Standing.objects.get().votes_total == 0
    made.lift(None)
    assert Standing.objects.get().votes_total == 1


def test_a_vote_counts_only_when_the_last_of_its_discounts_is_lifted():
    review = make_review()
    review.cast_vote(make_user(), helpful=True)
    first, second = (Discount.objects.discount(HelpfulVote.objects.all(), "A test.", None) for _ in range(2))
    first.lift(None)
    assert Standing.objects.get().votes_total == 0
    second.lift(None)
    assert Standing.objects.get().votes_total == 1


def test_the_votes_left_of_a_reader_who_votes_on_very_many_weigh_more_while_others_are_discounted():
    film, reader = make_film(), make_user()
    for _ in range(25):
        make_review(film).cast_vote(reader, helpful=True)
    weights = list(HelpfulVote.objects.order_by("pk").values_list("weight", flat=True))
    made = Discount.objects.discount(HelpfulVote.objects.order_by("pk")[:5], "A test.", None)
    assert list(HelpfulVote.objects.order_by("pk").values_list("weight", flat=True)) == [0] * 5 + [1] * 20
    made.lift(None)
    assert list(HelpfulVote.objects.order_by("pk").values_list("weight", flat=True)) == weights


def test_bursts_and_one_sided_voters_are_reported(client, admin):
    reader = make_user("always_no")
    for number in range(15):
        make_review(author="", headline=f"Review {number}").cast_vote(reader, helpful=False)
    hit = make_review(headline="Hit")
    for _ in range(10):
        hit.cast_vote(make_user(), helpful=True)
    page = client.get(reverse(REPORT))
    assert [(review, len(burst.votes)) for review, burst, _ in page.context["bursts"]] == [(hit, 10)]
    assert [(name, one.helpful) for name, one, _ in page.context["one_sided"]] == [("always_no", False)]
    for _, found, address in [*page.context["bursts"], *page.context["one_sided"]]:
        assert len(client.get(address).context["cl"].queryset) == len(found.votes)


def test_a_site_without_votes_has_nothing_odd(client, admin):
    page = client.get(reverse(REPORT)).content.decode()
    assert "No review got ten votes of one kind within an hour." in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_report_takes_the_same_queries_for_any_number_of_findings(client, admin, django_assert_num_queries, count):
    for number in range(count):
        film = make_film(f"Film {number}", 2000)
        ring_votes([make_review(film) for _ in range(9)])
    client.get(reverse(REPORT))
    with django_assert_num_queries(4):
        client.get(reverse(REPORT))


def test_strangers_readers_and_admins_without_the_right_neither_see_nor_discount(client):
    review, reader = make_review(), make_user()
    review.cast_vote(reader, helpful=True)
    helper = make_user(is_staff=True)
    for person, status in ((None, 302), (reader, 302), (helper, 403)):
        if person:
            client.force_login(person)
        assert client.get(reverse(REPORT)).status_code == status
        assert discount(client, [review.votes.get()], reason="Mine.").status_code == status
    assert not Discount.objects.exists()


def test_no_vote_is_changed_and_no_discount_deleted_by_hand(client, admin):
    review = make_review()
    review.cast_vote(make_user(), helpful=True)
    made = Discount.objects.discount(HelpfulVote.objects.all(), "A test.", admin)
    assert client.post(reverse("admin:reviews_discount_delete", args=[made.pk])).status_code == 403
    assert client.post(reverse("admin:reviews_helpfulvote_delete", args=[review.votes.get().pk])).status_code == 403
    assert "A test." in client.get(reverse("admin:reviews_discount_change", args=[made.pk])).content.decode()


def test_a_large_edit_marks_the_votes_cast_before_it_and_a_small_one_does_not(client):
    review = make_review(body="Somebody drives through the night and nothing else happens. " * 10)
    early, late = make_user(), make_user()
    review.cast_vote(early, helpful=True)
    review.cast_vote(make_user(), helpful=False)
    review.body += " A postscript."
    review.save()
    assert Standing.objects.get().votes_before == 0
    review.body = "Another opinion altogether: the telephone is the true protagonist of these pictures. " * 8
    review.save()
    review.cast_vote(late, helpful=True)
    standing = Standing.objects.get()
    assert (standing.votes_total, standing.votes_before) == (3, 2)
    sentence = "2 of these votes were cast before the review was rewritten. Who cast them can press again."
    assert sentence in client.get(review.get_absolute_url()).content.decode()
    assert sentence in client.get(review.film.get_absolute_url()).content.decode()
    Review.objects.get().cast_vote(early, helpful=True)
    standing = Standing.objects.get()
    assert (standing.votes_yes, standing.votes_total, standing.votes_before) == (2, 3, 1)
    assert Standing.objects.stand([review]) == []

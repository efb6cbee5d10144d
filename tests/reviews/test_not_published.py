"""What is a draft, withdrawn or taken down stands on no surface, counts nowhere, and is not forgotten either."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from films.models import Film, Remake
from reviews import comparing, export, merging, moderating, parting, proposing, search
from reviews.importing import plan, undo
from reviews.importing.sources import Source
from reviews.models import Action, Comparison, Draft, HelpfulVote, Quote, Report, Review, Standing
from tests.factories import make_admin, make_film, make_review, make_user

pytestmark = pytest.mark.django_db

SECRET = "Quetzalcoatl"
BODY = f"{SECRET} is a remake of Retribution (2015). The original, Retribution, is better than this remake by far."


@pytest.fixture
def source():
    return make_film("Retribution", 2015)


@pytest.fixture
def film(source):
    film = make_film("Hard Hit", 2021)
    Remake.objects.link(film, source)
    film.refresh_from_db()
    return film


@pytest.fixture
def reader():
    return make_user("reader", verified=True)


@pytest.fixture
def review(film, reader):
    """One that is quoted, compared, voted on and found, beside another one of the film."""
    make_review(film, rating=Decimal(6), headline="The other one")
    review = make_review(film, user=make_user("maud"), headline=SECRET, body=BODY, rating=Decimal(10))
    review.cast_vote(reader, helpful=True)
    proposing.reread(review)
    settle()
    return review


def settle():
    search.catch_up()
    comparing.catch_up()


def withdraw(review):
    review.change(Action.Kind.WITHDRAWN, review.user, state=Review.State.WITHDRAWN)


def take_down(review):
    moderating.take_down(review, make_admin(), "Spam.")


def put_back(review):
    review.change(Action.Kind.PUT_BACK, review.user, state=Review.State.PUBLISHED)


WAYS = pytest.mark.parametrize("hide", [withdraw, take_down])
SURFACES = {
    "home": lambda film: reverse("home"),
    "film": lambda film: film.get_absolute_url(),
    "family": lambda film: film.family.get_absolute_url(),
    "search": lambda film: f"{reverse('search')}?q={SECRET}",
    "site feed": lambda film: reverse("site_feed"),
    "film feed": lambda film: reverse("film_feed", args=[film.slug]),
    "family feed": lambda film: reverse("family_feed", args=[film.family.slug]),
    "reviewer feed": lambda film: reverse("reviewer_feed", args=["maud"]),
    "API": lambda film: reverse("api_reviews"),
    "API of the film": lambda film: reverse("api_film_reviews", args=[film.slug]),
}


def seen(surface, page):
    return (f"<mark>{SECRET}" if surface == "search" else SECRET) in page


@pytest.mark.parametrize("surface", SURFACES)
@WAYS
def test_it_stands_on_no_surface_and_returns(client, film, review, surface, hide):
    address = SURFACES[surface](film)
    assert seen(surface, client.get(address).content.decode())
    hide(review)
    assert not seen(surface, client.get(address).content.decode())
    moderating.restore(review, make_admin("second"), "Sorry.") if hide is take_down else put_back(review)
    settle()
    assert seen(surface, client.get(address).content.decode())


@WAYS
def test_its_addresses_answer_without_it(client, reader, review, hide):
    client.force_login(reader)
    hide(review)
    names = ["review", "embed", "review_card", "api_review", "report"]
    answers = [client.get(reverse(name, args=[review.pk])) for name in names]
    assert [answer.status_code for answer in answers] == [410, 404, 404, 404, 404]
    assert [SECRET in answer.content.decode() for answer in answers] == [False] * 5


@WAYS
def test_oembed_and_sitemap_do_not_know_it(client, review, hide):
    hide(review)
    address = f"http://testserver{review.get_absolute_url()}"
    assert client.get(reverse("oembed"), {"url": address}).status_code == 404
    sitemap = client.get(reverse("sitemap", args=["review", 0])).content.decode()
    assert (review.get_absolute_url() in sitemap, sitemap.count("<loc>")) == (False, 1)


@WAYS
def test_nobody_votes_on_it_and_votes_cast_wait_for_it(client, film, reader, review, hide):
    hide(review)
    client.force_login(reader)
    assert client.post(reverse("vote", args=[review.pk]), {"helpful": "no"}).status_code == 404
    assert SECRET not in client.get(reverse("your_votes")).content.decode()
    assert SECRET not in b"".join(client.get(reverse("export_account")).streaming_content).decode()
    assert HelpfulVote.objects.get().helpful is True


@WAYS
def test_what_the_film_keeps_follows_and_a_recount_finds_nothing(film, review, hide):
    hide(review)
    film.refresh_from_db()
    assert (film.review_count, film.mean_percent, film.rating_counts) == (1, 60, {60: 1})
    out = StringIO()
    call_command("recount_votes", stdout=out)
    assert out.getvalue() == "2 reviews checked, 0 mended.\n"


def test_a_recount_takes_a_left_over_standing_away(film, review):
    Review.objects.filter(pk=review.pk).update(state="withdrawn")
    out = StringIO()
    call_command("recount_votes", stdout=out)
    assert "1 mended" in out.getvalue()
    film.refresh_from_db()
    assert (film.review_count, Standing.objects.count()) == (1, 1)


@WAYS
def test_it_is_left_out_of_exports_for_everybody(review, hide):
    hide(review)
    assert SECRET not in "".join(export.json_lines(Review.objects.all()))


@WAYS
def test_what_it_says_of_films_is_not_quoted(film, review, hide):
    edge = Remake.objects.get()
    edge.proposals.set([Quote.objects.first().proposal])
    assert Remake.objects.with_evidence().get().sourced is True
    assert Comparison.objects.count() > 0
    hide(review)
    assert Remake.objects.with_evidence().get().sourced is False
    assert comparing.compared(film.family.members()) == []
    assert comparing.best(film.family.members()) is None


def test_a_draft_stands_nowhere(client, film, reader):
    Draft.objects.create(user=reader, film=film, headline=SECRET, body=BODY)
    settle()
    for surface, address in SURFACES.items():
        if surface != "reviewer feed":
            assert not seen(surface, client.get(address(film)).content.decode()), surface
    film.refresh_from_db()
    assert film.review_count == 0


# The import, merging, deleting


TEXT = b"Hard Hit (2021)\n7/10\nA new headline\nsomebody19 August 2023\nA text that says something.\n"


@WAYS
def test_importing_it_again_is_a_duplicate_and_undoing_the_import_keeps_it(hide):
    make_film("Hard Hit", 2021)
    first = plan.run([Source("a.txt", TEXT)])
    hide(Review.objects.get())
    assert plan.run([Source("b.txt", TEXT)]).counts()["duplicate"] == 1
    kept = undo.undo(first)["kept"]
    assert [one["reason"] for one in kept if "review" in one] == [
        "Kept when the import was taken back: its state was changed."
    ]
    assert Review.every.count() == 1


def test_an_import_that_is_taken_back_leaves_what_readers_reported(reader):
    make_film("Hard Hit", 2021)
    first = plan.run([Source("a.txt", TEXT)])
    moderating.report(Review.objects.get(), reader, Report.Reason.SPAM)
    kept = undo.undo(first)["kept"]
    assert [one["reason"] for one in kept if "review" in one] == [
        "Kept when the import was taken back: readers have reported or claimed it."
    ]


@WAYS
def test_it_follows_its_film_into_a_merge_and_back(film, review, hide):
    hide(review)
    up = make_film("Up", 2009)
    Remake.objects.all().delete()
    done = merging.merge(up, film)
    assert Review.every.get(pk=review.pk).film == up
    up.refresh_from_db()
    assert up.review_count == 1
    parting.take_back(done)
    film = Film.objects.get(title="Hard Hit")
    assert (Review.every.get(pk=review.pk).film, film.review_count) == (film, 1)


def test_films_whose_reviews_one_reader_wrote_are_not_merged(film, review):
    up = make_film("Up", 2009)
    make_review(up, user=review.user)
    Remake.objects.all().delete()
    with pytest.raises(ValidationError, match="maud has written a review of each of the two"):
        merging.merge(up, film)


def test_drafts_and_reports_of_both_films_are_merged_and_parted(film, reader):
    up = make_film("Up", 2009)
    Remake.objects.all().delete()
    drafts = [Draft.objects.create(user=reader, film=one, body=one.title) for one in (film, up)]
    same = {"body": BODY, "headline": "Same"}
    reviews = [make_review(one, **same) for one in (film, up)]
    for one in reviews:
        moderating.report(one, reader, Report.Reason.SPAM)
    before = set(Report.objects.values_list("pk", "review"))
    done = merging.merge(up, film)
    assert [draft.body for draft in Draft.objects.all()] == ["Up"]
    assert [row.review for row in Report.objects.all()] == [reviews[1]]
    parting.take_back(done)
    assert set(Draft.objects.all()) == set(drafts)
    assert set(Report.objects.values_list("pk", "review")) == before


@pytest.mark.parametrize(("choice", "left"), [("keep", [None]), ("remove", [])])
def test_a_deleted_account_leaves_nothing_hidden_and_totals_stay_honest(client, film, choice, left):
    maud = make_user("maud", verified=True)
    make_review(film, user=maud)
    withdraw(make_review(make_film("Up", 2009), user=maud))
    Draft.objects.create(user=maud, film=film)
    client.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    client.post(reverse("account_reauthenticate"), {"password": "a pass phrase"})
    client.post(reverse("delete_account"), {"reviews": choice, "sure": "on"})
    assert [review.user for review in Review.every.all()] == left
    film.refresh_from_db()
    assert (film.review_count, Draft.objects.count()) == (len(left), 0)


def test_a_film_with_a_withdrawn_review_is_not_deleted(client, film, review):
    withdraw(review)
    assert Review.objects.filter(film=film).count() == 1
    Review.objects.filter(film=film).delete()
    with pytest.raises(Exception, match="protected"):
        Film.objects.get(pk=film.pk).delete()

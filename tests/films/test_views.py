import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from films.models import Family, Film, Remake
from reviews.models import Action, Review, Standing
from reviews.ratings import of_both
from tests.factories import make_film, make_review, make_title, make_user

pytestmark = pytest.mark.django_db


def titles(response):
    return [str(film) for film in response.context["page"]]


def test_the_list_of_films_is_in_the_order_of_titles_without_articles(client):
    for title in ("The Thing", "Up", "A Bug's Life"):
        make_film(title, 2000)
    assert titles(client.get(reverse("films"))) == ["A Bug's Life (2000)", "The Thing (2000)", "Up (2000)"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": "newest"}, ["New (2020)", "Old (1950)"]),
        ({"sort": "oldest"}, ["Old (1950)", "New (2020)"]),
        ({"sort": "rating"}, ["Old (1950)", "New (2020)"]),
        ({"sort": "reviews"}, ["Old (1950)", "New (2020)"]),
        ({"sort": "nonsense"}, ["New (2020)", "Old (1950)"]),
        ({"q": "old"}, ["Old (1950)"]),
        ({"q": "x" * 500}, []),
        ({"q": "a\0b"}, ["New (2020)", "Old (1950)"]),
        ({"page": "-1"}, ["New (2020)", "Old (1950)"]),
        ({"page": "nonsense"}, ["New (2020)", "Old (1950)"]),
        ({"page": "99"}, ["New (2020)", "Old (1950)"]),
        ({"q": "nothing of the kind"}, []),
    ],
)
def test_the_list_of_films_follows_its_query_string(client, query, expected):
    make_film("New", 2020)
    make_review(make_film("Old", 1950))
    response = client.get(reverse("films"), query)
    assert response.status_code == 200
    assert titles(response) == expected


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_films_takes_the_same_queries_for_any_number(client, django_assert_num_queries, count):
    for number in range(count):
        film = make_film(f"Film {number}", 2000)
        make_title(film, f"Alias {number}")
        make_review(film)
        Remake.objects.link(make_film(f"Remake {number}", 2010), film)
    with django_assert_num_queries(4):
        client.get(reverse("films"))


@pytest.fixture
def family():
    source = make_film("Retribution", 2015)
    for title, year in (("Hard Hit", 2021), ("Don't. Get. Out!", 2018)):
        Remake.objects.link(make_film(title, year), source)
    return Family.objects.get()


def test_a_family_shows_its_films_in_release_order_and_who_remade_what(client, family):
    response = client.get(family.get_absolute_url())
    assert [str(film) for film in response.context["members"]] == [
        "Retribution (2015)",
        "Don't. Get. Out! (2018)",
        "Hard Hit (2021)",
    ]
    drawn = re.findall(r'tabindex="-1".*?<text class="title"[^>]*>([^<]*)', response.text, re.DOTALL)
    assert drawn == ["Retribution", "Don&#x27;t. Get. Out!", "Hard Hit"] * 2


def test_the_list_of_families_names_them_by_their_originals(client, family):
    response = client.get(reverse("families"))
    assert [
        (str(found), found.film_count, found.first_year, found.last_year) for found in response.context["page"]
    ] == [("Retribution", 3, 2015, 2021)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_family_takes_the_same_queries_for_any_number_of_films(client, django_assert_num_queries, count):
    source = make_film("Retribution", 2015)
    for number in range(count):
        Remake.objects.link(make_film(f"Remake {number}", 2020), source)
        make_review(source)
    with django_assert_num_queries(8):
        client.get("/families/retribution-2015/")


def test_a_family_shows_the_most_helpful_review_of_each_film_in_release_order(client, family):
    for film in family.members()[:2]:
        make_review(film, headline=f"Second of {film}", date="2024-01-01")
        make_review(film, headline=f"Best of {film}").cast_vote(make_user(), helpful=True)
    response = client.get(family.get_absolute_url())
    assert [review.headline for review in response.context["best"]] == [
        "Best of Retribution (2015)",
        "Best of Don't. Get. Out! (2018)",
    ]
    assert "Second of" not in response.text


def test_a_family_says_of_each_edge_what_it_is_and_whether_anything_says_so(client, family):
    Remake.objects.filter(remake__title="Hard Hit").update(kind="re-edit", address="https://www.example.org/hard-hit")
    said = " ".join(strip_tags(client.get(family.get_absolute_url()).text).split())
    assert "Hard Hit (2021) re-edit of Retribution (2015), as example.org says" in said
    assert "Don&#x27;t. Get. Out! (2018) remake of Retribution (2015), unsourced" in said


def test_a_family_says_facts_that_all_share_once_and_compares_the_others(client, family):
    Film.objects.update(country="Spain", runtime=100)
    Film.objects.filter(title="Hard Hit").update(runtime=94)
    said = " ".join(strip_tags(client.get(family.get_absolute_url()).text).split())
    assert "All were made in: Spain." in said
    assert "94 min −6 beside the original" in said
    assert "Director" not in said


@pytest.mark.parametrize("by", ["author", "user"])
def test_a_family_says_which_version_those_who_reviewed_both_rate_higher(client, family, by):
    original, _, remake = family.members()
    for number in range(6):
        reviewer = {"author": f"maud {number}"} if by == "author" else {"user": make_user()}
        make_review(original, rating=8, **reviewer)
        if by == "author":  # Who signs in has one review of a film.
            make_review(remake, rating=9, date="2001-01-01", **reviewer)
        make_review(remake, rating=6 if number else 9, **reviewer)
        make_review(remake, rating=10)
    said = " ".join(strip_tags(client.get(family.get_absolute_url()).text).split())
    assert (
        "Of 6 who reviewed both Retribution (2015) and Hard Hit (2021), 5 rate the original higher, 1 the later one."
    ) in said


def test_those_who_reviewed_both_are_found_among_all_reviews_of_any_size_of_film(family):
    members = family.members()
    users = [make_user() for _ in range(7)]
    for number, film in enumerate(members):
        for rating in range(1, 9 - number):
            make_review(film, rating=rating, author=f"maud {rating}", date=f"2001-01-{rating + number:02}")
        for user in users[number:]:
            make_review(film, rating=9, user=user, author="maud 1")
        make_review(film, author="")
        make_review(film, author=f"alone {number}")
        make_review(film, author="unrated", rating=None, rating_scale=None)
    make_review(members[0], author="maud 1", rating=10, date="2002-01-01")
    withdrawn = members[1].reviews.get(author="maud 3")
    withdrawn.change(Action.Kind.TAKEN_DOWN, None, state=Review.State.TAKEN_DOWN)
    members = family.members()
    assert Standing.objects.sought(members) is None
    found = of_both(Standing.objects.by_reviewers_of_several(members), [film.pk for film in members])
    expected = of_both(every_rating(members), [film.pk for film in members])
    assert found == expected
    assert [said.count for said in found] == [7 - 1 + 6 - 1 + 1, 6 + 5, 6 + 5 - 1]


def every_rating(films):
    """(reviewer, film id, percent) of all ratings of the films that name somebody, the oldest first."""
    standings = Standing.objects.filter(film__in=films).select_related("review").order_by("recency", "pk")
    said = [(row.review.user_id or row.review.author, row.film_id, row.percent) for row in standings]
    return [(who, film, percent) for who, film, percent in said if who and percent is not None]


def test_a_family_says_where_it_has_not_looked_for_everybody_who_reviewed_both(client, family, monkeypatch):
    original, _, remake = family.members()
    for number in range(7):
        for film in (original, remake):
            make_review(film, author=f"maud {number}", date=f"2001-01-{number + 1:02}")
    page = client.get(family.get_absolute_url()).text
    assert ("Of 7 who reviewed both" in page, "were looked through for them" in page) == (True, False)
    monkeypatch.setattr("reviews.models.standings.SOUGHT", 6)
    page = client.get(family.get_absolute_url()).text
    assert "Of 6 who reviewed both" in page
    assert "Of each film but the most rated, the newest 6 ratings were looked through for them." in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_families_takes_the_same_queries_for_any_number(client, django_assert_num_queries, count):
    for number in range(count):
        Remake.objects.link(make_film(f"Remake {number}", 2020), make_film(f"Film {number}", 2000))
    with django_assert_num_queries(4):
        client.get(reverse("families"))


@pytest.mark.parametrize("address", ["/families/nowhere-2015/", "/films/nowhere-2015/", "/reviews/99/"])
def test_what_is_not_there_is_404_on_a_page_with_a_way_on(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert f'href="{reverse("films")}"' in response.content.decode()


@pytest.mark.parametrize("address", ["/", "/films/", "/families/", "/families/retribution-2015/"])
def test_pages_are_for_reading_only(client, family, address):
    assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(("address", "name"), [("/films/?sort=newest", "films"), ("/families/", "families")])
def test_the_next_page_of_a_list_begins_where_the_last_one_ended_whatever_came_meanwhile(
    client, monkeypatch, address, name
):
    monkeypatch.setattr("films.views.FILMS_ON_A_PAGE", 2)
    for number in range(5):
        Remake.objects.link(make_film(f"Remake {number}", 2010), make_film(f"Film {number}", 2000))
    met, page, pages = [], address, 0
    while page:
        response = client.get(page)
        met += [str(row) for row in response.context["page"]]
        [page] = re.findall(r'href="([^"]*)" rel="next"', response.text) or [None]
        page = page and f"/{name}/{page.replace('&amp;', '&')}"
        pages += 1
        original = make_film(f"A {pages}", 2025)
        for version in ("Another", "Third"):
            Remake.objects.link(make_film(f"{version} {pages}", 2026), original)
    before = [title for title in met if not title.startswith(("A ", "Another", "Third"))]
    assert len(before) == len(set(before)) == (10 if name == "films" else 5)

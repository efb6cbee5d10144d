from xml.etree import ElementTree

import pytest
from django.urls import reverse

from films.models import Film, Remake
from tests.factories import make_film, make_review, make_user

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def read(response):
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def titles(response):
    return [entry.findtext(f"{ATOM}title") for entry in read(response).iter(f"{ATOM}entry")]


@pytest.fixture
def family():
    """Hard Hit, which is a remake of Retribution, and Up beside them; each with a review."""
    hard_hit, retribution, up = make_film(), make_film("Retribution", 2015), make_film("Up", 2009)
    for film in (retribution, hard_hit, up):
        make_review(film, headline=film.title, user=make_user("maud") if film == up else None)
    return Remake.objects.link(hard_hit, retribution).source


def test_each_feed_holds_the_newest_entries_of_its_subject_first(client, family):
    hard_hit, retribution, up = "Hard Hit (Hard Hit, 2021)", "Retribution (Retribution, 2015)", "Up (Up, 2009)"
    assert titles(client.get("/feeds/")) == [up, hard_hit, retribution]
    assert titles(client.get("/feeds/films/hard-hit-2021/")) == [hard_hit]
    assert titles(client.get("/feeds/families/retribution-2015/")) == [hard_hit, retribution]
    assert titles(client.get("/feeds/reviewers/maud/")) == [up]


def test_an_entry_has_all_that_atom_asks_for_and_an_id_that_stays(client):
    review = make_review(headline="Tense & tight", body="One <b>.\n\nTwo.", author="maud")
    feed = read(client.get("/feeds/"))
    entry = feed.find(f"{ATOM}entry")
    address = f"{SITE}/reviews/{review.pk}/"
    assert {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "alternate": f"{SITE}/",
        "self": f"{SITE}/feeds/",
    }
    assert feed.findtext(f"{ATOM}id") == f"{SITE}/feeds/"
    assert feed.findtext(f"{ATOM}updated") == entry.findtext(f"{ATOM}updated")
    assert entry.findtext(f"{ATOM}updated") == review.created_at.isoformat()
    assert (entry.findtext(f"{ATOM}id"), entry.find(f"{ATOM}link").get("href")) == (address, address)
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "maud"
    assert entry.findtext(f"{ATOM}title") == "Tense & tight (Hard Hit, 2021)"
    assert entry.findtext(f"{ATOM}summary") == str(review.body_html)


def test_a_feed_never_tells_the_plot(client):
    make_review(body="He dies.", spoiler=True)
    page = client.get("/feeds/").content.decode()
    assert "He dies." not in page
    assert "This review tells the plot." in page


def test_characters_that_xml_cannot_say_are_left_out(client):
    make_review(headline="A\x01\x1b\ufffeB", body="C\x0bD")
    entry = read(client.get("/feeds/")).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "AB (Hard Hit, 2021)"
    assert "CD" in entry.findtext(f"{ATOM}summary")


def test_an_unchanged_feed_is_answered_with_304_and_a_changed_one_is_not(client):
    review = make_review()
    etag = client.get("/feeds/")["ETag"]
    again = client.get("/feeds/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    review.body = "Mended."
    review.save()
    assert client.get("/feeds/", headers={"If-None-Match": etag}).status_code == 200


def test_a_feed_without_entries_is_the_same_at_every_visit(client):
    make_film()
    first, second = (client.get("/feeds/films/hard-hit-2021/") for _ in range(2))
    assert titles(first) == []
    assert first.content == second.content


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [("/feeds/", 2), ("/feeds/films/hard-hit-2021/", 3), ("/feeds/families/retribution-2015/", 4)],
)
def test_a_feed_takes_the_same_queries_for_any_number_of_entries(
    client, django_assert_num_queries, address, queries, count
):
    film = make_film()
    Remake.objects.link(film, make_film("Retribution", 2015))
    for _ in range(count):
        make_review(film)
    with django_assert_num_queries(queries):
        client.get(address)


def test_a_long_list_ends_after_the_newest_thirty(client):
    film = make_film()
    made = [make_review(film, headline=f"{number}") for number in range(31)]
    assert titles(client.get("/feeds/")) == [f"{review.headline} (Hard Hit, 2021)" for review in made[:0:-1]]


@pytest.mark.parametrize("name", ["film_feed", "family_feed", "reviewer_feed"])
def test_what_does_not_exist_has_no_feed(client, name):
    assert client.get(reverse(name, args=["nobody"])).status_code == 404


def test_a_feed_can_only_be_read(client):
    assert client.post("/feeds/").status_code == 405


def test_pages_name_their_feeds(client, family):
    film = Film.objects.get(title="Up")
    for address, feed in [
        ("/", "/feeds/"),
        (film.get_absolute_url(), "/feeds/films/up-2009/"),
        ("/families/retribution-2015/", "/feeds/families/retribution-2015/"),
        (film.reviews.get().get_absolute_url(), "/feeds/reviewers/maud/"),
    ]:
        page = client.get(address).content.decode()
        assert f'href="{feed}"' in page.partition("</head>")[0], address

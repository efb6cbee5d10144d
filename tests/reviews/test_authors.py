import re
from xml.etree import ElementTree

import pytest

from tests.factories import make_film, make_review, make_user

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def headlines(response):
    return [review.headline for review in response.context["page"]]


def test_the_page_of_an_author_has_what_came_under_the_name_newest_first(client):
    film = make_film()
    make_review(film, author="maud / m?", headline="old", date="2001-01-01")
    make_review(film, author="maud / m?", headline="undated", date=None)
    make_review(film, author="maud / m?", headline="new", date="2020-01-01")
    make_review(film, author="Maud / m?", headline="another's")
    make_review(film, author="maud / m?", user=make_user(), headline="of an account")
    [address] = set(re.findall(r'href="(/authors/maud[^"]*)"', client.get(film.get_absolute_url()).text))
    response = client.get(address)
    assert headlines(response) == ["new", "old", "undated"]
    [feed] = set(re.findall(r'href="(/feeds/authors/[^"]*)"', response.text))
    entries = ElementTree.fromstring(client.get(feed).content).findall(f"{ATOM}entry/{ATOM}title")
    assert [entry.text for entry in entries] == [f"{name} (Hard Hit, 2021)" for name in ("new", "undated", "old")]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_author_takes_the_same_queries_for_any_number(client, django_assert_num_queries, count):
    for _ in range(count):
        make_review(author="maud")
    with django_assert_num_queries(3):
        client.get("/authors/maud/")


@pytest.mark.parametrize("address", ["/authors/nobody/", "/feeds/authors/nobody/"])
def test_a_name_that_nothing_came_under_is_404(client, address):
    make_review(author="")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/authors/maud/", "/feeds/authors/maud/"])
def test_an_author_is_for_reading_only(client, address):
    make_review(author="maud")
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


def test_what_tells_the_plot_stays_closed_on_the_page_of_an_author(client):
    make_review(author="maud", body="He [spoiler]dies[/spoiler].")
    assert "dies" not in client.get("/authors/maud/").text

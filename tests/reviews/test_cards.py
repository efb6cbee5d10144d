import io

import pytest
from PIL import Image

from films.models import Remake
from tests.factories import make_film, make_review, make_title

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses():
    film = make_film("발신제한", 2021)
    make_title(film, "Hard Hit")
    Remake.objects.link(film, make_film("Retribution", 2015))
    review = make_review(film, author="maud")
    return [f"/cards/film/{film.slug}.png", "/cards/family/retribution-2015.png", f"/cards/review/{review.pk}.png"]


def test_film_family_and_review_have_a_picture_each(client, addresses):
    for address in addresses:
        response = client.get(address)
        assert response["Content-Type"] == "image/png"
        assert response["Cache-Control"] == "public, max-age=86400"
        picture = Image.open(io.BytesIO(response.content))
        assert picture.size == (1200, 630)
        assert len(response.content) < 100_000


def test_who_has_the_picture_already_is_told_so_without_a_drawing(client, addresses, monkeypatch):
    etags = [client.get(address)["ETag"] for address in addresses]
    assert len(set(etags)) == 3
    monkeypatch.setattr("reviews.cards.picture", None)
    for address, etag in zip(addresses, etags, strict=True):
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_a_new_rating_changes_the_picture_of_the_film(client):
    film = make_film()
    make_review(film, rating=2)
    before = client.get("/cards/film/hard-hit-2021.png")
    make_review(film, rating=9)
    after = client.get("/cards/film/hard-hit-2021.png")
    assert before["ETag"] != after["ETag"]
    assert before.content != after.content


def test_the_picture_of_a_review_shows_none_of_its_text(client, monkeypatch):
    review = make_review(body="He dies.", spoiler=True, headline="", author="maud")
    said = []
    monkeypatch.setattr("reviews.cards.picture", lambda *words: said.append(words) or b"")
    client.get(f"/cards/review/{review.pk}.png")
    [(_, titles, lines)] = said
    assert (titles, lines) == (("", "Hard Hit"), ("By maud, 7/10",))


@pytest.mark.parametrize("address", ["/cards/film/none.png", "/cards/family/none.png", "/cards/review/1.png"])
def test_what_does_not_exist_has_no_picture(client, address):
    assert client.get(address).status_code == 404


def test_a_picture_can_only_be_read(client, addresses):
    assert client.post(addresses[0]).status_code == 405

import json
import re

import pytest

from films.models import Remake
from tests.factories import make_film, make_review, make_title

pytestmark = pytest.mark.django_db
SITE = "https://reprise.example"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def data(client, address):
    """The schema.org data of a page."""
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(address).content.decode())
    return json.loads(block)


def previews(client, address):
    page = client.get(address).content.decode()
    return dict(re.findall(r'<meta property="og:([a-z:_]+)" content="([^"]*)">', page))


def canonical(client, address):
    return re.findall(r'<link rel="canonical" href="([^"]*)">', client.get(address).content.decode())


@pytest.fixture
def film():
    film = make_film("Hard Hit", 2021, country="South Korea", director="Kim Chang-ju", runtime=94)
    make_title(film, "Restricted Call")
    Remake.objects.link(film, make_film("Retribution", 2015))
    return film


def movie(title, year, slug):
    return {"@type": "Movie", "name": title, "dateCreated": year, "url": f"{SITE}/films/{slug}/"}


def aggregate(value, count):
    return {
        "@type": "AggregateRating",
        "ratingValue": value,
        "bestRating": 10,
        "worstRating": 0,
        "reviewCount": count,
    }


def test_a_film_describes_itself_its_ratings_and_what_it_is_based_on(client, film):
    make_review(film, rating=6)
    make_review(film, rating=9)
    assert data(client, film.get_absolute_url()) == {
        "@context": "https://schema.org",
        **movie("Hard Hit", "2021", "hard-hit-2021"),
        "alternateName": ["Restricted Call"],
        "director": [{"@type": "Person", "name": "Kim Chang-ju"}],
        "countryOfOrigin": [{"@type": "Country", "name": "South Korea"}],
        "duration": "PT94M",
        "image": f"{SITE}/cards/film/hard-hit-2021.png",
        "isBasedOn": [movie("Retribution", "2015", "retribution-2015")],
        "aggregateRating": aggregate(7.5, 2),
    }


def test_a_review_describes_itself_and_its_film(client, film):
    review = make_review(film, headline="Tense", body="Text.", author="maud", language="en", rating=4, rating_scale=5)
    assert data(client, review.get_absolute_url()) == {
        "@context": "https://schema.org",
        "@type": "Review",
        "url": f"{SITE}/reviews/{review.pk}/",
        "name": "Tense",
        "author": {"@type": "Person", "name": "maud"},
        "datePublished": "2023-08-19",
        "inLanguage": "en",
        "reviewRating": {"@type": "Rating", "ratingValue": 4.0, "bestRating": 5, "worstRating": 0},
        "reviewBody": "Text.",
        "itemReviewed": movie("Hard Hit", "2021", "hard-hit-2021"),
    }


def test_a_family_lists_its_films_with_their_ratings(client, film):
    make_review(film, rating=6)
    found = data(client, "/families/retribution-2015/")
    assert found["numberOfItems"] == 2
    assert [item["item"] for item in found["itemListElement"]] == [
        movie("Retribution", "2015", "retribution-2015"),
        movie("Hard Hit", "2021", "hard-hit-2021") | {"aggregateRating": aggregate(6.0, 1)},
    ]


def test_what_is_not_known_is_not_said(client):
    review = make_review(make_film(), rating=None, rating_scale=None, date=None, headline="")
    assert set(data(client, review.get_absolute_url())) == {
        "@context", "@type", "url", "author", "reviewBody", "itemReviewed",
    }  # fmt: skip
    assert "aggregateRating" not in data(client, "/films/hard-hit-2021/")


def test_no_text_ends_the_block_of_data(client):
    body = "</script><script>alert(1)</script><!-- \u2028 & &amp;"
    review = make_review(body=body)
    assert data(client, review.get_absolute_url())["reviewBody"] == body
    assert "<script>alert" not in client.get(review.get_absolute_url()).content.decode()


def test_the_plot_is_kept_out_of_data_and_preview_even_when_the_page_shows_it(client):
    review = make_review(body="He dies.", spoiler=True)
    head = client.get(f"{review.get_absolute_url()}?spoilers=show").content.decode().partition("</head>")[0]
    assert "He dies." not in head
    assert previews(client, review.get_absolute_url())["description"].startswith("This review tells the plot.")


def test_film_family_and_review_have_a_preview_with_a_picture(client, film):
    review = make_review(film, headline="Tense", body="One “quoted” line.", author="maud")
    assert previews(client, film.get_absolute_url()) == {
        "site_name": "Reprise",
        "type": "video.movie",
        "title": "Hard Hit (2021)",
        "description": "1 review of Hard Hit (2021), rated 7.0 of 10. Directed by Kim Chang-ju.",
        "url": f"{SITE}/films/hard-hit-2021/",
        "image": f"{SITE}/cards/film/hard-hit-2021.png",
        "image:type": "image/png",
        "image:width": "1200",
        "image:height": "630",
        "image:alt": "Title card of Hard Hit (2021)",
    }
    family = previews(client, "/families/retribution-2015/")
    assert (family["title"], family["description"]) == (
        "Retribution and its remakes",
        "Retribution (2015), Hard Hit (2021).",
    )
    found = previews(client, review.get_absolute_url())
    assert (found["title"], found["description"]) == (
        "Tense (Hard Hit, 2021)",
        "One “quoted” line. A review by maud.",
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("/films/hard-hit-2021/", "/films/hard-hit-2021/"),
        ("/films/hard-hit-2021/?sort=newest&rating=7", "/films/hard-hit-2021/"),
        ("/films/hard-hit-2021/?page=2", "/films/hard-hit-2021/?page=2"),
        ("/films/hard-hit-2021/?page=99", "/films/hard-hit-2021/?page=2"),
        ("/films/hard-hit-2021/?page=2&sort=newest", "/films/hard-hit-2021/"),
        ("/films/?q=hard", "/films/"),
        ("/?utm_source=x", "/"),
    ],
)
def test_every_page_has_one_canonical_address(client, monkeypatch, asked, expected):
    monkeypatch.setattr("reviews.filmpage.REVIEWS_ON_A_PAGE", 1)
    film = make_film()
    make_review(film)
    make_review(film)
    assert canonical(client, asked) == [SITE + expected]


def test_an_error_page_has_no_canonical_address(client):
    assert canonical(client, "/nowhere/") == []

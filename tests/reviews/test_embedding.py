import re
from urllib.parse import quote

import pytest

from tests.factories import make_review

pytestmark = pytest.mark.django_db
SITE = "https://reprise.example"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def ask(client, address, **more):
    return client.get("/oembed/", {"url": address, **more})


def test_only_the_embedded_review_may_be_framed_by_others(client):
    review = make_review()
    framed = client.get(f"/reviews/{review.pk}/embed/")
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "script-src 'self'" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    page = client.get(review.get_absolute_url())
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_an_embedded_review_knows_nobody_and_keeps_the_plot_back(client):
    review = make_review(body="He dies.", spoiler=True, headline="Tense")
    response = client.get(f"/reviews/{review.pk}/embed/", {"spoilers": "show"})
    assert "He dies." not in response.content.decode()
    assert f"{SITE}/reviews/{review.pk}/?spoilers=show" in response.content.decode()
    assert response.cookies == {}


def test_a_review_page_leads_to_its_description_which_leads_to_the_frame(client):
    review = make_review(headline="Tense", author="maud")
    head = client.get(review.get_absolute_url()).content.decode()
    [address] = re.findall(r'type="application/json\+oembed" title="[^"]*" href="([^"]*)"', head)
    response = client.get(address)
    assert response["Access-Control-Allow-Origin"] == "*"
    said = response.json()
    assert (said["version"], said["type"], said["title"]) == ("1.0", "rich", "Tense (Hard Hit, 2021)")
    assert (said["author_name"], said["width"], said["height"]) == ("maud", 640, 420)
    assert f'src="{SITE}/reviews/{review.pk}/embed/" width="640" height="420"' in said["html"]


def test_the_frame_is_no_larger_than_asked_for(client):
    review = make_review()
    said = ask(client, f"{SITE}/reviews/{review.pk}/", maxwidth=300, maxheight=9999).json()
    assert (said["width"], said["height"]) == (300, 420)


def test_a_headline_cannot_break_out_of_the_frame(client):
    review = make_review(headline='"><script>alert(1)</script>')
    assert "<script>" not in ask(client, f"{SITE}/reviews/{review.pk}/").json()["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        (f"url={SITE}/reviews/1/&maxwidth=1", 400),
        (f"url={SITE}/reviews/1/&format=xml", 501),
        (f"url={SITE}/reviews/999/", 404),
        (f"url={SITE}/films/", 404),
        (f"url={quote('https://elsewhere.example/reviews/1/')}", 404),
        (f"url={quote('http://[')}", 404),
    ],
)
def test_what_cannot_be_described_is_refused(client, query, status):
    make_review(pk=1)
    response = client.get(f"/oembed/?{query}")
    assert response.status_code == status
    assert response.json()["error"]


@pytest.mark.parametrize("address", ["/oembed/", "/reviews/1/embed/"])
def test_nothing_can_be_sent_there(client, address):
    assert client.post(address).status_code == 405


def test_a_review_that_does_not_exist_cannot_be_embedded(client):
    assert client.get("/reviews/1/embed/").status_code == 404

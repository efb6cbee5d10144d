from xml.etree import ElementTree

import pytest

from films.models import Remake
from tests.factories import make_film, make_review

pytestmark = pytest.mark.django_db
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://reprise.example"


def addresses(client, path):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    found = [loc.text for loc in ElementTree.fromstring(response.content).iter(LOC)]
    return [address.removeprefix("https://reprise.example") for address in found]


def test_the_index_leads_to_every_page_once(client):
    film = make_film()
    Remake.objects.link(film, make_film("Retribution", 2015))
    review = make_review(film)
    found = [page for path in addresses(client, "/sitemap.xml") for page in addresses(client, path)]
    assert found == [
        "/", "/films/", "/families/", "/films/hard-hit-2021/", "/films/retribution-2015/",
        "/families/retribution-2015/", f"/reviews/{review.pk}/",
    ]  # fmt: skip


def test_slices_without_a_row_are_not_listed_and_do_not_exist(client, monkeypatch):
    monkeypatch.setattr("reviews.sitemaps.SLICE", 2)
    film = make_film()
    first, second = (make_review(film, pk=pk) for pk in (101, 107))
    assert addresses(client, "/sitemap.xml")[-2:] == ["/sitemaps/review-50.xml", "/sitemaps/review-53.xml"]
    assert addresses(client, "/sitemaps/review-50.xml") == [first.get_absolute_url()]
    assert addresses(client, "/sitemaps/review-53.xml") == [second.get_absolute_url()]
    assert client.get("/sitemaps/review-51.xml").status_code == 404


@pytest.mark.parametrize("path", ["/sitemaps/user-0.xml", "/sitemaps/review-99999999999999999999.xml"])
def test_what_is_no_sitemap_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_sitemaps_take_the_same_queries_for_any_number_of_rows(client, django_assert_num_queries, count):
    film = make_film()
    for _ in range(count):
        last = make_review(film)
    with django_assert_num_queries(3):
        client.get("/sitemap.xml")
    with django_assert_num_queries(1):
        client.get(f"/sitemaps/review-{last.pk // 10_000}.xml")


def test_an_unchanged_sitemap_is_answered_with_304(client):
    etag = client.get("/sitemap.xml")["ETag"]
    assert client.get("/sitemap.xml", headers={"If-None-Match": etag}).status_code == 304

from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.django_db
SITE = "https://reprise.example"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def test_robots_are_kept_from_what_is_not_for_reading_and_shown_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "User-agent: *\n"
        "Disallow: /admin/\n"
        "Disallow: /accounts/\n"
        "Disallow: /search/\n"
        "Disallow: /oembed/\n"
        "Disallow: /language/\n"
        "Disallow: /reviews/*/vote/\n"
        "Disallow: /reviews/*/report/\n"
        "Disallow: /reviews/*/claim/\n"
        "Disallow: /reviews/*/history/\n"
        "Disallow: /films/*/review/\n"
        "\n"
        f"Sitemap: {SITE}/sitemap.xml\n"
    )


def test_browsers_learn_how_to_search(client):
    response = client.get("/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml"
    described = ElementTree.fromstring(response.content)
    [address] = described.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert address.get("template") == f"{SITE}/search/?q={{searchTerms}}"


def test_a_weakness_is_reported_to_whom_the_settings_name(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@reprise.example"
    said = dict(line.split(": ") for line in client.get("/.well-known/security.txt").content.decode().splitlines())
    assert said["Contact"] == "mailto:security@reprise.example"
    assert said["Canonical"] == f"{SITE}/.well-known/security.txt"
    assert said["Expires"].endswith("T00:00:00Z")


def test_without_a_contact_there_is_no_such_file(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("address", "begins"), [("/favicon.ico", b"\x00\x00\x01\x00"), ("/apple-touch-icon.png", b"\x89PNG")]
)
def test_icons_lie_where_browsers_look(client, address, begins):
    response = client.get(address)
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(begins)

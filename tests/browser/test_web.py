"""What the pages are to others: programs that read them, sites that frame them, paper, readers who went astray."""

import functools
import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from films.models import Remake
from tests.factories import make_film, make_review


@pytest.fixture
def review():
    film = make_film("Hard Hit", 2021, country="South Korea")
    Remake.objects.link(film, make_film("Retribution", 2015))
    return make_review(film, headline="Tense", body="A text.\n\n" + "word " * 400, author="maud", language="en")


def test_the_content_policy_lets_structured_data_be(page, live_server, review):
    """The fixture `page` fails the test when the browser complains of anything that the policy forbids."""
    for address in (review.get_absolute_url(), "/films/hard-hit-2021/", "/families/retribution-2015/"):
        page.goto(live_server.url + address)
        block = page.locator("script[type='application/ld+json']")
        assert json.loads(block.text_content())["@context"] == "https://schema.org"


@pytest.fixture
def elsewhere(tmp_path):
    """Another site: its address, and the folder that it serves."""
    (tmp_path / "favicon.ico").touch()
    handler = functools.partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/", tmp_path
        server.shutdown()


def test_another_site_may_frame_the_embedded_review_and_no_other_page(
    page_that_may_fail, live_server, review, elsewhere, settings
):
    site, folder = elsewhere
    page, complaints = page_that_may_fail, []
    page.on("console", lambda message: complaints.append(message.text))
    settings.SITE_URL = live_server.url
    address = live_server.url + review.get_absolute_url()
    frame = page.request.get(f"{live_server.url}/oembed/?url={address}").json()["html"]
    (folder / "index.html").write_text(f'{frame}<iframe src="{address}"></iframe>')
    page.goto(site)
    expect(page.frame_locator("iframe >> nth=0").get_by_role("heading", name="Tense")).to_be_visible()
    assert ["frame-ancestors 'none'" in complaint for complaint in complaints] == [True], complaints


@pytest.mark.parametrize("width", [240, 360, 640])
def test_the_embedded_review_fits_its_frame(page, live_server, review, width):
    page.set_viewport_size({"width": width, "height": 420})
    page.goto(f"{live_server.url}/reviews/{review.pk}/embed/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") <= 420
    expect(page.get_by_role("contentinfo")).to_be_in_viewport()


def test_on_paper_a_review_is_read_and_nothing_is_pressed(page, live_server, review):
    page.goto(live_server.url + review.get_absolute_url())
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".review__text")).to_be_visible()
    for pressed in (".site-nav", ".site-search", ".site-account", ".votes__form", ".why", ".site-foot"):
        expect(page.locator(pressed)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_a_reader_who_went_astray_finds_the_film(page_that_may_fail, live_server, review):
    page = page_that_may_fail
    page.goto(f"{live_server.url}/films/hard-hit-2020/")
    page.locator("main").get_by_role("button", name="Find").click()
    expect(page.locator("main").get_by_role("link", name="Hard Hit")).to_be_visible()


@pytest.fixture
def page_that_may_fail(context):
    """Without the complaints of `page`: a browser calls a page with status 404 an error."""
    return context.new_page()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page_that_may_fail, live_server, review, scheme):
    page = page_that_may_fail
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    addresses = [
        f"/reviews/{review.pk}/embed/", "/api/", "/films/hard-hit-2020/", "/nowhere/", f"/reviews/{review.pk}/vote/",
    ]  # fmt: skip
    for address in addresses:
        page.goto(live_server.url + address)
        found = Axe().run(page).response["violations"]
        assert [(address, rule["id"], rule["nodes"][0]["html"]) for rule in found] == []

"""Finding things by keyboard and without scripts, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from films.models import Remake
from reviews.search import catch_up
from tests.factories import make_film, make_review


@pytest.fixture
def family():
    source = make_film("Retribution", 2015)
    Remake.objects.link(make_film("Retribution", 2023), source)
    make_review(source, headline="A bank", body="The banker did it.", spoiler=True)
    make_review(source, headline="A car", body="No banker in it.")
    catch_up()


def test_the_slash_leads_to_the_search_from_every_page(page, live_server, family):
    for address in ("/", "/films/", "/films/retribution-2015/", "/search/?q=nothing"):
        page.goto(live_server.url + address)
        page.keyboard.press("/")
        expect(page.locator("#site-search")).to_be_focused()
    page.keyboard.type("retributon")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=retributon"))
    expect(page.get_by_role("main")).to_contain_text("2023, a remake of Retribution (2015)")
    page.get_by_role("link", name="retribution", exact=True).click()
    page.wait_for_url(re.compile("q=retribution"))
    expect(page.locator("#site-search")).to_have_value("retribution")


def test_a_slash_that_is_typed_stays_a_slash(page, live_server, family):
    page.goto(live_server.url)
    page.locator("#site-search").press_sequentially("6/10")
    expect(page.locator("#site-search")).to_have_value("6/10")


def test_the_plot_is_shown_when_asked_for_without_scripts(browser, live_server, family):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/search/?q=banker")
    review = page.get_by_role("article").filter(has_text="A bank")
    expect(review).not_to_contain_text("did it")
    review.get_by_role("link", name="Show it").click()
    expect(review).to_contain_text("The banker did it.")
    expect(review.locator("mark")).to_have_text("banker")
    context.close()

"""Reading as one likes: what tells the plot, light and dark, and the films looked at last, with scripts and without."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from films.models import Remake
from tests.factories import make_film, make_review, make_user

PAPER = {"light": "rgb(245, 244, 239)", "dark": "rgb(19, 17, 21)"}


@pytest.fixture
def review():
    film = make_film("Hard Hit", 2021, country="South Korea")
    Remake.objects.link(film, make_film("Retribution", 2015))
    make_film("Up", 2009)
    return make_review(film, headline="Tense", body="A bank. [spoiler]The banker did it.[/spoiler] A car.")


@pytest.fixture
def unscripted(browser):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def background(page):
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def sign_in(page, site):
    page.goto(f"{site}/accounts/login/?next=/")
    form = page.locator("main form[action='/accounts/login/']")
    form.locator("[name=login]").fill("maud")
    form.locator("[name=password]").fill("a pass phrase")
    form.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/")


# What tells the plot


def test_without_scripts_a_stretch_is_read_where_it_was_hidden(unscripted, live_server, review):
    page = unscripted
    page.goto(live_server.url + review.film.get_absolute_url())
    expect(page.get_by_role("article")).not_to_contain_text("did it")
    page.get_by_role("link", name="Plot hidden: show").click()
    page.wait_for_url(f"**/reviews/{review.pk}/?spoilers=show#review-{review.pk}-p1")
    expect(page.get_by_role("article")).to_contain_text("A bank. The banker did it. A car.")
    page.get_by_role("link", name="Hide the plot again").click()
    expect(page.get_by_role("article")).not_to_contain_text("did it")


def test_without_scripts_a_film_that_was_seen_tells_its_plot_until_it_is_hidden_again(unscripted, live_server, review):
    page = unscripted
    page.goto(live_server.url + review.film.get_absolute_url())
    page.get_by_role("button", name="I have seen this film").click()
    expect(page.get_by_role("article")).to_contain_text("The banker did it.")
    page.goto(f"{live_server.url}/reading/")
    page.get_by_role("listitem").filter(has_text="Hard Hit").get_by_role("button", name="Hide the plot again").click()
    page.goto(live_server.url + review.film.get_absolute_url())
    expect(page.get_by_role("article")).not_to_contain_text("did it")


def test_without_scripts_all_is_shown_to_who_wants_it_and_switches_that_need_them_are_absent(
    unscripted, live_server, review
):
    page = unscripted
    page.goto(f"{live_server.url}/reading/")
    expect(
        page.locator("[data-appearance-switch], [data-recent-switch], [data-recent]").locator("visible=true")
    ).to_have_count(0)
    page.get_by_role("button", name="Show all of it").click()
    expect(page.get_by_role("button", name="Show all of it")).to_have_attribute("aria-pressed", "true")
    page.goto(live_server.url)
    expect(page.get_by_role("article")).to_contain_text("The banker did it.")


# Light and dark


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_what_was_chosen_comes_before_the_system_and_stays(page, live_server, review, system, chosen):
    page.emulate_media(color_scheme=system, reduced_motion="reduce")
    page.goto(live_server.url)
    assert background(page) == PAPER[system]
    switch = page.get_by_role("group", name="Appearance")
    switch.get_by_role("button", name=chosen.capitalize()).click()
    assert background(page) == PAPER[chosen]
    page.goto(live_server.url + review.get_absolute_url())
    assert background(page) == PAPER[chosen]
    expect(switch.get_by_role("button", name=chosen.capitalize())).to_have_attribute("aria-pressed", "true")
    used = [meta.get_attribute("data-scheme") for meta in page.locator("meta[name=theme-color][media=all]").all()]
    assert used == [chosen]
    switch.get_by_role("button", name="As the system").click()
    assert background(page) == PAPER[system]
    page.reload()
    assert background(page) == PAPER[system]


def test_on_paper_the_chosen_dark_is_light(page, live_server, review):
    page.goto(live_server.url)
    page.get_by_role("button", name="Dark").click()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


# The films looked at last


def viewed(page):
    return [film.inner_text() for film in page.locator("[data-recent]").get_by_role("listitem").all()]


def look_at(page, site, *addresses):
    for address in addresses:
        page.goto(site + address)


def test_the_films_looked_at_last_are_listed_newest_first_and_once(page, live_server, review):
    look_at(page, live_server.url, "/films/up-2009/", "/films/retribution-2015/", "/films/up-2009/")
    assert viewed(page) == ["Retribution (2015)"]
    page.goto(live_server.url)
    assert viewed(page) == ["Up (2009)", "Retribution (2015)"]
    page.locator("[data-recent]").get_by_role("link", name="Up").click()
    page.wait_for_url("**/films/up-2009/")
    assert page.context.cookies() == []


def test_the_list_is_cleared_with_a_button(page, live_server, review):
    look_at(page, live_server.url, "/films/up-2009/", "/")
    page.get_by_role("button", name="Clear the list").click()
    expect(page.locator("[data-recent]")).to_be_hidden()
    expect(page.locator("main")).to_be_focused()
    page.reload()
    expect(page.locator("[data-recent]")).to_be_hidden()


def test_who_wants_no_list_has_none(page, live_server, review):
    look_at(page, live_server.url, "/films/up-2009/", "/reading/")
    page.get_by_role("button", name="Keep none").click()
    look_at(page, live_server.url, "/films/retribution-2015/", "/")
    expect(page.locator("[data-recent]")).to_be_hidden()
    assert 'films":[]' in page.evaluate("localStorage.getItem('recent')")
    page.goto(f"{live_server.url}/reading/")
    page.get_by_role("button", name="Keep a list").click()
    look_at(page, live_server.url, "/films/retribution-2015/", "/")
    assert viewed(page) == ["Retribution (2015)"]


def test_who_signs_out_leaves_no_list_behind(page, live_server, review):
    make_user("maud")
    look_at(page, live_server.url, "/films/up-2009/")
    sign_in(page, live_server.url)
    look_at(page, live_server.url, "/films/retribution-2015/", "/")
    assert viewed(page) == ["Retribution (2015)", "Up (2009)"]
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    page.goto(live_server.url)
    expect(page.locator("[data-recent]")).to_be_hidden()


@pytest.mark.parametrize(
    "kept",
    [
        "nonsense", "[]", "null", '{"films": 7}', '{"films": [null, 7, {"address": "javascript:alert(1)"}]}',
        '{"films": [{"address": "//elsewhere.example/", "title": "<b>x", "year": 1}]}',
    ],
)  # fmt: skip
def test_whatever_stands_in_the_storage_breaks_nothing(page, live_server, review, kept):
    page.goto(live_server.url)
    page.evaluate("kept => localStorage.setItem('recent', kept)", kept)
    page.reload()
    expect(page.locator("[data-recent]")).to_be_hidden()
    look_at(page, live_server.url, "/films/up-2009/", "/")
    assert viewed(page) == ["Up (2009)"]


# Narrow screens

# How many words of the heading stand on more than one line.
BROKEN = """() => {
  const text = document.querySelector("h1 bdi").firstChild, range = document.createRange();
  return [...text.data.matchAll(/\\S+/g)].filter(word => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(part => part.top)).size > 1;
  }).length;
}"""


@pytest.mark.parametrize("width", [320, 360, 390])
@pytest.mark.parametrize(
    ("title", "broken"),
    [("The Magnificent Seven", 0), ("Drushyam", 0), ("Inseparables", 0), ("Commonwealth", 0), ("x" * 40, 1)],
)
def test_a_word_of_a_title_stays_whole_on_a_narrow_screen_unless_it_cannot(page, live_server, title, broken, width):
    film = make_film(title, 2016)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + film.get_absolute_url())
    page.evaluate("document.fonts.ready.then(() => null)")
    assert page.evaluate(BROKEN) == broken
    assert page.evaluate("document.documentElement.scrollWidth") == width


# Everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_axe_finds_nothing(browser, live_server, review, scheme, language):
    context = browser.new_context(color_scheme=scheme, locale=language, reduced_motion="reduce")
    page = context.new_page()
    look_at(page, live_server.url, "/films/up-2009/")
    page.request.post(f"{live_server.url}/films/up-2009/seen/", form={"seen": "yes"})
    film = review.film.get_absolute_url()
    for address in ("/reading/", "/", film, "/films/up-2009/", f"{review.get_absolute_url()}?spoilers=show"):
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(live_server.url + address)
            found = Axe().run(page).response["violations"]
            assert [(address, width, rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()

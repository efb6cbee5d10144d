"""The page of a family as readers meet it: nothing overflows, everything reads, and doubles are merged by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from films.models import Family, Film, Remake
from tests.factories import make_admin, make_film, make_review

FACES = {360: "narrow", 1280: "wide"}


@pytest.fixture
def family():
    """Robin Hood and twelve more films made from it or from one another, with long titles and every kind of edge."""
    source = make_film("Robin Hood", 1912, country="United States", runtime=30)
    second = make_film("Robin Hood", 1922, country="United States", runtime=143)
    kinds = ["remake", "adaptation", "re-edit", "sequel", "other"]
    for number in range(11):
        title = f"The Story of Robin Hood and His Merrie Men, Part {number}"
        film = make_film(title, 1930 + 7 * number, country="West Germany, France, United Kingdom")
        address = "https://example.org/a-page-that-says-so" if number % 2 else ""
        Remake.objects.link(film, source, kind=kinds[number % 5], address=address)
        Remake.objects.link(film, second)
        for rating in range(number):
            make_review(film, rating=rating, author=f"maud {rating}")
    return Family.objects.get()


@pytest.mark.parametrize("width", FACES)
def test_the_time_line_fits_the_screen_and_every_text_its_box(page, live_server, family, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + family.get_absolute_url())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator(".time-line").filter(visible=True)
    expect(shown).to_have_count(1)
    expect(shown).to_have_class(f"time-line time-line--{FACES[width]}")
    outside = shown.evaluate(
        """svg => [...svg.querySelectorAll('a')].flatMap(link => {
            const box = link.querySelector('.box').getBBox()
            return [...link.querySelectorAll('text')].filter(text => {
                const at = text.getBBox()
                return at.x < box.x || at.y < box.y || at.x + at.width > box.x + box.width
                    || at.y + at.height > box.y + box.height
            }).map(text => text.textContent)
        })"""
    )
    assert outside == []


@pytest.mark.parametrize("width", FACES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_a_family(page, live_server, family, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(live_server.url + family.get_absolute_url())
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


def test_a_film_is_reached_by_mouse_in_the_drawing_and_by_keyboard_in_the_list(page, live_server, family):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(live_server.url + family.get_absolute_url())
    page.locator(".time-line--wide a").nth(1).click()
    page.wait_for_url("**/films/robin-hood-1922/")
    page.goto(live_server.url + family.get_absolute_url())
    page.locator(".outline a").nth(0).press("Enter")
    page.wait_for_url("**/films/robin-hood-1912/")


def test_an_admin_merges_two_films_and_takes_it_back_by_keyboard(page, live_server):
    make_film("Hard Hit", 2021), make_film("Hard Hit (again)", 2021)
    make_admin()
    page.goto(f"{live_server.url}/admin/login/?next=/admin/films/film/")
    page.get_by_label("Name or e-mail address").fill("admin")
    page.get_by_label("Password").fill("a pass phrase")
    page.keyboard.press("Enter")
    for number in range(2):
        page.locator("input.action-select").nth(number).press("Space")
    page.locator("select[name=action]").select_option("merge")
    page.get_by_role("button", name="Go").press("Enter")
    page.get_by_role("button", name="Merge Hard Hit (again) (2021) into Hard Hit (2021)").press("Enter")
    expect(page.get_by_text("You can take it back below.")).to_be_visible()
    assert Film.objects.count() == 1
    page.get_by_role("button", name="Take back").press("Enter")
    expect(page.get_by_text("Hard Hit (again) (2021) is back.")).to_be_visible()
    assert Film.objects.count() == 2


def test_a_double_is_found_by_typing(page, live_server):
    make_film("Hard Hit", 2021), make_film("Restricted Call", 2021)
    make_admin()
    page.goto(f"{live_server.url}/admin/login/?next=/admin/reviews/merge/add/")
    page.get_by_label("Name or e-mail address").fill("admin")
    page.get_by_label("Password").fill("a pass phrase")
    page.keyboard.press("Enter")
    for number, title in enumerate(["Hard", "Restricted"]):
        page.locator(".select2-selection").nth(number).click()
        page.locator(".select2-search__field").fill(title)
        page.locator(".select2-results__option--highlighted").get_by_text(title).wait_for()
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Show what would move").press("Enter")
    expect(page.get_by_role("button", name="Merge Restricted Call (2021) into Hard Hit (2021)")).to_be_visible()


def test_who_comes_to_compare_reads_the_best_review_of_each_film_on_one_page(page, live_server):
    film = make_film("Retribution", 2015)
    for title, year in (("Hard Hit", 2021), ("Retribution", 2023)):
        Remake.objects.link(make_film(title, year), film)
    for number, member in enumerate(Film.objects.order_by("year")):
        make_review(member, body=f"{'Word ' * 80}ends as number {number}.")
    page.goto(live_server.url)
    page.get_by_role("main").get_by_role("link", name="Retribution", exact=True).last.click()
    page.get_by_role("link", name="Most helpful reviews").click()
    helpful = page.locator("#helpful")
    expect(helpful).to_be_in_viewport()
    for summary in helpful.locator("summary").all():
        summary.click()
    for number in range(3):
        expect(helpful.get_by_text(f"ends as number {number}.")).to_be_visible()

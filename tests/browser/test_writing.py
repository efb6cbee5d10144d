"""Writing, reporting and moderating as people do it: without scripts, by keyboard, on a small screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from reviews import moderating, writing
from reviews.models import Action, Draft, Report, Review
from tests.factories import make_admin, make_film, make_review, make_user

TEXT = "The camera never leaves the car. The end is [spoiler]a long fall[/spoiler], and it is earned by all before it."


@pytest.fixture
def plain(browser):
    """A page in a browser without scripts."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def sign_in(page, live_server, name, to):
    page.goto(f"{live_server.url}/accounts/login/?next={to}")
    page.get_by_label("Name or e-mail address").fill(name)
    page.get_by_label("Password").fill("a pass phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(live_server.url + to)


def test_a_review_is_written_previewed_published_edited_and_withdrawn_without_scripts(plain, live_server):
    make_user("maud", verified=True)
    film = make_film()
    sign_in(plain, live_server, "maud", film.get_absolute_url())
    plain.get_by_role("link", name="Write a review").click()
    plain.get_by_label("Headline").fill("A car and a phone")
    plain.get_by_label("Your review").fill(TEXT)
    plain.get_by_label("Rating").select_option("8")
    plain.get_by_role("button", name="Preview").click()
    preview = plain.get_by_role("region", name="Preview")
    expect(preview.get_by_role("heading", name="A car and a phone")).to_be_visible()
    expect(preview.get_by_text("Plot hidden: show")).to_be_visible()
    plain.get_by_role("button", name="Save as a draft").click()
    expect(plain.get_by_text("The draft is saved.")).to_be_visible()
    plain.get_by_role("button", name="Publish").click()
    expect(plain.get_by_text("Your review is published.")).to_be_visible()
    review = Review.objects.get()
    assert (review.headline, review.body, review.rating) == ("A car and a phone", TEXT, 8)
    plain.get_by_role("link", name="Edit").click()
    plain.get_by_label("Headline").fill("Two cars and a phone")
    plain.get_by_role("button", name="Publish the changes").click()
    expect(plain.get_by_role("heading", name="Two cars and a phone")).to_be_visible()
    plain.get_by_role("link", name="History").click()
    expect(plain.locator("ins").get_by_text("Two cars and a phone")).to_be_visible()
    plain.goto(live_server.url + film.get_absolute_url() + "review/")
    plain.get_by_role("button", name="Withdraw my review").click()
    expect(plain.get_by_text("Nobody else can read it; you can publish it again.")).to_be_visible()
    assert Review.objects.count() == 0
    plain.get_by_role("button", name="Publish again").click()
    expect(plain.get_by_role("heading", name="Two cars and a phone")).to_be_visible()
    assert list(Action.objects.order_by("pk").values_list("kind", flat=True)) == ["withdrawn", "put back"]


def test_the_third_report_closes_a_review_without_scripts(plain, live_server):
    review = make_review(headline="Told", body="The driver did it, and here is how he did it.")
    for _ in range(2):
        moderating.report(review, make_user(verified=True), Report.Reason.SPOILER)
    make_user("maud", verified=True)
    sign_in(plain, live_server, "maud", review.film.get_absolute_url())
    expect(plain.get_by_text("The driver did it")).to_be_visible()
    plain.get_by_role("link", name="Report").click()
    plain.get_by_label("It tells the plot without hiding it").check()
    plain.get_by_role("button", name="Report").click()
    expect(plain.get_by_text("Thank you. Somebody will look at it")).to_be_visible()
    expect(plain.get_by_text("This review tells the plot.")).to_be_visible()
    expect(plain.get_by_text("The driver did it")).to_have_count(0)


def test_a_moderator_takes_down_by_keyboard_alone(page, live_server):
    make_admin()
    review = make_review(headline="Spam", user=make_user())
    moderating.report(review, make_user(verified=True), Report.Reason.SPAM)
    sign_in(page, live_server, "admin", "/admin/reviews/report/")
    page.get_by_role("checkbox", name="Select this object for an action").focus()
    page.keyboard.press("Space")
    page.get_by_label("Action:").focus()
    page.keyboard.type("Take down")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    # The page asks for the reason, and the field has the focus.
    expect(page.get_by_label("Reason:")).to_be_focused()
    page.keyboard.type("It advertises a car.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Take down: 1 done.")).to_be_visible()
    action = Action.objects.get()
    assert (action.kind, action.review, action.reason) == ("taken down", review.pk, "It advertises a car.")
    assert Review.objects.count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_screen(page, live_server, scheme):
    maud, film = make_user("maud", verified=True), make_film()
    said = {"headline": "Tense", "body": TEXT, "rating": "8"}
    review = writing.publish(Draft(user=maud, film=film, **said))
    writing.publish(Draft(user=maud, film=film, **said | {"body": f"{TEXT} More.", "rating": "9"}))
    down = writing.publish(Draft(user=maud, film=make_film("Up", 2009), **said | {"body": f"{TEXT} Up."}))
    moderating.take_down(down, make_admin(), "Copied.")
    Draft.objects.create(user=maud, film=make_film("Down", 2001), headline="Half")
    other, reported = make_review(film), make_review(film)
    moderating.report(reported, maud, Report.Reason.SPAM)
    page.set_viewport_size({"width": 360, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sign_in(page, live_server, "maud", "/reading/")
    own, others = review.get_absolute_url(), other.get_absolute_url()
    addresses = [f"{film.get_absolute_url()}review/", f"{own}history/", f"{others}report/", f"{others}claim/"]
    addresses += [f"{reported.get_absolute_url()}report/", "/accounts/reviews/", "/accounts/reports/"]
    for address in addresses:
        page.goto(live_server.url + address)
        found = Axe().run(page).response["violations"]
        assert [(address, rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360, address

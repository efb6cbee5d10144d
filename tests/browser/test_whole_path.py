"""The product in one line, in a real browser: a text goes in, a page comes out, a vote is counted."""

import re

import pytest
from playwright.sync_api import expect

from reviews.models import HelpfulVote, Review
from tests.factories import make_admin, make_film, make_review, make_user
from tests.reviews.importing.pages import REFERENCE


@pytest.fixture(params=["written for the tests", "real"])
def saved_page(request, tmp_path):
    """The file of a saved review page of Hard Hit (2021)."""
    if request.param == "real":
        return request.getfixturevalue("shared") / "reference" / "hard-hit-2021.txt"
    path = tmp_path / "hard-hit-2021.txt"
    path.write_text(REFERENCE)
    return path


def sign_in(page, live_server, user, to="/"):
    page.goto(f"{live_server.url}/accounts/login/?next={to}")
    page.get_by_label("Name or e-mail address").fill(user.username)
    page.get_by_label("Password").fill("a pass phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{live_server.url}{to}")


def test_an_admin_imports_a_reader_reads_a_visitor_votes(page, live_server, saved_page, mailoutbox):
    make_admin()
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Name or e-mail address").fill("admin")
    page.get_by_label("Password").fill("a pass phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("link", name="Imports").first.click()
    page.get_by_role("link", name="Add import").last.click()
    page.get_by_label("Files").set_input_files(saved_page)
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    expect(page.get_by_text("Hard Hit (2021)").first).to_be_visible()
    assert Review.objects.count() == 0

    page.get_by_role("button", name="Import 1 review").click()
    expect(page.get_by_text("1 review imported.")).to_be_visible()
    review = Review.objects.get()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Logged out")).to_be_visible()

    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="Films", exact=True).first.click()
    page.get_by_role("link", name=re.compile("Hard Hit")).first.click()
    article = page.get_by_role("article").filter(has_text=review.headline)
    expect(article).to_contain_text("19 August 2023")
    expect(article).to_contain_text("6/10")
    expect(article).to_contain_text(f"{review.tally_yes} out of {review.tally_total}")
    expect(article).to_contain_text(review.body.split("\n\n")[-1])

    article.locator("button[name=helpful][value=yes]").click()
    page.wait_for_url(re.compile("/accounts/login/"))
    page.locator("main").get_by_role("link", name=re.compile("sign up", re.IGNORECASE)).click()
    page.locator("[name=email]").fill("maud@example.org")
    page.locator("[name=username]").fill("matinee_maud")
    page.locator("[name=password1]").fill("a pass phrase of some length")
    page.get_by_role("button", name="Sign up").click()

    page.wait_for_url(re.compile(rf"/reviews/{review.pk}/\?helpful=yes"))
    assert HelpfulVote.objects.count() == 0
    page.get_by_role("button", name="Yes, cast my vote").click()
    expect(page.locator(f"#votes-{review.pk}")).to_contain_text("counts once your e-mail address is verified")
    expect(page.locator(f"#votes-{review.pk}")).not_to_contain_text("1 of 1")
    assert HelpfulVote.objects.get().helpful is True

    page.goto(live_server.url + re.search(r"/accounts/confirm-email/\S+", mailoutbox[0].body)[0])
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_text("Your votes count now")).to_be_visible()
    page.goto(f"{live_server.url}{review.film.get_absolute_url()}")
    expect(page.locator(f"#votes-{review.pk}")).to_contain_text("1 of 1")


def test_a_vote_is_changed_and_withdrawn_in_place_by_keyboard(page, live_server):
    review = make_review(make_film())
    address = review.film.get_absolute_url()
    sign_in(page, live_server, make_user("maud"), to=address)
    votes = page.locator(f"#votes-{review.pk}")
    loads = []
    page.on("load", lambda _: loads.append(page.url))

    votes.locator("button[value=yes]").focus()
    page.keyboard.press("Enter")
    expect(votes).to_contain_text("1 of 1")
    expect(votes.locator("button[value=yes]")).to_be_focused()
    votes.locator("button[value=no]").press("Enter")
    expect(votes).to_contain_text("0 of 1")
    votes.get_by_role("button", name=re.compile("withdraw", re.IGNORECASE)).press("Enter")
    expect(votes).not_to_contain_text("0 of 1")
    assert HelpfulVote.objects.count() == 0
    assert loads == []


@pytest.fixture
def scriptless(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_everything_works_without_scripts(scriptless, live_server):
    page = scriptless
    review = make_review(make_film())
    address = review.film.get_absolute_url()
    sign_in(page, live_server, make_user("maud"), to=address)
    for press, seen in (("button[value=yes]", "1 of 1"), ("button[value=no]", "0 of 1")):
        page.locator(f"#votes-{review.pk} {press}").click()
        page.wait_for_url(f"{live_server.url}{address}#review-{review.pk}")
        expect(page.locator(f"#votes-{review.pk}")).to_contain_text(seen)
    page.locator(f"#votes-{review.pk}").get_by_role("button", name=re.compile("withdraw", re.IGNORECASE)).click()
    expect(page.locator(f"#votes-{review.pk}")).not_to_contain_text("0 of 1")
    page.locator("header [name=q]").fill("hard hit")
    page.locator("header [name=q]").press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q=hard\+hit"))
    expect(page.get_by_role("main")).to_contain_text("Hard Hit")


def test_the_film_of_a_text_that_names_none_is_offered_while_it_is_written(page, live_server):
    make_film("Hard Hit", 2021)
    make_film("The Target", 2014)
    sign_in(page, live_server, make_admin(), to="/admin/reviews/import/add/")
    page.get_by_label("Or paste a text").fill("6/10\nA headline\nsomebody 19 August 2023\nA text of some length.\n")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_text("Which film?").first).to_be_visible()

    film = page.get_by_label("Film", exact=True)
    film.press_sequentially("hard")
    expect(page.locator("datalist option")).to_have_count(1)
    assert page.locator("datalist option").get_attribute("value") == "Hard Hit (2021)"
    film.fill("Hard Hit (2021)")
    page.get_by_label("Every row of the import").check()
    page.get_by_role("button", name="This is their film").press("Enter")
    expect(page.get_by_role("button", name="Import 1 review")).to_be_visible()

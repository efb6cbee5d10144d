"""What only a browser shows of accounts: passkeys under the content policy, and a vote that survives signing in."""

import re
from time import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import expect

from reviews.models import HelpfulVote
from tests.factories import make_film, make_review, make_user

VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def finger(page):
    """A device with a finger on it, which makes passkeys and gives them; returns what switches the finger."""
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    device = chromium.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})["authenticatorId"]

    def verified(yes):
        chromium.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": yes})

    return verified


@pytest.fixture(params=["with scripts", "without scripts"])
def any_page(request, page, browser):
    """A page with scripts, which fails on any complaint of the browser, and one without."""
    if request.param == "with scripts":
        yield page
        return
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def sign_in(page, live_server, to="/films/"):
    page.goto(f"{live_server.url}/accounts/login/?next={to}")
    fill_in(page)


def fill_in(page):
    page.get_by_label("Name or e-mail address").fill("maud")
    page.get_by_label("Password").fill("a pass phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page, live_server):
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill("a pass phrase")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name", exact=True).fill("laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()


def sign_out(page):
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()


def test_a_passkey_is_added_and_signs_in_alone_beside_and_once_more(page, live_server, finger):
    make_user("maud")
    sign_in(page, live_server)
    add_passkey(page, live_server)
    assert str(Authenticator.objects.get(type="webauthn")) == "laptop"

    sign_out(page)
    page.goto(f"{live_server.url}/accounts/login/?next=/films/%3Fpage=1")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{live_server.url}/films/?page=1")

    page.goto(f"{live_server.url}/accounts/delete/")
    page.get_by_role("link", name="Use a passkey instead").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Delete my account")).to_be_visible()

    sign_out(page)
    sign_in(page, live_server, to="/families/")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{live_server.url}/families/")


def test_a_passkey_that_the_device_refuses_is_explained_on_the_page(page, live_server, finger):
    make_user("maud")
    sign_in(page, live_server)
    add_passkey(page, live_server)
    sign_out(page)
    finger(False)
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")


def test_a_second_passkey_on_the_same_device_is_explained_on_the_page(page, live_server, finger):
    make_user("maud")
    sign_in(page, live_server)
    add_passkey(page, live_server)
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This device has a passkey for your account already.")


def test_without_scripts_a_passkey_is_not_offered_and_another_way_is(browser, live_server):
    make_user("maud")
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, live_server, to="/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill("a pass phrase")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Add the passkey")).to_be_hidden()
    page.get_by_role("main").get_by_role("link", name="authenticator app").click()
    expect(page.locator("img.qr")).to_be_visible()
    page.context.close()


def test_the_picture_of_an_app_is_drawn(page, live_server):
    make_user("maud")
    sign_in(page, live_server, to="/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill("a pass phrase")
    page.get_by_role("button", name="Go on").click()
    page.locator("img.qr").wait_for()
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 0


@pytest.fixture
def place():
    """The second page of a film's reviews in an order of the reader's own, and a review on it."""
    film = make_film()
    reviews = [make_review(film, date=f"2020-01-{day:02}") for day in range(1, 29)]
    return f"{film.get_absolute_url()}?page=2&sort=oldest", reviews[-1]


def vote_as_stranger(page, live_server, place):
    address, review = place
    page.goto(live_server.url + address)
    page.locator(f"#votes-{review.pk} button[value=yes]").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def confirm_once(page, live_server, place):
    address, review = place
    assert HelpfulVote.objects.count() == 0
    page.get_by_role("button", name="Yes, cast my vote").click()
    page.wait_for_url(f"{live_server.url}{address}#review-{review.pk}")
    expect(page.locator(f"#votes-{review.pk}")).to_contain_text("You found it helpful.")
    expect(page.locator(f"#review-{review.pk}")).to_be_in_viewport()
    assert HelpfulVote.objects.get().helpful is True


def test_a_vote_survives_signing_in(any_page, live_server, place):
    make_user("maud")
    vote_as_stranger(any_page, live_server, place)
    fill_in(any_page)
    confirm_once(any_page, live_server, place)
    # Back to the question and yes once more: nothing is added.
    any_page.go_back()
    any_page.go_back()
    any_page.locator("button[name=helpful][value=yes]").first.click()
    expect(any_page.locator(f"#votes-{place[1].pk}")).to_contain_text("1 of 1")
    assert HelpfulVote.objects.count() == 1


def test_a_vote_survives_signing_up_and_the_mail_leads_back_to_it_too(any_page, live_server, place):
    page = any_page
    vote_as_stranger(page, live_server, place)
    page.get_by_role("main").get_by_role("link", name="sign up").click()
    page.get_by_label("E-mail address").fill("maud@example.org")
    page.get_by_label("Name").fill("maud")
    page.get_by_label("Password").fill("a pass phrase of some length")
    page.get_by_role("button", name="Sign up").click()
    confirm_once(page, live_server, place)
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)[1]
    page.goto(live_server.url + link)
    page.get_by_role("button", name="Yes, verify it").click()
    expect(page.get_by_text("is verified. Your votes count now.")).to_be_visible()
    page.get_by_role("link", name="Back to where you were").click()
    page.wait_for_url(f"{live_server.url}{place[0]}#review-{place[1].pk}")


def test_a_vote_survives_a_second_factor(any_page, live_server, place, settings):
    settings.MFA_TOTP_TOLERANCE = 1  # a code may grow old on its way
    page = any_page
    secret = generate_totp_secret()
    TOTP.activate(make_user("maud"), secret)
    vote_as_stranger(page, live_server, place)
    fill_in(page)
    page.get_by_label("Code").fill(format_hotp_value(hotp_value(secret, int(time()) // 30)))
    page.get_by_role("button", name="Sign in", exact=True).click()
    confirm_once(page, live_server, place)


@pytest.fixture
def walk(page, live_server, finger):
    """The addresses of all kinds of page that somebody has who votes, reviews and signs in with a passkey."""
    maud = make_user("maud")
    make_review(make_film()).cast_vote(maud, helpful=True)
    make_review(user=maud, headline="o" * 200)
    sign_in(page, live_server)
    add_passkey(page, live_server)
    return [
        f"/accounts/{page}"
        for page in ("", "votes/", "reviews/", "delete/", "email/", "password/change/", "2fa/", "2fa/webauthn/",
                     "2fa/webauthn/add/", "2fa/totp/activate/", "2fa/recovery-codes/",
                     "2fa/recovery-codes/generate/", "sessions/", "reauthenticate/", "2fa/webauthn/reauthenticate/")
    ]  # fmt: skip


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_of_accounts_is_wider_than_the_screen(page, live_server, walk, width):
    page.set_viewport_size({"width": width, "height": 800})
    for address in walk:
        page.goto(live_server.url + address)
        assert page.url == live_server.url + address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_accounts(page, live_server, walk, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for address in walk:
        page.goto(live_server.url + address)
        found = Axe().run(page).response["violations"]
        assert [(address, rule["id"], rule["nodes"][0]["html"]) for rule in found] == []

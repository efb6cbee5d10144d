"""Every kind of page, in light, in dark and without scripts: axe finds nothing, nothing is wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver, reverse

from films.models import Remake
from reviews import comparing
from reviews.importing import plan
from reviews.importing.sources import Source
from tests.factories import make_admin, make_film, make_review, make_user
from tests.reviews.importing.pages import REFERENCE

# What the addresses of pages are made of, by their names, and what else they are seen with.
PAGES = {
    "home": [], "search": [], "films": [], "families": [], "reading": [], "ranking": [], "api": [],
    "film": ["hard-hit-2021"], "family": ["retribution-2015"], "review": [1], "author": ["matinee_maud"], "embed": [1],
    "account_login": [], "account_signup": [], "account_reset_password": [], "account_reset_password_done": [],
    "account_reset_password_from_key": ["1", "set-password"], "account_reset_password_from_key_done": [],
    "account_confirm_email": ["nonsense"], "account_email_verification_sent": [], "account_inactive": [],
}  # fmt: skip
OWN_PAGES = {
    "account": [], "your_votes": [], "your_reviews": [], "delete_account": [], "account_email": [],
    "account_change_password": [], "account_reauthenticate": [], "account_logout": [], "usersessions_list": [],
    "your_reports": [], "write": ["unreviewed-1999"], "edit": [2], "history": [2], "report": [1], "claim": [1],
    "mfa_index": [], "mfa_activate_totp": [], "mfa_list_webauthn": [], "mfa_add_webauthn": [],
}  # fmt: skip
WITH = [
    "/?nothing", "/films/?q=nothing+of+it", "/search/?q=hard", "/search/?q=nothing+of+it", "/films/unreviewed-1999/",
    "/films/hard-hit-2021/?language=fi", "/films/hard-hit-2021/?sort=lowest&rating=7&language=en&plot=untold",
    "/reviews/1/?spoilers=show",
]  # fmt: skip
# Seen in test_accounts like those, with the passkey, the app or the half of signing in that they need.
OF_SECOND_FACTORS = {
    "mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
}  # fmt: skip
# For programs, or answered by a page of another name.
NO_PAGES = {
    "seen", "vote", "withdraw_vote", "choose_spoilers", "choose_language", "export_account", "end_all_sessions",
    "oembed", "site_feed", "film_feed", "family_feed", "reviewer_feed", "author_feed", "film_card", "family_card",
    "review_card", "sitemap_index", "sitemap_of_lists", "sitemap", "robots", "opensearch", "security",
    "totals", "put_back", "withdraw", "live", "ready", "metrics",
    "mfa_login_webauthn", "mfa_download_recovery_codes", "account_set_password", "account_confirm_login_code",
}  # fmt: skip


def named(resolver):
    for pattern in resolver.url_patterns:
        if getattr(pattern, "app_name", None) != "admin":
            yield from named(pattern) if hasattr(pattern, "url_patterns") else [pattern.name]


def test_every_address_is_of_a_page_that_is_walked_or_of_none():
    names = {name for name in named(get_resolver()) if not name.startswith("api_")}
    assert names == PAGES.keys() | OWN_PAGES.keys() | OF_SECOND_FACTORS | NO_PAGES


def context(browser, **how):
    return browser.new_context(reduced_motion="reduce", viewport={"width": 360, "height": 800}, **how)


@pytest.fixture
def unscripted(browser):
    with context(browser, java_script_enabled=False) as without:
        yield without.new_page()


def look(page, address):
    assert page.goto(address).status < 500, address
    assert page.locator("h1").count() == 1, address
    for width in (1440, 768, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


@pytest.fixture
def maud():
    """A reader on a site with one of everything."""
    maud = make_user("maud", verified=True)
    film = make_film("Hard Hit", 2021, country="South Korea", director="Kim Chang-ju", runtime=94)
    source = make_film("Retribution", 2015)
    Remake.objects.link(film, source)
    review = make_review(film, pk=1, author="matinee_maud", tally_yes=0, tally_total=1, headline="word " * 30)
    review.cast_vote(maud, helpful=True)
    make_review(film, pk=2, spoiler=True, rating=None, rating_scale=None, body="o" * 300, language="ko", user=maud)
    make_review(
        source, body="A [spoiler]twist[/spoiler]. Hard Hit (2021) is a shabby remake of this one.", language="en"
    )
    make_film("Unreviewed", 1999)
    comparing.catch_up()
    return maud


def sign_in(page, site, name):
    page.goto(f"{site}/accounts/login/?next=/reading/")
    page.locator("main [name=login]").fill(name)
    page.locator("main [name=password]").fill("a pass phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site}/reading/")


def public(site):
    return [site + address for address in [*(reverse(name, args=args) for name, args in PAGES.items()), *WITH]]


@pytest.mark.usefixtures("maud")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_pages_for_everybody(browser, live_server, scheme):
    with context(browser, color_scheme=scheme) as scripted:
        page = scripted.new_page()
        for address in public(live_server.url):
            look(page, address)
            found = Axe().run(page).response["violations"]
            assert [(address, rule["id"], rule["nodes"][0]["html"]) for rule in found] == []


@pytest.mark.usefixtures("maud")
def test_pages_are_complete_without_scripts(unscripted, live_server):
    for address in public(live_server.url):
        look(unscripted, address)
    sign_in(unscripted, live_server.url, "maud")
    for name, args in OWN_PAGES.items():
        look(unscripted, live_server.url + reverse(name, args=args))


@pytest.mark.usefixtures("maud")
def test_pages_of_admins_fit_a_phone(browser, live_server):
    make_admin()
    planned = plan.store([Source("page.txt", REFERENCE.encode()), Source("bad.txt", b"nothing of it")])
    with context(browser) as phone:
        page = phone.new_page()
        sign_in(page, live_server.url, "admin")
        for name, args in (
            ("admin:index", []), ("admin:reviews_proposal_changelist", []), ("admin:reviews_doubt_changelist", []),
            ("admin:reviews_import_change", [planned.pk]), ("admin:reviews_import_add", []),
        ):  # fmt: skip
            page.goto(live_server.url + reverse(name, args=args))
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, name

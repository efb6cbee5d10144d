"""A vote that is refused says why beside its buttons, also to who has scripts."""

import pytest
from playwright.sync_api import expect

from reviews.models import Mute
from tests.factories import make_review, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def voter(browser, live_server, client):
    """A page of somebody who is signed in. Not of the fixture `page`: a browser reports each answer that refuses."""
    user = make_user("maud")
    client.force_login(user)
    with browser.new_context() as context:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        yield context.new_page(), user


def test_who_votes_too_often_reads_so_beside_the_vote(voter, live_server, settings):
    settings.LIMITS = {"vote": (1, 60)}
    page, _ = voter
    review = make_review()
    page.goto(live_server.url + review.get_absolute_url())
    votes = page.locator(f"#votes-{review.pk}")
    votes.get_by_role("button", name="Yes").click()
    expect(votes).to_contain_text("You found it helpful.")
    for _ in range(2):
        votes.get_by_role("button", name="No", exact=False).first.click()
        expect(votes.get_by_role("alert")).to_have_text(
            "That was too often in a short time. Wait a minute, then try again. Nothing was changed."
        )
    assert page.url == live_server.url + review.get_absolute_url()


def test_who_is_muted_reads_why_beside_the_vote(voter, live_server):
    page, user = voter
    review = make_review()
    page.goto(live_server.url + review.get_absolute_url())
    Mute.objects.create(user=user, reason="Insults.")
    page.locator(f"#votes-{review.pk}").get_by_role("button", name="Yes").click()
    expect(page.locator(f"#votes-{review.pk}").get_by_role("alert")).to_have_text(
        "You cannot publish, report or vote for now. The reason: Insults."
    )

"""The pages that belong to one person."""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from reviews import moderating
from reviews.models import HelpfulVote, Review, Standing, Version
from tests.factories import make_admin, make_film, make_review, make_user

pytestmark = pytest.mark.django_db

PAGES = ["account", "your_votes", "your_reviews", "your_reports", "export_account"]
BEHIND_THE_DOOR = [*PAGES, "delete_account", "account_email", "mfa_index", "usersessions_list"]


@pytest.fixture
def maud(client):
    maud = make_user("maud")
    client.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    return maud


def confirm_password(client):
    client.post(reverse("account_reauthenticate"), {"password": "a pass phrase"})


@pytest.mark.parametrize("name", BEHIND_THE_DOOR)
def test_strangers_are_sent_to_sign_in(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", PAGES)
def test_pages_to_look_at_take_no_forms(client, maud, name):
    assert client.post(reverse(name)).status_code == 405


def test_the_account_shows_what_there_is(client, maud):
    make_review().cast_vote(maud, helpful=True)
    make_review(user=maud)
    page = client.get(reverse("account"))
    assert {name: page.context[name] for name in ("votes", "reviews", "sessions", "passkeys", "has_app")} == {
        "votes": 1,
        "reviews": 1,
        "sessions": 1,
        "passkeys": 0,
        "has_app": False,
    }


def test_the_account_says_when_votes_do_not_count_yet(client):
    client.force_login(make_user(verified=False))
    assert "your votes do not count yet" in client.get(reverse("account")).content.decode()


# Votes and reviews


def test_your_votes_are_yours_newest_first(client, maud):
    first, second = make_review(headline="first"), make_review(headline="second")
    for review in (first, second):
        review.cast_vote(maud, helpful=True)
    make_review(headline="not mine").cast_vote(make_user(), helpful=True)
    assert client.get(reverse("your_votes")).context["reviews"] == [second, first]


def test_a_vote_is_changed_and_withdrawn_from_the_list_and_leads_back_to_it(client, maud):
    review = make_review()
    review.cast_vote(maud, helpful=True)
    place = client.get(reverse("your_votes")).context["reviews"][0].back
    response = client.post(reverse("vote", args=[review.pk]), {"helpful": "no", "next": place})
    assert response["Location"] == f"/accounts/votes/#review-{review.pk}"
    assert client.get(reverse("your_votes")).context["reviews"][0].my_vote is False
    client.post(reverse("withdraw_vote", args=[review.pk]), {"next": place})
    assert client.get(reverse("your_votes")).context["reviews"] == []


def test_your_reviews_are_yours_newest_first(client, maud):
    first, second = make_review(user=maud), make_review(make_film("Up", 2009), user=maud)
    make_review()
    assert client.get(reverse("your_reviews")).context["reviews"] == [second, first]


@pytest.mark.parametrize("name", ["your_votes", "your_reviews"])
def test_long_lists_come_in_pages_that_part_them(client, maud, monkeypatch, name):
    monkeypatch.setattr("accounts.views.ROWS_ON_A_PAGE", 2)
    for number in range(5):
        film = make_film(f"Film {number}", 2000)
        make_review(film, headline=f"{number}", user=maud if name == "your_reviews" else None)
    if name == "your_votes":
        for review in Review.objects.order_by("pk"):
            review.cast_vote(maud, helpful=True)
    seen, query = [], {}
    while query is not None:
        page = client.get(reverse(name), query)
        seen.append([review.headline for review in page.context["reviews"]])
        query = {"before": page.context["older"]} if page.context["older"] else None
    assert seen == [["4", "3"], ["2", "1"], ["0"]]


@pytest.mark.parametrize("before", ["nonsense", "-1", "²", "9" * 30, ""])
@pytest.mark.parametrize("name", ["your_votes", "your_reviews"])
def test_a_wrong_page_is_the_newest(client, maud, name, before):
    review = make_review(user=maud if name == "your_reviews" else None)
    if name == "your_votes":
        review.cast_vote(maud, helpful=True)
    assert client.get(reverse(name), {"before": before}).context["reviews"] == [review]


@pytest.fixture(params=[1, 3])
def some(request, client, maud):
    """One vote and one review of maud's, or three."""
    for number in range(request.param):
        make_review(make_film(f"Film {number}", 2000)).cast_vote(maud, helpful=True)
        make_review(make_film(f"Other {number}", 2000), user=maud, headline="")
    client.get("/")  # shows, and so forgets, the message about having signed in


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(("name", "queries"), [("account", 8), ("your_votes", 4), ("your_reviews", 4)])
def test_any_number_takes_the_same_queries(client, django_assert_num_queries, name, queries):
    with django_assert_num_queries(queries):
        client.get(reverse(name))


def test_your_reviews_show_drafts_and_what_is_not_published_to_you_alone(client, maud):
    for state in Review.State.values:
        make_review(make_film(state, 2000), user=maud, headline=f"Mine, {state}", state=state)
    maud.drafts.create(film=make_film("Up", 2009), headline="My draft")
    page = client.get(reverse("your_reviews")).content.decode()
    assert [said in page for said in ("Withdrawn.", "Taken down by the moderators.", "My draft")] == [True] * 3
    client.force_login(make_user())
    page = client.get(reverse("your_reviews")).content.decode()
    assert ("Mine" in page, "My draft" in page) == (False, False)


@pytest.mark.parametrize("count", [1, 3])
def test_your_reports_and_claims_say_what_came_of_them(client, maud, django_assert_num_queries, count):
    for _ in range(count):
        moderating.report(make_review(), maud, "spam")
        maud.claims.create(review=make_review(), proof="Mine.")
    make_review().reports.create(user=make_user(), reason="abuse")
    gone = maud.claims.first().review
    moderating.take_down(gone, None, "Spam.")
    client.get("/")
    with django_assert_num_queries(4):
        page = client.get(reverse("your_reports"))
    assert (len(page.context["reports"]), len(page.context["claims"])) == (count, count)
    assert f">{gone.headline}<" not in page.content.decode()


def test_the_export_holds_what_was_written_reported_and_claimed(client, maud):
    film, up = make_film(), make_film("Up", 2009)
    review = make_review(film, user=maud, headline="First")
    Version.objects.keep(review, maud)
    review.change("withdrawn", maud, state=Review.State.WITHDRAWN)
    maud.drafts.create(film=up, headline="Half", body="A thought")
    moderating.report(make_review(up), maud, "other", "It is odd.")
    maud.claims.create(review=make_review(up), proof="It is mine.")
    moderating.mute(maud, make_admin(), "Insults.")
    document = exported(client)
    said = document["reviews"][0]
    assert (said["state"], said["votes_total"], [one["headline"] for one in said["versions"]]) == (
        "withdrawn", 0, ["First"],
    )  # fmt: skip
    assert [(draft["film"], draft["body"]) for draft in document["drafts"]] == [("Up", "A thought")]
    assert [(report["reason"], report["text"]) for report in document["reports"]] == [("other", "It is odd.")]
    assert [claim["proof"] for claim in document["claims"]] == ["It is mine."]
    assert [mute["reason"] for mute in document["mutes"]] == ["Insults."]


# Export


def exported(client):
    response = client.get(reverse("export_account"))
    assert response["Content-Disposition"].startswith("attachment")
    assert response.streaming
    return json.loads(b"".join(response.streaming_content))


def test_the_export_holds_all_that_is_kept_of_a_person(client, maud):
    voted = make_review(make_film("Retribution", 2015), headline="Tense")
    voted.cast_vote(maud, helpful=False)
    make_review(make_film("Hard Hit", 2021), user=maud, headline="Mine", body="Écrit par moi.")
    client.post("/films/retribution-2015/seen/", {"seen": "yes"})
    client.post("/reading/spoilers/", {"spoilers": "show"})
    document = exported(client)
    assert document["account"]["name"] == "maud"
    assert (document["account"]["shows_spoilers"], document["account"]["seen"]) == (True, ["Retribution (2015)"])
    assert document["account"]["email_addresses"] == [{"email": "maud@example.org", "verified": True}]
    assert len(document["account"]["sessions"]) == 1
    vote = document["votes"][0]
    assert (vote["film"], vote["year"], vote["headline"], vote["helpful"]) == ("Retribution", 2015, "Tense", False)
    assert [(review["headline"], review["body"]) for review in document["reviews"]] == [("Mine", "Écrit par moi.")]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_export_is_whole_json_for_any_number(client, maud, count):
    for number in range(count):
        make_review().cast_vote(maud, helpful=True)
        make_review(make_film(f"Film {number}", 2000), user=maud)
    document = exported(client)
    assert (len(document["votes"]), len(document["reviews"])) == (count, count)


def test_the_export_holds_nothing_of_others_and_no_secrets(client, maud):
    make_review(user=make_user("other"), headline="Theirs").cast_vote(make_user(), helpful=True)
    text = json.dumps(exported(client))
    for hidden in ("other", "Theirs", maud.password, client.session.session_key):
        assert hidden not in text


# Sessions


def test_signing_out_everywhere_else_keeps_this_browser(client, maud):
    other = Client()
    other.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    assert client.get(reverse("usersessions_list")).context["session_count"] == 2
    client.post(reverse("usersessions_list"))
    assert client.get(reverse("account")).status_code == 200
    assert other.get(reverse("account")).status_code == 302


def test_signing_out_everywhere_ends_this_one_too(client, maud):
    other = Client()
    other.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    assert client.get(reverse("end_all_sessions")).status_code == 405
    client.post(reverse("end_all_sessions"))
    assert [browser.get(reverse("account")).status_code for browser in (client, other)] == [302, 302]


def test_signing_out_everywhere_is_told_once(client, maud):
    client.get("/")  # which says who has signed in
    page = client.post(reverse("end_all_sessions"), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["You are signed out everywhere."]


def test_deactivating_an_account_in_the_admin_ends_its_sessions_for_good(client, maud):
    admin = Client()
    admin.force_login(make_admin())
    page = reverse("admin:accounts_user_change", args=[maud.pk])
    form = {"username": "maud", "email": maud.email, "date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    assert [admin.post(page, form | active).status_code for active in ({}, {"is_active": "on"})] == [302, 302]
    maud.refresh_from_db()
    assert (maud.is_active, client.get(reverse("account")).status_code) == (True, 302)


def test_a_change_of_an_account_in_the_admin_ends_no_session(client, maud):
    admin = Client()
    admin.force_login(make_admin())
    form = {"username": "Maud", "email": maud.email, "date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    admin.post(reverse("admin:accounts_user_change", args=[maud.pk]), form | {"is_active": "on"})
    assert client.get(reverse("account")).status_code == 200


def test_the_fields_for_a_new_password_are_named_like_others(client, maud):
    form = client.get(reverse("account_change_password")).context["form"]
    assert [str(field.label) for field in form] == ["Current password", "New password", "New password (again)"]


# Deletion


def delete(client, **fields):
    return client.post(reverse("delete_account"), {"reviews": "keep", "sure": "on", **fields})


def test_deleting_an_account_asks_for_the_password_first(client, maud):
    page = client.get(reverse("delete_account"))
    assert page["Location"].startswith(reverse("account_reauthenticate"))
    assert delete(client)["Location"].startswith(reverse("account_reauthenticate"))
    assert User.objects.filter(pk=maud.pk).exists()


def test_deleting_an_account_takes_a_tick(client, maud):
    confirm_password(client)
    page = delete(client, sure="")
    assert "Tick this box" in page.content.decode()
    assert User.objects.filter(pk=maud.pk).exists()


def test_looking_at_the_page_deletes_nothing_and_says_what_would_happen(client, maud):
    make_review().cast_vote(maud, helpful=True)
    confirm_password(client)
    page = client.get(reverse("delete_account"), {"sure": "on", "reviews": "keep"}).content.decode()
    assert "Your 1 vote is withdrawn" in page
    assert User.objects.filter(pk=maud.pk).exists()


def test_a_deleted_account_leaves_reviews_without_a_name_and_no_votes(client, maud, mailoutbox, capsys):
    mine, theirs = make_review(user=maud), make_review()
    theirs.cast_vote(maud, helpful=True)
    mine.cast_vote(make_user(), helpful=True)
    confirm_password(client)
    assert delete(client)["Location"] == "/"
    assert not User.objects.filter(username="maud").exists()
    assert [(review.pk, review.reviewer) for review in Review.objects.order_by("pk")] == [
        (mine.pk, ""),
        (theirs.pk, ""),
    ]
    assert list(Standing.objects.order_by("pk").values_list("votes_total", flat=True)) == [1, 0]
    assert "deleted" in client.get("/").content.decode()
    assert not client.get("/").context["user"].is_authenticated
    assert [mail.subject for mail in mailoutbox] == ["Reprise: your account is deleted"]
    call_command("recount_votes")
    assert capsys.readouterr().out == "2 reviews checked, 0 mended.\n"


def test_a_deleted_account_takes_its_reviews_down_when_asked_to(client, maud):
    make_review(user=maud).cast_vote(make_user(), helpful=True)
    stays = make_review()
    confirm_password(client)
    delete(client, reviews="remove")
    assert list(Review.objects.all()) == [stays]
    assert HelpfulVote.objects.count() == 0


def test_whoever_has_written_no_review_is_not_asked_about_any(client, maud):
    confirm_password(client)
    assert list(client.get(reverse("delete_account")).context["form"].fields) == ["sure"]
    make_review(user=maud)
    assert list(client.get(reverse("delete_account")).context["form"].fields) == ["reviews", "sure"]


def test_the_address_of_a_deleted_account_is_free_again(client, maud):
    confirm_password(client)
    delete(client)
    assert make_user("maud").verified


def test_an_admin_cannot_delete_their_own_account(client):
    make_admin("maud")
    client.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    confirm_password(client)
    assert "Ask another admin" in client.get(reverse("delete_account")).content.decode()
    assert delete(client).status_code == 200
    assert User.objects.filter(username="maud").exists()

"""Readers write, publish, edit and withdraw reviews of their own."""

import re
from decimal import Decimal
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from reviews import moderating, writing
from reviews.models import Action, Claim, Draft, Mute, Review, Version
from tests.factories import make_admin, make_film, make_review, make_user

pytestmark = pytest.mark.django_db

TEXT = "This is a text that is long enough to be a review of the film, and it was written here."
SAID = {"headline": "Tense", "body": TEXT, "rating": "8", "language": ""}


@pytest.fixture
def film():
    return make_film()


@pytest.fixture
def maud(client):
    maud = make_user("maud", verified=True)
    client.force_login(maud)
    return maud


def write(client, film, do="publish", **changed):
    return client.post(reverse("write", args=[film.slug]), SAID | {"do": do} | changed)


def published(user, film, **changed):
    said = SAID | changed
    return writing.publish(Draft(user=user, film=film, **said))


# The ladder


def test_a_review_is_published_and_stands_on_the_page_of_its_film(client, maud, film):
    response = write(client, film, spoiler="on")
    review = Review.objects.get()
    assert response["Location"] == review.get_absolute_url()
    said = (review.user, review.film, review.headline, review.body, review.rating, review.rating_scale)
    assert said == (maud, film, "Tense", TEXT, Decimal(8), 10)
    assert (review.spoiler, review.language, review.author, review.source) == (True, "en", "", "")
    assert [row[0] for row in film.reviews.values_list("pk")] == [review.pk]
    film.refresh_from_db()
    assert (film.review_count, film.mean_percent) == (1, 80)
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in_and_back(client, film, method):
    address = reverse("write", args=[film.slug])
    response = getattr(client, method)(address, SAID | {"do": "publish"})
    assert response.status_code == 302
    assert response["Location"].startswith(f"{reverse('account_login')}?next={address}")
    assert Review.objects.count() == 0


@pytest.mark.parametrize(("name", "waits"), [("maud", True), ("otto", False)])
def test_what_is_sent_after_the_session_has_ended_waits_until_its_writer_has_signed_in_again(client, film, name, waits):
    people = {name: make_user(name, verified=True) for name in ("maud", "otto")}
    address = reverse("write", args=[film.slug])
    sent = SAID | {"do": "draft", "spoiler": "on", "writer": people["maud"].pk, "seen": ""}
    client.post(address, sent)
    login = {"login": name, "password": "a pass phrase", "next": address}
    assert client.post(reverse("account_login"), login)["Location"] == address
    page = client.get(address)
    assert ("You were signed out while you wrote." in page.content.decode()) is waits
    assert [page.context["form"][field].value() for field in ("body", "spoiler")] == (
        [TEXT, True] if waits else ["", False]
    )
    assert Draft.objects.count() == 0
    client.post(address, sent)
    assert "You were signed out while you wrote." not in client.get(address).content.decode()
    assert Draft.objects.get().body == TEXT


def test_a_text_without_its_writer_is_not_kept_for_strangers(client, film):
    client.post(reverse("write", args=[film.slug]), SAID | {"do": "draft"})
    assert "sessionid" not in client.cookies


@pytest.mark.usefixtures("maud")
@pytest.mark.parametrize("do", ["draft", "publish"])
def test_a_draft_that_was_saved_in_another_window_is_not_lost_without_a_question(client, film, do):
    address = reverse("write", args=[film.slug])
    early = client.get(address).context["seen"]
    write(client, film, do="draft", seen=early, body="What the other window says")
    refused = write(client, film, do=do, seen=early)
    assert refused.status_code == 422
    assert "You have saved another draft in the meantime" in refused.content.decode()
    assert Draft.objects.get().body == "What the other window says"
    assert write(client, film, do=do, seen=refused.context["seen"]).status_code == 302
    assert [*Draft.objects.values_list("body", flat=True)] == ([TEXT] if do == "draft" else [])


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_verified_is_told_to_verify_first(client, film, method):
    client.force_login(make_user(verified=False))
    response = getattr(client, method)(reverse("write", args=[film.slug]), SAID | {"do": "publish"})
    assert response.status_code == 403
    assert reverse("account_email") in response.content.decode()
    assert Review.objects.count() == 0


@pytest.mark.usefixtures("maud")
def test_no_film_is_404(client):
    assert client.get(reverse("write", args=["nothing-1999"])).status_code == 404


@pytest.mark.usefixtures("maud")
def test_other_methods_are_refused(client, film):
    assert client.put(reverse("write", args=[film.slug])).status_code == 405


@pytest.mark.parametrize("name", ["withdraw", "put_back"])
def test_what_changes_a_review_takes_no_get(client, maud, film, name):
    review = published(maud, film)
    assert client.get(reverse(name, args=[review.pk])).status_code == 405
    assert Review.objects.get() == review


@pytest.mark.parametrize("name", ["withdraw", "put_back", "history", "edit"])
def test_a_review_of_somebody_else_is_none_of_ones_business(client, maud, name):
    review = make_review(user=make_user())
    method = client.get if name in ("history", "edit") else client.post
    assert method(reverse(name, args=[review.pk])).status_code == 403
    assert method(reverse(name, args=[12345])).status_code == 404
    assert Review.objects.get() == review


@pytest.mark.parametrize("name", ["withdraw", "put_back", "history", "edit", "claim", "report"])
def test_strangers_sign_in_first(client, name):
    review = make_review()
    method = client.post if name in ("withdraw", "put_back") else client.get
    response = method(reverse(name, args=[review.pk]))
    assert response["Location"].startswith(reverse("account_login"))


# What is written


@pytest.mark.usefixtures("maud")
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"body": "Too short."}, "write at least 50 characters"),
        ({"body": "[spoiler]" * 20 + "short" + "[/spoiler]" * 20}, "write at least 50 characters"),
        ({"body": "x" * 20_431}, "The text has 20,431 characters, and 20,000 fit. Shorten it by 431."),
        ({"headline": "x" * 151}, "The headline has 151 characters, and 150 fit. Shorten it by 1."),
        ({"rating": "11"}, "Select a valid choice"),
        ({"rating": "as it is"}, "Select a valid choice"),
        ({"language": "xx"}, "Select a valid choice"),
        ({"body": f"{'x' * 60} [spoiler]He dies."}, "A [spoiler] has no end"),
        ({"body": f"{'x' * 60} [spolier]He dies.[/spoiler]"}, "A [/spoiler] has no beginning"),
    ],
)
def test_what_cannot_be_published_is_said_and_nothing_is_lost(client, film, changed, sentence):
    response = write(client, film, **changed)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert (SAID | changed)["body"] in page
    assert Review.objects.count() == 0


@pytest.mark.usefixtures("maud")
def test_line_breaks_and_white_space_are_put_in_order(client, film):
    write(client, film, headline="  So \n tense ", body=f"\r\n{TEXT}\r\n\r\nMore.\r\n")
    review = Review.objects.get()
    assert (review.headline, review.body) == ("So tense", f"{TEXT}\n\nMore.")


@pytest.mark.usefixtures("maud")
def test_a_language_can_be_said(client, film):
    write(client, film, language="ko")
    assert Review.objects.get().language == "ko"


@pytest.mark.usefixtures("maud")
def test_a_text_of_which_nothing_is_known_is_in_no_language_whatever_that_of_the_page(client, film):
    client.post(
        reverse("write", args=[film.slug]),
        SAID | {"body": "xyzzy " * 12, "do": "publish"},
        headers={"accept-language": "de"},
    )
    review = Review.objects.get()
    assert review.language == ""
    assert 'class="review__text" dir="auto" lang=""' in client.get(review.get_absolute_url()).content.decode()


def test_the_same_text_of_somebody_else_is_refused_with_a_sentence(client, maud, film):
    other = published(make_user(verified=True), film)
    response = write(client, film)
    assert response.status_code == 422
    assert "This film has the same review already." in response.content.decode()
    assert list(Review.objects.all()) == [other]


# Drafts and previews


def test_a_draft_is_seen_by_nobody_else_and_written_on_later(client, maud, film):
    response = write(client, film, do="draft", body="Half a")
    assert response["Location"] == reverse("write", args=[film.slug])
    assert "Half a" in client.get(response["Location"]).content.decode()
    assert Review.every.count() == 0
    client.force_login(make_user("other", verified=True))
    assert "Half a" not in client.get(response["Location"]).content.decode()
    assert Draft.objects.get().user == maud


@pytest.mark.usefixtures("maud")
def test_saving_again_keeps_one_draft_and_discarding_none(client, film):
    write(client, film, do="draft")
    write(client, film, do="draft", body="Another text")
    assert [draft.body for draft in Draft.objects.all()] == ["Another text"]
    assert write(client, film, do="discard for good")["Location"] == film.get_absolute_url()
    assert Draft.objects.count() == 0


@pytest.mark.usefixtures("maud")
def test_a_draft_is_discarded_only_after_a_question_that_loses_nothing(client, film):
    write(client, film, do="draft")
    page = write(client, film, do="discard", body="Half a new text").content.decode()
    assert "Discard the draft for good? Nobody can bring it back." in page
    assert "Half a new text" in page
    assert Draft.objects.get().body == TEXT
    assert "Discard the draft for good?" not in client.get(reverse("write", args=[film.slug])).content.decode()


@pytest.mark.usefixtures("maud")
@pytest.mark.parametrize("body", ["", " \r\n ", "\u200b"], ids=ascii)
def test_nothing_is_no_draft_but_a_rating_is_one(client, film, body):
    page = write(client, film, do="draft", body=body, headline=" ", rating="")
    assert (page.status_code, Draft.objects.count()) == (422, 0)
    assert "There is nothing to save yet: write something, or choose a rating." in page.content.decode()
    assert write(client, film, do="draft", body=body, headline=" ", rating="8").status_code == 302


@pytest.mark.usefixtures("maud")
def test_a_draft_may_have_a_spoiler_without_an_end(client, film):
    assert write(client, film, do="draft", body="[spoiler]He").status_code == 302


@pytest.mark.usefixtures("maud")
def test_a_preview_shows_what_the_page_will_show_and_stores_nothing(client, film):
    body = f"{TEXT}\n\nHe [spoiler]dies[/spoiler] <b>twice</b>."
    page = write(client, film, do="preview", body=body).content.decode()
    assert (Review.every.count(), Draft.objects.count()) == (0, 0)
    write(client, film, body=body)
    review = Review.objects.get()
    shown = str(review.body_html).replace(review.anchor, "review-preview").replace(review.plot_address, "")
    assert shown in page
    assert "He dies" not in page


@pytest.mark.usefixtures("maud")
def test_a_preview_tells_of_a_mark_without_its_end(client, film):
    page = write(client, film, do="preview", body=f"{TEXT} [spoiler] He dies.")
    assert (page.status_code, "A [spoiler] has no end" in page.content.decode()) == (200, True)


@pytest.mark.usefixtures("maud")
def test_what_is_wrong_is_said_above_the_form_and_in_the_title(client, film):
    page = write(client, film, body="Short").content.decode()
    above, _, _ = page.partition('<form class="writing"')
    assert "<title>Error: " in above
    assert '<a href="#id_body">Your review</a>: The text is too short' in above


@pytest.mark.usefixtures("maud")
@pytest.mark.parametrize("headline", ["\u200b\u2060", "\u3164", "\u2800\u115f", "\x07"], ids=ascii)
def test_a_headline_that_shows_nothing_is_none(client, film, headline):
    write(client, film, headline=headline)
    assert Review.objects.get().headline == ""


@pytest.mark.usefixtures("maud")
def test_control_characters_are_no_part_of_a_text(client, film):
    write(client, film, headline="A \x1bhead\x07line", body=f"{TEXT}\x01\n\tand\x9b more")
    review = Review.objects.get()
    assert (review.headline, review.body) == ("A headline", f"{TEXT}\n\tand more")


@pytest.mark.usefixtures("maud")
def test_the_enter_key_previews(client, film):
    response = client.post(reverse("write", args=[film.slug]), SAID)
    assert response.context["preview"].headline == "Tense"
    assert Review.every.count() == 0


# Editing and withdrawing


def test_a_reader_has_one_review_of_a_film_and_edits_it(client, maud, film):
    review = published(maud, film)
    assert 'value="Tense"' in client.get(reverse("write", args=[film.slug])).content.decode()
    write(client, film, headline="Tenser", rating="")
    review.refresh_from_db()
    assert (Review.every.count(), review.headline, review.rating) == (1, "Tenser", None)
    film.refresh_from_db()
    assert (film.review_count, film.mean_percent) == (1, None)


def test_votes_stay_with_an_edited_review(client, maud, film):
    review = published(maud, film)
    review.cast_vote(make_user(verified=True), helpful=True)
    write(client, film, headline="Tenser")
    standing = Review.objects.for_page().get().standing
    assert standing.votes_total == 1


def test_a_withdrawn_review_is_gone_for_all_and_comes_back_with_its_votes(client, maud, film):
    review = published(maud, film)
    review.cast_vote(make_user(verified=True), helpful=True)
    for _ in range(2):  # The same again is answered like the first time.
        assert client.post(reverse("withdraw", args=[review.pk]))["Location"] == reverse("your_reviews")
    film.refresh_from_db()
    assert (list(Review.objects.all()), film.review_count, film.mean_percent) == ([], 0, None)
    assert client.get(review.get_absolute_url()).status_code == 410
    for _ in range(2):
        assert client.post(reverse("put_back", args=[review.pk]))["Location"] == review.get_absolute_url()
    film.refresh_from_db()
    assert (film.review_count, film.mean_percent) == (1, 80)
    assert Review.objects.for_page().get().standing.votes_total == 1
    assert [action.kind for action in Action.objects.of(review)] == ["withdrawn", "put back"]


def test_writing_again_after_withdrawing_publishes_the_same_review(client, maud, film):
    review = published(maud, film)
    client.post(reverse("withdraw", args=[review.pk]))
    write(client, film, headline="Again")
    assert [(one.pk, one.headline) for one in Review.every.all()] == [(review.pk, "Again")]
    assert [action.kind for action in Action.objects.of(review)] == ["withdrawn", "put back"]


def test_two_published_reviews_of_a_film_cannot_come_to_be(client, maud, film):
    first = make_review(film, user=maud, state=Review.State.WITHDRAWN)
    second = published(maud, make_film("Up", 2009))
    assert second.film != film
    third = make_review(film, user=maud)
    response = client.post(reverse("put_back", args=[first.pk]), follow=True)
    assert "You have published another review of this film." in response.content.decode()
    assert list(film.reviews.all()) == [third]


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_several_times_at_once_makes_one_review():
    maud, film = make_user("maud", verified=True), make_film()

    def send():
        published(maud, film)
        connection.close()

    threads = [Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    film.refresh_from_db()
    assert (Review.every.count(), film.review_count, Version.objects.count()) == (1, 1, 1)


# History


def test_every_version_is_kept_with_who_and_what_changed(client, maud, film):
    review = published(maud, film)
    write(client, film, body=f"{TEXT} And more.", rating="9")
    write(client, film, body=f"{TEXT} And more.", rating="9")  # which changes nothing
    said = [(version.by, version.body, version.rating) for version in review.versions.all()]
    assert said == [(maud, TEXT, 8), (maud, f"{TEXT} And more.", 9)]
    page = client.get(reverse("history", args=[review.pk])).content.decode()
    assert "<ins> And more.</ins>" in page
    assert "<del>8/10</del> <ins>9/10</ins>" in page


def test_moderators_see_the_history_and_others_do_not(client, maud, film):
    review = published(maud, film)
    client.force_login(make_admin())
    assert client.get(reverse("history", args=[review.pk])).status_code == 200
    client.force_login(make_user(verified=True))
    assert client.get(reverse("history", args=[review.pk])).status_code == 403


def test_the_history_of_what_was_never_changed_says_so(client, film):
    client.force_login(make_admin())
    page = client.get(reverse("history", args=[make_review(film).pk])).content.decode()
    assert "It was never changed here." in page


def test_the_history_tells_its_author_what_moderators_did_and_not_who(client, maud, film):
    review = published(maud, film)
    moderating.take_down(review, make_admin("ada"), "It was copied.")
    page = client.get(reverse("history", args=[review.pk])).content.decode()
    assert "by the moderators: It was copied." in page
    assert "ada" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_takes_the_same_queries_for_any_number(client, maud, film, django_assert_num_queries, count):
    review = published(maud, film)
    for number in range(count):
        write(client, film, headline=f"{number}")
    client.get("/")
    with django_assert_num_queries(5):
        client.get(reverse("history", args=[review.pk]))


def test_an_admins_edit_is_kept_as_a_version(client, maud, film):
    review = make_review(film, body=TEXT)
    admin = make_admin()
    client.force_login(admin)
    form = {"film": film.pk, "headline": "New", "body": TEXT, "author": "", "language": "", "source": ""}
    client.post(reverse("admin:reviews_review_change", args=[review.pk]), form)
    assert [(version.by, version.headline) for version in review.versions.all()] == [
        (None, review.headline),
        (admin, "New"),
    ]


# Limits


@pytest.mark.usefixtures("maud")
def test_writing_very_often_is_refused(client, film, settings):
    settings.LIMITS = {"write": (2, 3600)}
    answers = [write(client, film, do="draft", body=f"Text {number}").status_code for number in range(3)]
    assert answers == [302, 302, 429]
    assert Draft.objects.get().body == "Text 1"


def test_who_is_muted_cannot_publish_but_keeps_the_text(client, maud, film):
    moderating.mute(maud, make_admin(), "Insults.")
    response = write(client, film)
    assert response.status_code == 422
    assert "The reason: Insults." in response.content.decode()
    assert TEXT in response.content.decode()
    assert write(client, film, do="draft").status_code == 302
    assert Review.every.count() == 0


def test_who_is_muted_puts_nothing_back_and_casts_no_vote_but_may_withdraw(client, maud, film):
    review = published(maud, film)
    other = make_review(film)
    other.cast_vote(maud, helpful=True)
    moderating.mute(maud, make_admin(), "Insults.")
    client.post(reverse("withdraw", args=[review.pk]))
    assert client.post(reverse("put_back", args=[review.pk])).status_code == 403
    with pytest.raises(PermissionDenied, match="Insults"):
        other.cast_vote(maud, helpful=False)
    assert other.withdraw_vote(maud).votes_total == 0
    moderating.lift(Mute.objects.get(), make_admin("other"), "Time served.")
    assert client.post(reverse("put_back", args=[review.pk])).status_code == 302


# Nothing that is written becomes part of the page

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>{{ 7|add:7 }}[spoiler]"


def test_texts_are_texts_on_every_page_that_shows_them(client, maud, film):
    body = f"{EVIL} {TEXT}"
    pages = [write(client, film, do="preview", headline=EVIL[:140], body=body)]
    pages.append(write(client, film, do="publish", headline=EVIL[:140], body="short"))
    write(client, film, do="draft", headline=EVIL[:140], body=body)
    pages.append(client.get(reverse("your_reviews")))
    write(client, film, headline=EVIL[:140], body=f"{body}[/spoiler]")
    write(client, film, headline=EVIL[:140], body=f"{body}[/spoiler] {EVIL}[/spoiler]")
    review = Review.objects.get()
    imported = make_review(film, author=EVIL, headline=EVIL)
    client.post(reverse("claim", args=[imported.pk]), {"proof": EVIL})
    moderating.report(imported, maud, "other", EVIL)
    moderating.take_down(review, make_admin(), EVIL)
    for address in (reverse("history", args=[review.pk]), review.get_absolute_url(), reverse("your_reports")):
        pages.append(client.get(address))
    for name in ("claim", "report"):
        pages.append(client.get(reverse(name, args=[imported.pk])))
    client.force_login(make_admin("second"))
    for name in ("report", "claim", "action", "review"):
        pages.append(
            client.get(reverse(f"admin:reviews_{name}_changelist"), {"state": "all"} if name == "report" else {})
        )
    for response in pages:
        page = response.content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "\"'>" not in page


# Imported reviews and their authors


def test_a_reader_claims_a_review_once_and_an_admin_gives_it_to_them(client, maud, film, mailoutbox):
    review = make_review(film, author="maud1998", rating=Decimal("4.5"), rating_scale=5, body=TEXT)
    review.cast_vote(maud, helpful=True)
    for _ in range(2):
        client.post(reverse("claim", args=[review.pk]), {"proof": "My profile there names this account."})
    claim = Claim.objects.get()
    moderating.accept(claim, make_admin(), "It does.")
    review = Review.objects.for_page().get()
    assert (review.user, review.reviewer, review.author) == (maud, "maud", "maud1998")
    assert review.standing.votes_total == 0  # Nobody votes on a review of their own.
    assert [version.author for version in review.versions.all()] == ["maud1998"]
    write(client, film, rating="as it is", headline="Mine")
    review.refresh_from_db()
    assert (review.headline, review.rating, review.rating_scale) == ("Mine", Decimal("4.5"), 5)
    with pytest.raises(PermissionDenied):
        review.cast_vote(maud, helpful=True)


def test_who_claims_is_told_once(maud, film, mailoutbox, django_capture_on_commit_callbacks):
    claim = Claim.objects.create(review=make_review(film), user=maud, proof="It is mine.")
    with django_capture_on_commit_callbacks(execute=True):
        moderating.decline(claim, make_admin(), "The profile names somebody else.")
    assert [mail.to for mail in mailoutbox] == [["maud@example.org"]]
    assert "The profile names somebody else." in mailoutbox[0].body


def test_an_accepted_claim_can_be_taken_back(maud, film):
    review = make_review(film, author="maud1998")
    claim = Claim.objects.create(review=review, user=maud, proof="It is mine.")
    moderating.accept(claim, make_admin(), "")
    moderating.decline(claim, make_admin("other"), "It was not.")
    review.refresh_from_db()
    assert (review.user, review.reviewer, claim.state) == (None, "maud1998", "declined")
    assert [action.kind for action in Action.objects.of(review)] == ["claimed", "unclaimed"]


def test_a_claim_wants_a_sentence_and_a_review_that_is_nobodys(client, maud, film):
    free, taken = make_review(film), make_review(film, user=make_user())
    response = client.post(reverse("claim", args=[free.pk]), {"proof": " "})
    assert response.status_code == 422
    assert "Write a sentence" in response.content.decode()
    assert client.post(reverse("claim", args=[taken.pk]), {"proof": "Mine."}).status_code == 403
    assert client.get(reverse("claim", args=[12345])).status_code == 404
    assert client.put(reverse("claim", args=[free.pk])).status_code == 405
    assert Claim.objects.count() == 0


def test_the_first_versions_time_is_when_the_review_came_here(maud, film):
    review = make_review(film)
    Version.objects.keep_first(review)
    assert [(version.by, version.at) for version in review.versions.all()] == [(None, review.created_at)]


def test_enter_in_a_field_previews_and_does_not_publish(client, maud, film):
    client.force_login(maud)
    page = client.get(reverse("write", args=[film.slug])).content.decode()
    assert re.search(r'<button[^>]* name="do" value="(\w+)"', page)[1] == "preview"


def test_a_text_that_shows_nothing_is_too_short(client, maud, film):
    client.force_login(maud)
    said = SAID | {"body": "\u200b" * 60, "do": "publish"}
    response = client.post(reverse("write", args=[film.slug]), said)
    assert response.status_code == 422
    assert Review.objects.count() == 0


# Muted readers


def test_who_is_muted_is_told_so_before_writing_and_may_keep_a_draft(client, maud, film):
    address = reverse("write", args=[film.slug])
    sentence = "You cannot publish, report or vote for now. The reason: Insults."
    assert sentence not in client.get(address).text
    Mute.objects.create(user=maud, reason="Insults.")
    assert sentence in client.get(address).text
    assert write(client, film, do="draft").status_code == 302
    assert Draft.objects.count() == 1


def test_the_script_of_the_votes_is_told_why_a_muted_reader_cannot_vote(client, maud, film):
    Mute.objects.create(user=maud, reason="Insults.")
    address = reverse("vote", args=[make_review(film).pk])
    told = client.post(address, {"helpful": "yes"}, headers={"x-requested-with": "fetch"})
    assert (told.status_code, told["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert told.text == "You cannot publish, report or vote for now. The reason: Insults."
    assert client.post(address, {"helpful": "yes"})["Content-Type"] == "text/html; charset=utf-8"

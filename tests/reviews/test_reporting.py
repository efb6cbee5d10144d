"""Readers report reviews, moderators decide, and everything can be undone."""

from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from reviews import moderating
from reviews.models import Action, Report, Review
from reviews.models.moderation import AppendOnlyError
from tests.factories import make_admin, make_film, make_review, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def review():
    return make_review(user=make_user("author"))


@pytest.fixture
def admin():
    return make_admin()


@pytest.fixture
def reader(client):
    reader = make_user("reader", verified=True)
    client.force_login(reader)
    return reader


def address(review):
    return reverse("report", args=[review.pk])


def report_spoilers(review, count=3, **fields):
    for _ in range(count):
        moderating.report(review, make_user(**({"verified": True} | fields)), Report.Reason.SPOILER)
    return Review.every.get(pk=review.pk)


# The ladder


def test_a_reader_reports_a_review_once(client, reader, review):
    for reason in ("spam", "abuse"):
        client.post(address(review), {"reason": reason, "text": "Look at it."})
    assert [(row.user, row.review, row.reason, row.text, row.state) for row in Report.objects.all()] == [
        (reader, review, "spam", "Look at it.", "open")
    ]
    assert "You have reported it" in client.get(address(review)).content.decode()


@pytest.mark.usefixtures("reader")
def test_a_report_leads_back_to_the_review_where_it_was_read(client, review):
    response = client.post(address(review), {"reason": "spam", "next": "/?page=2#review-1"})
    assert response["Location"] == f"/?page=2#review-{review.pk}"
    other = make_review()
    response = client.post(address(other), {"reason": "spam", "next": "https://elsewhere.example/"})
    assert response["Location"] == f"{other.get_absolute_url()}#review-{other.pk}"


def test_nobody_reports_their_own_review(client, review):
    client.force_login(review.user)
    assert client.post(address(review), {"reason": "spam"}).status_code == 403
    assert Report.objects.count() == 0


@pytest.mark.usefixtures("reader")
def test_no_review_and_no_method(client, review):
    assert client.get(reverse("report", args=[12345])).status_code == 404
    assert client.put(address(review)).status_code == 405


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose what is wrong with it."),
        ({"reason": "nonsense"}, "Select a valid choice"),
        ({"reason": "other", "text": " "}, "Say what is wrong with it."),
        ({"reason": "copied"}, "Say where it was copied from."),
    ],
)
def test_a_report_says_what_is_wrong(client, review, said, sentence):
    response = client.post(address(review), said)
    assert response.status_code == 422
    assert "<title>Error: Report a review" in response.text
    assert response.text.count(" autofocus") == 1
    assert sentence in response.content.decode()
    assert Report.objects.count() == 0


@pytest.mark.usefixtures("reader")
def test_reporting_very_often_is_refused(client, settings):
    settings.LIMITS = {"report": (2, 3600)}
    answers = [client.post(address(make_review()), {"reason": "spam"}).status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_who_is_muted_reports_nothing(client, reader, review, admin):
    moderating.mute(reader, admin, "False reports.")
    response = client.post(address(review), {"reason": "spam"})
    assert response.status_code == 403
    assert "False reports." in response.content.decode()
    assert Report.objects.count() == 0


# Spoilers


def test_three_verified_readers_close_a_review_and_never_remove_it(client, review):
    assert report_spoilers(review, 2).spoiler is False
    closed = report_spoilers(review, 1)
    assert (closed.spoiler, closed.collapsed, closed.published) == (True, True, True)
    assert review.body.split(",")[0] not in client.get(review.get_absolute_url()).content.decode()
    assert report_spoilers(review, 20).published
    assert [(action.kind, action.by) for action in Action.objects.of(review)] == [("collapsed", None)]


def test_reports_of_unverified_readers_wait_for_a_moderator(review):
    assert report_spoilers(review, 5, verified=False).spoiler is False


def test_who_was_mostly_wrong_before_does_not_count(review, admin):
    liar = make_user(verified=True)
    for _ in range(3):
        wronged = make_review()
        moderating.report(wronged, liar, Report.Reason.SPOILER)
        moderating.dismiss(wronged, admin, "It does not.")
    moderating.report(review, liar, Report.Reason.SPOILER)
    assert report_spoilers(review, 2).spoiler is False
    assert report_spoilers(review, 1).spoiler is True


def test_what_a_moderator_has_opened_again_stays_open(review, admin):
    moderating.dismiss(report_spoilers(review), admin, "It tells nothing.")
    opened = report_spoilers(review, 5)
    assert (opened.spoiler, opened.collapsed) == (False, False)
    assert opened.reports.open().count() == 5


def test_what_its_author_has_closed_is_not_opened_by_a_dismissal(admin):
    review = make_review(spoiler=True)
    moderating.dismiss(report_spoilers(review), admin, "It is closed already.")
    assert Review.objects.get().spoiler is True


# Decisions


def test_a_review_taken_down_leaves_a_sentence_and_comes_back(client, review, admin):
    moderating.take_down(review, admin, "It was copied from elsewhere.")
    answer = client.get(review.get_absolute_url())
    assert answer.status_code == 410
    assert "It was copied" not in answer.content.decode()
    client.force_login(review.user)
    assert "It was copied from elsewhere." in client.get(review.get_absolute_url()).content.decode()
    moderating.restore(Review.every.get(), admin, "It was not.")
    assert client.get(review.get_absolute_url()).status_code == 200
    kinds = [(action.kind, action.by, action.person) for action in Action.objects.of(review)]
    assert kinds == [("taken down", admin, review.user), ("restored", admin, review.user)]


def test_what_was_withdrawn_before_is_withdrawn_after(review, admin):
    review.change(Action.Kind.WITHDRAWN, review.user, state=Review.State.WITHDRAWN)
    moderating.take_down(review, admin, "Insults.")
    moderating.restore(review, admin, "None.")
    assert Review.every.get().state == Review.State.WITHDRAWN


def test_doing_it_twice_is_logged_once(review, admin):
    for _ in range(2):
        moderating.take_down(review, admin, "Spam.")
    assert Action.objects.count() == 1


@pytest.mark.parametrize("decide", [moderating.dismiss, moderating.collapse, moderating.take_down])
def test_reporters_are_told_once_what_came_of_it(review, admin, mailoutbox, django_capture_on_commit_callbacks, decide):
    with django_capture_on_commit_callbacks(execute=True):
        report_spoilers(review, 2)
        decide(review, admin, "Looked at.")
        moderating.reopen(Report.objects.all(), admin, "By mistake.")
        decide(Review.every.get(), admin, "Again.")
    assert len(mailoutbox) == 2
    told = {moderating.dismiss: "left it as it is", moderating.collapse: "closed it"}
    assert [told.get(decide, "taken it down") in mail.body for mail in mailoutbox] == [True, True]
    assert set(Report.objects.values_list("decided_by", flat=True)) == {admin.pk}


def test_a_deleted_account_leaves_its_report_without_a_name(review):
    reporter = make_user(verified=True)
    moderating.report(review, reporter, Report.Reason.SPAM)
    reporter.delete()
    assert Report.objects.get().user is None


# The log


def test_nothing_in_the_log_is_changed_or_deleted(review, admin):
    moderating.take_down(review, admin, "Spam.")
    action = Action.objects.get()
    action.reason = "Another."
    for forbidden in (action.save, action.delete, Action.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            forbidden()
    for change in ({"reason": "x"}, {"kind": "restored"}, {"review": 1}, {"at": "2020-01-01T00:00Z"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.update(**change)
    assert Action.objects.get().reason == "Spam."


def test_the_log_outlives_the_review_and_the_people(review, admin):
    moderating.take_down(review, admin, "Spam.")
    number = review.pk
    review.delete()
    admin.delete()
    action = Action.objects.get()
    assert (action.review, action.by, action.kind) == (number, None, "taken down")


# The queue in the admin


def act(client, name, model, rows, **said):
    chosen = {"action": name, "_selected_action": [row.pk for row in rows]}
    which = "?state=all" if model in ("report", "claim") else ""
    return client.post(f"{reverse(f'admin:reviews_{model}_changelist')}{which}", chosen | said, follow=True)


def test_the_queue_shows_what_the_reader_says_as_text(client, review, admin):
    moderating.report(review, make_user(), Report.Reason.OTHER, "<i>odd</i>")
    client.force_login(admin)
    page = client.get(reverse("admin:reviews_report_changelist")).content.decode()
    assert "Something else<br>“&lt;i&gt;odd&lt;/i&gt;”" in page


def test_the_queue_shows_what_is_open_and_filters(client, review, admin):
    report_spoilers(review, 1)
    moderating.report(review, make_user(), Report.Reason.SPAM)
    client.force_login(admin)
    queue = reverse("admin:reviews_report_changelist")
    shown = lambda **said: client.get(queue, said).context["cl"].result_count  # noqa: E731 -- used three times
    assert (shown(), shown(reason="spam"), shown(state="dismissed"), shown(state="all")) == (2, 1, 0, 2)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("dismiss", ("published", False)),
        ("collapse", ("published", True)),
        ("take_down", ("taken down", False)),
    ],
)
def test_a_bulk_action_asks_for_a_reason_first(client, admin, name, left):
    reviews = [make_review(user=make_user()) for _ in range(2)]
    for one in reviews:
        report_spoilers(one, 1)
    client.force_login(admin)
    asked = act(client, name, "report", Report.objects.all())
    assert 'name="reason"' in asked.content.decode()
    assert Report.objects.open().count() == 2
    act(client, name, "report", Report.objects.all(), reason="As it is.")
    assert {(one.state, one.spoiler) for one in Review.every.all()} == {left}
    assert Report.objects.open().count() == 0
    assert set(Action.objects.values_list("reason", "by")) == {("As it is.", admin.pk)}


def test_authors_are_muted_and_mutes_lifted_in_the_admin(client, review, admin):
    report_spoilers(review, 1)
    client.force_login(admin)
    act(client, "mute_author", "report", Report.objects.all(), reason="Insults.", length="7")
    mute = review.user.mutes.get()
    assert (mute.reason, mute.by, mute.until is None) == ("Insults.", admin, False)
    assert Report.objects.open().count() == 1
    act(client, "lift", "mute", [mute], reason="Enough.")
    assert review.user.mutes.current().count() == 0
    assert list(Action.objects.order_by("pk").values_list("kind", flat=True)) == ["muted", "unmuted"]


def test_whoever_reports_falsely_is_muted_among_the_people(client, reader, admin):
    client.force_login(admin)
    chosen = {"action": "mute_people", "_selected_action": [reader.pk], "reason": "False reports.", "length": ""}
    client.post(reverse("admin:accounts_user_changelist"), chosen)
    assert reader.mutes.current().get().until is None


def test_a_person_can_be_deleted_with_all_that_hangs_on_them(client, reader, review, admin):
    moderating.report(review, reader, Report.Reason.SPAM)
    reader.claims.create(review=make_review(), proof="Mine.")
    moderating.mute(reader, admin, "False reports.")
    client.force_login(admin)
    assert client.post(reverse("admin:accounts_user_delete", args=[reader.pk]), {"post": "yes"}).status_code == 302
    assert Report.objects.get().user is None
    assert Action.objects.get().person is None


def test_a_reported_review_is_taken_down_and_not_deleted_by_hand(client, review, admin):
    report_spoilers(review, 1)
    client.force_login(admin)
    assert client.post(reverse("admin:reviews_review_delete", args=[review.pk]), {"post": "yes"}).status_code == 403
    assert list(Review.objects.all()) == [review]


def test_reviews_are_put_back_and_opened_among_the_reviews(client, review, admin):
    client.force_login(admin)
    act(client, "take_down", "review", [review], reason="Spam.")
    assert Review.objects.count() == 0
    act(client, "restore", "review", [review], reason="No spam.")
    act(client, "collapse", "review", [review], reason="Tells it.")
    assert Review.objects.get().collapsed
    act(client, "open_again", "review", [review], reason="Does not.")
    assert not Review.objects.get().spoiler


def test_claims_are_decided_in_the_admin(client, admin):
    claimant, film = make_user(verified=True), make_film()
    reviews = [make_review(film, author="somebody") for _ in range(2)]
    claims = [claimant.claims.create(review=one, proof="Mine.") for one in reviews]
    client.force_login(admin)
    page = act(client, "accept", "claim", claims, reason="It is.").content.decode()
    assert "another review of the film" in page
    assert list(claimant.claims.values_list("state", flat=True)) == ["accepted", "open"]
    act(client, "decline", "claim", claims[1:], reason="One is enough.")
    assert list(claimant.claims.values_list("state", flat=True)) == ["accepted", "declined"]


@pytest.mark.parametrize("model", ["report", "claim", "mute", "action"])
def test_the_admin_adds_and_deletes_nothing_of_it(client, admin, model):
    client.force_login(admin)
    assert client.get(reverse(f"admin:reviews_{model}_add")).status_code == 403
    assert client.get(reverse(f"admin:reviews_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", ["report", "claim", "mute", "action"])
def test_the_queues_are_for_admins(client, reader, model):
    assert client.get(reverse(f"admin:reviews_{model}_changelist")).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_the_same_queries_for_any_number(client, admin, django_assert_num_queries, count):
    for _ in range(count):
        report_spoilers(make_review(user=make_user()), 1)
    client.force_login(admin)
    with django_assert_num_queries(5):
        client.get(reverse("admin:reviews_report_changelist"))


def test_the_log_is_kept_by_the_database_too(review, admin):
    moderating.take_down(review, admin, "Spam.")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_action SET reason = 'x'")


@pytest.mark.django_db(transaction=True)
def test_readers_who_report_at_the_same_moment_close_it_together(review):
    readers = [make_user(verified=True) for _ in range(3)]

    def report(reader):
        moderating.report(review, reader, Report.Reason.SPOILER)
        moderating.report(review, reader, Report.Reason.SPOILER)
        connection.close()

    threads = [Thread(target=report, args=[reader]) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Report.objects.count(), Review.objects.get().collapsed, Action.objects.count()) == (3, True, 1)

"""What is done about reviews that readers report, and about people: with a reason, logged, and never for good."""

import logging

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from films.addresses import absolute
from reviews.models import Action, Claim, HelpfulVote, Mute, Report, Review, Version

ENOUGH_READERS = 3  # who say that a review tells the plot close it
BY_READERS = f"{ENOUGH_READERS} readers report that it tells the plot."

logger = logging.getLogger(__name__)
Did, Reason, State = Action.Kind, Report.Reason, Report.State


# Reports


@transaction.atomic
def report(review, user, reason, text=""):
    """Records that the user reports the review; reporting it again changes nothing. Returns whether it is new."""
    Mute.objects.check_free(user)
    # The lock makes reporters queue, so that of several at once one is the last and sees all others.
    review = Review.every.select_for_update().get(pk=review.pk)
    _, new = Report.objects.get_or_create(review=review, user=user, defaults={"reason": reason, "text": text})
    if new and _readers_close(review):
        review.change(Did.COLLAPSED, None, BY_READERS, spoiler=True, collapsed=True)
    return new


def _readers_close(review):
    """Whether enough of them say that it tells the plot, and no moderator has said that it does not."""
    reports = review.reports.filter(reason=Reason.SPOILER)
    if review.spoiler or reports.filter(state=State.DISMISSED).exists():
        return False
    return reports.open().counting().values("user").distinct().count() >= ENOUGH_READERS


@transaction.atomic
def dismiss(review, by, reason):
    """Says of all open reports that nothing is wrong; what readers had closed is open again, and stays so."""
    reports = review.reports.open()
    if review.collapsed and reports.filter(reason=Reason.SPOILER).exists():
        open_again(review, by, reason)
    if _decide(reports, State.DISMISSED, by):
        _log(Did.DISMISSED, review, by, reason)


@transaction.atomic
def collapse(review, by, reason):
    if not review.spoiler:
        review.change(Did.COLLAPSED, by, reason, spoiler=True, collapsed=True)
    _decide(review.reports.open().filter(reason=Reason.SPOILER), State.COLLAPSED, by)


def open_again(review, by, reason):
    if review.collapsed:
        review.change(Did.OPENED, by, reason, spoiler=False, collapsed=False)


@transaction.atomic
def take_down(review, by, reason):
    if review.state != Review.State.TAKEN_DOWN:
        review.change(Did.TAKEN_DOWN, by, reason, state=Review.State.TAKEN_DOWN)
    _decide(review.reports.open(), State.TAKEN_DOWN, by)


def restore(review, by, reason):
    """Puts back what was taken down: published, or withdrawn where its author had withdrawn it before."""
    if review.state == Review.State.TAKEN_DOWN:
        authors = Action.objects.filter(review=review.pk, kind__in=[Did.WITHDRAWN, Did.PUT_BACK])
        withdrawn = authors.values_list("kind", flat=True).first() == Did.WITHDRAWN
        state = Review.State.WITHDRAWN if withdrawn else Review.State.PUBLISHED
        review.change(Did.RESTORED, by, reason, state=state)


@transaction.atomic
def reopen(reports, by, reason):
    """Puts decided reports back into the queue; who was told what came of them is not told again."""
    decided = reports.exclude(state=State.OPEN)
    reviews = Review.every.filter(pk__in=list(decided.values_list("review", flat=True)))
    decided.update(state=State.OPEN, decided_by=None, decided_at=None)
    for review in reviews:
        _log(Did.REOPENED, review, by, reason)


def _decide(reports, state, by):
    """How many were open. Each reader is told once."""
    decided = list(reports.select_for_update().values_list("pk", flat=True))
    Report.objects.filter(pk__in=decided).update(state=state, decided_by=by, decided_at=timezone.now())
    transaction.on_commit(lambda: _tell_reporters(decided))
    return len(decided)


def _tell_reporters(reports):
    for told in Report.objects.filter(pk__in=reports, told_at=None).select_related("user", "review__film"):
        # Who writes the time is who sends the mail, so that two who decide at once send one.
        if Report.objects.filter(pk=told.pk, told_at=None).update(told_at=timezone.now()):
            tell(told.user, "report_decided", report=told)


# People


@transaction.atomic
def mute(user, by, reason, until=None):
    Mute.objects.create(user=user, by=by, reason=reason, until=until)
    Action.objects.create(kind=Did.MUTED, person=user, by=by, reason=reason)


@transaction.atomic
def lift(one, by, reason):
    if Mute.objects.filter(pk=one.pk, lifted_at=None).update(lifted_at=timezone.now()):
        Action.objects.create(kind=Did.UNMUTED, person=one.user, by=by, reason=reason)


# Imported reviews and their authors


@transaction.atomic
def accept(claim, by, answer=""):
    """Gives the review to the reader who claims it. Raises ValidationError where it cannot be theirs."""
    review = Review.every.select_for_update().get(pk=claim.review_id)
    if review.user_id not in (None, claim.user_id):
        raise ValidationError("It belongs to another reader.")
    Version.objects.keep_first(review)
    # Nobody votes on a review of their own; the totals follow as the review is stored.
    HelpfulVote.objects.filter(review=review, user=claim.user).delete()
    review.change(Did.CLAIMED, by, answer, user=claim.user)
    _settle(claim, Claim.State.ACCEPTED, by, answer)


@transaction.atomic
def decline(claim, by, answer):
    """Says no, also after a yes: then the review is its imported author's again, and its versions stay."""
    review = Review.every.select_for_update().get(pk=claim.review_id)
    if claim.state == Claim.State.ACCEPTED and review.user_id == claim.user_id:
        review.change(Did.UNCLAIMED, by, answer, user=None)
    else:
        _log(Did.CLAIM_DECLINED, review, by, answer, person=claim.user)
    _settle(claim, Claim.State.DECLINED, by, answer)


def _settle(claim, state, by, answer):
    claim.state, claim.answer, claim.decided_by, claim.decided_at = state, answer, by, timezone.now()
    claim.save()
    transaction.on_commit(lambda: tell(claim.user, "claim_decided", claim=claim))


def _log(kind, review, by, reason, person=None):
    Action.objects.create(kind=kind, review=review.pk, person=person or review.user, by=by, reason=reason)


def tell(user, mail, **context):
    """Sends the mail, if there is somebody to send it to. A mail server that is down undoes nothing."""
    if user is None or not user.email:
        return
    message = render_to_string(f"reviews/email/{mail}.txt", {"user": user, "site": absolute(""), **context})
    subject, _, text = message.partition("\n")
    try:
        send_mail(f"Reprise: {subject}", text.lstrip("\n"), None, [user.email])
    except OSError:
        logger.exception("The mail “%s” could not be sent.", subject)

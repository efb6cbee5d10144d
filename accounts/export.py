"""All that the site keeps of a person, as one JSON document."""

import json

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from reviews.export import record
from reviews.models import Review, Version

BATCH = 500


def json_document(user):
    """The document in pieces, so that somebody with very many votes does not fill the memory."""
    yield '{"account": ' + _json(_account(user))
    for name, rows in PARTS.items():
        yield f', "{name}": ['
        for number, row in enumerate(rows(user)):
            yield ("," if number else "") + "\n" + _json(row)
        yield "]"
    yield "}\n"


def _account(user):
    return {
        "name": user.username,
        "email_addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified")),
        "verified_at": user.verified_at,
        "joined_at": user.date_joined,
        "last_signed_in_at": user.last_login,
        "second_factors": [
            {"kind": factor.type, "name": str(factor), "added_at": factor.created_at, "used_at": factor.last_used_at}
            for factor in Authenticator.objects.filter(user=user).order_by("pk")
        ],
        "shows_spoilers": user.opened.filter(film=None).exists(),
        "seen": [str(opened.film) for opened in user.opened.exclude(film=None).select_related("film").order_by("pk")],
        "sessions": list(UserSession.objects.filter(user=user).values("created_at", "ip", "user_agent")),
    }


def _votes(user):
    for vote in user.helpful_votes.select_related("review__film").order_by("pk").iterator(BATCH):
        yield {
            "film": vote.review.film.title,
            "year": vote.review.film.year,
            "review": vote.review.get_absolute_url(),
            # What is not published is nobody's to keep but its author's.
            "headline": vote.review.headline if vote.review.published else None,
            "helpful": vote.helpful,
            "cast_at": vote.cast_at,
        }


def _reviews(user):
    reviews = Review.every.filter(user=user).for_page().prefetch_related("versions").order_by("pk")
    for review in reviews.iterator(BATCH):
        versions = [Version.said(version) | {"at": version.at} for version in review.versions.all()]
        yield record(review) | {"address": review.get_absolute_url(), "state": review.state, "versions": versions}


def _drafts(user):
    for draft in user.drafts.select_related("film").order_by("pk").iterator(BATCH):
        said = {
            name: getattr(draft, name) for name in ("headline", "rating", "spoiler", "language", "body", "saved_at")
        }
        yield {"film": draft.film.title, "year": draft.film.year} | said


def _reports(user):
    for report in user.reports.order_by("pk").iterator(BATCH):
        said = ("reason", "text", "state", "created_at", "decided_at")
        yield {"review": reverse("review", args=[report.review_id])} | {name: getattr(report, name) for name in said}


def _claims(user):
    for claim in user.claims.order_by("pk").iterator(BATCH):
        said = ("proof", "state", "answer", "created_at", "decided_at")
        yield {"review": reverse("review", args=[claim.review_id])} | {name: getattr(claim, name) for name in said}


def _mutes(user):
    for mute in user.mutes.order_by("pk").iterator(BATCH):
        yield {name: getattr(mute, name) for name in ("reason", "until", "created_at", "lifted_at")}


def _events(user):
    for event in user.events.order_by("pk").iterator(BATCH):
        yield {name: getattr(event, name) for name in ("kind", "network", "at")}


PARTS = {
    "votes": _votes,
    "reviews": _reviews,
    "drafts": _drafts,
    "reports": _reports,
    "claims": _claims,
    "mutes": _mutes,
    "events": _events,
}


def _json(value):
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)

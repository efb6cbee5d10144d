"""All that the site keeps of a person, as one JSON document."""

import json

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder

from reviews.export import record

BATCH = 500


def json_document(user):
    """The document in pieces, so that somebody with very many votes does not fill the memory."""
    yield '{"account": ' + _json(_account(user))
    for name, rows in (("votes", _votes(user)), ("reviews", _reviews(user))):
        yield f', "{name}": ['
        for number, row in enumerate(rows):
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
            "headline": vote.review.headline,
            "helpful": vote.helpful,
            "cast_at": vote.cast_at,
        }


def _reviews(user):
    for review in user.reviews.for_page().order_by("pk").iterator(BATCH):
        yield record(review)


def _json(value):
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)

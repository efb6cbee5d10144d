"""The reviews of a list as HTML. Each is rendered once for all that it shows, and a page only puts them together."""

from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.utils.translation import get_language

from films.prepared import Prepared
from reviews.kept import kept, mark
from reviews.models import HelpfulVote, Review, Standing

OWN = (
    "pk", "user_id", "author", "headline", "rating", "rating_scale", "date", "spoiler", "language", "tally_yes",
    "tally_total", "body",
)  # fmt: skip
COUNTED = ("votes_yes", "votes_total", "votes_before", "weight_yes", "weight_total")
VOTE = ("review_id", "helpful")
SHOWN = (*OWN, "user__username", *(f"standing__{name}" for name in COUNTED))
BODY = SHOWN.index("body")
MOST_ROWS = 25  # on a page

BACK, TOKEN = mark("back"), mark("token")  # the page's address, and the reader's token

_IDS = range(-2, -MOST_ROWS - 2, -1)
_ROWS = Prepared(lambda *ids: Review.objects.filter(pk__in=ids).values_list(*SHOWN), *_IDS)
_VOTES = Prepared(
    lambda user, *ids: HelpfulVote.objects.filter(user=user, review__in=ids).values_list(*VOTE), -1, *_IDS
)


def rows_of(ids):
    """The rows of at most `MOST_ROWS` reviews as the database has them, by id."""
    return {row[0]: row for row in _ROWS.rows(*_filled(ids))}


def articles(rows, user, opened=False, lifted=()):
    """The reviews, given as rows, as pieces of HTML with the marks `BACK` and `TOKEN`.

    `opened` is whether they may tell this reader the plot, `lifted` the ids of those that stand where they do because
    they need votes.
    """
    language = get_language()
    votes, reader, verified = {}, None, None
    if user.is_authenticated:
        reader, verified = user.pk, user.verified
        votes = dict(_VOTES.rows(reader, *_filled([row[0] for row in rows])))
    pieces = []
    for row in rows:
        # What a review shows is itself the key under which it is kept, so no change can be missed.
        key = (row, votes.get(row[0]), verified, reader and reader == row[1], opened, row[0] in lifted, language)
        pieces += kept.get(key) or kept.put(key, _rendered(key, user))
    return pieces


def _filled(ids):
    return [*ids, *[None] * (MOST_ROWS - len(ids))]


def _rendered(key, user):
    row, my_vote, _, _, opened, needs_votes, _ = key
    shown = dict(zip(SHOWN, *_ROWS.made_of([row]), strict=True))
    review = Review(**{name: shown[name] for name in OWN})
    if review.user_id:
        review.user = get_user_model()(pk=review.user_id, username=shown["user__username"])
    review.standing = Standing(**{name: shown[f"standing__{name}"] for name in COUNTED})
    review.my_vote, review.back, review.opened, review.needs_votes = my_vote, BACK, opened, needs_votes
    return render_to_string("reviews/_review.html", {"review": review, "user": user, "csrf_token": TOKEN})

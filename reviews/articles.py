"""The reviews of a list as HTML. Each is rendered once for all that it shows, and a page only puts them together.

What a review shows is itself the key under which it is kept, so no change can be missed.
"""

import secrets

from django.contrib.auth import get_user_model
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from films.prepared import Prepared
from pagecache.shelf import Shelf
from reviews.forms import VoteForm
from reviews.models import HelpfulVote, Review, Standing

OWN = (
    "pk", "user_id", "author", "headline", "rating", "rating_scale", "date", "spoiler", "language", "tally_yes",
    "tally_total", "body",
)  # fmt: skip
COUNTED = ("votes_yes", "votes_total", "votes_before", "weight_yes", "weight_total")
SHOWN = (*OWN, "user__username", *(f"standing__{name}" for name in COUNTED))
KEPT = 32 * 2**20  # bytes
MOST_ROWS = 25  # on a page

# Where the page's address and the reader's token go; nobody can write a review that holds them.
_BACK, _TOKEN = secrets.token_hex(16), secrets.token_hex(16)

_kept = Shelf(KEPT)


_ROWS = Prepared(lambda *ids: Review.objects.filter(pk__in=ids).values_list(*SHOWN), *range(-1, -MOST_ROWS - 1, -1))


def rows_of(ids):
    """The rows of `SHOWN` of at most `MOST_ROWS` reviews, in no order."""
    return _ROWS(*ids, *[None] * (MOST_ROWS - len(ids)))


def articles(rows, request, back, opened=False, lifted=()):
    """The reviews, given as rows of `SHOWN`, with the forms for the reader's vote that lead `back` to the page.

    `opened` is whether they may tell this reader the plot, `lifted` the ids of those that stand where they do because
    they need votes.
    """
    rows = list(rows)
    votes = HelpfulVote.objects.of(request.user, [row[0] for row in rows])
    html = "".join([_article(row, votes.get(row[0]), request.user, opened, row[0] in lifted) for row in rows])
    html = html.replace(_BACK, conditional_escape(back))
    if request.user.is_authenticated:
        html = html.replace(_TOKEN, get_token(request))
    return mark_safe(html)  # noqa: S308 -- made by the template below


def _article(row, my_vote, user, opened, needs_votes):
    reader = user.is_authenticated and (user.verified, user.pk == row[1])
    key = (row, my_vote, reader, opened, needs_votes, get_language())
    html = _kept.get(key)
    if html is None:
        html = _rendered(dict(zip(SHOWN, row, strict=True)), my_vote, user, opened, needs_votes)
        _kept.put(key, html, 2 * len(html) + len(row[11]) + 1024)
    return html


def _rendered(shown, my_vote, user, opened, needs_votes):
    review = Review(**{name: shown[name] for name in OWN})
    if review.user_id:
        review.user = get_user_model()(pk=review.user_id, username=shown["user__username"])
    review.standing = Standing(**{name: shown[f"standing__{name}"] for name in COUNTED})
    review.my_vote, review.opened, review.needs_votes = my_vote, opened, needs_votes
    review.vote_form = VoteForm(review=review, user=user, back=_BACK)
    return render_to_string("reviews/_review.html", {"review": review, "user": user, "csrf_token": _TOKEN})

"""Atom feeds: what was newly entered on the whole site, of a film, of a family, by a reviewer, of an author
that texts name. Spoilers stay closed."""

import datetime
import re

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import conditional_page, require_safe

from films.addresses import absolute
from films.models import Family, Film
from reviews.models import Review
from reviews.rendering import open_html

ENTRIES = 30
UNNAMED = "an unnamed reviewer"
# A feed must say when it last changed; one that never had an entry has not.
NEVER = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Feed(Atom1Feed):
    def latest_post_date(self):
        return max((entry["updateddate"] for entry in self.items), default=NEVER)


@require_safe
@conditional_page
def site_feed(request):
    return _feed(request, Review.objects.all(), title="New reviews", page=reverse("home"))


@require_safe
@conditional_page
def film_feed(request, slug):
    film = get_object_or_404(Film, slug=slug)
    return _feed(request, film.reviews, title=f"Reviews of {film}", page=film.get_absolute_url())


@require_safe
@conditional_page
def family_feed(request, slug):
    family = get_object_or_404(Family.objects.select_related("original"), slug=slug)
    reviews = Review.objects.filter(film__in=list(family.films.all()))
    return _feed(request, reviews, title=f"Reviews of {family} and its remakes", page=family.get_absolute_url())


@require_safe
@conditional_page
def reviewer_feed(request, username):
    # Who has published nothing is nobody's business.
    published = Review.objects.filter(user=OuterRef("pk"))
    reviewer = get_object_or_404(get_user_model().objects.filter(Exists(published)), username=username, is_active=True)
    return _feed(request, reviewer.reviews, title=f"Reviews by {reviewer.username}", page=reverse("home"))


@require_safe
@conditional_page
def author_feed(request, name):
    reviews = Review.objects.by_author(name)
    if not reviews.exists():
        raise Http404
    return _feed(request, reviews, title=f"Reviews by {name}", page=reverse("author", args=[name]))


def _feed(request, reviews, title, page):
    address = absolute(escape_uri_path(request.path))
    feed = _Feed(
        title=_xml(f"{title} · Reprise"),
        link=absolute(page),
        description="",
        feed_url=address,
        feed_guid=address,
        author_name="Reprise",
    )
    # First which, then what they bring: asked for both at once, a database may join a million and sort them after.
    newest = list(reviews.order_by("-pk").values_list("pk", flat=True)[:ENTRIES])
    for review in Review.objects.for_page().filter(pk__in=newest).order_by("-pk"):
        _enter(feed, review)
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    response["Cache-Control"] = "public, max-age=300"
    return response


def _enter(feed, review):
    address = absolute(review.get_absolute_url())
    headline = review.headline or "A review without a headline"
    feed.add_item(
        title=_xml(f"{headline} ({review.film.title}, {review.film.year})"),
        link=address,
        unique_id=address,
        description=_xml(open_html(review)),
        author_name=_xml(review.reviewer or UNNAMED),
        # When it came here: a review of 2003 that was imported today is news today.
        pubdate=review.created_at,
        updateddate=review.created_at,
    )


def _xml(text):
    """Without the few characters, mostly control characters of old encodings, that XML cannot say at all."""
    return _NOT_XML.sub("", text)

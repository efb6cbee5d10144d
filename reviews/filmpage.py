"""The page of a film, put together from its reviews and what stands around them.

What is the same for all readers is asked for once, until something of it changes. What stands around the reviews is
rendered once for all that it shows, as the reviews are (articles.py). So a page costs little for whoever is signed in,
and after a change of something else.
"""

from typing import NamedTuple

from django.contrib.messages import get_messages
from django.core.paginator import Page
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language

from films.lists import keyset_page_of
from films.shown import Shown, shown
from pagecache import Unchanged
from reviews.articles import BACK, BODY, MOST_ROWS, TOKEN, articles, rows_of
from reviews.forms import ReviewListForm
from reviews.kept import filled, kept, mark, size_of
from reviews.models import reviews_of
from reviews.places import page_with_places
from reviews.ratings import histogram

REVIEWS_ON_A_PAGE = MOST_ROWS
BYTES = 8 * 2**20
OVERHEAD = 2048  # bytes of a list and of each of its reviews, besides the texts

ARTICLES, PAGES, NOTICES, NAME = mark("articles"), mark("pages"), mark("notices"), mark("name")

lists = Unchanged(BYTES, "lists")


class Listed(NamedTuple):
    """What a page shows of a film to everybody. Requests share it, so nobody changes anything in it."""

    shown: Shown
    form: ReviewListForm
    page: Page  # with the `rows` of its reviews
    key: tuple

    @property
    def names(self):
        return [reviews_of(self.shown.film.pk)]

    @property
    def size(self):
        """About the bytes that it takes: most of them are texts."""
        texts = sum(2 * len(row[BODY]) + OVERHEAD for row in self.page.rows)
        return OVERHEAD + size_of((self.key, self.shown.rows)) + texts


def listed(request, slug):
    """The film and a page of its reviews as the query string asks for; None where there is no such film."""
    # Whose turn it is to stand in a place is another every day.
    key = (slug, request.META["QUERY_STRING"], get_language(), timezone.now().date())
    return lists.get(key, lambda: _listed(request, key))


def _listed(request, key):
    slug, query, _, today = key
    found = shown(slug)
    if found is None:
        return None
    form = ReviewListForm.of(query)
    if form.keeps_places:
        page = page_with_places(found.film, REVIEWS_ON_A_PAGE, request, today)
    else:
        standings, count = form.filter(found.film)
        page = keyset_page_of(standings, REVIEWS_ON_A_PAGE, request, count)
    rows = rows_of(page.object_list)
    page.rows = [rows[pk] for pk in page.object_list if pk in rows]
    return Listed(found, form, page, key)


class Reader(NamedTuple):
    """All that is shown of who reads, but for the name: that is a mark."""

    is_authenticated: bool
    is_staff: bool
    everything: bool
    seen: bool
    username: str = NAME


def film_page(request, listed, reading):
    """The page as bytes."""
    user, page, film = request.user, listed.page, listed.shown.film
    reader = Reader(user.is_authenticated, user.is_staff, reading.everything, film.pk in reading.seen)
    key = (listed.shown.rows, request.get_full_path(), get_language(), reader, bool(page.rows))
    around = kept.get(key) or kept.put(key, _around(request, listed, reader))
    said = {BACK: escape(request.get_full_path()), NOTICES: _notices(request)}
    if user.is_authenticated:
        said |= {NAME: escape(user.username), TOKEN: get_token(request)}
    reviews = articles(page.rows, user, reading.opens(film.pk), getattr(page, "lifted", ()))
    return filled(around, {ARTICLES: reviews, PAGES: _links(request, page)}, said)


def _around(request, listed, reader):
    shown, form, page, *_ = listed
    film = shown.film
    context = {
        "film": film,
        "family": shown.members,
        "form": form,
        "filters": form.choices(film),
        "bars": histogram(film.rating_counts),
        "page": page,
        "articles": page.rows and ARTICLES,
        "pages": PAGES,
        "notices": NOTICES,
        "user": reader,
        "csrf_token": TOKEN,
        "back": request.get_full_path(),
    }
    return render_to_string("reviews/film.html", context, request)


def _links(request, page):
    """The links to the other pages, which change with every vote on the last review of this one."""
    if not page.has_other_pages():
        return []
    key = (page.number, page.paginator.num_pages, page.before, page.after, request.META["QUERY_STRING"], get_language())
    if not (pieces := kept.get(key)):
        context = {"page": page, "anchor": "#reviews", "request": request}
        pieces = kept.put(key, render_to_string("_pagination.html", context))
    return pieces


def _notices(request):
    notices = get_messages(request)
    return render_to_string("_messages.html", {"messages": notices}) if len(notices) else ""

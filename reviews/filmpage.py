"""The page of a film, put together from its reviews and what stands around them.

What stands around them is rendered once for all that it shows, as the reviews are (articles.py). So a page costs little
for whoever is signed in, and after a change of something else.
"""

from typing import NamedTuple

from django.contrib.messages import get_messages
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from reviews.articles import BACK, TOKEN, articles
from reviews.kept import filled, kept, mark
from reviews.ratings import histogram

ARTICLES, PAGES, NOTICES, NAME = mark("articles"), mark("pages"), mark("notices"), mark("name")


class Reader(NamedTuple):
    """All that is shown of who reads, but for the name: that is a mark."""

    is_authenticated: bool
    is_staff: bool
    everything: bool
    seen: bool
    username: str = NAME


def film_page(request, shown, form, page, reading):
    """The page as bytes. `shown` is of films.shown, `form` the ReviewListForm; `page` has the `rows` of its reviews."""
    user, film = request.user, shown.film
    reader = Reader(user.is_authenticated, user.is_staff, reading.everything, film.pk in reading.seen)
    key = (shown.rows, request.get_full_path(), get_language(), reader, bool(page.rows))
    around = kept.get(key) or kept.put(key, _around(request, shown, form, page, reader))
    said = {BACK: escape(request.get_full_path()), NOTICES: _notices(request)}
    if user.is_authenticated:
        said |= {NAME: escape(user.username), TOKEN: get_token(request)}
    reviews = articles(page.rows, user, reading.opens(film.pk), getattr(page, "lifted", ()))
    return filled(around, {ARTICLES: reviews, PAGES: _links(request, page)}, said)


def _around(request, shown, form, page, reader):
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

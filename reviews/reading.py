"""How somebody wants to read: which films' plot reviews may tell them.

It is kept with the account of whoever is signed in, and for strangers in cookies, which they get only when they ask.
"""

from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from films.models import Film
from films.prepared import Prepared
from reviews.forms import safe_return
from reviews.models import Opened

EVERYTHING, SEEN = "spoilers", "seen"  # the names of the cookies
MOST_SEEN = 200  # films, the last ones; a browser keeps no more than 4,096 bytes
A_YEAR = 365 * 24 * 60 * 60
NO_CHOICE = _("The form says neither spoilers=show nor spoilers=hide.")
NO_ANSWER = _("The form says neither seen=yes nor seen=no.")


class Reading(NamedTuple):
    everything: bool
    seen: frozenset  # of the ids of films

    def opens(self, film_id):
        return self.everything or film_id in self.seen


def reading_of(request, film_ids):
    """What the reader has opened of these films; a query for whoever is signed in, none for a stranger."""
    if request.user.is_authenticated:
        film_ids = list(film_ids)
        of_one = len(film_ids) == 1
        opened = _OPENED_OF_ONE.rows(request.user.pk, *film_ids) if of_one else _opened(request.user.pk, film_ids)
        seen = {film for (film,) in opened}
        return Reading(None in seen, frozenset(seen - {None}))
    return Reading(request.COOKIES.get(EVERYTHING) == "show", frozenset(_seen_by_stranger(request)))


def _opened(user, film_ids):
    found = Opened.objects.filter(Q(film=None) | Q(film__in=film_ids), user=user)
    return found.values_list("film")


_OPENED_OF_ONE = Prepared(lambda user, film: _opened(user, [film]), -1, -2)


def open_for(request, reviews):
    """Lets each of the reviews tell the plot if the reader wants to know it."""
    reading = reading_of(request, {review.film_id for review in reviews})
    for review in reviews:
        review.opened = reading.opens(review.film_id)
    return reviews


def _seen_by_stranger(request):
    numbers = request.COOKIES.get(SEEN, "").split(".")
    return [int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 19]


# The page


@require_safe
def page(request):
    if request.user.is_authenticated:
        opened = Opened.objects.filter(user=request.user, film__isnull=False).order_by("-pk")
        seen = list(opened.values_list("film", flat=True)[:MOST_SEEN])
    else:
        seen = _seen_by_stranger(request)
    films = Film.objects.filter(pk__in=seen).order_by("sort_title", "year")
    everything = reading_of(request, []).everything
    return render(request, "reading.html", {"everything": everything, "films": films, "most_seen": MOST_SEEN})


@csrf_exempt  # A stranger's page carries no token, and the worst that a forged choice tells a stranger is a plot.
@require_POST
def choose_spoilers(request):
    choice = request.POST.get("spoilers")
    if choice not in ("show", "hide"):
        return _refuse(request, NO_CHOICE)
    response = redirect(safe_return(request, "reading"))
    if request.user.is_authenticated:
        return _store(request, None, choice == "show", response)
    return _remember(request, response, EVERYTHING, "show" if choice == "show" else "")


@csrf_exempt  # as above
@require_POST
def choose_seen(request, slug):
    film = get_object_or_404(Film, slug=slug)
    answer = request.POST.get("seen")
    if answer not in ("yes", "no"):
        return _refuse(request, NO_ANSWER)
    response = redirect(safe_return(request, film.get_absolute_url()))
    if request.user.is_authenticated:
        return _store(request, film, answer == "yes", response)
    others = [pk for pk in _seen_by_stranger(request) if pk != film.pk]
    seen = [*others, film.pk][-MOST_SEEN:] if answer == "yes" else others
    return _remember(request, response, SEEN, ".".join(map(str, seen)))


def _refuse(request, reason):
    return render(request, "400.html", {"reason": reason}, status=400)


@csrf_protect
def _store(request, film, wanted, response):
    """Opens the film, or every film where it is None, or closes it again."""
    if wanted:
        Opened.objects.get_or_create(user=request.user, film=film)
    else:
        Opened.objects.filter(user=request.user, film=film).delete()
    return response


def _remember(request, response, name, value):
    """Without a value the reader's browser is asked to forget, and the pages kept for strangers do again."""
    if value:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(name, value, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(name, samesite="Lax")
    return response

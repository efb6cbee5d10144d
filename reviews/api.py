"""The read-only API: what the pages show, as JSON. templates/api.html is for people, openapi.json for programs."""

import functools
import json
import re

from django import forms
from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_safe

from films.addresses import absolute
from films.forms import FilmListForm
from films.keyset import WrongCursorError, rows_after
from films.models import Family, Film, Remake
from reviews import limits
from reviews.forms import ReviewListForm
from reviews.models import Review
from reviews.problems import CORS, problem
from reviews.rendering import open_text

DESCRIPTION = settings.BASE_DIR / "reviews" / "openapi.json"
METHODS = "GET, HEAD, OPTIONS"
MOST, USUAL = 100, 25  # items in a page of a list


def endpoint(view):
    """GET for everybody: from any site, with an ETag, and with problems said in the API's own way."""

    @functools.wraps(view)
    def answer(request, *args, **kwargs):
        if request.method == "OPTIONS":
            allowed = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": "If-None-Match"}
            return HttpResponse(status=204, headers={**CORS, "Allow": METHODS, **allowed})
        reads = request.method in ("GET", "HEAD")
        if (not reads or "q" in request.GET) and (refused := limits.refused(request, "search" if reads else "api")):
            return refused
        if not reads:
            return problem(405, "The API can only be read.", headers={"Allow": METHODS})
        try:
            said = view(request, *args, **kwargs)
        except WrongQueryError as wrong:
            return problem(400, "The query string cannot be answered.", errors=wrong.errors)
        except Http404:
            return problem(404, "There is no such thing here.")
        # Votes change at any moment, so a copy is asked after each time; mostly the answer is a bare 304.
        return JsonResponse(said, headers={**CORS, "Cache-Control": "no-cache"})

    # Nothing is ever changed here, so there is nothing to forge.
    return csrf_exempt(conditional_page(answer))


# The query strings: those of the pages, but what they say wrongly is an error, because a program cannot see the page.


class WrongQueryError(ValueError):
    def __init__(self, errors):
        self.errors = errors


class Paging(forms.Form):
    limit = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    cursor = forms.CharField(required=False, max_length=2000)

    # A list on a page overlooks what it does not understand.
    full_clean = forms.Form.full_clean


class Spoilers(forms.Form):
    spoilers = forms.ChoiceField(required=False, choices=[("hide", "hide"), ("show", "show")])


class FilmsQuery(Paging, FilmListForm):
    pass


class ReviewsQuery(Paging, Spoilers):
    pass


class FilmReviewsQuery(Paging, Spoilers, ReviewListForm):
    rating = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(n, n) for n in range(1, 11)]
    )


FREE = ("q", "cursor")  # parameters that take any text
_PLAIN = re.compile(r"[A-Za-z0-9-]+")  # a form would also take an empty value, " 25 " and "25.0"


def _asked(form_class, request):
    form = form_class(request.GET)
    errors = {name: list(sentences) for name, sentences in form.errors.items()}
    for name, value in request.GET.items():
        if name not in form.fields:
            errors[name] = ["There is no such parameter."]
        elif name not in FREE and name not in errors and not _PLAIN.fullmatch(value):
            errors[name] = [
                "This is not written as the description has it. Leave the parameter out if it has no value."
            ]
    if errors:
        raise WrongQueryError(errors)
    return form


def _page(request, form, queryset, whole, said):
    """A page of a list, with the address of the next one; for `whole` see rows_after()."""
    asked = form.cleaned_data
    try:
        found = rows_after(queryset, asked["cursor"], asked["limit"] or USUAL, whole)
    except WrongCursorError as wrong:
        raise WrongQueryError({"cursor": ["Take the address in “next” as it is, with the same filters."]}) from wrong
    following = None
    if found.next_cursor:
        query = request.GET.copy()
        query["cursor"] = found.next_cursor
        following = f"{absolute(request.path)}?{query.urlencode()}"
    return {"items": [said(row) for row in found.rows], "next": following}


# The addresses


@endpoint
def films(request):
    form = _asked(FilmsQuery, request)
    # Counting the reviews of all films takes long, so it is done only where their order needs it.
    films = form.filter(Film.objects.all())
    whole = Film.objects.select_related("family").prefetch_related("titles")
    return _page(request, form, films, whole, film_json)


@endpoint
def film(request, slug):
    _asked(forms.Form, request)
    films = Film.objects.select_related("family").prefetch_related("titles")
    film = get_object_or_404(films, slug=slug)
    edges = Remake.objects.select_related("source", "remake")
    return film_json(film) | {
        "remake_of": [_reference(edge.source) for edge in edges.filter(remake=film)],
        "remakes": [_reference(edge.remake) for edge in edges.filter(source=film)],
    }


@endpoint
def film_reviews(request, slug):
    form = _asked(FilmReviewsQuery, request)
    film = get_object_or_404(Film, slug=slug)
    standings, _ = form.filter(film)
    return _page(
        request,
        form,
        standings,
        Review.objects.for_page(),
        functools.partial(review_json, spoilers=form.cleaned_data["spoilers"]),
    )


@endpoint
def families(request):
    form = _asked(Paging, request)
    members = Prefetch("films", Film.objects.order_by("year", "pk"))
    whole = Family.objects.select_related("original").prefetch_related(members)
    return _page(request, form, Family.objects.order_by("pk"), whole, family_json)


@endpoint
def family(request, slug):
    _asked(forms.Form, request)
    family = get_object_or_404(Family.objects.select_related("original"), slug=slug)
    said = [
        film_json(film) | {"remake_of": [_reference(edge.source) for edge in film.made_from]}
        for film in family.members()
    ]
    return _family(family) | {"films": said}


@endpoint
def reviews(request):
    """All reviews, the newest entries first: the one order in which a list that grows can be read to its end."""
    form = _asked(ReviewsQuery, request)
    reviews = Review.objects.order_by("-pk")
    return _page(
        request,
        form,
        reviews,
        Review.objects.for_page(),
        functools.partial(review_json, spoilers=form.cleaned_data["spoilers"]),
    )


@endpoint
def review(request, pk):
    form = _asked(Spoilers, request)
    review = get_object_or_404(Review.objects.for_page(), pk=pk)
    return review_json(review, form.cleaned_data["spoilers"])


@endpoint
def description(request):
    return _description() | {"servers": [{"url": absolute("/api/v1")}]}


@functools.cache
def _description():
    return json.loads(DESCRIPTION.read_text())


@require_safe
def manual(request):
    return render(request, "api.html", {"paths": _description()["paths"], "base": absolute("/api/v1")})


# What is said


def _reference(film):
    return {
        "slug": film.slug,
        "title": film.title,
        "year": film.year,
        "url": absolute(reverse("api_film", args=[film.slug])),
        "page": absolute(film.get_absolute_url()),
    }


def film_json(film):
    family = film.family
    return _reference(film) | {
        "titles": [
            {"text": title.text, "kind": title.kind, "language": title.language or None} for title in film.titles.all()
        ],
        "country": _listed(film.country),
        "director": _listed(film.director),
        "runtime": film.runtime,
        "family": family and absolute(reverse("api_family", args=[family.slug])),
        "review_count": film.review_count,
        "mean_rating": None if film.mean_percent is None else round(film.mean_percent / 10, 2),
        "reviews": absolute(reverse("api_film_reviews", args=[film.slug])),
    }


def _family(family):
    return {
        "slug": family.slug,
        "title": str(family),
        "url": absolute(reverse("api_family", args=[family.slug])),
        "page": absolute(family.get_absolute_url()),
    }


def family_json(family):
    return _family(family) | {"films": [_reference(film) for film in family.films.all()]}


def review_json(review, spoilers=""):
    standing = review.standing
    rating = None
    if review.rating is not None:
        rating = {"value": float(review.rating), "best": review.rating_scale, "percent": review.percent}
    tally = None
    if review.tally_total is not None:
        tally = {"yes": review.tally_yes, "total": review.tally_total}
    return {
        "id": review.pk,
        "url": absolute(reverse("api_review", args=[review.pk])),
        "page": absolute(review.get_absolute_url()),
        "film": _reference(review.film),
        "headline": review.headline or None,
        "reviewer": review.reviewer or None,
        "date": review.date and review.date.isoformat(),
        "language": review.language or None,
        "rating": rating,
        "spoiler": review.spoiler,
        "text": review.body if spoilers == "show" else open_text(review),
        "votes": {"yes": standing.votes_yes, "total": standing.votes_total},
        "tally": tally,
        "helpful_score": round(standing.score, 4),
    }


def _listed(names):
    return [name.strip() for name in names.split(",") if name.strip()]


urlpatterns = [
    path("api/", manual, name="api"),
    path("api/v1/openapi.json", description, name="api_description"),
    path("api/v1/films/", films, name="api_films"),
    path("api/v1/films/<slug:slug>/", film, name="api_film"),
    path("api/v1/films/<slug:slug>/reviews/", film_reviews, name="api_film_reviews"),
    path("api/v1/families/", families, name="api_families"),
    path("api/v1/families/<slug:slug>/", family, name="api_family"),
    path("api/v1/reviews/", reviews, name="api_reviews"),
    path("api/v1/reviews/<int:pk>/", review, name="api_review"),
]

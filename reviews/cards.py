"""Pictures of films, families and reviews for previews elsewhere. Drawn when somebody asks."""

import hashlib

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from films.cardpicture import EDITION, MOST_CARDS, picture
from films.models import Family, Film
from films.templatetags.drawings import as_given, card_of
from reviews.models import Review

A_DAY = 24 * 60 * 60


@require_safe
def film_card(request, slug):
    films = Film.objects.select_related("family").prefetch_related("titles")
    film = get_object_or_404(films, slug=slug)
    lines = [_place_and_year(film)]
    if film.director:
        lines.append(f"Directed by {film.director}")
    if film.mean_percent is not None:
        lines.append(f"{film.mean_percent / 10:.1f} of 10 in {_reviews(film.review_count)}")
    return _card(request, [card_of(film)], _titles(film), lines)


@require_safe
def family_card(request, slug):
    family = get_object_or_404(Family.objects.select_related("original"), slug=slug)
    films = list(family.films.select_related("family").prefetch_related("titles").order_by("year", "pk"))
    original = next(film for film in films if film.pk == family.original_id)
    titles = [f"{title} and its remakes" for title in _titles(original)]
    years = f"{len(films)} films, {films[0].year} to {films[-1].year}"
    return _card(request, [card_of(film) for film in films[:MOST_CARDS]], titles, [years])


@require_safe
def review_card(request, pk):
    reviews = Review.objects.for_page().prefetch_related("film__titles")
    review = get_object_or_404(reviews, pk=pk)
    by = f"By {review.reviewer}" if review.reviewer else "By an unnamed reviewer"
    rating = "" if review.rating is None else f", {as_given(review.rating)}/{review.rating_scale}"
    lines = [by + rating]
    if review.headline:
        lines.insert(0, f"On {review.film}")
    return _card(request, [card_of(review.film)], [review.headline, *_titles(review.film)], lines)


def _titles(film):
    """All titles of the film, the one it is listed under first: not every one can be set in our type."""
    return [film.title, *(title.text for title in film.titles.all())]


def _place_and_year(film):
    return ", ".join(filter(None, [str(film.year), film.country]))


def _reviews(number):
    return f"{number} review{'' if number == 1 else 's'}"


def _card(request, cards, titles, lines):
    """The picture, which is told apart by what it is drawn from: who has it already costs no drawing."""
    facts = tuple(cards), tuple(titles), tuple(lines)
    etag = f'"{hashlib.blake2b(repr((EDITION, facts)).encode(), digest_size=16).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(picture(*facts), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response

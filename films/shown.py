"""What the page of a film shows of the catalogue: the film, its titles, the films of its family and its remakes.

All of it is made once for the rows that it is made of, and the pages that show it may be kept under these.
"""

from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language

from films.models import Film, FilmTitle, Remake
from films.models.families import in_order
from films.prepared import Prepared

# What stands for the slug and the ids can be none.
_FILM = Prepared(lambda slug: Film.objects.select_related("family").filter(slug=slug), "?")
_TITLES = Prepared(lambda film: FilmTitle.objects.filter(film=film), -1)
# Of the others no more than is shown, or the page would be made again for each of their reviews.
_FILMS = Prepared(
    lambda family: Film.objects.filter(family=family).only("title", "year", "slug", "sort_title", "family"), -1
)
_EDGES = Prepared(lambda family: Remake.objects.filter(remake__family=family).order_by("pk"), -1)
_COLUMNS = [field.attname for field in Film._meta.concrete_fields]
_ID, _FAMILY = _COLUMNS.index("id"), _COLUMNS.index("family_id")


class Shown(NamedTuple):
    """Requests share it, so nobody changes anything in it."""

    rows: tuple
    film: Film
    members: list  # of the family in release order; empty where there is none


def shown(slug):
    """What is shown of the film, or None where there is none."""
    film = _FILM.rows(slug)
    if not film:
        return None
    pk, family = film[0][_ID], film[0][_FAMILY]
    of_family = (_FILMS.rows(family), _EDGES.rows(family)) if family else ((), ())
    return _made_of((film, _TITLES.rows(pk), *of_family), get_language())


@lru_cache(maxsize=500)
def _made_of(rows, language):  # of the words for what films are to one another
    of_film, of_titles, of_films, of_edges = rows
    [film] = _FILM.made_of(of_film)
    titles = film.titles.all()
    titles._result_cache = _TITLES.made_of(of_titles)
    film._prefetched_objects_cache = {"titles": titles}
    members = _FILMS.made_of(of_films)
    for member in members:
        member.family = film.family
    return Shown(rows, film, in_order(members, _EDGES.made_of(of_edges)))

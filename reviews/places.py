"""A film's reviews, the most helpful first, with places on the first page for those that need votes.

Without such places the reviews that came first gather the votes, and a good one that comes late is never seen
(benchmarks/ranking.py). Whose turn it is follows from film and day alone (ranking.first_turn()), so that everybody
sees the same, all day long. The cursors to other pages carry who stands in these places: there they are left out.
"""

from functools import lru_cache

from django.db import connections
from django.utils import timezone

from films.keyset import WrongCursorError, apart_of, cursor_of, keys_after, keys_from
from films.lists import page_of
from reviews import ranking
from reviews.models import Standing

IN_ORDER = Standing.objects.order_by(*Standing.ORDERS["helpful"])
# What films.keyset finds of each standing in this order, and its turn. The second and the third part have as many
# reviews that need votes, from the given turn on and from the first turn on, as a page can take.
HEAD_SQL = """
    SELECT * FROM (SELECT {columns}, -1 AS turn FROM reviews_standing WHERE film_id = %s
        ORDER BY score DESC, votes_total DESC, recency DESC, review_id DESC LIMIT {size}) AS best
    UNION ALL SELECT * FROM (SELECT {columns}, turn FROM reviews_standing
        WHERE film_id = %s AND votes_total < {few} AND turn >= %s ORDER BY turn, review_id LIMIT {most}) AS later
    UNION ALL SELECT * FROM (SELECT {columns}, turn FROM reviews_standing
        WHERE film_id = %s AND votes_total < {few} AND turn < %s ORDER BY turn, review_id LIMIT {most}) AS earlier
"""
COLUMNS = "review_id AS pk, score, votes_total, recency, review_id"


def page_with_places(film, size, request, day=None):
    """A page of all reviews of the film, as films.lists.keyset_page_of() gives it.

    `page.lifted` holds the ids of those in the places. The day is a date.
    """
    page = page_of(IN_ORDER, size, request, film.review_count)
    lifted = _carried(request)
    if lifted is None:
        first = ranking.first_turn(film.pk, (day or timezone.now().date()).toordinal())
        lifted, *first_page = _first_page(_head(film.pk, size, first), size, first)
        if page.number == 1:
            page.object_list, page.lifted, page.before, page.after = first_page
            return page
        start = (page.number - 1) * size - len(lifted)
        others = IN_ORDER.filter(film=film).exclude(pk__in=lifted)
        best = keys_from(others, start, size, film.review_count - len(lifted))
    elif request.GET.get("after"):
        best = keys_after(IN_ORDER.filter(film=film), request.GET["after"], size)
    else:
        room = size - len(lifted) if page.number == 1 else size
        best = keys_after(IN_ORDER.filter(film=film), request.GET["before"], room, back=True)
    page.object_list, page.lifted = [pk for pk, *_ in best], []
    if page.number == 1:
        page.object_list, page.lifted = ranking.with_places(page.object_list, lifted, size)
    page.before, page.after = _ends(best, page.object_list, lifted)
    return page


def _carried(request):
    """Who stands in the places of the first page that the reader comes from; None where no cursor of ours says so."""
    cursor = request.GET.get("after") or request.GET.get("before")
    try:
        return apart_of(IN_ORDER, cursor) if cursor else None
    except WrongCursorError:
        return None


def _head(film, size, first):
    """The best and those that need votes, as many as the first page can take of each, in one query."""
    most, few = size + len(ranking.PLACES), ranking.HARDLY_SEEN
    statement = HEAD_SQL.format(columns=COLUMNS, size=size, most=most, few=few)
    with connections[IN_ORDER.db].cursor() as cursor:
        cursor.execute(statement, [film, film, first, film, first])
        return tuple(cursor.fetchall())


@lru_cache(maxsize=500)
def _first_page(head, size, first):
    """Who comes to stand in places; and of the page its ids, those of them in places, and the cursors of its ends."""
    best = [row for *row, turn in head if turn < 0]
    needing = ranking.in_turn([(turn, pk) for pk, *_, turn in head if turn >= 0], first)
    ids = [pk for pk, *_ in best]
    _, lifted = ranking.with_places(ids, needing, size)
    # As whoever comes back from the second page is shown it.
    ids, in_places = ranking.with_places(ids, lifted, size)
    return lifted, ids, in_places, *_ends(best, ids, lifted)


def _ends(best, ids, lifted):
    """The cursors of the first and the last of the best that are on the page, and in no place."""
    ends = [found for found in best if found[0] in ids and found[0] not in lifted]
    return [cursor_of(IN_ORDER, ends[place], lifted) for place in (0, -1)] if ends else (None, None)

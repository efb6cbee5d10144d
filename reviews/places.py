"""A film's reviews, the most helpful first, with places on the first page for those that need votes.

Without such places the reviews that came first gather the votes, and a good one that comes late is never seen
(benchmarks/ranking.py). Whose turn it is follows from film and day alone (ranking.first_turn()), so that everybody
sees the same, all day long. The cursors to other pages carry who stands in these places: there they are left out.
"""

from django.db.models import Q
from django.utils import timezone

from films.keyset import WrongCursorError, apart_of, cursor_of, keys_after, keys_from
from films.lists import page_of
from reviews import ranking

KEYS = ("pk", "score", "votes_total", "recency", "pk")  # what films.keyset finds of each standing in this order


def page_with_places(standings, size, request, film, day=None):
    """Like films.lists.keyset_page_of(); `page.lifted` holds the ids of those in the places. The day is a date."""
    page = page_of(standings, size, request, film.review_count)
    day = (day or timezone.now().date()).toordinal()
    lifted = _carried(standings, request)
    if lifted is None:
        best, needing = _head(standings, size, ranking.first_turn(film.pk, day))
        _, lifted = ranking.with_places([pk for pk, *_ in best], needing, size)
        if page.number > 1:
            start = (page.number - 1) * size - len(lifted)
            best = keys_from(standings.exclude(pk__in=lifted), start, size, film.review_count - len(lifted))
    elif request.GET.get("after"):
        best = keys_after(standings, request.GET["after"], size)
    else:
        room = size - len(lifted) if page.number == 1 else size
        best = keys_after(standings, request.GET["before"], room, back=True)
    page.object_list, page.lifted = [pk for pk, *_ in best], []
    if page.number == 1:
        page.object_list, page.lifted = ranking.with_places(page.object_list, lifted, size)
    ends = [found for found in best if found[0] in page.object_list and found[0] not in lifted]
    page.before, page.after = (cursor_of(standings, ends[place], lifted) for place in (0, -1)) if ends else (None, None)
    return page


def _carried(standings, request):
    """Who stands in the places of the first page that the reader comes from; None where no cursor of ours says so."""
    cursor = request.GET.get("after") or request.GET.get("before")
    try:
        return apart_of(standings, cursor) if cursor else None
    except WrongCursorError:
        return None


def _head(standings, size, first):
    """The best, as `KEYS`, and the ids of those that need votes, in turn: as many as a page can take, in one query."""
    needing = standings.filter(votes_total__lt=ranking.HARDLY_SEEN).order_by("turn", "pk").values("pk")
    most = size + len(ranking.PLACES)
    parts = (
        standings.values("pk")[:size],
        needing.filter(turn__gte=first)[:most],
        needing.filter(turn__lt=first)[:most],
    )
    either = Q(pk__in=parts[0]) | Q(pk__in=parts[1]) | Q(pk__in=parts[2])
    rows = list(standings.model.objects.filter(either).values_list(*KEYS, "turn"))
    turns = [(turn, pk) for pk, _, votes, *_, turn in rows if votes < ranking.HARDLY_SEEN]
    best = sorted((row[:-1] for row in rows), key=lambda row: row[1:], reverse=True)
    return best[:size], ranking.in_turn(turns, first)

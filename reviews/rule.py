"""The rule of the order on a page of its own, and what it takes to check it: the totals of a film's reviews."""

import csv

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import pagecache
from films.export import cell
from films.models import Film
from reviews import ranking
from reviews.models import Review, Standing

BATCH = 2000
COMMAND = "python reviews/ranking.py hard-hit-2021-votes.csv"
EXAMPLES = ((0, 0), (1, 1), (0, 1), (4, 5), (40, 50), (60, 100))
STORED = (
    "review_id", "review__date", "votes_yes", "votes_total", "weight_yes", "weight_total", "review__tally_yes",
    "review__tally_total", "score", "rule", "review__headline",
)  # fmt: skip


@require_safe
@pagecache.page()
def page(request):
    pagecache.shows(request)
    examples = [(yes, total, ranking.helpful_score(yes, total)) for yes, total in EXAMPLES]
    return render(
        request,
        "reviews/ranking.html",
        {
            "examples": sorted(examples, key=lambda example: -example[2]),
            "rule": ranking.RULE,
            "command": COMMAND,
            "places": _(" and ").join(map(str, ranking.PLACES[:2])),
            "hardly_seen": ranking.HARDLY_SEEN,
            "full_weight": ranking.FULL_WEIGHT,
            "tally_weight": ranking.TALLY_WEIGHT,
        },
    )


@require_safe
def totals(request, slug):
    """A film's reviews in the order of their helpfulness, without the places, as CSV."""
    film = get_object_or_404(Film, slug=slug)
    address = request.build_absolute_uri(Review(pk=0).get_absolute_url())
    standings = film.standings.order_by(*Standing.ORDERS["helpful"]).values_list(*STORED)
    response = StreamingHttpResponse(_lines(standings, address), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{film.slug}-votes.csv"'
    return response


class _Echo:
    def write(self, line):
        return line


def _lines(standings, address):
    write = csv.writer(_Echo()).writerow
    yield write(ranking.TOTALS)
    for pk, date, *numbers, headline in standings.iterator(BATCH):
        shown = ["" if number is None else number for number in numbers]
        yield write([pk, date or "", *shown, cell(headline), address.replace("/0/", f"/{pk}/")])

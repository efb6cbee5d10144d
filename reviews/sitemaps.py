"""Sitemaps: an index, and below it the films, families and reviews in slices of ids.

A slice is found by the primary key alone, so that the last of a million costs what the first does.
"""

from django.db.models import F
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import conditional_page, require_safe

from films.addresses import absolute
from films.models import Family, Film
from reviews.models import Standing

SLICE = 10_000  # ids; the protocol allows 50,000 addresses in a file
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LAST = 2**63 // SLICE - 1
LISTS = ("home", "films", "families")
# What the address of each kind is made of. Whatever review is published has a standing, in a narrower row.
KINDS = {"film": (Film, "slug"), "family": (Family, "slug"), "review": (Standing, "pk")}


@require_safe
@conditional_page
def sitemap_index(request):
    addresses = [reverse("sitemap_of_lists")]
    for kind, (model, _) in KINDS.items():
        slices = model.objects.order_by().annotate(slice=F("pk") / SLICE).values_list("slice", flat=True).distinct()
        addresses += [reverse("sitemap", args=[kind, number]) for number in sorted(slices)]
    return _xml("sitemapindex", "sitemap", addresses)


@require_safe
@conditional_page
def sitemap_of_lists(request):
    return _xml("urlset", "url", map(reverse, LISTS))


@require_safe
@conditional_page
def sitemap(request, kind, number):
    if kind not in KINDS or number > LAST:
        raise Http404
    model, argument = KINDS[kind]
    rows = model.objects.filter(pk__gte=number * SLICE, pk__lt=(number + 1) * SLICE).order_by("pk")
    arguments = list(rows.values_list(argument, flat=True))
    if not arguments:
        raise Http404
    # Ten thousand times reverse() takes a second; the addresses differ in their last part only.
    before, after = reverse(kind, args=["0"]).rsplit("0", 1)
    return _xml("urlset", "url", (f"{before}{part}{after}" for part in arguments))


def _xml(root, entry, addresses):
    entries = "".join(f"<{entry}><loc>{escape(absolute(address))}</loc></{entry}>\n" for address in addresses)
    response = HttpResponse(f"{HEAD}<{root} {SCHEMA}>\n{entries}</{root}>\n", content_type="application/xml")
    response["Cache-Control"] = "public, max-age=3600"
    return response

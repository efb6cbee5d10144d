"""The drawings of titlecard.py, and the few figures that pages print, for templates."""

from functools import lru_cache
from itertools import groupby

from django import template
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_noop, ngettext

from films import family, timeline, titlecard
from films.figures import printed
from films.kinds import KINDS
from films.models import Film
from films.titles import widest_word

register = template.Library()

_ = gettext_noop
WORDS = (
    _("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine"),
    _("ten"), _("eleven"), _("twelve"),
)  # fmt: skip
STEPS = (4, 5, 6, 7, 8, 9)  # ems; each has a class in base.css
PAGES = {"wide": timeline.WIDE, "narrow": timeline.NARROW}


@register.simple_tag
def title_card(film):
    return _title_card(film.slug, film.year, film.family_id or film.pk, _role(film))


@lru_cache(maxsize=2000)
def _title_card(key, year, motif, role):
    card = titlecard.card(key=key, year=year, motif=motif, role=role)
    return render_to_string("films/_title_card.html", {"card": card})


def card_of(film):
    motif = film.family_id or film.pk
    return titlecard.card(key=film.slug, year=film.year, motif=motif, role=_role(film))


def _role(film):
    if film.family_id is None:
        return "lone"
    # A card must not cost a query: where the view has not loaded the family, the card takes no side.
    if not Film.family.is_cached(film):
        return ""
    return "original" if film.family.original_id == film.pk else "remake"


@register.simple_tag
def staves(families):
    """The families' time lines on one scale, each as (family, notes), with the years that the scale shows."""
    families = list(families)
    years = [film.year for home in families for film in home.films.all()]
    if not years:
        return {"lines": [], "ticks": []}
    first, last = min(years), max(years)
    lines = [(home, _notes(home.films.all(), home, first, last)) for home in families]
    return {"lines": lines, "ticks": titlecard.ticks(first, last)}


def _notes(films, home, first, last):
    return titlecard.notes([film.year for film in films], home.original and home.original.year, first, last)


@register.inclusion_tag("films/_time_line.html")
def time_line(members, original):
    """The drawings of a family for wide and narrow screens, each with its films beside their boxes."""
    place = {film.pk: number for number, film in enumerate(members)}
    edges = {(place[edge.remake_id], place[edge.source_id]): edge for film in members for edge in film.made_from}
    films = [timeline.Film(film.title, film.year, _facts(film)) for film in members]
    found = {edge.kind for edge in edges.values()}
    kinds = [(name, kind.label) for name, kind in KINDS.items() if name in found]
    drawings = [_drawing(name, films, edges, page) for name, page in PAGES.items()]
    for drawing in drawings:
        drawing["boxes"] = zip(drawing["page"].boxes, members, strict=True)
    return {"drawings": drawings, "original": original, "kinds": kinds}


def _drawing(name, films, edges, page):
    drawing = timeline.draw(films, list(edges), page)
    arrows = [(arrow, edges[arrow.remake, arrow.source].kind) for arrow in drawing.arrows]
    trunks = [list(group) for _, group in groupby(arrows, key=lambda pair: pair[0].source)]
    return {"name": name, "page": drawing, "trunks": trunks}


def _facts(film):
    """What a box says below the title, in two lines; the first begins with the year."""
    rated = f"{of_ten(film.mean_percent)} {gettext('of 10')}, " if film.mean_percent is not None else ""
    count = film.review_count
    reviews = ngettext("%(reviews)s review", "%(reviews)s reviews", count) % {"reviews": printed(count)}
    reviews = reviews if count else gettext("No reviews")
    return ", ".join(filter(None, [str(film.year), film.country])), rated + reviews


@register.simple_tag
def outline(members):
    """The family as a tree: pairs of a film and the list of its own such pairs."""
    return family.outline(members, [(edge.remake_id, edge.source_id) for film in members for edge in film.made_from])


@register.filter
def bars(histogram):
    """A histogram's bars as path data, in a box 10 wide and 100 high."""
    return timeline.bars([bar.share for bar in histogram])


@register.simple_tag
def facts(members):
    """What the films have in common, by name, and the names of the facts in which they differ."""
    shared, apart = family.facts(members)
    return {"shared": shared, "apart": apart}


@register.filter
def against(minutes, others):
    """How much longer or shorter a film is than another: "+5", "−8", or "" where nothing can be said."""
    if not minutes or not others or minutes == others:
        return ""
    return f"{minutes - others:+}".replace("-", "−")


@register.filter
def of_ten(percent):
    """A rating on a scale of 100 as it is printed, on a scale of 10."""
    return printed(percent / 10, ".1f")


@register.filter
def fitting(heading):
    """The class under which a heading is set small enough for its widest word to stay whole on narrow screens."""
    widest = widest_word(heading)
    return f"fits-{next((step for step in STEPS if widest <= step), STEPS[-1])}"


@register.filter
def in_words(number):
    """A small number as it is written in a sentence."""
    return gettext(WORDS[number]) if number < len(WORDS) else printed(number)


@register.filter
def as_given(rating):
    """A rating as its reviewer wrote it: 8, not 8.00, but 4.25."""
    return printed(rating.normalize(), "f")


@register.filter
def score(share):
    """A helpful score in a table."""
    return printed(share, ".3f")


@register.simple_tag(takes_context=True)
def page_query(context, page, number):
    """The query string of a page of the same list; pages beside this one begin at its last row, or end at its first."""
    query = context["request"].GET.copy()
    query["page"] = number
    beside = {page.number + 1: "after", page.number - 1: "before"}.get(number)
    for name in ("after", "before"):
        query.pop(name, None)
        if name == beside and (cursor := getattr(page, name, None)):
            query[name] = cursor
    return f"?{query.urlencode()}"


@register.filter
def nearby_pages(page):
    """The page numbers to offer: the first, the last and those around this one, with gaps as "…"."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)

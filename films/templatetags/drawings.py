"""The drawings of titlecard.py, and the few figures that pages print, for templates."""

from django import template

from films import titlecard
from films.models import Film

register = template.Library()


@register.inclusion_tag("films/_title_card.html")
def title_card(film):
    motif = film.family_id or film.pk
    return {"card": titlecard.card(key=film.slug, year=film.year, motif=motif, role=_role(film))}


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
    years = [film.year for family in families for film in family.films.all()]
    if not years:
        return {"lines": [], "ticks": []}
    first, last = min(years), max(years)
    lines = [(family, _notes(family.films.all(), family, first, last)) for family in families]
    return {"lines": lines, "ticks": titlecard.ticks(first, last)}


@register.simple_tag
def stave(family, members):
    """One family's time line on a scale of its own."""
    first, last = members[0].year, members[-1].year
    return {"lines": [(family, _notes(members, family, first, last))], "ticks": titlecard.ticks(first, last)}


def _notes(films, family, first, last):
    return titlecard.notes([film.year for film in films], family.original and family.original.year, first, last)


@register.simple_tag
def remake_links(members):
    rows = {film.pk: row for row, film in enumerate(members)}
    edges = [(rows[film.pk], rows[source.pk]) for film in members for source in film.sources]
    return titlecard.links(edges, len(members))


@register.filter
def of_ten(percent):
    """A rating on a scale of 100 as it is printed, on a scale of 10."""
    return f"{percent / 10:.1f}"


@register.filter
def in_words(number):
    """A small number as it is written in a sentence."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[number] if number < len(words) else f"{number:,}"


@register.filter
def as_given(rating):
    """A rating as its reviewer wrote it: 8, not 8.00, but 4.25."""
    return f"{rating.normalize():f}"


@register.filter
def nearby_pages(page):
    """The page numbers to offer: the first, the last and those around this one, with gaps as "…"."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)

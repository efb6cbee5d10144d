"""A review's text as safe HTML and as plain text: the one renderer for every surface that shows a review.

What tells the plot is left out unless it was asked for; `spoilers` knows how it is marked in the text.
"""

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from films.addresses import absolute
from reviews import spoilers

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def paragraphs(text):
    """The paragraphs, word for word: blank lines part them, a single line break stays inside."""
    return [paragraph for paragraph in _BLANK_LINES.split(text.strip("\n")) if paragraph.strip()]


def body_html(text, anchor, opened=False, address=""):
    """Safe HTML in which each paragraph has an id, the anchor and its number, for links to a sentence.

    What tells the plot is a link to `address`, where it can be read, unless it is `opened`.
    """
    shown, depth = [], 0
    for number, paragraph in enumerate(paragraphs(text), start=1):
        parts, depth = spoilers.parts(paragraph, depth)
        place = f"{anchor}-p{number}"
        html = format_html_join("", "{}", ((_part_html(part, opened, f"{address}#{place}"),) for part in parts))
        # A mark may stand alone in a paragraph, which counts all the same.
        if html:
            shown.append((place, html))
    return format_html_join("\n", '<p id="{}">{}</p>', shown)


def _part_html(part, opened, address):
    lines = format_html_join(mark_safe("<br>\n"), "{}", ((line,) for line in part.text.split("\n")))
    if not part.hidden:
        return lines
    if opened:
        return format_html('<span class="plot-told">{}</span>', lines)
    # It says its direction, so that it has no say in that of the text around it.
    link = '<a class="plot" href="{}" lang="{}" dir="ltr" rel="nofollow">{}</a>'
    return format_html(link, address, get_language(), _("Plot hidden: show"))


def excerpt(text, length):
    """The beginning in at most `length` characters on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-–—") + "…"


TELLS_THE_PLOT = "This review tells the plot."


def open_html(review):
    """The text as safe HTML for whoever did not ask for the plot, wherever they read it."""
    if review.spoiler:
        return format_html("<p>{}</p>", TELLS_THE_PLOT)
    return body_html(review.body, review.anchor, address=absolute(review.plot_address))


def open_text(review):
    """The same as plain text, or None where the whole review tells the plot."""
    return None if review.spoiler else spoilers.closed(review.body)


def open_excerpt(review, length):
    return TELLS_THE_PLOT if review.spoiler else excerpt(spoilers.closed(review.body), length)

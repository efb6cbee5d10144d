"""A review's text as safe HTML and as plain text: the one renderer for every surface that shows a review."""

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def paragraphs(text):
    """The paragraphs, word for word: blank lines part them, a single line break stays inside."""
    return [paragraph for paragraph in _BLANK_LINES.split(text.strip("\n")) if paragraph.strip()]


def body_html(text, anchor):
    """Safe HTML in which each paragraph has an id, the anchor and its number, for links to a sentence."""
    return format_html_join(
        "\n",
        '<p id="{}-p{}">{}</p>',
        ((anchor, number, _lines_html(paragraph)) for number, paragraph in enumerate(paragraphs(text), start=1)),
    )


def _lines_html(paragraph):
    return format_html_join(mark_safe("<br>\n"), "{}", ((line,) for line in paragraph.split("\n")))


def excerpt(text, length):
    """The beginning in at most `length` characters on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-–—") + "…"


TELLS_THE_PLOT = "This review tells the plot."


def open_html(review):
    """The text as safe HTML for whoever did not ask for the plot."""
    return format_html("<p>{}</p>", TELLS_THE_PLOT) if review.spoiler else review.body_html


def open_excerpt(review, length):
    return TELLS_THE_PLOT if review.spoiler else excerpt(review.body, length)

"""Paragraphs and sentences of a review, each with its exact place in the text."""

import re
from typing import NamedTuple

_BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_STOP = re.compile(r"(?<![.!?…])(?P<marks>[.!?…]+)[\"'”’»)\]*_]*(?P<gap>\s+)")
_WORD_BEFORE = re.compile(r"[\w.'’]*\Z")
_ABBREVIATION = re.compile(
    r"(?:[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]|mr|mrs|ms|dr|st|jr|sr|vs|vol|nos?|prof|lt|col|gen|sgt|capt|rev|hon|cf"
    r"|approx|dir|feat"
    r"|ft|incl|aka|messrs|mme|mlle|ph\.d)",
    re.IGNORECASE,
)
# A title of one-word sentences ("Don't. Get. Out! is …"): what follows it shows that no sentence has ended.
_DOTTED_TITLE = re.compile(r"(?<![\w.])(?:[A-Z][\w'’]{1,20}\.\s){2,4}[A-Z][\w'’]{1,20}[.!?](?=[.!?,;:\"'”’)]|\s[a-z(])")


class Passage(NamedTuple):
    """A stretch of a text, `whole[start:end]`, in a paragraph that counts from 1 like its anchor on the page."""

    text: str
    start: int
    end: int
    paragraph: int


def paragraphs(text):
    """Parted by blank lines, and numbered like the paragraphs of the rendered page."""
    start, end = len(text) - len(text.lstrip("\n")), len(text.rstrip("\n"))
    cuts = [start, *(place for gap in _BLANK_LINES.finditer(text, start, end) for place in gap.span()), end]
    places = [(one, other) for one, other in zip(cuts[::2], cuts[1::2], strict=True) if text[one:other].strip()]
    return [Passage(text[one:other], one, other, number) for number, (one, other) in enumerate(places, start=1)]


def sentences(text):
    return [sentence for paragraph in paragraphs(text) for sentence in _sentences_of(paragraph)]


def _sentences_of(paragraph):
    begin = 0
    for end in [*_ends(paragraph.text), len(paragraph.text)]:
        raw = paragraph.text[begin:end]
        if sentence := raw.strip():
            start = paragraph.start + begin + raw.index(sentence[0])
            yield Passage(sentence, start, start + len(sentence), paragraph.paragraph)
        begin = end


def _ends(text):
    """Where a sentence ends and another begins, marks and closing quotes included in the former."""
    titles = [title.span() for title in _DOTTED_TITLE.finditer(text)]
    begin = 0
    for stop in _STOP.finditer(text):
        inside_title = any(start < stop.end("marks") < end for start, end in titles)
        if not inside_title and _is_end(text, begin, stop):
            begin = stop.end()
            yield stop.start("gap")


def _is_end(text, begin, stop):
    if stop["marks"] == ".":
        word = _WORD_BEFORE.search(text, max(0, stop.start() - 20), stop.start())[0]
        if _ABBREVIATION.fullmatch(word) and word != "I":
            return False
    following = text[stop.end() : stop.end() + 1]
    if following.islower():  # who writes no capitals ends sentences all the same
        return text[begin : begin + 1].islower() and stop["marks"] == "."
    return bool(following)

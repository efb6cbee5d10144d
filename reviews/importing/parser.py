"""Text of saved review pages to reviews, with the place of every field. Pure: no database, no files.

A page holds one review or several. Each is a header, a body and a tail, of which only the body is certain:

    Hard Hit (2021)                                   title      header
    6/10                                              rating
    A tense remake                                    headline
    some_reviewer19 August 2023                       author and date, glued together
    Warning: Spoilers                                 warning
    The text, in paragraphs.                                     body
    3 out of 4 found this helpful. Was this …         tally      tail
    Permalink
    Recently Viewed

or, as a later layout of the pages has it, with the date at the end:

    6/10
    A tense remake
    The text, in paragraphs.
    Helpful•3
    1
        some_reviewerAug 19, 2023Permalink

The lines are told apart by where they stand, not only by how they look: a headline may look like a rating, a date or a
title, and so may any line of a body.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from films.titles import split_title
from reviews.importing.records import ParsedReview, Problem, Span
from reviews.importing.signatures import LONGEST_AUTHOR, read_signature

NO_TEXT = "The review has no text: nothing stands between its header and its end."
NO_REVIEW = (
    "This text stands below the end of a review but has no date and no tally, so it is no review of its own. "
    "If it belongs to the review above it, take out the lines between them."
)


class Line(NamedTuple):
    """A line with something on it; `text` is what it shows, with every space in it a plain one."""

    number: int
    span: Span  # without the white space around it
    text: str
    start: int  # of `text`

    def part(self, begin, end):
        """The place of a part of `text` in the whole."""
        return Span(self.start + begin, self.start + end)


_RATING = re.compile(r"(?P<value>\d{1,3}(?:[.,]\d{1,2})?) ?/ ?(?P<scale>4|5|6|10|20|100)")
_WARNING = re.compile(r"warning: spoilers?", re.IGNORECASE)
# The label of the newer layout; reviewers themselves begin a text with "SPOILERS" or "Spoilers:".
_WARNING_OR_LABEL = re.compile(r"Spoiler|(?i:warning: spoilers?)")
_NUMBER = r"\d{1,3}(?:[,.  ]\d{3})+|\d+"
_QUESTION = re.compile(r"was this review helpful\b.*", re.IGNORECASE)
_TALLY = re.compile(
    rf"(?P<tally>(?P<yes>{_NUMBER}) (?:out )?of (?P<total>{_NUMBER}) (?:people |users )?found this (?:review )?helpful)"
    rf"\.? *(?:{_QUESTION.pattern})?",
    re.IGNORECASE,
)
_VOTES = rf"{_NUMBER}|\d+(?:\.\d+)?K"
_HELPFUL = re.compile(rf"helpful ?[•·] ?(?P<yes>{_VOTES})", re.IGNORECASE)
_COUNT = re.compile(_VOTES, re.IGNORECASE)
_SIGNATURE = re.compile(r"(?P<signature>.*\S) ?permalink\W*", re.IGNORECASE)
_FURNITURE = re.compile(rf"permalink\W*|recently viewed|{_QUESTION.pattern}", re.IGNORECASE)
_LAST_FURNITURE = re.compile(r"recently viewed", re.IGNORECASE)

_TAIL_WORDS = "helpful", "permalink", "recently viewed"  # one of which every first line of a tail has

LARGEST_TALLY = 10**9
_LONGEST_PRINTED = 400  # characters; a longer line is a headline at the most, and nothing that a page prints itself
# Stripped from the ends of a line besides white space: they come with copied text and show nothing.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202c"
_SPACES = dict.fromkeys(map(ord, "\t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2007\u2009\u202f\u3000"), " ")


def parse(text):
    """The reviews and problems in the text, in its order; their spans follow one another from its start to its end."""
    records, page_ended = [], False
    for lines, tail in _cut(_lines(text)):
        record = _review(lines, tail)
        if records and not _stands_alone(record):
            record = _left_over(records[-1], page_ended, lines, tail)
        elif "body" not in record.spans:
            record = Problem(record.span, record.line, NO_TEXT)
        if record:
            records.append(record)
        page_ended = any(_LAST_FURNITURE.fullmatch(line.text) for line in tail) or (page_ended and not record)
    if not records:
        return [Problem(Span(0, len(text)), 1, "There is no text in it.")]
    starts = [0, *(record.span.start for record in records[1:]), len(text)]
    for record, start, end in zip(records, starts, starts[1:], strict=False):
        record.span = Span(start, end)
        if isinstance(record, ParsedReview):
            record.headline, record.body = (
                text[slice(*record.spans.get(name, (0, 0)))] for name in ("headline", "body")
            )
    return records


def _lines(text):
    # Not str.splitlines(): it also breaks at U+0085 and its kin, which texts hold in the middle of sentences.
    lines, start = [], 0
    for number, raw in enumerate(text.split("\n"), start=1):
        if bare := raw.strip():
            begin = start if bare is raw else start + raw.index(bare)
            span = Span(begin, begin + len(bare))
            if len(bare) > _LONGEST_PRINTED or (bare.isascii() and bare.isprintable()):
                lines.append(Line(number, span, bare, begin))
            else:
                shown = bare.strip(_INVISIBLE).strip()
                lines.append(Line(number, span, shown.translate(_SPACES), begin + bare.index(shown)))
        start += len(raw) + 1
    return lines


def _cut(lines):
    """Parts the lines at the tails, each of which ends a review: (lines above the tail, lines of the tail) pairs."""
    start = position = 0
    for end, line in enumerate(lines):
        if end < position or len(line.text) > _LONGEST_PRINTED or not _has_tail_word(line.text.lower()):
            continue
        position = end
        while length := _tail_length(lines[position : position + 3]):
            position += length
        if position > end:
            yield lines[start:end], lines[end:position]
            start = position
    if start < len(lines):
        yield lines[start:], []


def _has_tail_word(small):
    # A pattern that ignores case takes thirty times as long, which was a third of all parsing.
    return _TAIL_WORDS[0] in small or _TAIL_WORDS[1] in small or _TAIL_WORDS[2] in small


def _tail_length(lines):
    """How many of the first three lines given are the beginning of a tail."""
    if not lines or len(lines[0].text) > _LONGEST_PRINTED:
        return 0
    first, *others = lines
    if _TALLY.fullmatch(first.text) or _FURNITURE.fullmatch(first.text) or _signature(first):
        return 1
    if not _HELPFUL.fullmatch(first.text):
        return 0
    if len(others) == 2 and _COUNT.fullmatch(others[0].text) and _signature(others[1]):
        return 3
    return 2 if others and _signature(others[0]) else 0


def _signature(line):
    """The match of a line that is reviewer, date and "Permalink", glued together; or None."""
    match = _SIGNATURE.fullmatch(line.text)
    return match if match and read_signature(match["signature"]) else None


def _stands_alone(review):
    """Whether a piece of text below a review is another review, and not the rest of the page."""
    return review.date is not None or review.tally_total is not None


def _left_over(last, page_ended, lines, tail):
    """The problem that text below a review is, or None where it is furniture."""
    spans = [line.span for line in (*lines, *tail)]
    if isinstance(last, ParsedReview) and (page_ended or not lines):
        last.furniture += spans
        return None
    return Problem(Span(spans[0].start, spans[-1].end), (*lines, *tail)[0].number, NO_REVIEW)


def _review(lines, tail):
    """The review with its span and fields; without a body in `spans` where there is none."""
    first, last = (lines or tail)[0], (tail or lines)[-1]
    review = ParsedReview(Span(first.span.start, last.span.end), first.number)
    _read_tail(review, tail)
    if body := _read_header(review, lines, dated_below=review.date is not None):
        review.spans["body"] = Span(body[0].span.start, body[-1].span.end)
    return review


def _read_header(review, lines, dated_below):
    """Reads the fields above the body, and returns the lines of the body.

    On the pages a headline is never missing below a rating, so a lone line that looks like a rating above the date
    is the headline of a review without one.
    """
    lines = list(lines)
    if len(lines) > 1 and _title(review, lines[0]):
        del lines[0]
    rated = len(lines) > 1 and _rating(review, lines[0])
    depth = _depth_of_date(lines[1:] if rated else lines, dated_below)
    if depth == 0 and rated:
        _unrate(review)
        review.spans["headline"] = lines[0].part(0, len(lines[0].text))
        _date(review, lines[1])
        return _without_warning(review, lines[2:], _WARNING)
    if rated:
        del lines[0]
    if depth is not None:
        if depth > 0:
            review.spans["headline"] = lines[0].part(0, len(lines[0].text))
        if depth == 2:
            review.author, review.spans["author"] = lines[1].text, lines[1].part(0, len(lines[1].text))
        _date(review, lines[depth])
        return _without_warning(review, lines[depth + 1 :], _WARNING)
    if len(lines) > 1 and (rated or dated_below):
        review.spans["headline"] = lines[0].part(0, len(lines[0].text))
        del lines[0]
    if not dated_below:
        _note_date_in_text(review, lines[: 1 if rated else 2])
    return _without_warning(review, lines, _WARNING_OR_LABEL if dated_below else _WARNING)


def _note_date_in_text(review, lines):
    found = [line.text for line in lines if read_signature(line.text, parted=True)]
    if found:
        review.notes.append(
            f"“{found[0]}” was read as text. If it is reviewer and date, cut it out and write both into the row."
        )


def _read_date(lines):
    """The signature that the first line is. A gap before the date, as a text may begin, needs a warning below it."""
    first, *others = lines[:2]
    warned = others and _WARNING.fullmatch(others[0].text)
    return read_signature(first.text) or (read_signature(first.text, parted=True) if warned else None)


def _depth_of_date(lines, dated_below):
    """Which of the first lines holds the date: 0, 1 (below a headline), 2 (below headline and author), or None."""
    if dated_below:
        return None
    dated = [_read_date(lines[place:]) for place in range(min(3, len(lines)))] + [None] * 3
    if dated[1]:
        return 1
    if dated[0]:
        return 0
    # Two lines above a date are a headline and a name only where the date is nothing but a date.
    if dated[2] and not dated[2].author and len(lines[1].text) <= LONGEST_AUTHOR:
        return 2
    return None


def _without_warning(review, lines, pattern):
    if lines and pattern.fullmatch(lines[0].text):
        review.spoiler, review.spans["spoiler"] = True, lines[0].span
        return lines[1:]
    return lines


def _title(review, line):
    if title_and_year := split_title(line.text):
        review.film, review.year = title_and_year
        opening = line.text.rindex("(")
        title = line.text[:opening].rstrip()
        review.spans["film"] = line.part(0, len(title))
        review.spans["year"] = line.part(opening + 1, opening + 5)
    return title_and_year is not None


def read_rating(text):
    """(Decimal("7"), 10) for "7/10"; None for what is not a rating on one of the known scales."""
    match = _RATING.fullmatch(text)
    if not match:
        return None
    value, scale = Decimal(match["value"].replace(",", ".")), int(match["scale"])
    return (value, scale) if value <= scale else None


def _rating(review, line):
    rating = read_rating(line.text)
    if rating:
        review.rating, review.rating_scale = rating
        review.spans["rating"] = line.part(0, len(line.text))
    return rating is not None


def _unrate(review):
    review.rating = review.rating_scale = None
    del review.spans["rating"]


def _date(review, line, text=None):
    text = text or line.text
    signature = read_signature(text) or read_signature(text, parted=True)
    middle = len(signature.author)
    if signature.author:
        review.author, review.spans["author"] = signature.author, line.part(0, middle)
    start = len(text) - len(text[middle:].lstrip())
    review.date, review.spans["date"] = signature.date, line.part(start, len(text))


def _read_tail(review, lines):
    for position, line in enumerate(lines):
        if match := _TALLY.fullmatch(line.text):
            _tally(review, _whole(match["yes"]), _whole(match["total"]), line.part(*match.span("tally")))
            review.furniture.append(line.part(match.end("tally"), len(line.text)))
        elif match := _HELPFUL.fullmatch(line.text):
            _tally_of_two_lines(review, line, match["yes"], lines[position + 1])
        elif match := _signature(line):
            _date(review, line, match["signature"])
            review.furniture.append(line.part(match.end("signature"), len(line.text)))
        elif _FURNITURE.fullmatch(line.text):
            review.furniture.append(line.span)


def _tally(review, yes, total, span):
    if yes <= total <= LARGEST_TALLY:
        review.tally_yes, review.tally_total, review.spans["tally"] = yes, total, span
    else:
        review.furniture.append(span)
        review.notes.append(f"The tally, {yes} out of {total}, cannot be right and was left out.")


def _tally_of_two_lines(review, line, yes, following):
    if not _COUNT.fullmatch(following.text):
        review.furniture.append(line.span)
        return
    no = following.text
    _tally(review, _whole(yes), _whole(yes) + _whole(no), Span(line.span.start, following.span.end))
    if "K" in f"{yes}{no}".upper():
        review.notes.append("The page gives the tally in thousands, rounded.")


def _whole(number):
    if number[-1] in "kK":
        return round(float(number[:-1]) * 1000)
    return int(re.sub(r"\D", "", number))

"""Our own export to reviews: a JSON object on each line. Pure."""

import datetime
import json
import re
from decimal import Decimal
from itertools import islice

from films.titles import FIRST_YEAR, LAST_YEAR
from reviews.importing.records import ParsedReview, Problem, Span

FIRST_LINES = 10  # that are looked at to see what a text is
# Of an object, or of a list of them; saved pages never begin with a brace and a quoted name.
_BEGINNING = re.compile(r"\s*(?:\[\s*)?\{\s*\"[^\"\n]{1,100}\"\s*:")
_LINE = re.compile(r"\S.*")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class _WrongError(Exception):
    """What is wrong with a record, as a sentence."""


def is_json_lines(text):
    """Whether a text begins as JSON does, or an object with a `body` is among its first lines."""
    if _BEGINNING.match(text):
        return True
    first_lines = islice(_LINE.finditer(text), FIRST_LINES)
    return '"body"' in text and any(_is_ours(line.group()) for line in first_lines)


def _is_ours(line):
    try:
        return line.startswith("{") and "body" in json.loads(line)
    except (ValueError, RecursionError):
        return False


def read(text):
    """The reviews and problems in the text, one for each line that is not empty."""
    records, start = [], 0
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            span = Span(start, start + len(line))
            try:
                records.append(_review(line, span, number))
            except _WrongError as wrong:
                records.append(Problem(span, number, str(wrong)))
        start += len(line) + 1
    return records


def _review(line, span, number):
    try:
        said = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise _WrongError("This line is not JSON. Each line must be one whole object.") from None
    if not isinstance(said, dict):
        raise _WrongError("This line is not a JSON object with the fields of a review.")
    if "body" not in said:
        raise _WrongError("This object has no `body`, which holds the text of a review.")
    review = ParsedReview(span, number)
    review.film, review.year = _film(said)
    review.rating, review.rating_scale = _rating(said)
    review.headline, review.author = _text(said, "headline"), _text(said, "author")
    review.language = _text(said, "language")
    review.source = _text(said, "source") if "source" in said else None
    review.body = _text(said, "body")
    if not review.body.strip():
        raise _WrongError("`body` holds no text.")
    review.date = _date(said)
    review.spoiler = said.get("spoiler") or False
    if not isinstance(review.spoiler, bool):
        raise _WrongError("`spoiler` is neither true nor false.")
    review.tally_yes, review.tally_total = _tally(said)
    return review


def _text(said, name):
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _WrongError(f"`{name}` is not a text.")
    if _UNSTORABLE.search(value):
        raise _WrongError(f"`{name}` holds half a character or a NUL, which no database stores.")
    return value


def _film(said):
    title, year = _text(said, "film").strip(), said.get("year")
    if not title:
        return "", None
    if not _whole(year) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise _WrongError(f"`year` is not a year between {FIRST_YEAR} and {LAST_YEAR}.")
    return title, year


def _rating(said):
    rating, scale = said.get("rating"), said.get("rating_scale")
    if rating is None:
        return None, None
    if not isinstance(rating, int | Decimal) or isinstance(rating, bool) or not _whole(scale):
        raise _WrongError("`rating` and `rating_scale` are not numbers.")
    if not 0 <= rating <= scale or not 0 < scale <= 1000:
        raise _WrongError("`rating` does not lie between 0 and `rating_scale`.")
    return Decimal(rating).quantize(Decimal("0.01")), scale


def _date(said):
    date = _text(said, "date")
    try:
        return datetime.date.fromisoformat(date) if date else None
    except ValueError:
        raise _WrongError("`date` is not of the form 2023-08-19.") from None


def _tally(said):
    yes, total = said.get("helpful_yes"), said.get("helpful_total")
    if yes is None and total is None:
        return None, None
    if not _whole(yes) or not _whole(total) or not 0 <= yes <= total < 2**31:
        raise _WrongError("`helpful_yes` of `helpful_total` does not add up.")
    return yes, total


def _whole(value):
    return isinstance(value, int) and not isinstance(value, bool)

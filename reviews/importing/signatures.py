"""Reviewer and date as the pages print them, glued together: "some_reviewer19 August 2023". Pure."""

import datetime
import re
from typing import NamedTuple

LONGEST_AUTHOR = 60
_LONGEST_DATE = len("30 September 2021")
MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sep", "sept"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ],
        start=1,
    )
    for name in names
}  # fmt: skip
_MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DATES = [
    re.compile(rf"(?P<author>.*?)(?P<day>[12]\d|3[01]|0?[1-9]) {_MONTH} {_YEAR}", re.IGNORECASE),
    re.compile(rf"(?P<author>.*?){_MONTH} (?P<day>[12]\d|3[01]|0?[1-9]), {_YEAR}", re.IGNORECASE),
    re.compile(r"(?P<author>)" + _YEAR + r"-(?P<month>\d\d)-(?P<day>\d\d)"),
]


class Signature(NamedTuple):
    author: str
    date: datetime.date


def read_signature(text, parted=False):
    """The author and date that the text consists of, glued together where both are there; None for other text.

    `parted` reads them with a gap between them instead, as many a sentence ends.
    """
    if not text[-1:].isdigit() or len(text) > LONGEST_AUTHOR + _LONGEST_DATE:
        return None
    for pattern in _DATES:
        if match := pattern.fullmatch(text):
            author, day = match["author"], match["day"]
            if parted:
                author = author.rstrip() if author[-1:].isspace() else ""
                if not author:
                    continue
            date = _calendar_date(match, day)
            if date is None and author and len(day) == 2 and not parted:
                # "foo31 June": no such day, so the 3 is the name's.
                author, date = author + day[0], _calendar_date(match, day[1])
            if date and (not author or _is_name(author)):
                return Signature(author, date)
    return None


def _calendar_date(match, day):
    month = match["month"].lower()
    try:
        return datetime.date(int(match["year"]), MONTHS.get(month) or int(month), int(day))
    except ValueError:
        return None


def _is_name(text):
    """Whether the text can be a reviewer's name glued to a date: short, and without a gap before the date."""
    return len(text) <= LONGEST_AUTHOR and not text[-1].isspace() and text[0].isalnum()

"""What reading a text gives: reviews and problems, with the place of every field. Pure."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of characters of the parsed text."""

    start: int
    end: int


@dataclass(slots=True)
class ParsedReview:
    """One review. What the text does not say is None, or "" for text; saved pages never say language and source.

    `spans` has the place of each field that the text says, by the field's name; `tally` is one place for both numbers.
    `furniture` has the places of what the page printed around the review and is dropped.
    """

    span: Span
    line: int  # the first line of the review, counted from 1
    body: str = ""
    film: str = ""
    year: int | None = None
    rating: Decimal | None = None
    rating_scale: int | None = None
    headline: str = ""
    author: str = ""
    date: datetime.date | None = None
    spoiler: bool = False
    tally_yes: int | None = None
    tally_total: int | None = None
    language: str = ""
    source: str | None = None
    spans: dict[str, Span] = field(default_factory=dict)
    furniture: list[Span] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # sentences about what could not be right and was left out


@dataclass(slots=True)
class Problem:
    """A piece of text that is no review, and why, for a person to act on."""

    span: Span
    line: int
    reason: str

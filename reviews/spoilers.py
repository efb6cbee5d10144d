"""Stretches of a review that tell the plot, as reviewers mark them: [spoiler]He dies.[/spoiler]. Pure.

Marks inside one another hide as one, a mark without an end hides all that follows, and an end without a beginning is
left out: a slip of the pen may hide too much, but it shows nothing.
"""

import re
from itertools import groupby
from typing import NamedTuple

HERE = "[…]"  # in plain text, for what is hidden
_MARK = re.compile(r"\[ ?(/?) ?spoilers? ?(?:=[^]\n]{0,100})?\]", re.IGNORECASE)


class Part(NamedTuple):
    text: str
    hidden: bool


class _Stretch(NamedTuple):
    text: str
    depth: int  # the number of marks that it stands in
    mark: bool = False


def parts(text, depth=0):
    """The text without its marks, and in how many marks it ends; `depth` is in how many it begins."""
    stretches = _stretches(text, depth)
    told = [Part(stretch.text, stretch.depth > 0) for stretch in stretches if stretch.text and not stretch.mark]
    joined = groupby(told, key=lambda part: part.hidden)
    return [Part("".join(part.text for part in some), hidden) for hidden, some in joined], stretches[-1].depth


def closed(text):
    """Plain text in which nothing is left of what tells the plot."""
    found, _ = parts(text)
    return "".join(HERE if part.hidden else part.text for part in found)


def opened(text):
    return _MARK.sub("", text)


def closed_in_place(text):
    """The same, as long as the text was, so that every other word stands where it stood."""
    return "".join(
        (HERE if begins else "").ljust(len(stretch.text)) if stretch.mark or stretch.depth else stretch.text
        for stretch, begins in _with_beginnings(_stretches(text, 0))
    )


def opened_in_place(text):
    return _MARK.sub(lambda mark: " " * len(mark[0]), text)


def unpaired(text):
    """The slip of the pen in the marks, if there is one: "begin" where one has no end, "end" where none begins."""
    depth = 0
    for mark in _MARK.finditer(text):
        depth += -1 if mark[1] else 1
        if depth < 0:
            return "end"
    return "begin" if depth else ""


def _stretches(text, depth):
    """The text in pieces: its marks and what stands between them, the last of which may be empty."""
    found, at = [], 0
    for mark in _MARK.finditer(text):
        found.append(_Stretch(text[at : mark.start()], depth))
        depth = max(depth - 1, 0) if mark[1] else depth + 1
        found.append(_Stretch(mark[0], depth, mark=True))
        at = mark.end()
    return [*found, _Stretch(text[at:], depth)]


def _with_beginnings(stretches):
    """Each stretch, and whether it is a mark with which a hidden part begins."""
    before = 0
    for stretch in stretches:
        yield stretch, stretch.mark and stretch.depth > before == 0
        before = stretch.depth

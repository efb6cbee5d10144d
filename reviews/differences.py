"""What was changed from one version of a text to the next. Pure."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
_WORD = re.compile(r"\s*\S+\s*?(?=\s|\Z)|\s+")


class Stretch(NamedTuple):
    text: str
    kind: str  # "same", "added" or "removed"


def stretches(old, new):
    """The two texts laid over one another: the old one is what is not added, the new one what is not removed."""
    found = []
    for tag, before, after in _compared(_LINE.findall(old), _LINE.findall(new)):
        if tag == "replace":
            found += _of_words("".join(before), "".join(after))
        else:
            found += _laid(tag, before, after)
    return _joined(found)


def _of_words(old, new):
    for tag, before, after in _compared(_WORD.findall(old), _WORD.findall(new)):
        yield from _laid(tag, before, after)


def _compared(old, new):
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        yield tag, old[a:b], new[c:d]


def _laid(tag, before, after):
    if tag == "equal":
        return [Stretch("".join(before), "same")]
    laid = [Stretch("".join(before), "removed"), Stretch("".join(after), "added")]
    return [stretch for stretch in laid if stretch.text]


def _joined(found):
    joined = []
    for stretch in found:
        if joined and joined[-1].kind == stretch.kind:
            joined[-1] = Stretch(joined[-1].text + stretch.text, stretch.kind)
        else:
            joined.append(stretch)
    return joined

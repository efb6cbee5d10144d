"""Words as the search sees them: in a query, in the text that is indexed, and where they stand in the text. Pure.

Case, accents and apostrophes make no difference ("dont" is "Don’t"). Scripts that are written without spaces, or join
particles to words as Korean does, go by characters: what is typed in them is a run of characters that stand together.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from films.titles import plain

MOST_TERMS = 16
LONGEST_WORD = 100  # characters; PostgreSQL refuses words of 2,047 bytes
LONGEST_TEXT = 100_000  # characters, of which the rest is not indexed; PostgreSQL takes a megabyte of different words
_ON_BEFORE = 60  # characters of an excerpt before the first mark

_APOSTROPHES = "'’‘ʼ`´"
_CLOSED_UP = str.maketrans("", "", _APOSTROPHES)
# Thai, Lao, Burmese, Khmer, kana, Chinese characters, Korean syllables.
_APART = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_CHARACTER = re.compile(f"[{_APART}]")
_LOOSE_ACCENTS = "".join(char for char in map(chr, range(0x300, 0x20000)) if unicodedata.combining(char))
# Some, such as “™”, would be folded to letters that the text does not have.
_SIGN = re.compile(rf"[^\w\s{_LOOSE_ACCENTS}]")
_WORD = re.compile(r"[^\W_]+")
_LETTER = rf"[^\W_{_APART}]"
# A word as it is written, with the apostrophes and the loose accents in it.
_WRITTEN = re.compile(rf"[{_APART}]|{_LETTER}+(?:[{_APOSTROPHES}{_LOOSE_ACCENTS}]+{_LETTER}+)*[{_LOOSE_ACCENTS}]*")
_WRITTEN_PLAINLY = re.compile(r"[A-Za-z0-9]+(?:['`]+[A-Za-z0-9]+)*")
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')


def folded(text):
    """The text in the spelling that is indexed; both engines part it into words where anything else stands."""
    if text.isascii():
        return text.replace("'", "").replace("`", "").lower()
    return _CHARACTER.sub(r" \g<0> ", plain(_SIGN.sub(" ", text.translate(_CLOSED_UP))))


def words(text):
    return _WORD.findall(folded(text))


def terms(typed):
    """What is looked for: each term is the words, one or more, that have to stand side by side.

    Words in quotation marks are one term, and so are those that a sign joins ("well-made").
    """
    found = (words(quoted or bare)[:MOST_TERMS] for quoted, bare in _QUOTED.findall(typed))
    different = dict.fromkeys(tuple(word[:LONGEST_WORD] for word in term) for term in found if term)
    return list(different)[:MOST_TERMS]


def said(term):
    """The term as somebody would type it."""
    return ("" if _CHARACTER.match(term[0]) else " ").join(term)


def places(text, terms):
    """For each of the terms the (start, end) of every place in the text where it stands."""
    found = _WRITTEN_PLAINLY.finditer(text) if text.isascii() else _WRITTEN.finditer(text)
    written = [(word, match) for match in found for word in _words_of(match[0])]
    wanted = {term[0]: [] for term in terms}
    for number, (word, _) in enumerate(written):
        if word in wanted:
            wanted[word].append(number)

    def stands(term, number):
        return tuple(word for word, _ in written[number : number + len(term)]) == term

    return [
        [
            (written[number][1].start(), written[number + len(term) - 1][1].end())
            for number in wanted[term[0]]
            if stands(term, number)
        ]
        for term in terms
    ]


@lru_cache(maxsize=20_000)
def _words_of(written):
    """Texts are made of the same words over and over."""
    return words(written)


class Part(NamedTuple):
    text: str
    marked: bool


def marked(text, found):
    """The text in parts, of which those in the (start, end) found are marked."""
    parts, at = [], 0
    for start, end in sorted(found):
        if end > at:
            parts += [Part(text[at:start], False), Part(text[max(start, at) : end], True)]
            at = end
    return [part for part in [*parts, Part(text[at:], False)] if part.text]


def excerpt(text, found, length):
    """The stretch of the text with the most different terms in it, on one line, cut between words and marked.

    `found` is what `places` says of the text.
    """
    start = _best_start(found, length)
    start = max(0, min(start - _ON_BEFORE, len(text) - length))
    end = min(len(text), start + length)
    start = _after_space(text, start) if start else 0
    end = _before_space(text, start, end) if end < len(text) else end
    inside = [(a - start, b - start) for spans in found for a, b in spans if start <= a and b <= end]
    parts = [Part(re.sub(r"\s+", " ", part.text), part.marked) for part in marked(text[start:end], inside)]
    before, after = [Part("…", False)] * bool(start), [Part("…", False)] * (end < len(text))
    return [*before, *parts, *after]


def _best_start(found, length):
    starts = sorted(start for spans in found for start, _ in spans)[:200]
    reach = length - _ON_BEFORE

    def terms_from(start):
        return sum(any(start <= other <= start + reach for other, _ in spans) for spans in found)

    return max(starts, key=terms_from, default=0)


def _after_space(text, start):
    space = re.compile(r"\s").search(text, start, start + _ON_BEFORE)
    return space.end() if space else start


def _before_space(text, start, end):
    within = max(start, end - _ON_BEFORE)
    space = max(text.rfind(" ", within, end), text.rfind("\n", within, end))
    return space if space > start else end

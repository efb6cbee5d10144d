"""What a review proposes for the catalogue: the film's source, remakes of it, and other titles it has."""

import re
from typing import NamedTuple

from films.titles import title_key
from reviews.evidence.beside import named_after, named_before, namesakes
from reviews.evidence.later import remakes
from reviews.evidence.licence import OWN
from reviews.evidence.prose import Passage, sentences
from reviews.evidence.reading import Film, Reading, Reviewed
from reviews.evidence.shapes import shaped
from reviews.evidence.sources import REMAKE, originals, says_it_is_a_remake, sources


class Edge(NamedTuple):
    """A remake and its source. `part` ("headline" or "body") is the text in which `quote` has its place."""

    kind: str
    remake: Film
    source: Film
    quote: Passage
    part: str = "body"


class Alias(NamedTuple):
    film: Film
    title: str
    quote: Passage
    part: str = "body"


class Proposals(NamedTuple):
    edges: list[Edge]
    aliases: list[Alias]


# A text without any of these proposes nothing: looking for them first costs a few microseconds.
_SIGNS = (
    *("remak", "remade", "re-", "version", "adapt", "based ", "aka", "a.k.a", "known ", "original"),
    *("retell", "eimagin", "rework", "redo", "redux", "updat", "retread", "reboot", "americani", "recreat", "take on"),
)
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))
# A year, in sentences that are read once the review has called its film a remake.
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_LONGEST = 600  # characters of a sentence that are read at once: its grammar reaches no further
_MOST = 4  # pieces of a longer sentence that are read
_ALIAS = re.compile(
    rf"{OWN}\s*[,(–—-]*\s*(?:or\s+|was\s+|is\s+)?(?:(?:a\.?\s?k\.?\s?a\.?:?|also\s+known\s+as|better\s+known\s+as"
    rf"|also\s+released\s+as|also\s+titled|originally\s+titled"
    r"|originally\s+known\s+as|original\s+title:?|retitled|released\s+(?:in\s+[\w. ]{2,25}?\s+)?as"
    r"|known\s+(?:in\s+[\w. ]{2,25}?\s+)as|or)\s+)"
    rf"|(?:\b(?:this\s+(?:film|movie|picture|one|flick)|this|the\s+(?:film|movie))|\A\W*it|{OWN})(?:,)?(?:\s+(?:is"
    rf"|was)|['’]s)\s+(?:(?:also|sometimes|otherwise|better|originally|alternatively|variously)\s+)?"
    r"(?:known|released|titled|called|entitled|retitled|distributed)\s+(?:in\s+[\w. ]{2,25}?\s+|on\s+(?:video"
    r"|dvd)\s+|abroad\s+|overseas\s+)?(?:as|under\s+the\s+title)\s+"
    r"|\A\W*(?:a\.?\s?k\.?\s?a\.?:?|also\s+known\s+as:?|original\s+title(?:\s+is)?:?|alternative\s+title:?)\s+"
    rf"|\b(?:its|the)\s+(?:original|alternative|alternate|other)\s+title(?:\s+of\s+(?:this\s+film|this\s+movie"
    rf"|{OWN}))?(?:,|\s+is|\s+was|:)\s+",
    re.IGNORECASE,
)  # fmt: skip
_GOES_ON = re.compile(r"\s+(?:in|is|was|and|or)\b")
_GENERIC = re.compile(r"(?:The\s+)?(?:film|movie|II|2|3|III|Part\s.*|Film|Movie|DVD|VHS|Blu.*|I)\Z")


def proposals(text, film, year, headline="", known=None):
    """Edges and aliases that a review of the film proposes, each with the sentence that says so, each only once.

    `known` maps, or answers, a title's key with something true where the catalogue has such a film: it helps to
    find where a title ends.
    """
    lookup = getattr(known, "get", known)
    found = [
        proposal._replace(part=part)
        for part, words in (("body", text), ("headline", headline))
        if _has_sign(words)
        for proposal in _read(words, Reviewed(film, year, lookup))
    ]
    edges = _each_once(edge for edge in found if isinstance(edge, Edge))
    aliases = {title_key(alias.title): alias for alias in reversed(found) if isinstance(alias, Alias)}
    return Proposals(edges, [*reversed(aliases.values())])


def _has_sign(text):
    small = text.lower()
    for sign in _SIGNS:  # noqa: SIM110 -- half the time of any(), in the one loop that every sentence runs
        if sign in small:
            return True
    return False


def _each_once(edges):
    """One edge for one statement: the one that tells a year, where another leaves it out."""
    kept = []
    for edge in edges:
        twin = next((number for number, other in enumerate(kept) if _same_statement(edge, other)), None)
        if twin is None:
            kept.append(edge)
        elif (kept[twin].source.year is None and edge.source.year is not None) or (
            kept[twin].remake.year is None and edge.remake.year is not None
        ):
            kept[twin] = edge
    return kept


def _same_statement(one, other):
    return all(
        title_key(mine.title) == title_key(theirs.title)
        and (mine.year == theirs.year or None in (mine.year, theirs.year))
        for mine, theirs in ((one.remake, other.remake), (one.source, other.source))
    )


def _read(text, reviewed):
    readings = [
        (passage, Reading(piece, reviewed))
        for passage in sentences(text)
        if _has_sign(passage.text)
        for piece in _pieces(passage.text)
    ]
    named = any(says_it_is_a_remake(reading) for _, reading in readings)
    if named:
        yield from _namesakes_elsewhere(text, reviewed)
    for passage, reading in readings:
        for kind, remake, source in _statements(reading, named):
            if _can_be(remake, source):
                yield Edge(kind, remake, source, passage)
        yield from (Alias(reviewed.film, title, passage) for title in _aliases(reading))


def _namesakes_elsewhere(text, reviewed):
    """In a review that calls its film a remake, an older film of its title in a sentence that does not say so."""
    for passage in sentences(text):
        if len(passage.text) <= _LONGEST and not _has_sign(passage.text) and _YEAR.search(passage.text):
            for remake, source in namesakes(Reading(passage.text, reviewed), True):
                yield Edge(REMAKE, remake, source, passage)


def _pieces(sentence):
    """The sentence, or where it is endless the surroundings of its signs."""
    if len(sentence) <= _LONGEST:
        return [sentence]
    pieces, end = [], 0
    for sign in _SIGN.finditer(sentence.lower()):
        if sign.end() > end and len(pieces) < _MOST:
            begin = max(0, sign.start() - _LONGEST // 2)
            end = begin + _LONGEST
            pieces.append(sentence[begin:end])
    return pieces


def _statements(reading, is_a_remake):
    yield from sources(reading)
    yield from ((REMAKE, remake, source) for remake, source in remakes(reading))
    yield from ((REMAKE, remake, source) for remake, source in namesakes(reading, is_a_remake))
    yield from ((REMAKE, remake, source) for remake, source in named_before(reading))
    yield from ((REMAKE, remake, source) for remake, source in named_after(reading))
    yield from ((REMAKE, remake, source) for remake, source in shaped(reading))
    if is_a_remake:
        yield from originals(reading)


def _can_be(remake, source):
    """No film is its own source, or older than it."""
    same = title_key(remake.title) == title_key(source.title)
    return not (same and remake.year == source.year) and not (remake.year and source.year and remake.year < source.year)


def _aliases(reading):
    for alias in _ALIAS.finditer(reading.masked) if reading.speaks_of("known", "aka", "a.", "titl", "released") else ():
        name = reading.other_name(alias.end())
        ended = name and (reading.closed_name(alias.end()) or _GOES_ON.match(reading.text, name.end))
        if ended and not reading.text.startswith(("a ", "an "), alias.end()) and not _GENERIC.match(name.title):
            yield name.title

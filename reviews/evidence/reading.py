"""One sentence of a review, read for what it says of the film under review."""

import re
import unicodedata
from typing import NamedTuple

from films.titles import title_key
from reviews.evidence.licence import OWN_SIGN, is_stated
from reviews.evidence.naming import name_at
from reviews.evidence.spans import is_nationality, plausible_year
from reviews.evidence.words import BREAKS, DIRECTORS

_CLOSED = re.compile(r"\s*(?:[,.;:!?)–—]|\Z)")
_THEN_IS = re.compile(
    r"(?:\s*,[^,]{1,60},)?(?:\s+(?:is|was|being)(?:\s+(?:also|actually|really|a|an|the|just|simply|itself"
    r"|in\s+fact))*|,)\s*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\d'’])(?P<year>(?:18|19|20)\d\d)(?!\d|s|['’]s\s)")
_OWNER = re.compile(r"(?:the\s+)?(?:[A-Z][\w.-]*\s+){0,4}(?P<last>[A-Z][\w-]*)(?:['’]s|(?<=s)['’])\s+")
# "Jules Verne's classic 'Journey …'" may be a book as well.
_OWNED = re.compile(r"(?:(?:classic|masterpiece|timeless|famous|great|beloved|respected)\s+)*[\"“'‘*_`A-ZÀ-Þ\d]")
_SHORT_NUMBER = re.compile(r"(?<!\w)['’](?P<short>[1-9]\d)(?!\w)")
_NAME_START = re.compile(r"(?<!\S)[\"“'‘*_(]?[A-Z\d]")


_MAY_PRECEDE = re.compile(r"The|In|I|.*(?:['’]s|s['’])")


class Film(NamedTuple):
    title: str
    year: int | None


class Reviewed:
    """The film under review; `known` answers whether the catalogue has a film of this title's key."""

    def __init__(self, title, year, known=None):
        self.film = Film(title, year)
        self.known = known
        self.spellings = _spellings(title)
        self.keys = {title_key(spelling) for spelling in self.spellings}
        self.patterns = [_pattern(spelling) for spelling in self.spellings]

    def masked(self, sentence):
        """The sentence with the film's title made out, so that one grammar serves for all titles."""
        folded = _folded(sentence)
        for pattern in self.patterns:
            for title in pattern.finditer(folded):
                if _is_title(sentence, *title.span()):
                    sentence = sentence[: title.start()] + OWN_SIGN * len(title[0]) + sentence[title.end() :]
        return sentence


class Reading:
    """A sentence as it stands in `text`, and `masked` with the reviewed film's title made out, letter for letter."""

    def __init__(self, text, reviewed):
        self.text = text
        self.masked = reviewed.masked(text)
        self.small = self.masked.lower()
        self.own = reviewed.film
        self.reviewed = reviewed
        self.names = {}  # by their places, at which several constructions look

    def speaks_of(self, *words):
        return any(word in self.small for word in words)

    def name(self, at):
        if at not in self.names:
            self.names[at] = self._name(at)
        return self.names[at]

    def _name(self, at):
        """What is named here; "the animated Lion King" is The Lion King in a review of a film of that title."""
        name = name_at(self.text, at, self.reviewed.known)
        if name and title_key(name.title) == title_key(self.own.title):
            return name._replace(title=self.own.title)
        described = name and not self.text.startswith(name.title, name.start)
        if described and title_key(self.own.title) == f"the {title_key(name.title)}":
            return name._replace(title=self.own.title)
        return name

    def other_name(self, at):
        name = self.name(at)
        return name if name and not self.is_own(name) else None

    def closed_name(self, at):
        """Another film's name in apposition: quoted, dated or closed by a mark, so not the subject of what follows."""
        name = self.other_name(at)
        return name if name and (name.year or self.is_quoted(name) or self.is_closed(name)) else None

    def name_before(self, end):
        """Another film's name that has no more than "is" or a comma between it and this place."""
        for token in _NAME_START.finditer(self.masked, max(0, end - 90), end):
            name = self.other_name(token.start() + (token[0][0] == "("))
            ends_there = name and name.end <= end and _THEN_IS.fullmatch(self.masked, name.end, end)
            if ends_there and name.title.casefold() not in BREAKS:
                return name if is_stated(self.masked, token.start(), []) else None
        return None

    def is_own(self, film):
        return title_key(film.title) in self.reviewed.keys

    def is_surely_a_film(self, name):
        """Whether more than somebody's name before it says so: "Jane Austen's Emma" may be a book."""
        owner = _OWNER.match(self.text, name.start)
        owned = owner and _OWNED.match(self.text, owner.end()) and name.title in self.text[owner.end() : name.end]
        return name.is_film and bool(name.year or not owned or owner["last"].casefold() in DIRECTORS)

    def is_quoted(self, name):
        return self.text[name.end - 1] in "\"”'’*_»¨" or self.text[name.start] in "\"“'‘*_«¨"

    def is_closed(self, name):
        return bool(_CLOSED.match(self.text, name.end))


def film_of(name, year=None):
    return Film(name.title, name.year or year)


def year_in(words):
    words = words if isinstance(words, str) else " ".join(words)
    if found := _NUMBER.search(words):
        return plausible_year(found["year"])
    short = _SHORT_NUMBER.search(words)
    return int(f"19{short['short']}") if short else None


def _spellings(title):
    """The title, and shorter ways to name it: without its article, or without what follows a colon."""
    short = [title, title.split(":")[0].strip(), re.sub(r"\A(?:The|A|An)\s+(?=\S+\s+\S)", "", title)]
    return [spelling for number, spelling in enumerate(short) if spelling and spelling not in short[:number]]


def _pattern(title):
    """Finds the title in a folded text, whatever signs stand between its words."""
    title = _folded(title)
    words = _WORD.findall(title)
    if not words:
        return re.compile(re.escape(title))
    head, tail = title[: title.index(words[0])], title[title.rindex(words[-1]) + len(words[-1]) :]
    said = _BETWEEN_WORDS.join(_INNER_SIGN.sub("['’.]?", _AND.get(word, word)) for word in words)
    return re.compile(f"{re.escape(head)}{said}(?:{re.escape(tail)})?")


_WORD = re.compile(r"&|[^\W_](?:[^\W_]|['’.](?=[^\W_]))*")
_INNER_SIGN = re.compile(r"['’.]")
_BETWEEN_WORDS = r"[\s:;,.!?/*·–—-]{1,3}"
_AND = dict.fromkeys(("&", "and"), "(?:&|and)")


def _folded(text):
    """Without case and accents, letter for letter."""
    if text.isascii():
        return text.lower()
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)


def _is_title(sentence, at, end):
    """A single word in small letters is the word itself, and no title."""
    words = sentence[at:end]
    return (" " in words or not words.islower()) and _stands_apart(sentence, at, end)


def _stands_apart(sentence, at, end):
    """Whether these letters are the title, rather than part of a word or of a longer title."""
    if (at and sentence[at - 1].isalnum()) or sentence[end : end + 1].isalnum():
        return False
    if sentence.isupper():
        return True
    longer = re.match(r"(?:\s+|:\s+)(?:[A-Z][a-z]|[IVX]+\b|\d\b)", sentence[end:])
    earlier = re.search(r"(?:\A|\s)(?P<word>[A-Z][\w’'.-]*)\s\Z", sentence[:at])
    return not longer and not (earlier and earlier.start() and not _may_precede(earlier["word"]))


def _may_precede(word):
    return _MAY_PRECEDE.fullmatch(word) or is_nationality(word.casefold())

"""Remakes and sources by the shape of a sentence: the reviewed film, other films, and the words between them.

Every film that the sentence surely names becomes one sign, so that "he remade Broadway Bill (1934) as RIDING HIGH" is
read as "he remade X as O".
"""

import re

from reviews.evidence.beside import films_named
from reviews.evidence.licence import OWN_SIGN
from reviews.evidence.reading import film_of

_FIRST_SIGN = 0xE001
_MOST = 20  # films in a sentence

_OWN, _X = OWN_SIGN, f"[{chr(_FIRST_SIGN)}-{chr(_FIRST_SIGN + _MOST)}]"
_NOUN = (
    r"(?:film|movie|picture|one|classic|version|original|gem|flick|story|tale|thriller|comedy|drama|mystery|western)"
)
_THIS = rf"(?:{_OWN}|this(?:\s+(?:[\w-]+\s+){{0,2}}?{_NOUN})?|the\s+(?:film|movie|original|story|tale)(?!\s+of)|it)"
_REMAKE = r"re-?make"
_REMADE = r"re-?ma(?:de|kes?|king)"
_WORDS = r"(?:[\w’'.-]+\s+)"
_EACH = rf"(?P<each>{_X}(?:(?:,\s*(?:and\s+)?|\s+and\s+(?:then\s+)?|,?\s+(?:and\s+)?as\s+){_X})*)"

_SOURCES = [
    rf"\b{_REMADE}\s+(?P<each>{_X})\s+as\s+{_OWN}",
    rf"\b(?:saw|seen|watched)\s[^.;:?!]*?(?P<each>{_X})[^.;:?!{_OWN}]*\b(?:inspired|decided|wanted|hired|asked)\s+to\s+{_REMAKE}\s+"
    r"(?:it|the\s+(?:film|movie))\b",
    rf"\bthis\s+{_WORDS}{{0,3}}?{_NOUN}\s*[(,–—-]+\s*an?\s+{_WORDS}{{0,4}}?{_REMAKE}\s+of\s+(?P<each>{_X})",
    rf"\b(?:the\s+case|the\s+trouble|the\s+problem)\s+with\s+{_WORDS}{{1,5}}?{_REMAKE}\s+of\s+{_WORDS}{{0,5}}?(?P<each>{_X})",
    rf"\A\W*{_REMADE}\s[^,;:.]{{0,50}}?(?P<each>{_X}),\s+{_OWN}",
    rf"\binto\s+(?:his|her|this|the)\s+(?P<each>{_X})\s+{_REMAKE}\b",
]
_REMAKES = [
    rf"(?:\A|[.,;:]\s*|\bthat\s+|\band\s+|\bbut\s+|\bincidentally,?\s+){_THIS}\s+(?:[\w’']+\s+){{0,8}}?(?:be\s+|is\s+|was\s+|been\s+)"
    rf"{_WORDS}{{0,2}}?{_REMADE}\s+{_WORDS}{{0,5}}?as\s+{_EACH}",
    rf"(?P<each>{_X})\s+(?:is|was)\s+{_WORDS}{{0,2}}?(?:an?|the)\s+{_WORDS}{{0,4}}?(?:{_REMAKE}|adapt(?:at)?ion|re-?telling|update)\s+of\s+"
    rf"(?:{_OWN}|this)\b",
    rf"\b(?:its|the|two|both|later|subsequent|high-profile|various|several)\s+{_WORDS}{{0,3}}?{_REMAKE}s,?\s+"
    rf"(?:including\s+|such\s+as\s+|like\s+|namely\s+|called\s+)?{_EACH}",
    rf"\b(?:its|the|an?)\s+{_WORDS}{{0,3}}?(?:(?:18|19|20)\d\ds?|unofficial|later|american|hollywood|musical|color|colour|inferior|loose|english)\s+"
    rf"{_WORDS}{{0,2}}?{_REMAKE},?\s+(?P<each>{_X})",
    rf"{_OWN}\s+is\s+the\s+original\s+and\s+(?P<each>{_X})\s+is\s+an?\s+{_WORDS}{{0,6}}?{_REMAKE}\b",
    rf"\bhad\s+to\s+{_REMAKE}\s+it:\s+(?P<each>{_X})",
    rf"{_THIS}\s+(?:has\s+been|was)\s+{_REMADE}\s[^.;?!]{{0,40}}?(?:times|twice)\s*[:,(–—-]+\s*(?:first\s+)?as\s+{_EACH}",
]
_SOURCES = [re.compile(shape, re.IGNORECASE) for shape in _SOURCES]
_REMAKES = [re.compile(shape, re.IGNORECASE) for shape in _REMAKES]
_UNSAID = re.compile(
    r"\b(?:if|let['’]?s|will|should|could|would(?!\s+(?:later|go|soon|eventually|subsequently))|hope\w*|wish\w*|rumou?r\w*|suppose|upcoming|planned|not|never|no)\b|n['’]t\b",
    re.IGNORECASE,
)


def shaped(reading):
    """(remake, source) for what the sentence says by its shape."""
    if not reading.speaks_of("remak", "remade", "re-ma", "adapt"):
        return
    films, shape = _shape(reading)
    if not films:
        return
    for patterns, is_source in ((_SOURCES, True), (_REMAKES, False)):
        for pattern in patterns:
            for said in pattern.finditer(shape):
                if _UNSAID.search(shape[max(0, said.start() - 60) : said.end()]):
                    continue
                several = bool(_SEVERAL.search(said[0]))
                for sign in said["each"]:
                    for film in _parted(films[ord(sign) - _FIRST_SIGN], several) if ord(sign) > ord(OWN_SIGN) else ():
                        yield (reading.own, film) if is_source else (film, reading.own)


_SEVERAL = re.compile(rf"{_REMAKE}s\b", re.IGNORECASE)
_AND = re.compile(r",?\s+and\s+|,\s+")


def _parted(film, several):
    """The films that a list of them was taken for one: "THE MONEY PIT and ARE WE DONE YET?"."""
    return [film._replace(title=title) for title in _AND.split(film.title)] if several else [film]


def _shape(reading):
    """The films that are named, and the sentence with a sign for each."""
    text, films, at, parts = reading.masked, [], 0, []
    for name in films_named(reading, len(text)):
        if len(films) == _MOST:
            break
        start = reading.text.rfind(name.title, name.start, name.end)
        start = name.start if start < 0 else start
        while start > at and reading.text[start - 1] in "\"'“‘`´¨*_(":
            start -= 1
        parts += [text[at:start], chr(_FIRST_SIGN + len(films))]
        films.append(film_of(name))
        at = name.end
        while at < len(text) and reading.text[at] in "\"'”’`´¨*_":
            at += 1
    shape = "".join([*parts, text[at:]])
    return films, re.sub(rf"[\"“'‘*_]*{OWN_SIGN}+[\"”'’*_]*(?:\s*\(\d{{4}}\))?", OWN_SIGN, shape)

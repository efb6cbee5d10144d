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
_ANY_SIGN = f"[{chr(_FIRST_SIGN)}-{chr(_FIRST_SIGN + _MOST)}]"
_NOUN = "film|movie|picture|one|classic|version|original|gem|flick|story|tale|thriller|comedy|drama|mystery|western"
# What the words in capitals stand for in the shapes; "<3>" is up to three words, and a space any white space.
_MEANINGS = {
    "OWN": OWN_SIGN,
    "NOUN": f"(?:{_NOUN})",
    "THIS": rf"(?:{OWN_SIGN}|this(?:\s+(?:[\w-]+\s+){{0,2}}?(?:{_NOUN}))?"
            r"|the\s+(?:film|movie|original|story|tale)(?!\s+of)|it)",
    "REMAKE": "re-?make",
    "REMADE": "re-?ma(?:de|kes?|king)",
    "ANOTHER": f"(?P<named>{_ANY_SIGN})",
    "OTHERS": rf"(?P<named>{_ANY_SIGN}"
              rf"(?:(?:,\s*(?:and\s+)?|\s+and\s+(?:then\s+)?|,?\s+(?:and\s+)?as\s+){_ANY_SIGN})*)",
    "DASH": r"\s*[:(,–—-]+\s*",
    "ANYTHING": r"[^.;:?!]*?",
}  # fmt: skip
_MEANING = re.compile("|".join([*_MEANINGS, r"<(?P<words>\d)>", "(?P<space> )"]))


def _compiled(*shapes):
    return [re.compile(_MEANING.sub(_meaning, shape), re.IGNORECASE) for shape in shapes]


def _meaning(said):
    if said["words"]:
        return rf"(?:[\w’'.-]+\s+){{0,{said['words']}}}?"
    return r"\s+" if said["space"] else _MEANINGS[said[0]]


_SOURCES = _compiled(
    r"\bREMADE ANOTHER as OWN",
    r"\b(?:saw|seen|watched) ANYTHINGANOTHERANYTHING\b(?:inspired|decided|wanted|hired|asked) to REMAKE "
    r"(?:it|the (?:film|movie))\b",
    r"\bthis <3>NOUNDASHan? <4>REMAKE of ANOTHER",
    r"\bthe (?:case|trouble|problem) with <5>REMAKE of <5>ANOTHER",
    r"\A\W*REMADE [^,;:.]{0,50}?ANOTHER, OWN",
    r"\binto (?:his|her|this|the) ANOTHER REMAKE\b",
)  # fmt: skip
_REMAKES = _compiled(
    r"(?:\A|[.,;:]\s*|\b(?:that|and|but|incidentally,?) )THIS <8>(?:be|is|was|been) <2>REMADE <5>as OTHERS",
    r"ANOTHER (?:is|was) <2>(?:an?|the) <4>(?:REMAKE|adapt(?:at)?ion|re-?telling|update) of (?:OWN|this)\b",
    r"\b(?:its|the|two|both|later|subsequent|high-profile|various|several) <3>REMAKEs,? "
    r"(?:(?:including|such as|like|namely|called) )?OTHERS",
    r"\b(?:its|the|an?) <3>(?:(?:18|19|20)\d\ds?|unofficial|later|american|hollywood|musical|colou?r|inferior|loose"
    r"|english) <2>REMAKE,? ANOTHER",
    r"OWN is the original and ANOTHER is an? <6>REMAKE\b",
    r"\bhad to REMAKE it: ANOTHER",
    r"THIS (?:has been|was) REMADE [^.;?!]{0,40}?(?:times|twice)DASH(?:first )?as OTHERS",
)  # fmt: skip
_UNSAID = re.compile(
    r"\b(?:if|let['’]?s|will|should|could|would(?!\s+(?:later|go|soon|eventually|subsequently))|hope\w*|wish\w*|rumou?r\w*"
    r"|suppose|upcoming|planned|not|never|no)\b|n['’]t\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"re-?makes\b", re.IGNORECASE)


def shaped(reading):
    """(remake, source) for what the sentence says by its shape."""
    if not reading.speaks_of("remak", "remade", "re-ma", "adapt"):
        return
    films, shape = _shape(reading)
    if films:
        yield from ((reading.own, source) for source in _said_by(_SOURCES, shape, films))
        yield from ((remake, reading.own) for remake in _said_by(_REMAKES, shape, films))


def _said_by(shapes, sentence, films):
    """The films that stand in the sentence where the shapes have them."""
    for said in (found for shape in shapes for found in shape.finditer(sentence)):
        if _UNSAID.search(sentence[max(0, said.start() - 60) : said.end()]):
            continue
        for sign in re.findall(_ANY_SIGN, said["named"]):
            film = films[ord(sign) - _FIRST_SIGN]
            yield from _parted(film) if _SEVERAL.search(said[0]) else [film]


def _parted(film):
    """The films that a list of them was taken for one: "THE MONEY PIT and ARE WE DONE YET?"."""
    return [film._replace(title=title) for title in re.split(r",?\s+and\s+|,\s+", film.title)]


def _shape(reading):
    """The films that are named, and the sentence with a sign for each, quotation marks and years included."""
    films, parts, at = [], [], 0
    for name in films_named(reading, len(reading.masked)):
        if len(films) == _MOST:
            break
        start = max(name.start, reading.text.find(name.title, name.start, name.end))
        before = reading.masked[at:start].rstrip("\"'“‘`´¨*_(")
        parts += [before, chr(_FIRST_SIGN + len(films))]
        films.append(film_of(name))
        at = name.end + len(_CLOSING.match(reading.masked, name.end)[0])
    shape = "".join([*parts, reading.masked[at:]])
    return films, _OWN_TITLE.sub(OWN_SIGN, shape)


_CLOSING = re.compile(r"[\"'”’`´¨*_]*")
_OWN_TITLE = re.compile(rf"[\"“'‘*_]*{OWN_SIGN}+[\"”'’*_]*(?:\s*\(\d{{4}}\))?")

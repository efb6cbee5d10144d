"""Which films are said to be remakes of the reviewed one."""

import re

from reviews.evidence.licence import OWN, OWN_SIGN, SUBJECT, is_stated, says_of_own, was_done_to_own
from reviews.evidence.phrases import noun_phrase
from reviews.evidence.reading import Film, film_of, year_in
from reviews.evidence.spans import plausible_year
from reviews.evidence.words import NATIONALITIES

_REMAKE_OF = re.compile(r"\bre-?make(?P<plural>s?)\s+(?:of\s+sorts\s+)?(?-i:of|to|from|OF|TO|FROM)\s+", re.IGNORECASE)
_REMAKE_ITSELF = re.compile(r"\bre-?make\b(?!\s+(?:of|to|from|trailer|rights|value)\b)", re.IGNORECASE)
_ITSELF = re.compile(
    rf"(?:{OWN}|(?:this|(?-i:it))\b(?!\s+\w+\s+(?:series|show|novel|book"
    rf"|story))(?:\s+(?:very\s+)?(?:[\w-]+\s+){{0,3}}?(?:film|movie|one|picture|classic|flick|gem|version|thriller"
    rf"|original|noir|comedy|drama|western|chiller|masterpiece|hit))?)",
    re.IGNORECASE,
)
_APPOSED_NAME = re.compile(
    r"(?:\s+in\s+\d{4})?\s*(?:,?\s+(?:called|titled|entitled|named|under\s+the\s+title)\s+|[,:–—-]\s*|\()",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r",?\s+(?:is\s+|was\s+)?(?:\(?(?:called|titled|entitled|named|with\s+the\s+title|under\s+the\s+title(?:\s+of)?|known\s+as"
    r"|released\s+as))\s+",
    re.IGNORECASE,
)
_MADE_BY = re.compile(r"\s+(?:has|made|directed|did|starred|plays|wrote|chose|helmed|gave|had|and)\b")
_CLAUSE = re.compile(
    r"(?:\A\W*|[,;:(–—]\s*|\b(?:that|and|but|because|since|although|while|whereas|know"
    r"|though)\s+)(?:the\s+film\s+|the\s+movie\s+)?"
)
_PASSIVE = re.compile(
    r"\s*,?\s*(?:which\s+)?(?:was|has been|got|would be)\s+(?:later\s+|subsequently\s+|itself\s+|also\s+)?"
)
_REMADE = re.compile(r"\bre-?made\b(?!\s+(?:from|of)\b)", re.IGNORECASE)
_AS = re.compile(
    r"\b(?:as|into|under\s+the\s+(?:title|name)(?:\s+of)?|re?titled|titled|called|entitled"
    r"|with\s+the\s+title)\s+(?!(?-i:well|good|bad|far|soon|much|many|long|I)\b)",
    re.IGNORECASE,
)
_IN_YEAR = re.compile(r"\b(?:in|of|from)\s+(?:the\s+year\s+)?(?P<year>(?:18|19|20)\d\d)(?!s|['’]s|\d)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\d'’])(?P<year>(?:18|19|20)\d\d)(?!\d|s|['’]s\s)")
_REMADE_IT = re.compile(
    rf"\b(?:re-?made|(?<!to\s)(?<!n't\s)(?<!not\s)remakes?|re-?did)\s+(?:it|this(?:\s+(?:very\s+)?(?:film|movie"
    rf"|one|classic|story|picture))?|the\s+(?:film|movie|picture)|{OWN})(?=[\s,])",
    re.IGNORECASE,
)
_INSPIRED = re.compile(
    rf"(?P<subject>{SUBJECT})(?:\s*,?\s*which|\s*,?\s*that)?(?:\s+(?:later|also|eventually|has\s+since"
    rf"|subsequently))?\s+(?:spawned|inspired|led\s+to|was\s+the\s+(?:basis|source|original)\s+(?:for|of)|prompted"
    rf"|begat)"
    r"\s+(?:an?|the)\s+(?P<words>(?:[\w’'-]+,?\s+){0,5}?)re-?make,?\s*\(?(?:called\s+|titled\s+|entitled\s+|with\s+"
    r"|of\s+)?",
    re.IGNORECASE,
)
_IS_ORIGINAL_OF = re.compile(
    r"\boriginal\s+(?:(?:[\w-]+\s+){0,3}?(?:version|film|movie|source))?\s*(?:of|for|on\s+which|upon\s+which"
    r"|that\s+(?:was\s+)?(?:later\s+)?(?:inspired|became|spawned|remade\s+as))\s+",
    re.IGNORECASE,
)
_BECAME = re.compile(
    r"\b(?:turned\s+(?:it|this)\s+into|(?:it|this)\s+(?:then\s+|later\s+)?became|called\s+(?:the|their|his)\s+re-?make"
    r"|(?:the|a|an)\s+(?:Hollywood|American|US|English)\s+version\s+(?:called|titled|under\s+the\s+title(?:\s+of)?))\s+"
)
_ALONE = re.compile(r"\W*(?:this\s+is\s+)?(?:the|an?)\s+", re.IGNORECASE)
_SAME_TITLE = re.compile(r"\b(?:with|under)\s+the\s+same\s+(?:title|name)")
_CLAUSE_END = re.compile(r"[.;!?](?=\s|\Z)")
_OWNER = re.compile(r"(?:[A-Z][\w.'’-]*\s+)*\Z")
_REMAKE_CLOSED = re.compile(r"\s*[,)]")
_PERSON = re.compile(r"[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]+){0,2}")
_PLANNED = re.compile(
    r"\b(?:rumou?r\w*|i\s+hear|announced|upcoming|planned|coming|on\s+its\s+way|hope|in\s+development)\b"
)
_BESIDE = re.compile(r"(?:\s+(?:with|starring)\s[^,;:()]{3,50}(?=,))?(?P<mark>,|:|\s*\(|)\s*(?=[\"“'‘*_A-Z\d])")
_AND_AS = re.compile(
    r"(?:,?\s+in\s+\d{4})?,?\s+(?:and\s+then|and\s+again|and\s+later|and|then)\s+(?:again\s+|later\s+)?"
    r"(?:(?P<link>in\s+\d{4})\s+)?as\s+"
)
_BOTH = re.compile(r"\s+and\s+")


def remakes(reading):
    """(remake, source) for all that the sentence says of remakes of the reviewed film."""
    if reading.speaks_of("remak", "remade", "re-m", "under the title"):
        yield from _of_noun(reading)
        yield from _of_verbs(reading)
        for became in _BECAME.finditer(reading.masked):
            if (name := reading.other_name(became.end())) and is_stated(reading.masked, became.start(), []):
                yield film_of(name), reading.own
    for original in _IS_ORIGINAL_OF.finditer(reading.masked) if reading.speaks_of("original") else ():
        name = reading.other_name(original.end())
        alone = _ALONE.fullmatch(reading.masked, 0, original.start())
        if name and (alone or says_of_own(reading.masked, original.start(), reading.masked[name.end :])):
            yield film_of(name), reading.own


def _of_noun(reading):
    for noun in _REMAKE_OF.finditer(reading.masked):
        own = _ITSELF.match(reading.masked, noun.end())
        if own and not reading.masked.startswith(("'s", "’s"), own.end()) and not _is_longer(reading, noun.end(), own):
            yield from ((remake, reading.own) for remake in _remakes_of_own(reading, noun, own))
        elif (name := reading.name(noun.end())) and film_of(name) == reading.own:
            if apposed := reading.name_before(noun_phrase(reading.masked, noun.start())[0]):
                yield film_of(apposed), reading.own
        else:
            yield from _of_own_year(reading, noun)
    for noun in _REMAKE_ITSELF.finditer(reading.masked):
        if remake := _beside(reading, noun):
            yield remake, reading.own


def _is_longer(reading, at, own):
    """Whether the reviewed film's title only begins a longer one here."""
    return OWN_SIGN in own[0] and reading.other_name(at)


def _of_own_year(reading, noun):
    """ "…, a loose remake of the 1969 original", in a review of the film of 1969."""
    earlier = re.compile(
        r"(?:the|a)\s+(?:[\w-]+\s+){0,2}?(?P<year>\d{4})\s+(?:[\w-]+\s+){0,2}?(?:original|version)\b"
    ).match(reading.masked, noun.end())
    mine = earlier and int(earlier["year"]) == reading.own.year
    if mine and (name := reading.name_before(noun_phrase(reading.masked, noun.start())[0])):
        yield film_of(name), reading.own


def _remakes_of_own(reading, noun, own):
    """ "X is a remake of this film", "the American remake of this, X", "the 1998 remake of Psycho"."""
    start, determiner, adjectives = noun_phrase(reading.masked, noun.start())
    year = year_in(adjectives)
    dated = year and determiner == "the" and OWN_SIGN in own[0] and reading.own.year and year > reading.own.year
    if dated:  # which is there, whatever the sentence goes on to say of it
        yield Film(reading.own.title, year)
    if not is_stated(reading.masked, start, adjectives) or determiner in ("no", "any", "some"):
        return
    after = _APPOSED_NAME.match(reading.masked, own.end())
    may_follow = after and determiner in ("the", "a", "an", "its") and not noun["plural"]
    if may_follow and (name := reading.closed_name(after.end())):
        yield film_of(name, year)
        return
    if name := reading.name_before(start):
        yield film_of(name)


def _beside(reading, noun):
    """A film beside "remake" without "of": "the American remake, Point of No Return", "Vanilla Sky, the US remake"."""
    start, determiner, adjectives = noun_phrase(reading.masked, noun.start())
    made = [word for word in adjectives if word not in ("inevitable", "unnecessary", "more", "less")]
    owned = determiner.endswith(("'s", "’s", "s'", "s’"))
    known = owned or determiner in ("the", "its", "a", "an", "another", "")
    of_another = any(quote in reading.masked[start : noun.start()] for quote in '"“')  # "the 2003 “Willard” remake"
    if not known or of_another or not is_stated(reading.masked, start, made) or _PLANNED.search(reading.small):
        return None
    abroad = owned or "later" in adjectives or any(word.split("-")[0] in NATIONALITIES for word in adjectives)
    if called := _CALLED.match(reading.masked, noun.end()):
        name = reading.other_name(called.end())
    elif determiner in ("the", "its") or owned:
        before = _OWNER.search(reading.masked, 0, start).start() if owned else start
        name = _after(reading, noun.end(), abroad)
        if not name and (not owned or _REMAKE_CLOSED.match(reading.masked, noun.end())):
            name = reading.name_before(before)
        name = name if name and (name.end > start or abroad or name.year or reading.is_quoted(name)) else None
    else:
        name = _between_commas(reading, noun.end()) if adjectives else None
    return name and film_of(name, year_in(adjectives))


def _between_commas(reading, at):
    """ "A musical remake, The Opposite Sex, followed"; a name there that is no title is somebody's."""
    comma = re.compile(r",\s+(?=[\"“'‘*_]|The\s|An?\s|[A-Z]{3})").match(reading.masked, at)
    name = comma and reading.other_name(comma.end())
    return name if name and reading.is_closed(name) and name.title.split()[0] not in _NO_TITLES else None


def _after(reading, at, abroad):
    link = _BESIDE.match(reading.masked, at)
    name = link and reading.other_name(link.end())
    if not name or name.title.split()[0] in _NO_TITLES:
        return None
    if not link["mark"]:
        return None if _MADE_BY.match(reading.text, name.end) else name
    apposed = name.year or reading.is_quoted(name) or link["mark"] == " ("
    closed = reading.is_closed(name) and (abroad or "if" in reading.small.split() or not _PERSON.fullmatch(name.title))
    return name if apposed or (closed and not (link["mark"] == "," and _opens(reading, at))) else None


_NO_TITLES = {
    *("I", "Just", "But", "And", "So", "See", "Not", "Don't", "It", "If", "Though", "Although", "Yes", "No"),
    *("IMDb", "IMDB", "DVD", "TV"),
}


def _opens(reading, at):
    """Whether the words up to here open a sentence on somebody: "In the remake, Travolta, who …"."""
    return bool(re.compile(r"\W*(?:in|with|for|unlike)\s[^,;]*", re.IGNORECASE).fullmatch(reading.masked, 0, at))


def _of_verbs(reading):
    for remade in _REMADE.finditer(reading.masked):
        if was_done_to_own(reading.masked[: remade.start()]):
            yield from ((remake, reading.own) for remake in _remade_as(reading, remade.end()))
        elif source := _remade_as_own(reading, remade):
            yield reading.own, source
    for remade in _REMADE_IT.finditer(reading.masked):
        yield from ((remake, reading.own) for remake in _remade_as(reading, remade.end()))
    for inspired in _INSPIRED.finditer(reading.masked):
        if name := reading.closed_name(inspired.end()):
            yield film_of(name, year_in(inspired["words"])), reading.own


def _remade_as_own(reading, remade):
    """The source in "X was remade as this film"."""
    if not re.compile(rf"[^.;!?]{{0,60}}?\bas\s+{OWN}").match(reading.masked, remade.end()):
        return None
    for clause in _CLAUSE.finditer(reading.masked, 0, remade.start()):
        name = reading.other_name(clause.end())
        if name and _PASSIVE.fullmatch(reading.masked, name.end, remade.start()):
            return film_of(name)
    return None


def _remade_as(reading, at):
    """The films after "as" in "remade in 1997 as the Denzel Washington film 'Fallen'"."""
    stop = _CLAUSE_END.search(reading.masked, at)
    reach = min(stop.start() if stop else len(reading.masked), at + 120)
    if same := _SAME_TITLE.search(reading.masked, at, reach):
        year = year_in(reading.masked[at : same.end() + 12])
        return [Film(reading.own.title, year)] if year else []
    for link in _AS.finditer(reading.masked, at, reach):
        if _PART.search(reading.masked, at, link.start()) or _WITH.match(reading.masked, at):
            return []
        if name := reading.name(link.end()):
            return [*_each_of(reading, name, reading.masked[at : link.start()])]
    return []


_WITH = re.compile(r"\s+with\s")  # players: what follows is what they play
_PART = re.compile(r"\b(?:outing|role|part|performance|turn|debut|career)\s+\Z", re.IGNORECASE)


def _each_of(reading, name, before):
    """The films in "as X in 1949 and in 1998 as Y", or in "twice, as X and Y"."""
    twice = re.search(r"\b(?:twice|both|times)\b", before)
    one, *others = _BOTH.split(name.title) if twice or reading.masked.startswith(" as ", name.end) else [name.title]
    yield Film(one, name.year or _year_around(before, reading.masked[name.end : name.end + 40]))
    yield from (Film(title, None) for title in (others if twice else ()))
    link = _AND_AS.match(reading.masked, name.end)
    if link and (further := reading.other_name(link.end())):
        yield film_of(
            further, year_in(link["link"] or "") or _year_around("", reading.masked[further.end : further.end + 40])
        )


def _year_around(before, after):
    """The year of a remake: "in 1997" before its title, or right after it."""
    found = _IN_YEAR.search(before) or _IN_YEAR.match(after.lstrip(" ,")) or _NUMBER.search(before)
    return plausible_year(found["year"]) if found else None

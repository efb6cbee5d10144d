"""Of what film the reviewed one is said to be a remake."""

import re

from reviews.evidence.licence import OWN, OWN_SIGN, SUBJECT, is_stated, says_of_own
from reviews.evidence.phrases import noun_phrase
from reviews.evidence.reading import Film, film_of, year_in
from reviews.evidence.spans import plausible_year
from reviews.evidence.words import NATIONALITIES, NUMERALS

REMAKE, ADAPTATION, RE_EDIT = "remake", "adaptation", "re-edit"

_NOUN = re.compile(
    r"\b(?P<noun>re-?makes?|remaking|re-?do(?:ing)?|do-over|re-?imagin(?:ing|ation)|re-?telling|re-?working|version"
    r"|adaptation|update|updating|take|spin|copy|retread|rehash|reboot|redux|retool(?:ing)?|re-?interpretation|re-?creation|americani[sz]ation"
    r"|(?:re-?edit(?:ed\s+version)?|re-?cut))(?:\s*\([^()]{1,90}\))?(?:\s+by\s+(?:[\w.’'-]+\s+){1,4}?|\s+(?:nobody|no\s+one)\s+\w+,?)?\s*\b(?-i:of|to|from|on|OF|TO|FROM|ON)\s+(?:both\s+)?",
    re.IGNORECASE,
)
_STEMS = (
    *("remak", "re-", "redo", "redux", "do-over", "doing", "imagin", "telling", "work", "version", "adapt", "updat"),
    *("take", "spin", "copy", "tread", "rehash", "boot", "tool", "interpret", "creation", "american", "edit", "recut"),
)
_STRONG = re.compile(r"remake|remaking|redo|do-over|retread|redux|americani")
_SAME_TITLE = re.compile(
    r"(?:the\s+|a\s+|an\s+|his\s+own\s+|her\s+own\s+)?(?P<words>(?:[\w’'.,/&-]+\s+){0,8}?)(?:(?:film|movie"
    r"|picture|classic|version|thriller|comedy|drama|western"
    r"|original|flick|hit|one|effort|musical|feature|production|chiller|shocker|masterpiece|noir"
    r"|romance)\s*(?:\(\s*(?P<bracket>\d{4})\s*\)\s*)?(?:with\s+(?:[\w.’'-]+\s+){1,6}?|,?\s*"
    r"(?:starring\s[^,;:]{3,50})?),?\s*)?"
    r"(?:\(?also\s+"
    + OWN
    + r"|(?:also\s+)?(?:of|by|with|under|bearing|sharing)\s+(?:the\s+|an?\s+)?(?:very\s+)?(?:same"
    r"|identical)\s+(?:name|title)|also\s+(?:called|titled|named)\s+"
    + OWN
    + r"|which\s+(?:has|had|shares|shared)\s+the\s+same\s+(?:name|title))",
    re.IGNORECASE,
)
_EARLIER_VERSION = re.compile(
    r"(?:(?:the|a|an)\s+(?P<words>(?:[\w’'./&-]+,?\s+){0,5}?)(?:original|version)(?:\s+(?:film|movie|version"
    r"|classic))?(?:\s+(?:from|of)\s+(?P<year>\d{4}))?"
    r"|the\s+(?P<dated>(?:[\w’'./&-]+\s+){0,5}?)(?:film\s+noir|film|movie|epic|picture|flick|talkie|silent|western|thriller"
    r"|comedy|noir|classic)(?:\s+(?:from|of)\s+(?P<made>\d{4}))?)\b"
    r"(?!\s+(?:of|by\s+the|called|titled|entitled|named|tv|series|novel|story"
    r"|(?:which|that)\s+(?!(?:i|he|she|had|has|was|is|starred|scared|made)\b)|\((?-i:[\"“A-Z])))",
    re.IGNORECASE,
)  # fmt: skip
_FOLLOWING = re.compile(
    r",?\s+(?:following|after|preceded\s+by|coming\s+after"
    r"|succeeding)\s+(?:the\s+)?(?P<words>(?:[\w'-]+\s+){0,4}?)(?:remake|adaptation|version)s?\s+",
    re.IGNORECASE,
)
_NOT_A_FILM = re.compile(r"\b(?:novel|book|play|series|show|story|game|song|score|comic|tv)\b", re.IGNORECASE)
_AFTER_VERSION = re.compile(r",?\s+[\"“'‘(]?[A-Z]")
_REMADE_FROM = re.compile(
    r"\b(?:pretty\s+much\s+)?re-?made\s+(?:(?:scene|shot|frame|line)[\s-](?:for|by)[\s-]\w+\s+)?(?:from|of)\s+",
    re.IGNORECASE,
)
_BASED_ON = re.compile(
    rf"(?:\b\w+ly\s+)?\b(?:based\s+(?:{OWN}\s+)?(?:up)?on|adapted\s+from)\s+(?P<same>the\s+same\s+(?:[\w-]+\s+){{1,4}}?as\s+)?",
    re.IGNORECASE,
)
_REMAKES = re.compile(rf"{SUBJECT}(?:\s+\w+ly)?\s+remakes\s+(?!it\b|this\b)", re.IGNORECASE)
_REMAKING = re.compile(r"\A\W*(?:Remaking|(?:Hollywood|Bollywood|Disney)\s+remakes)\s+")
_MAKERS_REMAKE = re.compile(
    r"\A\W*(?:The\s+)?[A-Z][\w.’']+(?:\s+(?:and\s+)?(?:de|von|van|[A-Z][\w.]+)){0,6}\s+(?:has\s+)?(?:re-?makes?|re-?made"
    r"|reworks|updates)\s+(?!of\b|it\b|this\b)"
)
_OWN_WORK = re.compile(r"\b(?:re-?ma(?:k(?:es?|ing)|de))\s+(?:his|her|their)\s+(?:own\s+)?", re.IGNORECASE)
_ITS_ORIGINAL = re.compile(
    r"\b(?:the|its)\s+(?P<words>(?:[\w’'./-]+,?\s+){0,4}?)original(?P<noun>\s+(?:(?:[\w-]+\s+){0,3}?)(?:film"
    r"|movie|version|thriller|classic)\b)?(?P<comma>\s*[,:(–—-]+|)\s*(?=[\"“'‘*_\w\[" + OWN_SIGN + "])",
    re.IGNORECASE,
)
_UNNAMED_CLAIM = re.compile(r"\bre-?make\b(?!\s+(?:of|to|from)\s+(?:[\"“'‘A-Z]|this|it\b))", re.IGNORECASE)
_HIS_OWN = re.compile(r"re-?make\s+of\s+(?:his|her|their)\s+own\s", re.IGNORECASE)
# Words that speak of other works of the same makers.
_ELSEWHERE = re.compile(r"\b(?:also|previously|before|earlier|later|went|known|who|whose|should|would|could|if|next)\b")
_SEQUEL = re.compile(r"['’]s|\s+(?:ii|iii|2|3|series|franchise)\b", re.IGNORECASE)
_OWNED = re.compile(r"['’]s\Z|s['’]\Z")
_OWNER_ALONE = re.compile(r"\W*(?:[A-Z][\w.'’-]*\s+){0,3}\Z")
_THIS_SEEN = re.compile(r"\A[^.;:?]*\bthis\s+(?:film|movie)\s+expecting\b[^.;:?]*\Z")
_MADE = re.compile(
    rf"(?:{SUBJECT}(?:\s*,[^,]{{1,60}},)?(?:\s+(?:is|was)|['’]s)(?:\s+(?:an?"
    rf"|the)\s+(?:[\w’'./&-]+\s+){{1,9}}?)?(?:\s*\w+ly|\s+also)?,?\s*\Z)|\A\W*(?:\w+ly\s+)?\Z"
    r"|\A\W*(?-i:[A-Z])[\w.’' -]{1,40}(?:['’]s|s['’])\s+(?:[\w-]+\s+){0,2}?(?:film|movie|thriller|drama"
    r"|comedy)\s+is\s+\Z"
    rf"|\A\W*(?-i:[A-Z])[\w.’' ]{{1,40}}\sbased\s+{OWN}\s+\Z"
    rf"|(?:{OWN}|\bthis\s+(?:[\w-]+\s+)?(?:film|movie|picture)),\s*(?:which\s+(?:is|was)\s+)?(?:\w+ly\s+)?\Z",
    re.IGNORECASE,
)
_REMAKE_ITSELF = re.compile(r"\bre-?make\b(?!\s+(?:of|to|from)\b)", re.IGNORECASE)
_THIS = re.compile(r"\b[Tt]his\s+(?:[a-z-]+\s+){0,3}?(?=[\"“'‘]?[A-Z][^.;:!?]{4,60}\sremake\b)")
_AT_HOME = {"american", "us", "u.s", "hollywood", "british", "english", "uk", "south", "north", "west"}


def sources(reading):
    """(kind, remake, source) for all that the sentence says of the reviewed film's source."""
    for noun in _NOUN.finditer(reading.masked) if reading.speaks_of(*_STEMS) else ():
        yield from _of_noun(reading, noun)
    if reading.speaks_of("based", "adapted", "remake", "remaking", "remade", "re-m"):
        yield from _of_verbs(reading)
    for this in _THIS.finditer(reading.masked):
        name = reading.other_name(this.end())
        if name and len(name.title.split()) > 2 and reading.masked.startswith(" remake", name.end):
            yield (
                REMAKE,
                reading.own,
                film_of(name),
            )  # "this Dial M for Murder remake", but not "this Tim Burton remake"
    for remake in _REMAKE_ITSELF.finditer(reading.masked):
        if _is_named_like_source(reading, remake.start()):
            yield REMAKE, reading.own, Film(reading.own.title, None)


def _of_noun(reading, noun):
    """ "… remake of X", where this is said of the reviewed film."""
    word = noun["noun"].casefold().replace("-", "")
    is_remake = bool(_STRONG.match(word))
    joint = noun[0].casefold().split()[-1]
    if (is_remake and joint == "on") or (word.startswith(("reedit", "recut")) and joint != "of"):
        return
    kind = RE_EDIT if word.startswith(("reedit", "recut")) else REMAKE
    source, end = _same_title(reading, noun.end()) if is_remake else (None, 0)
    name = None if source else reading.name(noun.end())
    if name and (is_remake or kind == RE_EDIT or reading.is_surely_a_film(name)):
        source, end = film_of(name), name.end
    if not source or source == reading.own:
        return
    plural = word == "remakes"
    claimed = says_of_own(reading.masked, noun.start(), reading.masked[end:], singular=not plural) or (
        is_remake and _is_meant(reading, noun.start(), source, end)
    )
    if claimed and not _is_of_another(reading, noun):
        yield kind, reading.own, source
        yield from _siblings(reading, noun.start(), end, source)


def _is_of_another(reading, noun):
    """ "… 101 Dalmatians, a remake of …" in a review of its sequel."""
    start, determiner, _ = noun_phrase(reading.masked, noun.start())
    name = None if determiner == "this" else reading.name_before(start)
    return name and " " in name.title and reading.own.title.casefold() not in reading.text[:start].casefold()


def _is_meant(reading, at, source, end):
    """ "The 2010 remake of …" on a film of 2010, or "Disney's remake of their 1991 Dumbo" on another Dumbo."""
    start, determiner, adjectives = noun_phrase(reading.masked, at)
    namesake = reading.is_own(source)
    if _HIS_OWN.match(reading.masked, at) and is_stated(reading.masked, start, adjectives):
        return not _ELSEWHERE.search(reading.masked)
    if namesake and "original" in reading.masked[at:end] and _THIS_SEEN.search(reading.masked[:start]):
        return True
    mine = reading.own.year and year_in(adjectives) == reading.own.year
    if mine and (determiner == "the" or _OWNED.search(determiner)):
        return True
    if namesake and mine is not None and source.year and source.year < reading.own.year:
        return not _DENIED.search(reading.masked[:start]) and determiner not in ("no", "any")
    if not reading.own.year or not is_stated(reading.masked, start, adjectives):
        return False
    older = source.year and source.year < reading.own.year
    owned = _OWNED.search(determiner) and _OWNER_ALONE.match(reading.masked[:start])
    return bool(namesake and (older or (owned and not _SEQUEL.match(reading.masked, end))))


def _siblings(reading, at, end, source):
    """Another remake of the same film: "following the 2018 German adaptation Don't. Get. Out!"."""
    following = _FOLLOWING.match(reading.masked, end)
    if following and NUMERALS & set(noun_phrase(reading.masked, at)[2]) and (name := reading.name(following.end())):
        yield REMAKE, film_of(name, year_in(following["words"])), source


def _same_title(reading, at):
    """The film of the same title, and the end of the words, for "the 1974 film of the same name"."""
    if (same := _SAME_TITLE.match(reading.masked, at)) and not _NOT_A_FILM.search(same[0]):
        return Film(reading.own.title, plausible_year(same["bracket"]) or year_in(same["words"])), same.end()
    if (earlier := _EARLIER_VERSION.match(reading.masked, at)) and not _AFTER_VERSION.match(
        reading.masked, earlier.end()
    ):
        words = earlier["words"] or earlier["dated"] or ""
        year = plausible_year(earlier["year"] or earlier["made"]) or year_in(words)
        nations = [word for word in words.casefold().split() if word.split("-")[0] in NATIONALITIES]
        foreign = nations if earlier["words"] is None else set(nations) - _AT_HOME
        if year and not foreign:  # a foreign original rarely has the same title
            return Film(reading.own.title, year), earlier.end()
    return None, 0


def _of_verbs(reading):
    """ "Based on the film X", "remade from X", "this remakes X"."""
    for based in _BASED_ON.finditer(reading.masked):
        name = reading.name(based.end())
        sure = name and (reading.is_surely_a_film(name) or (based["same"] and name.year))
        if sure and _was_made(reading, based, name):
            yield ADAPTATION if based["same"] else REMAKE, reading.own, film_of(name)
    for remade in _REMADE_FROM.finditer(reading.masked):
        if (name := reading.name(remade.end())) and _was_made(reading, remade, name):
            yield REMAKE, reading.own, film_of(name)
    yield from ((REMAKE, reading.own, film_of(name)) for name in [*_remade_names(reading), *_remade_namesakes(reading)])


def _remade_names(reading):
    """ "This remakes X", "Remaking X, the director …", "The Coen Brothers remake the Ealing comedy X"."""
    for remakes in _REMAKES.finditer(reading.masked):
        if name := reading.name(remakes.end()):
            yield name
    remaking = _REMAKING.match(reading.masked)
    name = remaking and reading.name(remaking.end())
    if name and reading.masked.startswith((",", "."), name.end):
        yield name
    for remake in filter(None, (_MAKERS_REMAKE.match(reading.masked), _OWN_WORK.search(reading.masked))):
        name = reading.name(remake.end())
        goes_on = name and reading.is_own(name) and reading.masked.startswith(" as ", name.end)
        if name and (name.is_film or reading.is_own(name)) and not goes_on and not _ELSEWHERE.search(reading.masked):
            yield name


def _remade_namesakes(reading):
    """ "What possessed him to remake the 1973 classic The Wicker Man", in a review of another Wicker Man."""
    for remaking in _REMAKING_ANY.finditer(reading.masked):
        name = reading.name(remaking.end())
        older = name and name.year and reading.own.year and name.year < reading.own.year
        if older and reading.is_own(name) and not _DENIED.search(reading.masked[: remaking.start()]):
            yield name


_REMAKING_ANY = re.compile(r"\bre-?ma(?:k(?:es?|ing)|de)\s+(?!of\b|as\b|it\b|this\b|by\b|in\b)")
_DENIED = re.compile(r"(?:\b(?:not|never|no|nothing|than|call\w*)\b|n['’]t)[^,;:]*\Z", re.IGNORECASE)


def _was_made(reading, verb, name):
    """Whether the reviewed film is the subject of "based on" or "remade from"."""
    before = reading.masked[: verb.start()]
    subject = _MADE.search(before) and not re.search(r"\bnot\b|n['’]t\b", before[-30:])
    return subject or says_of_own(reading.masked, verb.start(), reading.masked[name.end :])


def _is_named_like_source(reading, at):
    """ "This Total Recall remake", in a review of the later one."""
    _, determiner, adjectives = noun_phrase(reading.masked, at)
    return determiner == "this" and len(adjectives) == 1 and set(adjectives[0].strip("\"'“”‘’")) == {OWN_SIGN}


def says_it_is_a_remake(reading):
    return any(
        says_of_own(reading.masked, noun.start(), reading.masked[noun.end() :])
        for noun in _UNNAMED_CLAIM.finditer(reading.masked)
    )


def originals(reading):
    """Films named as "the original", which in a review that calls its own film a remake are that film's source."""
    for original in _ITS_ORIGINAL.finditer(reading.masked):
        name = None if _NOT_A_FILM.search(original[0]) else reading.name(original.end())
        if name and _is_source(reading, name, original):
            yield REMAKE, reading.own, film_of(name, year_in(original["words"]))


def _is_source(reading, name, original):
    if reading.is_own(name):
        return not original["comma"]
    apposed = original["comma"] or original["noun"]
    return bool(name.year or reading.is_quoted(name) or (apposed and reading.is_closed(name)))

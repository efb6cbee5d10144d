"""Films beside a remake that goes by no title of its own: "took X and remade it", "the 1979 film" of the same title."""

import re

from reviews.evidence.licence import OWN, OWN_SIGN
from reviews.evidence.reading import Film, film_of
from reviews.evidence.spans import plausible_year
from reviews.evidence.words import BREAKS

_REMAKING = re.compile(r"\b(?:re-?ma(?:k(?:es?|ing)|de)|re-?imagin\w+|reboot|re-?do(?:ne|ing)?|update)\b")
_MISLED = re.compile(
    r"\b(?:not|never|no|nor|isn['’]?t|wasn['’]?t|hardly|than|like)\s+(?:(?:really|even|just|only|an?|the|any|to)\s+)*"
    r"(?:[\w-]+\s+)?re-?ma[kd]e|\b(?:sequel|prequel|follow-up|spin-off|rumou?rs?|announced|tv|series|sequels|wonder)\b"
    rf"|\bof\s+[\"“]?{OWN_SIGN}+[\"”]?\s+\("
)
_DATED_BEFORE = re.compile(
    rf"(?<![\w'’])(?P<year>(?:18|19|20)\d\d)(?:['’]s)?\s+(?P<words>(?:[\w’'./-]+\s+){{0,6}}?)[\"“'‘*_]?{OWN_SIGN}+"
    rf"(?!\s+(?:re-?make|series|novel|book|{OWN_SIGN}))"
)
_DATED_AFTER = re.compile(
    rf"{OWN_SIGN}+[\"”'’*_!?]*(?:\s*[(\[](?P<year>\d{{4}})[)\]]|\s+(?:from|of)\s+(?P<of>\d{{4}})\b"
    r"|,\s+(?:the|a)\s+(?:\w+\s+)?(?P<the>\d{4})\s+(?!re-?make|version|novel|book))"
)
_DATED_VERSION = re.compile(
    rf"(?<![\w'’])(?P<year>(?:18|19|20)\d\d)\s+(?:version|original|film|movie)\s+of\s+[\"“'‘*_]*{OWN_SIGN}+"
)
_ORIGINAL = re.compile(rf"\boriginal\s+(?:[\w.’'-]+\s+){{0,4}}?[\"“'‘*_]?{OWN_SIGN}")
_NAMELIKE = re.compile(r"\b(?:re-?make|re-?boot|version|sequel|novel|book|play|series|and|is|was|of|than)\b")
_LIKE_NAMED = re.compile(
    r"\b(?P<year>(?:19|20)\d\d)\s+(?:[\w’'.-]+\s+){0,4}?(?:re-?make|version)\s+(?:of|with|by|under)\s+the\s+same\s+(?:name|title)"
)


def namesakes(reading, is_a_remake):
    """(remake, source) for a film of the same title and another year that the sentence calls remake or original."""
    if not reading.own.year or _MISLED.search(reading.small):
        return
    if is_a_remake or _REMAKING.search(reading.small) or _ORIGINAL.search(reading.masked):
        years = {*_years_of_title(reading)}
        yield from ((reading.own, Film(reading.own.title, year)) for year in years if year < reading.own.year - 1)
        if "remake" in reading.small:
            years |= {int(like["year"]) for like in _LIKE_NAMED.finditer(reading.masked)}
            yield from ((Film(reading.own.title, year), reading.own) for year in years if year > reading.own.year + 1)


_DATED = (_DATED_BEFORE, _DATED_VERSION, _DATED_AFTER)


def _years_of_title(reading):
    for dated in (said for dates in _DATED for said in dates.finditer(reading.masked)):
        year = plausible_year(next(filter(None, map(dated.groupdict().get, ("year", "of", "the")))))
        between = dated.groupdict().get("words", "").casefold()
        if year and not _NAMELIKE.search(between) and _is_whole(reading, dated):
            yield year


def _is_whole(reading, dated):
    """Whether the title is there in full, and is not the beginning of a longer one."""
    at = reading.masked.index(OWN_SIGN, dated.start(), dated.end())
    length = reading.masked.count(OWN_SIGN, dated.start(), dated.end())
    return length == len(reading.own.title) and not reading.other_name(at)


_SUBJECT = rf"(?:this|it|{OWN})"
# A remake whose source stands before it in the sentence.
_OF_IT = re.compile(
    rf"\bof\s+which\s+{_SUBJECT}[^,;:.]{{0,50}}?\s(?:is|was)\s+(?:an?|the)\s+(?:[\w-]+\s+){{0,3}}?re-?make"
    rf"|\b(?:that|which|film|movie|original|version)\s+{_SUBJECT}(?:\s+(?:film|movie|one|picture))?\s+(?:is|was)\s+(?:an?|the)\s+(?:[\w-]+\s+){{0,3}}?re-?make\s+of"
    rf"|\b(?:that|which)\s+{_SUBJECT}\s+re-?makes\b"
    rf"|,\s+the\s+(?:[\w-]+\s+){{0,3}}?(?:film|movie|original)\s+(?:up)?on\s+which\s+{_SUBJECT}\s+(?:is|was)\s+(?:\w+\s+)?based"
    r"|,\s+the\s+(?:\d{4}\s+)?(?:[A-Z][a-z]+\s+){1,2}original,(?=.*\bremake\b)"
    rf"|(?:{OWN}|\bthis\b),?\s+(?:is\s+)?(?:its|his|her|their|the|an)\s+(?:[\w-]+\s+){{0,3}}?re-?make\b(?!\s+of)"
    r"|\b(?:and|has|have|who|then)\s+re-?ma(?:de|kes?)\s+it\b(?!\s+as\s+(?:(?-i:[\"“'‘]?[A-Z])))"
    r"|\b(?:has|have)\s+been\s+re-?made(?=\s*(?:[.!]|\Z))"
    r"|\bthis\s+(?:[\w’'-]+\s+){0,4}?re-?make\b(?!\s+of)"
    rf"|{_SUBJECT}(?:['’]s|\s+is|\s+was)\s+(?:an?|the)\s+(?:[\w-]+\s+){{0,3}}?re-?make\s+of\s+(?:it\b|that\b)",
    re.IGNORECASE,
)
_MAY_NAME = re.compile(r"(?<!\S)(?:the\s|an?\s|[\"“'‘¨`´*_(\[]*[A-ZÀ-Ý\d])")
_DIRECTOR = re.compile(r"(?:[A-Z][\w.-]+\s+){0,2}[A-Z][\w.-]+(?:['’]s|s['’])\s")
_TAKEN = re.compile(r"\b(?:took|takes|taken|taking|saw|seen|watched|rent|see|from|reminds\s+you\s+of)\s+\Z")
_SEEN = re.compile(r"\b(?:saw|seen|watched|rented|see|watch|rent)\s+\Z")
_PERSON = re.compile(
    r"(?!An?\s|\w+n?['’](?:ve|re|ll|t)\b)"
    r"(?:[A-Z][\w.'’-]+\s+(?:and\s+|&\s+|de\s+|von\s+|van\s+)?){1,3}[A-Z][\w.'’-]+"
)


_FIRST_FILMED = re.compile(
    r"\b(?:first|previously|already)\s+(?:been\s+)?(?:filmed|made)\s+(?:\w+\s+){0,4}?as\s+"
    rf"|\b(?:film|movie|original|classic)\s+(?:(?:that|which)\s+)?{_SUBJECT}\s+re-?makes\s*[,:(–-]\s*",
    re.IGNORECASE,
)


def named_after(reading):
    """The source in "the story was first filmed as X", or "the film it remakes, X"."""
    said = _FIRST_FILMED.search(reading.masked) if _REMAKING.search(reading.small) else None
    if said and not _MISLED.search(reading.small) and (name := reading.other_name(said.end())):
        yield reading.own, film_of(name)


def named_before(reading):
    """The source that is the only film named before "this remake", "its remake" or "remade it"."""
    said = _OF_IT.search(reading.masked) if reading.speaks_of("remake", "remade", "re-ma", "based") else None
    if not said or _MISLED.search(reading.small) or reading.small.startswith("if you ha"):
        return
    of_it = said[0].casefold().split()
    names = [*films_named(reading, said.start(), lenient="its" in of_it)]
    if len({name.title.casefold() for name in names}) == 1:
        yield reading.own, film_of(names[0], next((name.year for name in names if name.year), None))
    elif not names and _SEEN_NAMESAKE.search(reading.masked, 0, said.start()):
        yield reading.own, Film(reading.own.title, None)


# "Having seen Tarkovsky's Solaris, I …", in a review of another Solaris that is called a remake.
_SEEN_NAMESAKE = re.compile(
    rf"\b(?:seen|saw|watched|loved|with)\s+(?:the\s+original|(?:[A-Z][\w.-]+\s+){{0,2}}[A-Z][\w-]+['’]s)\s+[\"“'‘]?{OWN_SIGN}"
)


def films_named(reading, end, lenient=False):
    at = 0
    while token := _MAY_NAME.search(reading.masked, at, end):
        name = reading.name(token.start())
        apposed = name and name.end == end
        within = name and name.end <= end + 1 and name.title.casefold() not in BREAKS
        if within and reading.is_own(name):
            at = name.end
            continue
        if within and _is_surely_a_film(reading, name, lenient or apposed):
            yield name
            at = name.end
        else:
            at = token.end()


_BOOK = re.compile(r"\b(?:books?|novels?|novella|play|story|memoir|comics?)\b[^,;.!?]{0,30}\Z", re.IGNORECASE)
_AFTER_REMAKE = re.compile(r"\b(?:re-?make\s+(?:of|to|from)|re-?made\s+(?:[\w’'.-]+\s+){0,5}?as)\s+\Z", re.IGNORECASE)
_AMOUNT_OR_WORDS = re.compile(r"\d+(?:\s+[a-z].*)?|[a-z].*")


def _is_surely_a_film(reading, name, lenient):
    if _BOOK.search(reading.masked, max(0, name.start - 60), name.start):
        return False
    if reading.is_quoted(name):
        return True
    return not _AMOUNT_OR_WORDS.fullmatch(name.title) and _is_film_unquoted(reading, name, lenient)


def _is_film_unquoted(reading, name, lenient):
    if _AFTER_REMAKE.search(reading.masked, max(0, name.start - 60), name.start):
        return True
    if lenient or name.is_film or name.year or reading.text[name.start] == "[":
        return True
    if _SEEN.search(reading.masked, 0, name.start) and not reading.masked.startswith(" in ", name.end):
        return True
    if _PERSON.fullmatch(name.title):
        return bool(_DIRECTOR.match(reading.text, name.start))
    if name.title.startswith(("A ", "An ")) or len(name.title.split()) > 3:
        return True
    return " " in name.title and bool(_TAKEN.search(reading.masked[: name.start]) or not name.title.istitle())

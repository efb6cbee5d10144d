"""The versions of a story as a review speaks of them: sentences that compare two, and signs of which one it is on."""

import re
from typing import NamedTuple

from films.titles import title_key
from reviews.evidence.prose import Passage, sentences
from reviews.evidence.words import BREAKS, FILM, NATIONALITIES


class Version(NamedTuple):
    """What is known of one film of a family; `country` and `director` may name several, separated by commas."""

    titles: tuple[str, ...]
    year: int | None = None
    country: str = ""
    director: str = ""
    is_original: bool = False


class Comparison(NamedTuple):
    """A sentence that sets the reviewed film against other films of its family, given by the caller's ids."""

    quote: Passage
    others: tuple


class Mistaken(NamedTuple):
    """The film that a review seems to be on, and the sentences that say so."""

    film: object
    quotes: tuple[Passage, ...]


_NOUN = (
    "(?:"
    + "|".join(sorted(FILM - {"original", "entry", "work", "hit", "favourite", "favorite"}, key=len, reverse=True))
    + ")"
)
_KIND = r"(?:film|movie|version|original|remake|adaptation|one|picture|thriller|take|telling)"
_ORIGINAL = re.compile(
    r"(?:\b(?:the|its)|\b[A-Z][\w.]*['’]s)\s+(?P<words>(?:(?!original)[\w-]+\s+){0,3}?)(?:original(?!\s+(?:idea"
    r"|song|score|story|screenplay|script|music|soundtrack|ending"
    r"|novel|book|series|source|cut|title|plot|concept|play|tv|show|run|thought|way|ones?|cast|crew|author"
    r"|director|print|theatrical|poster|trailer)\b)|(?:first|earlier)(?:\s+(?:film|movie|version|one)|(?=\s+(?:is|was)\b))"
    r"|predecessor|inspiration|source\s+film)\b(?:\s+(?:film|movie|version))?(?!-)",
    re.IGNORECASE,
)  # fmt: skip
_REMAKE = re.compile(r"\b(?:the|its)\s+(?P<words>(?:[\w-]+\s+){0,3}?)re-?make\b(?!\s+of)", re.IGNORECASE)
_DATED = re.compile(rf"\bthe\s+(?:[\w-]+\s+){{0,2}}?(?P<year>\d{{4}})\s+(?:[\w-]+\s+){{0,2}}?{_KIND}\b", re.IGNORECASE)
_COUNTRY = re.compile(rf"\bthe\s+(?:[\w-]+\s+){{0,2}}?(?P<country>[\w-]+)\s+{_KIND}\b", re.IGNORECASE)

_BIGGER = (
    r"(?:better|worse|superior|inferior|weaker|stronger|scarier|funnier|darker|longer|shorter|slower|faster"
    r"|tighter|tenser"
    r"|grittier|rawer|lighter|smarter|warmer|colder|bleaker|bloodier|gorier|bigger|smaller|subtler|simpler|richer"
    r"|closer"
    r"|deeper|sharper|louder|quieter|crueller|nastier|harder|softer|(?:more|less)\s+(?!than)\w+)"
)
# What leads straight to the other version, and sets the reviewed film against it without naming it.
_LEADING = re.compile(
    r"(?:\bunlike(?:\s+in)?|\b(?:just\s+|much\s+)?(?:as|like)\s+(?:with|in|was\s+the\s+case\s+(?:with|in))"
    r"|\bjust\s+like|\bthan(?:\s+(?:in|that\s+of|those\s+of|with|it\s+(?:is|was)\s+in))?"
    r"|\b(?:compared|comparison|next|close|closer|relation|contrast|opposed|faithful|true|true\s+homage|similar"
    r"|identical|superior|inferior|equal|preferable|up)\s+(?:\w+\s+)?(?:to|with)"
    r"|\bimprov\w+\s+(?:up)?on|\bimprovement\s+(?:up)?on|\bdiffer\w*\s+(?:\w+\s+)?from"
    r"|\bexpanded\s+(?:(?:up)?on\s+)?from(?:\s+[\w\s]{1,25}?\s+in)?|\bdepart\w*\s+from|\bdeviat\w+\s+from"
    r"|\b(?:while|whereas|where)\s+in|\binstead\s+of"
    r"|\b(?:outdoes|surpass\w*|outshines|betters|matches|rivals|beats|echoes|follows|copies"
    r"|lacks\s+[\w\s]{2,40}\s+of|same\s+[\w\s]{0,40}\s*as"
    r"|as\s+(?!well\b|soon\b|far\b)[\w’'-]+(?:\s+(?:or|and|but)\s+[\w’'-]+)?\s+as|a\s+patch\s+on|a\s+candle\s+to"
    r"|(?:prefer\w*|ch[oe]+se|improve\w*)\s+(?:[\w']+\s+){0,4}over|adaptation\s+of\s+[\w\s]{2,30}\s+of))"
    r"\s+(?:in\s+)?(?:[\"“'‘*_(]\s*)?\Z",
    re.IGNORECASE,
)  # fmt: skip
# What one version has made of the other, and who plays in it: "lost the wit of …", "Tosar in …".
_TAKEN_FROM = re.compile(
    r"\b(?:thr(?:ew|own|ows)\s+(?:away|out)|drop(?:s|ped)?|los(?:es?|t)|miss(?:es|ed)?|ke(?:eps?|pt)|retain(?:s|ed)|"
    r"replac(?:es?|ed)|cop(?:ies|ied)|lift(?:s|ed)?|ruin(?:s|ed)?|lacks?|chang(?:es|ed))\b[^.;:]{3,60}\b(?:in|of|from)\s+\Z"
    r"|(?<![.!?]\s)\b[A-Z][\w’-]+\s+in\s+[\"“'‘*_]?\Z"
)
_JUDGED = re.compile(
    rf"[\"”'’*_)]*(?:\s*\(\d{{4}}\))?\s+(?:\w+\s+){{0,3}}?(?:is|was|remains|had|has|feels|felt|works|worked"
    rf"|does)\s+(?:[\w’'-]+\s+){{0,4}}?(?:{_BIGGER}|the\s+(?:best|worst|\w+est))\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:difference|differences|comparison|comparing|compare|similarit\w+|contrast|parallels?)\b|\b(?:while"
    r"|whereas|where)\b|\bthe\s+same\b[^.;]{1,120}\bas\b"
    rf"|\b{_BIGGER}\b[^.;]{{0,100}}\bthan\b|\bnot\s+(?:nearly\s+|quite\s+)?as\b[^.;]{{1,60}}\bas\b|\bprefer"
    rf"|\bimprov|\bdiffer|\bwhich\s+is\s+better|\bboth\b",
    re.IGNORECASE,
)
_MINE = re.compile(
    rf"\b(?:this\s+(?:[\w-]+\s+){{0,3}}?(?:{_NOUN}|remake|version|one|time)|the\s+(?:new|present|later)\s+(?:film"
    rf"|movie|version|one)|here|this(?=[,.;]|\s+(?:is|was|has|does|lacks|fails|feels|goes|makes|takes|offers"
    rf"|shows)\b))\b",
    re.IGNORECASE,
)
_THIS = r"(?:this|the present)"


def comparisons(text, mine, others):
    """The sentences that set the reviewed film, a Version, against others of its family: {id: Version}."""
    return [
        Comparison(sentence, compared)
        for sentence in sentences(text)
        if (compared := _compared(sentence.text, mine, others))
    ]


def _compared(sentence, mine, others):
    spoken_of = [*_references(sentence, mine, others)]
    names_mine = bool(_MINE.search(sentence)) or any(_title_places(sentence, title) for title in mine.titles)
    between = names_mine and _BETWEEN.search(sentence)
    found = {film: None for start, end, film in spoken_of if between or _is_set_against(sentence, start, end)}
    return tuple(found)


def _is_set_against(sentence, start, end):
    """Whether what stands before or after the other version sets the reviewed one against it."""
    before = sentence[max(0, start - 90) : start]
    return _LEADING.search(before) or _TAKEN_FROM.search(before) or _JUDGED.match(sentence, end)


def _references(sentence, mine, others):
    """(start, end, id) wherever the sentence speaks of another version, by its title or by what it is."""
    original = next((film for film, version in others.items() if version.is_original), None)
    shared = {title_key(title) for title in mine.titles}
    for film, version in others.items():
        for title in version.titles:
            if title_key(title) not in shared:
                yield from ((*place, film) for place in _title_places(sentence, title))
    if original is not None:
        for found in _ORIGINAL.finditer(sentence):
            if _fits(found["words"], others[original]):
                yield *found.span(), original
    elif len(others) == 1:
        film = next(iter(others))
        yield from (
            (*found.span(), film) for found in _REMAKE.finditer(sentence) if _fits(found["words"], others[film])
        )
    yield from _described(sentence, mine, others)


def _described(sentence, mine, others):
    for found in _DATED.finditer(sentence):
        films = [film for film, version in others.items() if version.year == int(found["year"])]
        if len(films) == 1 and mine.year != int(found["year"]):
            yield *found.span(), films[0]
    for found in _COUNTRY.finditer(sentence):
        films = [film for film, version in others.items() if _is_from(found["country"], version)]
        if len(films) == 1 and not _is_from(found["country"], mine):
            yield *found.span(), films[0]


def _fits(words, version):
    """Whether no word before "original" tells of another year or country."""
    countries = [word for word in words.split() if word.casefold() in NATIONALITIES]
    years = [word for word in words.split() if re.fullmatch(r"\d{4}", word)]
    right_country = not version.country or any(_is_from(word, version) for word in countries) or not countries
    return right_country and all(version.year == int(year) for year in years)


_COUNTRIES = {"usa": "united states", "u.s.a.": "united states", "us": "united states", "uk": "united kingdom",
    "united states of america": "united states", "england": "united kingdom", "great britain": "united kingdom",
    "korea": "south korea", "czechoslovakia": "czech republic",
    "west germany": "germany", "ussr": "soviet union"}  # fmt: skip


def _is_from(adjective, version):
    country = NATIONALITIES.get(adjective.casefold().split("-")[0], "").casefold()
    places = [place.strip().casefold() for place in version.country.split(",")]
    return bool(country) and country in [_COUNTRIES.get(place, place) for place in places]


def _title_places(sentence, title):
    """Where the title stands in the sentence, and not as part of a longer one."""
    return [found.span() for found in re.finditer(rf"(?<!\w){re.escape(title)}(?!\w)(?!\s+[IVX]+\b|\s+\d\b)", sentence)]


_THIS_ONE = re.compile(
    rf"\b{_THIS}\s+(?P<words>(?:[\w’'-]+,?\s+){{0,5}}?)(?:{_NOUN}|remake|version|adaptation"
    rf"|original)\b(?P<more>(?:\s+from\s+\d{{4}})?)"
    rf"|(?:\A\W*|\b(?:and|but)\s+)(?:this|it)(?:\s+is|['’]s)\s+an?\s+(?P<said>(?:[\w’'-]+,?\s+){{0,5}}?){_NOUN}\b",
    re.IGNORECASE,
)
_MADE_BY = re.compile(
    rf"(?:\A\W*|\b{_THIS}\s+(?:[\w’'-]+,?\s+){{0,4}}?(?:{_NOUN}|remake|version)\s*,?\s*(?:is\s+|was\s+)?)"
    r"(?:directed|made|helmed|shot)\s+by\s+(?P<name>(?:[\w.’'-]+\s*){1,4})",
    re.IGNORECASE,
)


def other_version(text, film, others):
    """The other film of the family that the text is clearly on, or None; all films are Versions, others by their id.

    Signs are what a text says of "this" film: its year, its country, who made it. There is an answer where one film of
    the family shows them all, and that is not the one that the review is filed under.
    """
    family, quotes = {None: film} | others, []
    fitting = set(family)
    for sentence in sentences(text):
        for sign in _signs(sentence.text):
            if showing := {other for other, version in family.items() if _shows(sign, version)}:
                fitting &= showing
                quotes.append(sentence)
    if len(fitting) != 1 or None in fitting or not quotes or _names_alone(text, film, others):
        return None
    return Mistaken(fitting.pop(), tuple(dict.fromkeys(quotes)))


def _signs(sentence):
    for this in _THIS_ONE.finditer(sentence):
        if re.search(
            r"\b(?:if|not|unlike|like|than|isn['’]t|was)\s*\Z",
            sentence[max(0, this.start() - 12) : this.start()],
            re.IGNORECASE,
        ):
            continue
        words = f"{this['words'] or this['said'] or ''} {this['more'] or ''}".replace(",", " ").split()
        if any(word.casefold() in BREAKS - {"from"} for word in words):
            continue
        yield from (("year", int(word)) for word in words if re.fullmatch(r"(?:18|19|20)\d\d", word))
        yield from (
            ("country", word)
            for word in words
            if NATIONALITIES.get(word.casefold().split("-")[0]) and word[0].isupper()
        )
    for made in _MADE_BY.finditer(sentence):
        yield "director", made["name"]


def _shows(sign, version):
    kind, value = sign
    if kind == "year":
        return value == version.year
    if kind == "country":
        return _is_from(value, version)
    makers = [name.strip().casefold() for name in version.director.split(",") if name.strip()]
    return any(
        value.casefold().startswith(maker) or maker.split()[-1] == value.casefold().split()[0] for maker in makers
    )


def _names_alone(text, film, others):
    """Whether the text names the film by a title that no other of the family has."""
    shared = {title_key(title) for version in others.values() for title in version.titles}
    return any(title_key(title) not in shared and _title_places(text, title) for title in film.titles)

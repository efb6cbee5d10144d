"""Where prose names a film: "the 1954 Japanese film 'Seven Samurai'", "Bruce Lee's Fist of Fury", "Gaslight (' 44)"."""

import re
from typing import NamedTuple

from films.titles import split_title, title_key
from reviews.evidence.spans import (
    LONGEST_TITLE,
    MARKS,
    TOKEN,
    YEAR,
    core_of,
    is_nationality,
    known_prefix,
    plausible_year,
    run_end,
    uncased_end,
)
from reviews.evidence.words import (
    BREAKS,
    CALLED,
    DIRECTORS,
    FILM,
    FILMS,
    FOREIGN_STARTS,
    JOINTS,
    NOT_FILM,
    PRAISE,
    TITLES_OF_PERSONS,
)

_QUOTED = re.compile(
    r"(?:[\"“”„¨«]|''|``)\s*(?P<double>[^\"“”„¨«»\n]{1,80}?)\s*(?:[\"“”„¨»]|'')"
    r"|[‘'`´](?P<single>[^\s\n‘`´][^\n‘`´]{0,70}?)['’`´](?!\w)"
    r"|(?P<sign>\*{1,2}|_)(?P<italic>[^*_\n]{1,80})(?P=sign)"
    r"|<(?P<tag>i|em|b)>(?P<html>[^<>\n]{1,80})</(?P=tag)>"
)
_YEAR_AFTER = re.compile(
    r"\s*,?\s*[(\[](?:[^()\[\]]{0,40}?[^\d()\[\]])??(?:(?P<full>\d{4})|['’´`]\s?(?P<short>\d\d))(?!\d|s"
    r"|['’]s)[^()\[\]]{0,60}[)\]]"
    r"|,\s+(?:a|the)\s+(?:[\w-]+\s+)?(?P<apposed>\d{4})\s+(?!novel|book|play|series|remake)[a-z]"
    r"|,?\s+(?:(?:from|of|made in|released in|filmed in|in|back in|circa)\s+(?:the year\s+)?)?"
    r"(?P<plain>\d{4})(?!\d|s|['’]s|-|\s+(?:[a-z]\w+\s+)?(?:film|movie|version|remake|original))"
)
_AFTERWARDS = re.compile(r"[\"”'’]?\s+(?P<word>[\w-]+)(?P<more>\s+[\w-]+)?")
_MODIFIED = re.compile(r"\s+(?:\d{4}\s+)?(?P<words>[a-z][\w-]*(?:\s+[a-zA-Z][\w-]*){0,3})")
_QUOTE_FOLLOWS = re.compile(r"\s[\"“‘](?=[A-Z\d])")  # "the 1956 Western 'Broken Lance'"
_OWNED_TITLE = re.compile(rf"[\"“‘'*¨]|The\s|{YEAR.pattern}")
_PLAYERS = re.compile(r"(?:with|starring|by|from)\s[^,;.()]{3,50}?\s(?:called|titled|entitled|named)\s")
_FOREIGN_FILM = re.compile(
    r"\b(?!American|British|English|US\b|Hollywood|Indian|Hindi|Australian)(?:[A-Z][a-z]+(?:ese|ish|ian|ean|an|ch)|Dutch|Thai|Greek|Czech)\b"
)
_FOREIGN_WORD = re.compile(
    r"(?<=\w)\s(?!(?:again|too|though|here|instead|either|well)\b)[^\W\d_A-Z]{3,}(?=[,)]|\s[-–—(])"
)
# After "called", small words up to a mark belong to the title: "called Hodet over vannet -".
_FOREIGN_TAIL = re.compile(
    r"(?<=\w)\s(?!(?:with|from|by|in|on|for|and|is|was|at|which|that|who|starring|directed|but|to|as|again|too|though|here|instead|either)\b)[^\W\d_A-Z]+"
    r"(?:\s(?!(?:with|from|by|in|for|and|is|was|at)\b)[^\W\d_A-Z]+)?(?=[,;.!?)]|\s[-–—(]|\Z)"
)
_CAP_MOD_END = re.compile(r"\s*(?:[,.;:!?)\"”]|\(\d{4}|\Z)")


class Name(NamedTuple):
    """A film as a sentence names it, `sentence[start:end]` with all that describes it."""

    title: str
    year: int | None
    start: int
    end: int
    is_film: bool  # the words around say so: "the Swedish film", "(1974)"


class _Description(NamedTuple):
    """What stands before a title, which begins at `end`."""

    end: int
    year: int | None = None
    article: str = ""
    words: int = 0
    is_film: bool = False
    called: bool = False
    comma: bool = False

    def past(self, end, **changes):
        return self._replace(end=end, words=self.words + 1, **{"comma": False, **changes})


def name_at(sentence, at, known=None):
    """The film that is named from this place on, or None where the words only speak of some film."""
    described = _Description(at)
    for _ in range(16):
        described = described._replace(end=_past_description(sentence, described))
        if quoted := _QUOTED.match(sentence, described.end):
            return _quoted(sentence, described, quoted, at, known)
        token = TOKEN.match(sentence, described.end)
        further = token and (_further_uncased if uncased(sentence, at) else _further)(sentence, described, token, known)
        if not further:
            return None
        if further == described:
            return _unquoted(sentence, described, at, known)
        described = further
    return None


def uncased(sentence, at):
    """Whether capitals say nothing about titles, as where all is in capitals or nothing is."""
    around = sentence[max(0, at - 20) : at + 24]
    capitals = sum(map(str.isupper, around))
    if capitals > 4 * sum(map(str.islower, around)):
        return capitals > 12
    return not _CAPITAL_INSIDE.search(sentence) and not _BEGINS_WITH_CAPITAL.match(sentence)


_CAPITAL_INSIDE = re.compile(r"(?<=[\w,'’] )(?!I\b)[\"'“‘]?[A-Z]")
_BEGINS_WITH_CAPITAL = re.compile(r"\W*(?!I\b)[A-Z]")


# Words that may stand between "film" and its title.
_INTERLUDES = re.compile(
    r"\s*(?:of all time|ever made|ever|this time|to date|from \w+)?\s*(?:[:(–—-]|--)?\s*(?=[\"“„'‘¨«*_])"
    r"|,?\s+this\s+time\s+|\s*\(\s*(?=[A-Z])"
)
_ONE_OF = re.compile(
    r"one\s+of\s+(?:the|my)\s+(?:[\w-]+,?\s+){1,6}?(?:films|movies|thrillers|comedies|westerns|classics)\b",
    re.IGNORECASE,
)


def _past_description(sentence, described):
    """Past spaces, "one of the best films", and what may stand between "film" and a quoted title."""
    if one_of := _ONE_OF.match(sentence, _past_space(sentence, described.end)):
        described = described.past(one_of.end(), is_film=True)
    if described.is_film and (interlude := _INTERLUDES.match(sentence, described.end)):
        return interlude.end()
    return _past_space(sentence, described.end)


def _past_space(sentence, at):
    while at < len(sentence) and sentence[at].isspace():
        at += 1
    return at


def _further(sentence, described, token, known):
    """The description with the word added; the same description where the title begins; None where there is none."""
    core = core_of(token[0]) or token[0]
    if core in _ARTICLES:
        return described._replace(end=token.start() + len(core), article=described.article or core)
    if dated := _further_number(sentence, described, token, core, known):
        return dated[0]
    if core.casefold() in CALLED and core.islower():
        return described.past(token.end(), called=True)
    if _describes_by_nation(sentence, described, token, core, known):
        return described.past(token.end())
    return (_further_word if core[:1].islower() else _further_capital)(sentence, described, token, known)


_ARTICLES = ("the", "a", "an", "his", "her", "their", "its", "own")


def _further_number(sentence, described, token, core, known):
    """("the description past a year or a decade",), or an empty tuple where the word is neither."""
    if bracketed := re.match(r"\((\d{4})\)", token[0]):
        return (described.past(token.end(), year=plausible_year(bracketed[1])),)
    if re.fullmatch(r"\d{4}s|\d{3}0['’]s|['’‘]?\d0['’]?s", core):
        return (described.past(token.start() + len(core)),)
    year, tail = YEAR.fullmatch(core), token[0][len(core) :]
    if not year:
        return ()
    last = not sentence[token.end() :].strip(MARKS + " ") and not described.words
    if last or tail.startswith(":") or known_prefix(sentence, token.start(), known):
        return (described,)
    if tail or not plausible_year(year["year"]):
        return (None if tail else described,)
    return (described.past(token.end(), year=int(year["year"])),)


def _describes_by_nation(sentence, described, token, core, known):
    if not is_nationality(core.casefold()) or known_prefix(sentence, token.start(), known):
        return False
    following = sentence[token.start() + len(core) :][:2].strip()
    return bool(described.article or described.words or following[:1].islower())


def _further_word(sentence, described, token, known):
    core = core_of(token[0])
    tail = token[0][len(core) :]
    if core in FILM or (described.words and core.rsplit("-", 1)[-1] in FILM):
        end = token.end() if tail in ("", ",") else token.start() + len(core)
        return described.past(end, is_film=True, comma=tail == ",") if tail in ("", ",", ":") else None
    if known_prefix(sentence, token.start(), known, at_least=2):
        return described
    if described.words and (players := _PLAYERS.match(sentence, token.start())):
        return described.past(players.end(), is_film=True, called=True)
    joins = core in ("and", "but") and described.words and not described.is_film
    owned = "'" in core[-2:]
    if not joins and not owned and (core in NOT_FILM | FILMS | BREAKS or tail not in ("", ",")):
        return None
    return described.past(token.end(), comma=described.is_film and bool(tail))


def _further_capital(sentence, described, token, known):
    if owner_end := _owner_end(sentence, token.start(), known):
        return described.past(owner_end, is_film=True)
    return _further_modifier(sentence, described, token.start(), known)


def _owner_end(sentence, at, known):
    """The end of "Akira Kurosawa's", whose film is named next; 0 where the title itself begins so ("Logan's Run")."""
    for names, token in enumerate(TOKEN.finditer(sentence, at, at + 60), start=1):
        core = token[0]
        if names > 5 or not (core[:1].isupper() or core.casefold() in ("de", "von", "van", "del", "la", "and", "&")):
            return 0
        if re.search(r"['’´`]s\Z|s['’]\Z", core, re.IGNORECASE):
            return token.end() if _owns(sentence, at, token, names, known) else 0
        if core[-1] in ",;:!?)":
            return 0
    return 0


def _owns(sentence, at, token, names, known):
    if known_prefix(sentence, at, known):
        return False
    first = TOKEN.match(sentence, at)[0].casefold()
    last = re.sub(r"['’´`]s?\Z", "", token[0].casefold())
    following = sentence[token.end() :].lstrip()
    if names == 1:
        return last in DIRECTORS or following[:1].islower() or _OWNED_TITLE.match(following)
    return first.rstrip(".") not in TITLES_OF_PERSONS


def _further_modifier(sentence, described, at, known):
    """Goes past capitalised words that only describe: "a John Waters film", "the Denzel Washington film 'Fallen'"."""
    end = run_end(sentence, at, known)
    if known_prefix(sentence, at, known):
        return described
    if _QUOTE_FOLLOWS.match(sentence, end):
        return described.past(end, is_film=described.is_film or sentence[at:end].casefold() in FILM)
    director = TOKEN.match(sentence, at)
    if described.article == "the" and director[0].casefold() in DIRECTORS and end > director.end():
        return described.past(director.end(), is_film=True)  # "the Hitchcock Psycho"
    modified = _MODIFIED.match(sentence, end)
    return _past_modified(sentence, described, end, modified) if modified else described


def _past_modified(sentence, described, end, modified):
    before = sentence[described.end - 12 : described.end]
    for word in modified["words"].split():
        if word in FILM:  # but in "the original Kickboxer movie" they are the title
            is_title = re.search(r"\boriginal\s*\Z", before) and f" {word}" in modified[0][:8]
            return described if is_title else described.past(end)
        if word in NOT_FILM or word in FILMS:
            return None
        if word in BREAKS or word in JOINTS or (word[0].isupper() and not is_nationality(word.casefold())):
            break
    return described


def _further_uncased(sentence, described, token, known):
    core = core_of(token[0])
    word, tail = core.casefold(), token[0][len(core) :]
    if known_prefix(sentence, token.start(), known) or (word == "the" and described.called):
        return described
    year = YEAR.fullmatch(core)
    if year and not tail and plausible_year(year["year"]):
        return described.past(token.end(), year=int(year["year"]))
    if word in ("the", "a", "an") or word in CALLED:
        return described.past(token.end(), article=word if len(word) < 4 else described.article, called=word in CALLED)
    if word in FILM or is_nationality(word) or word in PRAISE:
        return None if tail else described.past(token.end(), is_film=described.is_film or word in FILM)
    if core.isupper() and (owner_end := _owner_end(sentence, token.start(), known)):
        return described.past(owner_end, is_film=True)
    return None if word in NOT_FILM or word in BREAKS or word in FILMS else described


def _quoted(sentence, described, quoted, at, known):
    title = next(quoted[group] for group in ("double", "single", "italic", "html") if quoted[group]).strip(" ,.;")
    year = None
    if dated := split_title(title):
        title, year = dated
    aside = described.article in ("a", "an") and not described.called and not described.is_film
    if not title or len(title.split()) > LONGEST_TITLE or _is_phrase(title, described.words or aside):
        return None
    if aside and described.words and not (known and known(title_key(title))):
        return None
    return _named(sentence, described._replace(year=year or described.year), title, quoted.end(), at)


def _is_phrase(title, described):
    """Whether these are words in quotes rather than a title: the 'surprise', but not the original 'le Corbeau'."""
    return title[0].islower() and described and title.split()[0] not in FOREIGN_STARTS


_NO_TITLE = re.compile(r"\([a-z]|[A-Z]\.\s+[A-Z][a-z]+\Z")  # "(some old film", "J. Fox"


def _unquoted(sentence, described, at, known):
    start = described.end
    end = (uncased_end if uncased(sentence, at) else run_end)(sentence, start, known)
    end = _past_foreign_words(sentence, described, at, end)
    title = sentence[start:end]
    if not title or _NO_TITLE.match(title) or (end < len(sentence) and re.search(r"['’]s\Z", title)):
        return None
    if described.article in ("a", "an") and not described.called and not described.is_film:
        if described.words or len(title.split()) < 2:
            return None
        title = f"{described.article.capitalize()} {title}"
    if described.comma and (not _CAP_MOD_END.match(sentence, end) or re.match(r"\W*(?:In|For|With)\b", sentence)):
        return None
    if described.article == "the" and not described.words and not (known and known(title_key(title))):
        title = f"The {title}"
    return _named(sentence, described, title, end, at)


def _past_foreign_words(sentence, described, at, end):
    if described.called:
        goes_on = _FOREIGN_TAIL.match(sentence, end)
    else:
        abroad = described.is_film and _FOREIGN_FILM.search(sentence, at, described.end)
        goes_on = abroad and _FOREIGN_WORD.match(sentence, end)
    return goes_on.end() if goes_on else end


def _named(sentence, described, title, end, at):
    year = described.year
    if after := _YEAR_AFTER.match(sentence, end):
        found = plausible_year(
            after["full"] or (after["short"] and f"19{after['short']}") or after["plain"] or after["apposed"]
        )
        if found:
            year, end = year or found, end if after["apposed"] else after.end()
    if (after := _AFTERWARDS.match(sentence, end)) and after["word"].casefold() in NOT_FILM - {"ending", "opening"}:
        return None
    return Name(title, year, at, end, described.is_film or year is not None)

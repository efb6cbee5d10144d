"""Where a title in prose ends: by its capitals, its small words and marks, or as the catalogue knows it."""

import re

from films.titles import FIRST_YEAR, title_key
from reviews.evidence.words import BREAKS, FILM, FILMS, FOREIGN, FOREIGN_STARTS, JOINTS, NATIONALITIES, NUMBERS

LAST_YEAR = 2035
TOKEN = re.compile(r"—|[^\s—]+")
_DOTTED = re.compile(r"(?:[A-Z][\w'’]{1,20}\.\s){2,4}[A-Z][\w'’]{1,20}[.!?](?=[.!?,;:]|\s[a-z(])")
_ABBREVIATION = re.compile(r"(?:[A-Z]|(?:[A-Z]\.)+[A-Z]|Dr|Mr|Mrs|Ms|St|vs|Jr|Sr|Vol|Lt|Col|Sgt|Capt)")
# "Little Indian, Big City": what follows the comma is no further part of the sentence, because that ends with it.
_AFTER_COMMA = re.compile(r",\s[A-Z][\w'’]+(?:\s[A-Z][\w'’]+)?(?=[.;!?]*\Z|\sand\s[a-z])")
MARKS = ".,;:!?…\"”’)»*_'"
YEAR = re.compile(r"(?P<year>\d{4})(?:['’]s)?")
LONGEST_TITLE = 12  # words


def plausible_year(text):
    return int(text) if text and FIRST_YEAR <= int(text) <= LAST_YEAR else None


def core_of(token):
    return token.rstrip(MARKS)


def is_nationality(word):
    return word.split("-")[0] in NATIONALITIES or word in ("hong", "kong")


def run_end(sentence, at, known):
    """Where a title in capitalised words ends; `at` where none begins."""
    if dotted := _DOTTED.match(sentence, at):
        return dotted.end()
    tokens = [*_tokens(sentence, at)]
    end, count = at, 0
    while count < len(tokens) and (taken := _taken(tokens, count)):
        count += taken
        end, goes_on = _end_of(tokens, count)
        if not goes_on:
            break
    if rest := count and _AFTER_COMMA.match(sentence, end):
        end = rest.end()
    return _corrected(sentence, at, end, known)


def _tokens(sentence, at):
    for number, token in enumerate(TOKEN.finditer(sentence, at)):
        if number == LONGEST_TITLE + 3:
            return
        yield token


def _taken(tokens, count):
    """How many further words belong to the title: 0 where it has ended."""
    core = core_of(tokens[count][0]) or tokens[count][0]
    if count == 0:
        return int(core[0].isupper() or core[0].isdigit() or core[0] in "[$¡¿#*.")
    if core[0] in "([-–—/|" or _is_year(core):
        return 0
    if core[0].isupper() or core[0].isdigit():
        return _taken_capital(tokens, count, core, core_of(tokens[0][0]))
    if core.casefold() in JOINTS or core == "&":
        return _taken_joint(tokens, count, core)
    return int(bool(re.match(r"[dl]['’]\w", core))) or _taken_foreign(tokens, count, core, core_of(tokens[0][0]))


def _is_year(core):
    return bool(YEAR.fullmatch(core) and plausible_year(core[:4]))


def _taken_capital(tokens, count, core, first):
    if re.match(r"I(?:['’]|\Z)", core) and first != "I":
        previous = tokens[count - 1][0]
        ended = count + 1 == len(tokens) or tokens[count][0] != core
        return int(previous in ("and", "&") and ended)
    if _shouted(first) and not (_shouted(core) or core[0].isdigit() or len(core) == 1):
        return 0
    return 1


def _shouted(core):
    letters = [c for c in core if c.isalpha()]
    return len(letters) > 1 and all(map(str.isupper, letters)) and "." not in core


def _taken_joint(tokens, count, core):
    """A small word and the capitalised one it leads to: "of the Dead", but not "with Al Pacino" or "in America"."""
    ahead = count + 1
    while ahead < min(len(tokens), count + 3) and tokens[ahead][0] in JOINTS:
        ahead += 1
    if ahead == len(tokens):
        return 0
    following = core_of(tokens[ahead][0])
    if not (following[:1].isupper() or following[:1].isdigit()) or _is_year(following) or core == "by":
        return _taken_foreign(tokens, count, core, core_of(tokens[0][0]))
    return 0 if _leads_away(tokens, count, ahead, core, following) else ahead + 1 - count


def _leads_away(tokens, count, ahead, core, following):
    """Whether the small word goes on with the sentence, and not with the title."""
    if _shouted(core_of(tokens[0][0])) and not (_shouted(following) or following[0].isdigit() or len(following) == 1):
        return True
    if core == "with" and ahead == count + 1 and (_is_person(tokens, ahead) or re.search(r"['’]s\Z", following)):
        return True
    if core == "and" and ahead + 2 < len(tokens) and tokens[ahead + 2][0] in _SAID_OF_PLAYERS:
        return _is_person(tokens, ahead)
    if core in ("in", "from", "for", "on") and (following in _PLACES or is_nationality(following.casefold())):
        return True
    if core == "is" and _end_of(tokens, ahead + 1)[1] and ahead + 1 < len(tokens):
        return tokens[ahead + 1][0][0] != "("
    return following == "I" and not (core == "and" and _taken_capital(tokens, ahead, following, ""))


_SAID_OF_PLAYERS = {"is", "was", "has", "are", "does", "plays", "gives", "can", "makes", "steals", "as"}
_PLACES = {
    *NATIONALITIES.values(),
    "America",
    "Britain",
    "England",
    "USA",
    "US",
    "UK",
    "Hollywood",
    "English",
    "Netflix",
} - {""}


def _is_person(tokens, at):
    """Two capitalised words after "with" are a player, rather than more of the title."""
    if at + 1 >= len(tokens) or core_of(tokens[at][0]) != tokens[at][0] or tokens[at][0].casefold() in NUMBERS:
        return False
    last = core_of(tokens[at + 1][0])
    return last[:1].isupper() and not _shouted(last)


def _taken_foreign(tokens, count, core, first):
    """Titles of other languages have their small words in small letters: "La cage aux folles", "Abre los ojos"."""
    following = core_of(tokens[count + 1][0]) if count + 1 < len(tokens) else ""
    foreign = first.casefold() in FOREIGN_STARTS or first.isdigit()
    if core in FOREIGN and following.isalpha() and following not in BREAKS and following not in FILM:
        if following in FOREIGN:
            return 1
        return 2 if foreign or core not in ("no", "die", "na", "l") or tokens[count + 1][0] != following else 0
    plain = core.islower() and core not in BREAKS and core not in FILM and core not in JOINTS
    last = count + 1 == len(tokens) or tokens[count][0] != core
    return int(plain and ((foreign and (count == 1 or last)) or not core.isascii()))


def _end_of(tokens, count):
    """(the end of the title so far, whether it may go on), by the marks after its last word."""
    token = tokens[count - 1]
    core = core_of(token[0]) or token[0]
    end, tail = token.start() + len(core), token[0][len(core) :]
    following = tokens[count][0] if count < len(tokens) else ""
    if tail[:1] in ("!", "?"):
        return end + 1, False
    if tail == "." and _ABBREVIATION.fullmatch(core):
        return end + 1, True
    if tail == ":" and following[:1].isupper():
        return end, True
    if tail == "," and core == "I" and count == 1:
        return end, True
    if core.startswith("[") and not core.endswith("]"):
        return end, not tail
    return end, not tail


def uncased_end(sentence, at, known):
    """Where a title ends that capitals do not mark; `at` where that cannot be told."""
    end = at
    for count, token in enumerate(_tokens(sentence, at)):
        core = core_of(token[0])
        word = core.casefold()
        if count and (token[0][0] in "([-–—" or _is_year(core)):
            break
        if word in BREAKS or word in JOINTS - FOREIGN - {"of", "the", "vs"}:
            if word in ("and", "on", "in", "from", "with", "at", "for", "to", "or", "a", "an"):
                following = core_of("".join(sentence[token.end() :].split(maxsplit=1)[:1])).casefold()
                end = end if _is_year(following) or (word == "and" and following in BREAKS) else at
            break
        if not core or word in FILMS or count > 6:
            end = at
            break
        end = token.start() + len(core) + (token[0][len(core) :][:1] in ("!", "?"))
        if token[0] != core:
            break
    return _corrected(sentence, at, end, known)


def _corrected(sentence, at, end, known):
    """The end where a title known to the catalogue ends, if that is at a joint of the words or further on."""
    found = known_prefix(sentence, at, known)
    if found > end:
        return found
    following = sentence[found:end].split(maxsplit=1) if found else []
    return found if following and following[0].casefold() in JOINTS | {"-", ":", "&"} else end


def known_prefix(sentence, at, known, at_least=1):
    """The end of the longest title known to the catalogue that begins here; 0 where there is none."""
    if not known:
        return 0
    tokens = [*_tokens(sentence, at)][:LONGEST_TITLE]
    for count in range(len(tokens), at_least - 1, -1):
        token = tokens[count - 1]
        core = core_of(token[0])
        end = token.start() + len(core) + (token[0][len(core) :][:1] in ("!", "?"))
        title = sentence[at:end]
        if title and known(title_key(title)) and (core[:1].isupper() or core[:1].isdigit() or count > 1):
            return end
    return 0

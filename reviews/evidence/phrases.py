"""The noun phrase around "remake": its determiner, and the words between."""

import re

from reviews.evidence.words import BEFORE_NOUN, DETERMINERS, OTHER_DETERMINERS

_BRACKETED = re.compile(r"\(([a-z][a-z -]{0,25})\)")


_ONE_WORD = re.compile(
    r"\b(?:scene|shot|frame|line|word|beat)\s(?:by|for|to)\s(?:scene|shot|frame|line|word|beat)\b|(?<=\ba\s)(?:sort|kind|type)\sof\b",
    re.IGNORECASE,
)


# Not possessives: "it's", "let's".
_IS = re.compile(r"(?:it|that|this|here|there|what|he|she|which|let|who|where|how|everybody|everyone)['’]s")


def noun_phrase(masked, at):
    """(start, determiner, the words between) of the noun phrase whose noun, "remake", stands at this place."""
    preceding = _BRACKETED.sub(r" \1 ", masked[max(0, at - 110) : at])
    words = [*re.finditer(r"\S+", _ONE_WORD.sub(lambda phrase: phrase[0].replace(" ", "-"), preceding))]
    offset, adjectives = max(0, at - 110), []
    joined = None  # what stands after "and": the phrase, unless it has begun before with an article
    for word in reversed(words[-9:]):
        plain = word[0].strip("\"“”'‘’(,-–—").casefold()
        if plain in ("and", "but", "yet", "though", "if") and adjectives and word[0].islower():
            joined = joined or (offset + word.end() + 1, "", adjectives)
            adjectives = [*adjectives]
            continue
        if word[0][-1] in ".;:!?)" and len(plain) > 2:
            break
        if plain in DETERMINERS | OTHER_DETERMINERS or re.search(r"\w['’]s\Z", plain):
            if _IS.fullmatch(plain):
                break
            return offset + word.start(), plain, adjectives
        if re.search(r"\w\w[sxz]['’]\Z", word[0]) and word[0][0].isupper():
            return offset + word.start(), plain + "'", adjectives
        if plain in BEFORE_NOUN or word[0] in ("-", "--", "–", "—"):
            break
        adjectives.insert(0, plain)
    if joined:
        return joined
    return offset + words[-len(adjectives)].start() if adjectives else at, "", adjectives

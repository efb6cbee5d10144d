"""Whether a sentence says something of the film under review, rather than denying, wishing or saying it of another."""

import re

from reviews.evidence.phrases import noun_phrase
from reviews.evidence.words import (
    EVALUATIONS,
    FILM,
    HEDGES,
    NOT_A_FACT,
    NOT_CLAIMED,
    NUMERALS,
)

OWN_SIGN = "\ue000"  # stands in a masked sentence for each letter of the reviewed film's title

_FILM_NOUN = "(?:" + "|".join(sorted(FILM - {"original", "entry", "work"}, key=len, reverse=True)) + "|one)"
OWN = rf"[\"“'‘*_«„¨]*{OWN_SIGN}+[!?.]*[\"”'’*_»¨]*(?:\s*[(\[][^()\[\]]{{1,60}}[)\]])?"
THIS_FILM = (
    rf"(?:this|the present)\s+(?:[\w’'-]+,?\s+){{0,4}}?{_FILM_NOUN}|the\s+(?:whole\s+|entire\s+|actual\s+|new\s+)?"
    r"(?:film|movie|picture|flick|screenplay|script|story|plot)|this"
)
SUBJECT = rf"(?:{OWN}|\b(?:{THIS_FILM}|(?-i:it|IT)|(?<!\w\s)(?-i:It)|which this|here)(?:\b|(?=s\s))(?:\s*,?\s*{OWN})?)"
_ASIDE = r"(?:\s*,[^,;:.!?]{1,90},|\s*\([^()]{1,90}\)|\s+itself)?"
_IS = r"(?:['’´]?s|\s+is|\s+was|\s+has\s+been|\s+remains|\s+happens\s+to\s+be|\s+turn(?:s|ed)\s+out\s+to\s+be)"
_ADVERBS = r"(?P<adverbs>(?:[\s,]+[\w’'-]+){0,5}?,?)\s+"
_ADVERB = re.compile(
    r"\w+ly|in|fact|indeed|also|of|course|just|yet|both|again|itself|still|as|you|may|might|know|many|will"
    r"|already|now|then|here"
    r"|often|later|billed|marketed|described|credited|considered|advertised|meant|intended|conceived|supposed|to"
    r"|be|one|a|my"
    r"|opinion|truth|reality|after|all|so|too|well|aware|probably|thus|therefore|indeed|itself|more|all|none"
    r"|other|than",
    re.IGNORECASE,
)
_COPULA = re.compile(rf"(?P<subject>{SUBJECT})(?:\s*,?\s*which)?{_ASIDE}{_IS}{_ADVERBS}\Z", re.IGNORECASE)
_ONLY = re.compile(
    r"\b(?:more\s+or\s+less|nothing\s+(?:more\s+than|less\s+than|but)|little\s+(?:more|other)\s+than"
    r"|none\s+other\s+than)\s",
    re.IGNORECASE,
)
# A looser link of subject and claim: "… qualifies as a first-rate remake of …".
_LINKED = re.compile(
    rf"(?P<subject>{OWN}|\b(?:this|the present)\s+(?:[\w’'-]+,?\s+){{0,4}}?{_FILM_NOUN})(?P<between>[^;:?]{{0,160}}?)\b"
    r"(?:(?:qualifies|works|serves|functions|counts|succeeds|fails|emerges|stands)\s+(?:\w+\s+)?as|is|was|be"
    r"|being|becomes?|delivers|makes|offers|presents|attempts|marks|constitutes|becoming|into)\s+\Z",
    re.IGNORECASE,
)
_UNLINKED = {
    *HEDGES, *NOT_A_FACT, "could", "would", "should", "might", "may", "must", "can", "will", "who", "whose", "in",
    "previous", "earlier", "next", "other", "another", "remake", "such", "well", "known", "famous", "needs", "deserves",
    "wants",
}  # fmt: skip
_FAINT_PRAISE = re.compile(
    rf"(?P<subject>{SUBJECT}){_ASIDE}(?:\s+is\s+not|\s+was\s+not|['’]s\s+not|\s+isn['’]?t|\s+wasn['’]?t)\s+\Z",
    re.IGNORECASE,
)
_COORDINATED = re.compile(
    rf"(?P<subject>{SUBJECT}){_ASIDE}{_IS}\s+(?:[\w’'-]+ly\s+)?(?:an?|the|one\s+of)\s+(?:[\w’'./&-]+,?\s+){{1,12}}?"
    r"(?:and|but|as\s+well\s+as)\s+(?:also\s+|is\s+|actually\s+|indeed\s+)*\Z"
    rf"|(?P<subject2>{SUBJECT}){_ASIDE}{_IS}\s+(?:an?|the)\s+(?:[\w’'./&-]+\s+){{1,8}}?(?:{_FILM_NOUN}"
    rf"|[\w-]+)[,:;–—-]+\s*\Z"
    rf"|(?P<subject4>{SUBJECT}){_ASIDE}(?:{_IS}\s+not|\s+(?:is"
    rf"|was)n['’]?t)\s[^;:?]{{1,140}}?,?\s+but\s+(?:rather\s+|actually\s+|really\s+|just\s+|instead\s+|is\s+"
    rf"|it['’]s\s+){{0,2}}\Z"
    rf"|\A\W*(?P<subject3>{SUBJECT}){_ASIDE}{_IS}\s[^;:?]{{1,220}}?\b(?:and|but)\s+(?:it\s+)?(?:is"
    rf"|was)\s+(?:also\s+|actually\s+)?\Z",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    rf"(?P<subject>{OWN}|\b(?:this|the present)\s+(?:[\w’'-]+,?\s+){{0,4}}?{_FILM_NOUN})"
    r"\s*(?:[,:–—(-]+|\s--)\s*(?:itself\s+|(?:which|that)\s+(?:is|was)\s+(?:itself\s+|actually\s+|also\s+)?"
    r"|being\s+)?\Z",
    re.IGNORECASE,
)
_HERE_IS = re.compile(
    r"(?:\b(?:here|what)\s+(?:we|you)\s+(?:have|get|got)(?:\s+here)?(?:\s+is)?|\bwe\s+have(?:\s+here)?"
    r"|\bhere['’]?s|\bhere\s+is"
    r"|\A\W*(?:so|and|thus|well|yes|yep|ok|okay|yet)?,?)\s*\Z",
    re.IGNORECASE,
)
_AS_ONE = re.compile(
    r"\A\W*(?:as|being|for|despite\s+being|although|though|while|even\s+as|even\s+for)\s+"
    r"(?:(?:\w+\s+)?(?:described|billed|seen|regarded|marketed|sold)\s+as\s+)?\Z",
    re.IGNORECASE,
)
_THEN_THIS = re.compile(rf",?\s+(?:{OWN}|this\b|it\b|the\s+(?:film|movie)\b)", re.IGNORECASE)
_THEN_OWN = re.compile(rf"\s*(?:,[^,;:.!?]{{1,60}})?,\s+{OWN}")
_VERB_AFTER = re.compile(
    r"\W{0,3}\s*(?:(?!that\b|which\b|who\b|it\b|this\b)[^\s,;:(\"]+\s+){0,3}?(?:is|was|will|would|has|had|could"
    r"|should|might|may|can|does|did|came|comes|followed|seems|were|are|won['’]t"
    r"|wouldn['’]t|isn['’]t|wasn['’]t|appeared|arrived|starring\s+\w+\s+\w+\s+(?:is|was|came))\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"[\"”'’]?,?\s*(?:on\s+(?:acid|steroids|crack|speed|drugs|ice|wheels|lsd|a\s+budget|viagra|prozac"
    r"|the\s+cheap)\b|meets?\b"
    r"|crossed\b|mixed\s+with|blended|combined|in\s+all\s+but\s+name|but\s+with\s+(?!a\s+(?:better|bigger))"
    r"|by\s+way\s+of|gone\b"
    r"|if\s+it\b|or\s+something|or\s+(?:even\s+)?(?:a\s+)?(?:remake|sequel|reboot|prequel)\b)",
    re.IGNORECASE,
)


def says_of_own(masked, at, after, singular=True):
    """Whether the noun at this place ("remake") is said of the reviewed film; `after` follows the whole phrase."""
    start, determiner, adjectives = noun_phrase(masked, at)
    before = _ASIDE_AFTER_IS.sub(r"\1 ", _ONLY.sub("just ", masked[:start]))
    if any(map(_EXACT.search, adjectives)):
        before = _APPEARS.sub(" is ", _NEARLY.sub(" ", before))
    if before.casefold().rstrip().endswith("one of") or (determiner == "one" and "of" in adjectives):
        before = re.sub(r"one\s+of\s*\Z", "", before, flags=re.IGNORECASE)
        determiner, singular = "a", True
    if not is_claim(adjectives, masked[at:], after) or not singular:
        return False
    if determiner == "this":
        return not re.search(r"\b(?:if|not|whether)\s*\Z", before, re.IGNORECASE)
    if determiner in ("his", "her", "their") or determiner.endswith(("'s", "’s", "s'", "s’")):
        without_owner = _OWNER.sub("", before)
        return (
            _predicated(without_owner, adjectives)
            or ("own" not in adjectives and _is_work_of_maker(before, after, determiner))
            or (without_owner != before and _is_made(without_owner, adjectives))
        )
    if determiner in ("its", "no", "that", "these", "those", "any", "every", "each", "what", "which", "some"):
        return False
    if determiner in ("", "a", "an", "another", "yet") or NUMERALS & set(adjectives):
        said = _stands_alone(before, after) or _predicated(before, adjectives) or bool(_apposed(before))
        return said or _is_made(before, adjectives)
    return _predicated(before, adjectives) or bool(_THEN_OWN.match(after) and _stands_alone(before, ""))


def is_claim(adjectives, words, after):
    """Whether "remake" is meant so: neither asked, nor hedged by what stands before it, nor a figure of speech."""
    claimed = not NOT_CLAIMED & (set(adjectives) - {"near"}) and not _hedged(adjectives)
    return claimed and not _FIGURE.match(after) and not is_asked(words)


_EXACT = re.compile(r"\w-(?:for|by|to)-|\A(?:exact|identical|straight|carbon|direct|verbatim)\Z")
_ASIDE_AFTER_IS = re.compile(r"(\b(?:is|was)),\s[^,;:.!?]{1,40},\s*\Z")
_APPEARS = re.compile(r"\s(?:appears|seems)\s+to\s+be\s+\Z")
_NEARLY = re.compile(r"\s(?:almost|nearly|practically|virtually|basically|essentially|pretty\s+much|literally)\s+\Z")


def _hedged(adjectives):
    """ "An almost remake" hedges, but neither "a more polished remake" nor "an almost shot-for-shot remake" does."""
    if any(map(_EXACT.search, adjectives)):
        return False
    if "near" in adjectives:
        return True
    comparing = {"more", "less"} if adjectives[-1:] not in (["more"], ["less"]) else set()
    return bool((HEDGES - comparing) & set(adjectives))


def is_asked(words):
    """Whether the words end a question, rather than that one is put after them."""
    return words.rstrip(" \"”'").endswith("?") and not re.search(r"[;:–—]|\s-\s|,\s+(?:but|and|so|why)\b", words)


def _is_made(before, adjectives):
    """ "Two players in …", "directs …": what the makers of the film under review are said to do in it."""
    making = _MAKING.search(before) or (_PLAYING.search(before) and not _ELSEWHERE.search(before))
    return bool(making or _DEFINED.match(before)) and is_stated(before, len(before), adjectives)


def _is_work_of_maker(before, after, determiner):
    """ "Van Sant's remake of … gives us", "The Underneath, his remake of …": the sentence is on that one alone."""
    if determiner in ("his", "her", "their"):
        return bool(_apposed(before))
    subject = _CLAUSE_START.search(_OWNER.sub("", before))
    return bool(subject and _MAKERS_WORK.match(after) and not _ELSEWHERE.search(after))


_OWNER = re.compile(r"(?:[A-Z][\w.'’-]*\s+(?:and\s+)?){1,4}\Z")
_CLAUSE_START = re.compile(
    r"(?:\A|[:;–—]\s)\W*(?:(?:that['’]s|this\s+is|it['’]s)\s+what|(?:so|and|but|yes|well|sadly|overall|still)\b,?)?\s*\Z",
    re.IGNORECASE,
)
_MAKERS_WORK = re.compile(
    r"[\"”'’]?(?:\s*,[^,;:]{1,60},|\s*\([^()]{1,60}\)|\s+with\s[^,;:]{1,60},)?\s+(?!then\b)(?:[a-z]+ly\s+|also\s+)?"
    r"(?:(?:is|has|does|will|can['’]?t|cannot|doesn['’]t|isn['’]t|never)\b|(?!was|his|this|as\b|its|us\b)[a-z]+s\b"
    r"|(?:scared|bored|made|left|kept|gave|moved|lost|missed|failed|worked|disappointed)\b)"
    r"|\s*[.!]?\Z",
)
_DEFINED = re.compile(rf"\A\W*{OWN}\s[^:;.]{{1,90}}[:–—]\s*\Z")  # "Disturbia is fun: a remake of …"
_PLAYING = re.compile(
    r"\A[^.;:?!\"]*\b(?:(?-i:[A-Z])[\w’']+|(?<!to\s)stars?|starring|shines?)\s+in\s+\Z"
    r"|\A\W*(?-i:[A-Z])(?!.*\b(?:\w+ed|was|were|had|did|made|seen|to|it|this|saw)\b)[^.;:?!\"]{3,90}\s(?:in|making)\s+\Z"
    r"|\A\W*(?-i:[A-Z])[\w.’' -]{1,40}(?:['’]s|s['’])\s+(?:[\w-]+\s+){0,2}?"
    rf"(?:{_FILM_NOUN}|outing|pic|offering|debut)\s+is\s+(?:actually\s+|really\s+)?\Z",
    re.IGNORECASE,
)
# Words that speak of other films of the same people, or set one film against another.
_ELSEWHERE = re.compile(
    r"\b(?:also|previously|before|earlier|later|after|since|then|went|known|who|whose|starred|appeared|like|unlike|than"
    r"|another|other|same|similar|reminds|better|superior|more|less|worse|weaker|news|next|remember|too|including|such|seen)\b",
    re.IGNORECASE,
)
# What makers do, said in a review of what they have made.
_MAKING = re.compile(
    r"\A(?!.*\b(?:he|she|who|previous\w*|before|earlier|also|news|after|later)\b).*\b(?:delivers|serves\s+up"
    r"|offers(?:\s+us)?|gives\s+us|directs|helms|tackles"
    r"|presents|brings\s+us|returns\s+with|comes\s+(?:back\s+)?with|crafts|unleashes|churns\s+out)\s+\Z",
    re.IGNORECASE | re.DOTALL,
)


def is_stated(masked, start, adjectives):
    """Whether nothing before the noun phrase denies, wishes or only likens it."""
    clause = re.split(r"[;:]\s|\bbut\b", masked[:start])[-1]
    clause = _STILL_TRUE.sub("", _TITLE_WORD.sub("", clause).casefold())
    before = set(re.findall(r"[\w’'-]+", clause))
    doubted = (HEDGES - {"more", "less", "never"}) | (NOT_A_FACT - {"than", "like", "say"}) | _MODALS
    denied = any(word.endswith("n't") for word in before) or before & doubted
    return not denied and not NOT_CLAIMED & set(adjectives) and not is_asked(masked[start:])


_TITLE_WORD = re.compile(r"(?<=[a-z,] )(?:No|Not|Never|Like|If|Must|Less|Will)\b")
# Negations and conditions under which what follows stands as a fact.
_STILL_TRUE = re.compile(
    r"\b(?:ha[ds]|have)\s+no\s+(?:idea|clue)\b|\b(?:did|do|does)(?:n['’]?t|\s+not)\s+(?:know|realise|realize"
    r"|confuse|mistake|bother|miss|watch|see|waste)\b"
    r"|\bnot\s+knowing\b|\bnever\s+knew\b|\bif\s+you\b"
)
_MODALS = {"could", "would", "should", "might", "may", "must", "waiting", "awaiting", "needs", "want", "wants"}


def _stands_alone(before, after):
    if _AS_ONE.search(before):
        return bool(_THEN_THIS.search(after))
    return bool(_HERE_IS.search(before)) and not _VERB_AFTER.match(after)


def _predicated(before, adjectives):
    if _FAINT_PRAISE.search(before):
        return bool(EVALUATIONS & set(adjectives))
    for said in _each(_COPULA, before):
        if _is_fact(before, said.start("subject"), said["subject"]) and adverbs_claim(said["adverbs"]):
            return True
    if said := _COORDINATED.search(before):
        start = max(said.start(group) for group in ("subject", "subject2", "subject3", "subject4"))
        return _is_fact(before, start, before[start : start + 4])
    for said in _each(_ANY_COPULA, before):
        if adverbs_claim(said["adverbs"]) and _is_plain_subject(before[: said.start()]):
            return True
    said = _LINKED.search(before)
    return bool(said) and _is_fact(before, said.start(), "") and not _unlinked(said["between"])


_ANY_COPULA = re.compile(rf"(?<=[\w)\"”])(?:['’´]s|{_IS.split('|', 1)[1]}{_ADVERBS}\Z", re.IGNORECASE)
_CLAUSES = re.compile(
    r"[;:!?—–]\s*|,\s+(?:and|but|so|because|as|since|although|though|while)\s|\b(?:that|because|but|since)\s"
)
_PLAIN_HEAD = re.compile(
    rf"\b(?:{_FILM_NOUN}|story|storyline|plot|script|screenplay|premise|result|thing|production|product|tale"
    r"|project|outcome)\b",
    re.IGNORECASE,
)
_OTHER_SUBJECT = re.compile(
    r"\b(?:he|she|they|they['’]re|who|whose|which|that|those|one|next|other|previous|earlier|last|first|sequel|prequel"
    r"|former|latter|original|version|remake|i|his|her|their|if|when|what|there|another|like|any|every|no|series|show"
    r"|book|novel|play|only|both|favou?rite)\b",
    re.IGNORECASE,
)
_POSSESSOR = re.compile(r"\b(?:[A-Z][\w.’'-]*\s+){0,4}[A-Z][\w.-]*(?:['’]s|(?<=s)['’])\s")
_OPENERS = {
    *("The", "This", "All", "So", "And", "But", "In", "As", "Yes", "Of", "At", "Now", "Still"),
    *("Anyway", "Basically", "Actually", "Overall", "Apparently"),
}


def _is_plain_subject(before):
    """ "The result", "Spike Lee's new thriller": a subject without a name in it, as only the reviewed film has."""
    subject = _CLAUSES.split(before)[-1].strip(' ,"“(')
    subject = _POSSESSOR.sub("", re.sub(rf"{OWN_SIGN}+", "film", subject))
    first, *others = subject.split() or [""]
    named = any(word[0].isupper() for word in others) or (first[:1].isupper() and first not in _OPENERS)
    return not named and bool(_PLAIN_HEAD.search(subject)) and not _OTHER_SUBJECT.search(subject)


def _each(pattern, text):
    """All matches, also those that overlap."""
    said = pattern.search(text)
    while said:
        yield said
        said = pattern.search(text, said.start() + 1)


def _unlinked(between):
    words = re.findall(r"[\w’'-]+", between.casefold())
    return any(word in _UNLINKED or word.endswith("n't") for word in words) or '"' in between


# "A remake of Psycho, itself a remake of …": what is apposed to the source says nothing of the reviewed film.
_OF_SOURCE = re.compile(r"\b(?:re-?make|version|re-?telling)\s+(?:of|to)\s[^,;:.]*\Z", re.IGNORECASE)


def _apposed(before):
    found = _APPOSED.search(before)
    return (
        found
        and not _OF_SOURCE.search(before[: found.start("subject")])
        and _is_fact(before, found.start("subject"), found["subject"])
    )


def adverbs_claim(text):
    """Whether the words between "is" and what it is let the claim stand: "actually" does, "basically" does not."""
    words = re.findall(r"[\w’'-]+", text.casefold())
    return not any(word in HEDGES or word.endswith("n't") for word in words) and all(map(_ADVERB.fullmatch, words))


def _is_fact(before, at, subject):
    """Not after "if", "I thought that" or "as though", and no "it" that may be another film, named just before."""
    clause = re.sub(r"\W*\bthat\W*\Z", "", before[:at].rstrip(), flags=re.IGNORECASE)
    if re.search(r"\b(?:told|assured)\s+(?:me|us|you)\Z", clause):
        return False
    words = re.findall(r"[\w’']+", clause[-40:].casefold())
    if (
        words
        and clause[-1:].isalnum()
        and (words[-1] in NOT_A_FACT or words[-1] in ("of", "in", "about", "with", "from", "by"))
    ):
        return False
    return not (subject.casefold().startswith("it") and re.search(r"[\"“”][A-Z][^\"“”]+[\"”]", before[:at]))


_PASSIVE_IS = (
    r"(?:['’]s\s+been|\s+(?:is|was|were|got|has\s+been|had\s+been|would\s+(?:later|subsequently|eventually|then"
    r"|soon)\s+be"
    r"|would\s+be|went\s+on\s+to\s+be|has\s+(?:since|also|now|already)\s+been|being|is\s+being|was\s+to\s+be))"
)
_PASSIVE = re.compile(
    rf"(?P<subject>{SUBJECT}){_ASIDE}(?:\s*,?\s*(?:which|that))?(?:\s+(?:later|subsequently"
    rf"|eventually))?{_PASSIVE_IS}{_ADVERBS}\Z"
    rf"|(?P<subject4>{OWN}|\bthis\s+(?:[\w-]+\s+){{0,4}}?{_FILM_NOUN})\s*[,(–—-]+\s*(?:which\s+was\s+"
    rf"|was\s+)?(?:later\s+|subsequently\s+|eventually\s+)?\Z"
    rf"|\A\W*(?P<subject2>{SUBJECT}){_IS}\s[^;:?]{{1,260}}?\b(?:and"
    rf"|but),?(?:[^,]{{1,40}},)?{_PASSIVE_IS}(?:[\s,]+[\w’'-]+){{0,3}}\s+\Z"
    r"|\A\W*(?P<subject3>(?:later|subsequently|eventually|it was|was|has been|and)?\s*(?:later|subsequently"
    r"|eventually)?)\s*\Z",
    re.IGNORECASE,
)


def was_done_to_own(before):
    """Whether what follows ("remade as …") was done to the reviewed film."""
    said = _PASSIVE.search(before)
    if not said:
        return False
    if said["subject"]:
        return _is_fact(before, said.start("subject"), said["subject"]) and _no_hedge(said["adverbs"])
    return _no_hedge(before[-60:]) and not re.search(r"\b(?:should|could|must|can|to)\s+be\s*\Z", before)


def _no_hedge(words):
    return not HEDGES & set(re.findall(r"[\w'’-]+", words.casefold()))

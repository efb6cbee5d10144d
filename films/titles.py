"""Titles as text: one key for all spellings of a title, the order in a list, and "Title (Year)"."""

import re
import unicodedata
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1874, 2100

_TITLE_AND_YEAR = re.compile(r"(?P<title>\S(?:.*\S)?)\s*\((?P<year>\d{4})\)")
_TWO_TITLES = re.compile(r"(?P<one>\S.*?)\s+\((?P<other>[^()]+)\)")
_TRAILING_ARTICLE = re.compile(
    r"(?P<rest>.+),\s(?P<article>the|an|a|le|la|les|el|los|las|il|der|die|das)", re.IGNORECASE
)
_LEADING_ARTICLE = re.compile(r"\A(?:the|an|a)\s+(?=\S)", re.IGNORECASE)
# Left out without a gap, so that "dont" finds "Don't" and "SWAT" finds "S.W.A.T.".
_CLOSED_UP = re.compile(r"['’‘ʼ`´]|(?<=\b\w)\.(?=\w\b)")
_NOT_A_WORD = re.compile(r"[\W_]+")
# What no line breaks within: signs of East Asian scripts and Hangul stand for themselves.
_UNBROKEN = re.compile(r"[^\s\u2010\u2013\u2014\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef-]+")
_WIDTHS = (0.3, "iíjl.,:;!'’|I"), (0.42, "fJrstz()[]"), (0.9, "mwMW")


def split_title(text):
    """("Hard Hit", 2021) for "Hard Hit (2021)"; None where the text does not end in a year a film can have."""
    match = _TITLE_AND_YEAR.fullmatch(" ".join(text.split()))
    if not match or not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR:
        return None
    return match["title"], int(match["year"])


def why_not_split(text):
    """What is wrong with a text that `split_title` gives None for, as a sentence."""
    if not text.strip():
        return "There is nothing in it. Name a film as “Title (Year)”."
    if _TITLE_AND_YEAR.fullmatch(" ".join(text.split())):
        return f"The year is not between {FIRST_YEAR} and {LAST_YEAR}."
    return "This is not of the form “Title (Year)”."


def two_titles(text):
    """("El desconocido", "Retribution") for "El desconocido (Retribution)", as lists name a film by both; else None."""
    match = _TWO_TITLES.fullmatch(text.strip())
    return match and (match["one"], match["other"])


@lru_cache(maxsize=10_000)
def title_key(title):
    """The same text for every way to write a title: without accents, case, punctuation and a trailing article.

    A title that is nothing but signs ("$", "!!!") is its own key.
    """
    if match := _TRAILING_ARTICLE.fullmatch(title.strip()):
        title = f"{match['article']} {match['rest']}"
    words = _CLOSED_UP.sub("", plain(title)).replace("&", " and ")
    return _NOT_A_WORD.sub(" ", words).strip() or " ".join(title.casefold().split())


def plain(text):
    """The text without case and accents."""
    text = text.casefold()
    if text.isascii():
        return text
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", text).casefold()


def sort_title(title):
    """The key under which a list files the title: "The Thing" stands under T-h-i-n-g."""
    return title_key(_LEADING_ARTICLE.sub("", title.strip()))


def widest_word(text):
    """How wide the widest stretch is that must stand on one line, in ems of a bold book face, guessed generously."""
    return max((sum(map(_width, word)) for word in _UNBROKEN.findall(unicodedata.normalize("NFC", text))), default=0)


def _width(letter):
    return next((width for width, letters in _WIDTHS if letter in letters), 0.7 if letter.isupper() else 0.56)

"""Which language a text is in, by its script and its most frequent words; nothing where that is not clear. Pure."""

import re
import unicodedata
from collections import Counter

ENOUGH = 4  # frequent words below which a text says too little
BEGINNING = 4000  # characters that are looked at

# Words that are frequent in one of the languages and rare in the others.
FREQUENT = {
    "en": "the and of is to that it was with this for but are not his you from have they which film",
    "de": "der die das und ist nicht ein eine mit von den dem auf sich auch als wie aber wird sind film",
    "fr": "le les et est une des du dans qui pas pour sur avec ce cette mais plus par sont film",
    "es": "el los y es una las del que por con para pero como más su lo muy este película",
    "it": "il di che è una gli della per non con sono ma anche come più questo nel dei film",
    "pt": "o os e é uma do da que não com para mas como mais um dos seu muito filme",
    "nl": "de het een en van is dat niet op met zijn voor maar ook wordt deze die naar film",
    "sv": "och det är att en som inte på av med för den till men har ett film",
    "da": "og det er at en som ikke på af med for den til men har et der film",
    "pl": "i w nie to się na jest z że do jak ale o który tak po film",
    "tr": "ve bir bu da de için çok ile ama gibi daha olan var film",
}
_WORDS = {language: frozenset(words.split()) for language, words in FREQUENT.items()}
# By the first word of a letter's name. Japanese also uses Chinese characters, Chinese no kana.
_SCRIPTS = {
    "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "CYRILLIC": "ru", "GREEK": "el", "HEBREW": "he",
    "ARABIC": "ar", "THAI": "th", "DEVANAGARI": "hi",
}  # fmt: skip
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)


def tongue_of(text):
    """The code of its language, such as “en”, or "" where it cannot be told."""
    text = text[:BEGINNING]
    return _by_script(text) or _by_words(text)


def _by_script(text):
    letters = Counter(_script(letter) for letter in text if letter.isalpha())
    if not letters:
        return ""
    script, count = letters.most_common(1)[0]
    if count * 2 < letters.total():
        return ""
    if script == "CJK" and letters["HIRAGANA"] + letters["KATAKANA"]:
        return "ja"
    if script == "CYRILLIC" and _UKRAINIAN.search(text):
        return "uk"
    return _SCRIPTS.get(script, "")


def _script(letter):
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").partition(" ")[0]


def _by_words(text):
    counts = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    found = {language: sum(counts[word] for word in words) for language, words in _WORDS.items()}
    (best, most), (_, second) = Counter(found).most_common(2)
    return best if most >= ENOUGH and most > second else ""

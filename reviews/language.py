"""Which language a text is in, told by its small words or its letters. Pure; why so: docs/decisions/language.md.

It reads the beginning of a text, which takes some forty microseconds, and rather says nothing than something wrong.
"""

import re
from collections import Counter
from itertools import chain

BEGINNING = 400  # characters
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST = 2  # small words; one can be a name, or stand in a title

# The commonest words of languages in Latin letters; the others tell by their letters.
_SMALL_WORDS = {
    "en": (
        "the and of to is it that was this with for his her are have not but they you be as at from by what "
        "who there would which when film's it's i he she we my one movie its so if about just has had were "
        "their all been can will"
    ),
    "de": (
        "der die das und ist nicht ein eine einen einem einer zu den dem des mit von auf für sich es ich auch "
        "aber wie wird als noch nur war sind hat oder wenn dass man kann sehr über durch im zum zur bei aus "
        "nach schon doch"
    ),
    "fr": (
        "le les des et est dans une du que qui pour pas sur avec ce cette il elle sont mais plus par au aux "
        "je nous vous ne se son sa ses très c'est d'un qu'il était été où comme fait tout leur sans ou même "
        "aussi"
    ),
    "es": (
        "el los las y es que una del por con para no se su lo como más pero sus al está este esta muy ya todo "
        "hay ser son fue también porque cuando nos le ni sin sobre un película historia hasta donde desde"
    ),
    "it": (
        "il gli e è che di una per non con del della dei delle sono si come anche ma più da nel nella questo "
        "questa ha alla al lo un molto film suo sua perché ci stato essere dal dalla degli cui quando ancora"
    ),
    "pt": (
        "o os as e é que uma do da dos das para com não no na em um por se mais mas como ao foi seu sua são "
        "ele ela muito também isso já está pelo pela quando nos você filme história até sem"
    ),
    "nl": (
        "de het een en van is niet dat in op te zijn met voor die maar ook aan er om als hij ze wordt naar "
        "dan nog bij uit wel heeft deze veel geen meer door over hun wat kan je ik was haar"
    ),
    "sv": (
        "och att det som en är av för på den med inte till har om ett men var han hon från så de jag sig vi "
        "när kan mycket eller också bara än där nu mot filmen"
    ),
    "da": (
        "og at det som en er af for på den med ikke til har om et men var han hun fra så de jeg sig vi når "
        "kan meget eller også kun end hvor nu mod bliver blev være"
    ),
    "no": (
        "og at det som en er av for på den med ikke til har om et men var han hun fra så de jeg seg vi når "
        "kan mye eller også bare enn hvor nå mot blir ble være"
    ),
    "fi": (
        "ja on ei että se hän oli mutta kun niin ovat myös joka kuin elokuva elokuvan tämä sen ole hyvin vain "
        "vaan mitä jo sitä olla kuitenkin koko ihan jos"
    ),
    "pl": (
        "i w nie się na to że z jest do jak o ale co tak po za od przez dla są był była tym który która tylko "
        "czy już jego film bardzo jej może przy"
    ),
    "cs": (
        "a se v na je že to s z do o jako ale i by si jsem jsou tak co po k pro který která byl bylo už jen "
        "také však není ve za filmu když"
    ),
    "hu": (
        "a az és hogy nem is egy de van volt meg ez már csak mint el ki még ha nagyon vagy film azt aki mert "
        "minden lehet"
    ),
    "ro": (
        "și să nu cu o un de la pe în este care mai din ce se sunt dar a au fost pentru ca filmul lui foarte "
        "când sau doar"
    ),
    "tr": (
        "ve bir bu da de için çok ile ne gibi film daha ama o kadar en olarak filmin var değil olan sonra her "
        "ki mi ben ya"
    ),
    "id": (
        "yang dan di ini itu dengan untuk tidak dari dalam pada ke akan adalah juga film ada bisa karena saya "
        "lebih sudah"
    ),
}
_OF_WORD = {}
for _language, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _OF_WORD[_word] = (*_OF_WORD.get(_word, ()), _language)

# A language, the letters that it is told by, and the least share of a text that they are. The first that fits counts:
# Japanese has its own signs among the Chinese ones, Ukrainian and Persian a few letters of their own.
_LETTERS = tuple(
    (language, re.compile(f"[{letters}]"), share)
    for language, letters, share in (
        ("ja", "\u3040-\u30ff", 0.1),
        ("ko", "\uac00-\ud7af", 0.5),
        ("zh", "\u4e00-\u9fff", 0.5),
        ("uk", "іїєґІЇЄҐ", 0.03),
        ("ru", "\u0400-\u04ff", 0.5),
        ("el", "\u0370-\u03ff", 0.5),
        ("fa", "پچژگ", 0.02),
        ("ar", "\u0600-\u06ff", 0.5),
        ("he", "\u0590-\u05ff", 0.5),
        ("hi", "\u0900-\u097f", 0.5),
        ("th", "\u0e00-\u0e7f", 0.5),
    )
)
_LATIN = re.compile("[a-zA-ZÀ-ɏ]")
_CODE = re.compile("[a-z]{2,3}")


def language_of(text):
    """The code of the language of a text, such as "en"; "" where it cannot be told."""
    text = text[:BEGINNING]
    return _by_letters(text) or _by_small_words(text)


def main_part(code):
    """ "pt" of "pt-BR", by which reviews are filtered; "" for what is no code."""
    found = _CODE.fullmatch(code.replace("_", "-").partition("-")[0].lower())
    return found[0] if found else ""


def _by_letters(text):
    if text.isascii():
        return ""
    latin, letters = len(_LATIN.findall(text)), sum(map(str.isalpha, text))
    if 2 * latin >= letters:
        return ""
    return next((code for code, own, share in _LETTERS if len(own.findall(text)) >= share * letters), "")


def _by_small_words(text):
    words = _WORD.findall(text.lower())
    small = [word for word in words if word in _OF_WORD]
    if len(small) < _FEWEST or 10 * len(small) < len(words):
        return ""
    counts = Counter(chain.from_iterable(map(_OF_WORD.get, small)))
    (best, hits), (_, second), *_ = *counts.most_common(2), ("", 0)
    return best if hits >= _FEWEST and 10 * hits >= len(words) and hits > second else ""

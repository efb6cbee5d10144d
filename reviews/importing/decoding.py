"""Bytes to text, saying what was assumed. Pure: no database, no files.

The bytes decide where they can: by a mark at the beginning, or by being nothing but UTF-8. Elsewhere the letters that
they would be decide, and the admin is told to look.
"""

import codecs
import re
from collections import Counter
from typing import NamedTuple

import cchardet


class Decoded(NamedTuple):
    text: str  # line breaks are "\n"
    encoding: str  # as Python names it
    assumed: str  # sentences for the admin where the bytes themselves did not say; "" where they did


class NotTextError(Exception):
    """The bytes are no text; the message says why."""


NOT_A_TEXT = "The file is not a text: it holds bytes that only programs, pictures or archives have."

# The longer marks first: UTF-32 little-endian begins as UTF-16 does.
_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# Pictures, archives and programs are full of these; into a text a few slip, as by a key that wrote one.
_BINARY = bytes(sorted(set(range(0x20)) - set(b"\t\n\r\f\v\x1a\x1b")))
_BINARY_CHARACTER = re.compile(f"[{_BINARY.decode()}]")
# Those that override every letter's own direction; the others are part of how Hebrew and Arabic are written.
_TURNS = "\u202d\u202e"
_TEXT_FOR_EACH = 50  # characters of text, at least, for each of those


def decode(data):
    strange = len(data) - len(data.translate(None, _BINARY))
    text, encoding, assumed = _decode(data, strange)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    told = [assumed, _garbled(text), _zeroed(text)]
    text = text.replace("\0", "\ufffd")
    told += [_controlled(text) if strange else "", _turned(text)]
    return Decoded(text, encoding, " ".join(filter(None, told)))


def _decode(data, strange):
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data, encoding), encoding, ""
    if strange * _TEXT_FOR_EACH > len(data):
        return _unmarked_utf_16(data)
    try:
        return data.decode(), "utf-8", ""
    except UnicodeDecodeError as error:
        place = error.start
    if text := _mostly_utf_8(data, place):
        return text, "utf-8", f"Not UTF-8 in some places (the first is byte {place}): look for wrong letters there."
    encoding = _legacy(data, place)
    return (
        _windows_1252(data) if encoding == "cp1252" else data.decode(encoding),
        encoding,
        f"Not UTF-8 (byte {place}), so it was read as {_NAMES[encoding]}: look for wrong letters.",
    )


def _marked(data, encoding):
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotTextError(f"The file says it is {encoding.upper()} but is not, at byte {error.start}.") from None
    return _without_binary(text)


def _without_binary(text):
    if len(_BINARY_CHARACTER.findall(text)) * _TEXT_FOR_EACH > len(text):
        raise NotTextError(NOT_A_TEXT)
    return text


def _zeroed(text):
    if "\0" not in text:
        return ""
    place = f"(the first at character {text.index(chr(0)) + 1})"
    return f"The text holds the character U+0000 {place}, which no database takes; “\ufffd” stands for it."


def _controlled(text):
    if not (found := _BINARY_CHARACTER.search(text)):
        return ""
    place = f"(the first is U+{ord(found[0]):04X} at character {found.start() + 1})"
    return f"The text holds control characters that show nothing {place}; they are kept as they are."


def _turned(text):
    """Pages keep such a mark within what it stands in, but its reader sees other letters than a search does."""
    found = [text.index(mark) for mark in _TURNS if mark in text]
    if not found:
        return ""
    place = f"(the first is U+{ord(text[min(found)]):04X} at character {min(found) + 1})"
    return f"The text holds marks that turn the order of its letters around {place}; they are kept as they are."


def _unmarked_utf_16(data):
    """UTF-16 has zero bytes in every second place: in all of them where it is English, few where it is Chinese."""
    zeros = {"utf-16-le": data[1::2].count(0), "utf-16-be": data[0::2].count(0)}
    encoding, other = sorted(zeros, key=zeros.get, reverse=True)
    if zeros[encoding] * 20 < len(data) or zeros[encoding] < 4 * zeros[other]:
        raise NotTextError(NOT_A_TEXT)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise NotTextError(NOT_A_TEXT) from None
    assumed = "The file does not name its encoding; its zero bytes look like UTF-16: look for wrong letters."
    return _without_binary(text), encoding, assumed


def _mostly_utf_8(data, place):
    """The text where it is UTF-8 but for a few bytes, or for a letter cut through at its end; else None."""
    sound = data.decode(errors="ignore")
    letters = len(sound) - len(sound.encode("ascii", "ignore"))
    strange = len(data) - len(sound.encode())
    if letters >= 4 * strange or (letters and _is_cut(data[place:].rstrip())):
        return data.decode(errors="reprise.windows_1252")
    return None


def _is_cut(end):
    """Whether the bytes are the beginning of one letter in UTF-8."""
    try:
        end.decode()
    except UnicodeDecodeError as error:
        return error.start == 0 and error.reason == "unexpected end of data"


# The five bytes that Windows-1252 leaves undefined are read as Latin-1 has them, so that nothing is lost.
_WINDOWS_1252 = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))


def _windows_1252(data):
    return codecs.charmap_decode(data, "strict", _WINDOWS_1252)[0]


codecs.register_error(
    "reprise.windows_1252", lambda error: (_windows_1252(error.object[error.start : error.end]), error.end)
)


# Which of the encodings from before Unicode? One that a text can be read in says little: nearly all texts can be read
# in nearly all of them. So the Latin ones are told apart by alphabets, and the others by how often their letters stand
# side by side, which cchardet knows. Of Latin texts with a letter or two it claims with great confidence what is wrong.

_NAMES = {
    "cp1252": "Windows-1252", "cp1250": "Windows-1250", "iso8859-2": "ISO-8859-2", "cp1254": "Windows-1254",
    "cp1257": "Windows-1257", "iso8859-15": "ISO-8859-15", "cp1251": "Windows-1251", "koi8-r": "KOI8-R",
    "cp866": "IBM866", "iso8859-5": "ISO-8859-5", "mac-cyrillic": "Mac Cyrillic", "cp1253": "Windows-1253",
    "iso8859-7": "ISO-8859-7", "cp1255": "Windows-1255", "cp1256": "Windows-1256", "cp874": "Windows-874",
    "cp932": "Shift_JIS", "euc_jp": "EUC-JP", "gb18030": "GB18030", "cp949": "EUC-KR", "big5hkscs": "Big5",
}  # fmt: skip

_WESTERN = [
    "àâæçéèêëîïôœùûüÿ", "äöüß", "áéíñóúü", "áâãàçéêíóôõúü", "àèéìíîòóùú", "àçèéíïóòúü", "åäöæøéü", "áðéíóúýþæö",
]  # fmt: skip
_CENTRAL = ["ąćęłńóśźż", "áäčďéěíĺľňóôŕřšťúůýž", "áéíóöőúüű", "čćđšž", "ăâîşţ"]
# In the order in which they are preferred where their letters do equally well.
_LATIN = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp1254": ["çğıİöşüâîû"],
    "cp1257": ["ąčęėįšųūž", "āčēģīķļņšūž"],
    "iso8859-15": _WESTERN,
}
_LETTERS = {
    encoding: [set(alphabet + alphabet.upper()) for alphabet in alphabets] for encoding, alphabets in _LATIN.items()
}
_ALL_WESTERN = [set().union(*_LETTERS["cp1252"])]
_SIGNS = set("\xa0\xad«»„“”‚‘’‹›…–—•·™©®°§€£¢¥½¼¾²³¹×¿¡ªº´¨†")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SIGN_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[«»„“”•™©®°§€£¢¥½¼¾²³¹×¿¡ªº´¨†](?=[^\W\d_])")
_SIDE_BY_SIDE = re.compile(r"[À-ÿ](?=[À-ÿ])")

# What cchardet finds, and what reads it best: the Windows encodings are the standard ones and more.
_OTHERS = {
    "WINDOWS-1251": ["cp1251"], "KOI8-R": ["koi8-r"], "IBM866": ["cp866"], "ISO-8859-5": ["iso8859-5"],
    "MAC-CYRILLIC": ["mac-cyrillic"], "WINDOWS-1253": ["cp1253", "iso8859-7"], "ISO-8859-7": ["cp1253", "iso8859-7"],
    "WINDOWS-1255": ["cp1255"], "ISO-8859-8": ["cp1255"], "WINDOWS-1256": ["cp1256"], "TIS-620": ["cp874"],
    "ISO-8859-11": ["cp874"], "SHIFT_JIS": ["cp932"], "EUC-JP": ["euc_jp"], "UHC": ["cp949"], "EUC-KR": ["cp949"],
    "GB18030": ["gb18030", "big5hkscs"], "BIG5": ["big5hkscs", "gb18030"],
}  # fmt: skip
# It takes short texts in one of the Chinese encodings for the other.
_COMMON_CHINESE = set(
    "的一是不了人我在有他这這中大来來上个個到说說们們为為和你也时時那就要会會可看很好多都没沒电電影片"
)
_CONFIDENT = 0.6
_SAMPLE, _ENOUGH = 16 * 1024, 512


def _legacy(data, place):
    some = data[data.rfind(b"\n", 0, place) + 1 :][:_SAMPLE]
    words = b" ".join(word for word in some.split() if not word.isascii())[:_ENOUGH]
    encodings = _latin(words) or _other(words)
    return next((encoding for encoding in encodings if _reads(encoding, data)), "cp1252")


def _reads(encoding, data):
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _latin(words):
    """The encodings in which the words belong to one language, the best first; none where they look like no Latin."""
    western = _windows_1252(words)
    letters = [character for character in _NOT_ASCII.findall(western) if character.isalpha()]
    if len(_SIDE_BY_SIDE.findall(western)) * 2 > len(letters):
        return []
    # Names from all over the West do almost as well as a text in one other language.
    fits = {"cp1252": max(_fit(western, _LETTERS["cp1252"]), 0.85 * _fit(western, _ALL_WESTERN))}
    for encoding, alphabets in _LETTERS.items():
        text = words.decode(encoding, "replace")
        # One letter is not enough to leave Windows-1252 for.
        if sum(map(str.__ne__, text, western)) > 1:
            fits[encoding] = _fit(text, alphabets)
    return sorted((encoding for encoding in fits if fits[encoding] > 0.75), key=fits.get, reverse=True)


def _fit(text, alphabets):
    """From 0 to 1: how much of what is not ASCII in the text belongs to the alphabet that has most of it."""
    counts = Counter(character for character in _NOT_ASCII.findall(text) if character not in _SIGNS)
    wrong = len(_SIGN_IN_A_WORD.findall(text))
    right = max(sum(counts[letter] for letter in counts.keys() & alphabet) for alphabet in alphabets)
    return (right + 1) / (counts.total() + wrong + 1)


def _other(words):
    """The encodings that cchardet takes the words to be in, the best first; none where it is not sure."""
    found = cchardet.detect(words)
    if (found["confidence"] or 0) < _CONFIDENT:
        return []
    encodings = _OTHERS.get(found["encoding"], [])
    return sorted(encodings, key=lambda encoding: _commonness(words.decode(encoding, "replace")), reverse=True)


def _commonness(text):
    return sum(character in _COMMON_CHINESE for character in text)


# Text that was garbled before it was saved: some program took UTF-8 for Windows-1252, making two letters of one.

_TRAILS = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_SUSPECT = re.compile(rf"[Â-ðв][{_TRAILS}Ђ]|\ufffd")
# Without what may stand behind the last letter of a word in capitals: CAFÉ… MANHÃ” MENÜ“
_STRANGE = "\x80-\x9f¡-ª¬-¶¸-º¼-¿€‚ƒ†‡ˆ‰ŠŒŽ˜šœžŸ"
_GARBLED = re.compile(
    rf"â€[{_TRAILS}]?|â\x80[\x80-\xbf]|â‚¬|â„¢|ðŸ|ï»¿|ï¿½|вЂ[^а-яё\s]|Â[\xa0-\xbf]|[ÃÄÅ][{_STRANGE}]|á[º»](?![¡¿])[{_STRANGE}]"
    rf"|(?:[Â-ß][{_TRAILS}]){{2}}|(?:[à-ï][{_TRAILS}]{{2}}){{2}}|\ufffd"
)


def _garbled(text):
    # The first search takes a tenth of the time of the second.
    if text.isascii() or not _SUSPECT.search(text) or not (found := _GARBLED.search(text)):
        return ""
    place = f"(“{found.group()}” at character {found.start() + 1})"
    return f"The text seems to have been garbled before it was saved {place}; it is kept as it is."

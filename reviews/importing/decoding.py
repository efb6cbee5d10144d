"""Bytes to text, saying what was assumed."""

import codecs
from typing import NamedTuple


class Decoded(NamedTuple):
    text: str  # line breaks are "\n"
    encoding: str  # as Python names it
    assumed: str  # a sentence for the admin where the bytes themselves did not say; "" where they did


class NotTextError(Exception):
    """The bytes are no text; the message says why."""


# The longer marks first: UTF-32 little-endian begins as UTF-16 does.
_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# What no text file holds, but pictures, archives and programs do.
_BINARY = frozenset(range(0x20)) - frozenset(b"\t\n\r\f\v\x1a\x1b")


def decode(data):
    text, encoding, assumed = _decode(data)
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), encoding, assumed)


def _decode(data):
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding, ""
            except UnicodeDecodeError as error:
                raise NotTextError(
                    f"The file says it is {encoding.upper()} but is not, at byte {error.start}."
                ) from None
    if not _BINARY.isdisjoint(data):
        raise NotTextError("The file is not a text: it holds bytes that only programs, pictures or archives have.")
    try:
        return data.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError as error:
        place = error.start
    return (
        # The five bytes that Windows-1252 leaves undefined are read as Latin-1 has them, so that nothing is lost.
        "".join(_windows_1252(byte) for byte in data),
        "cp1252",
        f"Not UTF-8 (byte {place}), so it was read as Windows-1252: look for wrong letters.",
    )


def _windows_1252(byte):
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)

"""What may be imported: how much of it, under which names, and the sentences for what is refused."""

import lzma
import re
import zlib
from typing import NamedTuple

MIB = 1024 * 1024
LARGEST_FILE = 20 * MIB
LONGEST_NAME = 1000  # as ImportRow.source stores it
LARGEST_ARCHIVE = 8 * 1024 * MIB  # unpacked
MOST_MEMBERS = 2_000_000
# An archive may unpack to so many times its size. What unpacks to little is no danger, whatever it was packed to.
LARGEST_RATIO, ALWAYS_UNPACKED = 200, 256 * MIB

SPECIAL = "It is neither a file nor a folder. Leave it out."
LINK = "It is a link to another file; only real files in an archive are read. Import the file that it points to."
UNSAFE_NAME = "Its name leads out of the archive. Make the archive anew from inside the folder, and import that."
NESTED = "It is an archive inside an archive. Unpack it, and import what is in it."
OTHER_ARCHIVE = "It is an archive of a kind that is not read. Unpack it, and import the folder, a zip or a tar."
ENCRYPTED = "It is locked with a password. Make the archive anew without one, and import that."
METHOD = "It is packed in a way that is not read here. Make the archive anew with the usual settings, and import that."
DAMAGED_MEMBER = "It is damaged in the archive. Get a whole copy, and import that."
SPARSE = "It is stored with holes in it. Make the archive anew without --sparse, and import that."
DAMAGED = "The archive is damaged or cut off. Get a whole copy, and import that."
OFFICE = "It is a document of an office program or an electronic book. Save it as plain text, and import that."
EMPTY = "There is no file in the archive."

# What a broken archive makes the standard library raise.
BROKEN = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, MemoryError)


class Source(NamedTuple):
    """Bytes to import and where they are from. `problem` is a sentence where they could not be had."""

    name: str
    data: bytes = b""
    problem: str = ""


def bounded(source):
    return Source(source.name, problem=too_large()) if len(source.data) > LARGEST_FILE else source


def too_large():
    return f"It is larger than {LARGEST_FILE // MIB} MiB. Split it, and import the parts."


# Also what a Mac puts beside the files that it packs.
_HIDDEN = re.compile(r"\.(?!\.?$)|__MACOSX$")


def is_hidden(parts):
    return any(map(_HIDDEN.match, parts))


_ILLEGIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def legible(name):
    """The name with a sign for each character that cannot be stored or would play tricks on a terminal, and bounded."""
    name = _ILLEGIBLE.sub("\ufffd", str(name))
    return name if len(name) <= LONGEST_NAME else f"{name[:400]}…{name[-500:]}"


def decoded(raw, otherwise):
    """A name in an archive: UTF-8, or `otherwise` where it cannot be that."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(otherwise)


class BrokenOffError(Exception):
    """The rest of an archive cannot be read, or must not; the message is a sentence."""


def judge(unpacked, packed):
    """Breaks off an archive that unpacks to more than it may. Both are in bytes."""
    if unpacked > LARGEST_ARCHIVE:
        limit = LARGEST_ARCHIVE // MIB // 1024
        raise BrokenOffError(f"The archive unpacks to more than {limit} GiB. Split it, and import the parts.")
    if unpacked > max(ALWAYS_UNPACKED, packed * LARGEST_RATIO):
        raise BrokenOffError(
            f"The archive unpacks to more than {LARGEST_RATIO} times its size, as only harmful ones do. "
            "If it is yours, unpack it, and import the folder."
        )

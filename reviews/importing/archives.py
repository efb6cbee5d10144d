"""Archives to named bytes: zip and tar, plain or compressed, recognised by how they begin.

Nothing is ever unpacked to disk, and no more than one file is in memory at a time. Both readers are our own: see
docs/decisions/archives.md.
"""

import bz2
import gzip
import io
import lzma
import re

from reviews.importing import bounds, tars, zips
from reviews.importing.bounds import BrokenOffError, Source, bounded, is_hidden, judge, legible

HEAD = tars.BLOCK  # bytes of a file that tell how it is packed
# How a packed file begins. The others are 7z, RAR and Zstandard.
_MARKS = re.compile(
    rb"(?P<zip>PK(?:\x03\x04|\x05\x06|\x07\x08PK))|(?P<gz>\x1f\x8b\x08)|(?P<xz>\xfd7zXZ\x00)"
    rb"|(?P<bz2>BZh[1-9](?:1AY&SY|\x17rE8P\x90))|(?P<other>7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x28\xb5\x2f\xfd)"
)
_OPENERS = {
    "tar": lambda file: file,
    "gz": lambda file: gzip.GzipFile(fileobj=file, mode="rb"),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}
# The first entry of what is a zip in the eyes of a program only: documents, electronic books, programs.
_OFFICE = {"[Content_Types].xml", "_rels/.rels", "mimetype", "META-INF/MANIFEST.MF"}
_DRIVE = re.compile(r"[A-Za-z]:(?!\s)")


def packing_of(head):
    """How a file that begins so is packed: as one of the openers' names, "zip", "other", or not at all ("")."""
    if mark := _MARKS.match(head):
        return mark.lastgroup
    return "tar" if tars.is_tar(head) else ""


def from_file(name, file):
    """The file itself, or the files in it where it is an archive, by whatever name it goes."""
    file.seek(0)
    packing = packing_of(file.read(HEAD))
    file.seek(0)
    if packing == "zip":
        yield from _from_archive(name, zips.members(file, _size(file)))
    elif packing == "other":
        yield Source(name, problem=bounds.OTHER_ARCHIVE)
    elif packing:
        yield from _from_packed(name, file, packing)
    else:
        yield bounded(Source(name, file.read(bounds.LARGEST_FILE + 1)))


def _from_archive(name, members):
    """The files in an archive, named after both. Where it breaks off is one more problem, after the files before."""
    read = refused = 0
    try:
        for position, (member, data, unreadable) in enumerate(members):
            if position == 0 and member in _OFFICE:
                raise BrokenOffError(bounds.OFFICE)
            if position == bounds.MOST_MEMBERS:
                raise BrokenOffError(f"The archive holds more than {bounds.MOST_MEMBERS:,} files. Split it.")
            parts = [part for part in member.replace("\\", "/").split("/") if part not in ("", ".")]
            if is_hidden(parts):
                continue
            problem = _misnamed(member, parts) or unreadable or (bounds.NESTED if packing_of(data[:HEAD]) else "")
            yield Source(legible("/".join([name, *parts])), b"" if problem else data, problem)
            read, refused = (read, refused + 1) if problem else (read + 1, refused)
        if not read + refused:
            raise BrokenOffError(bounds.EMPTY)
    except BrokenOffError as error:
        yield Source(name, problem=f"{error} Files read before that: {read:,}." if read else str(error))


def _misnamed(member, parts):
    return bounds.UNSAFE_NAME if member.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(member) else ""


def _from_packed(name, file, packing):
    """The files of a tar, compressed or not; or the one file that is compressed without a tar around it."""
    try:
        inside = packing_of(_unpacked(file, packing).read(HEAD))
        unpacked = _unpacked(file, packing)
        if inside == "tar":
            yield from _from_archive(name, tars.members(unpacked))
        elif inside:
            yield Source(name, problem=bounds.NESTED)
        else:
            yield bounded(Source(name, unpacked.read(bounds.LARGEST_FILE + 1)))
    except BrokenOffError as error:
        yield Source(name, problem=str(error))


def _unpacked(file, packing):
    size = _size(file)
    return io.BufferedReader(_Metered(_OPENERS[packing](file), size), 256 * 1024)


class _Metered(io.RawIOBase):
    """A file that is judged by how much has been read of it."""

    def __init__(self, file, packed):
        # Where there is read1, it gives what stands before damage; read would lose it.
        self._read = getattr(file, "read1", file.read)
        self._packed, self._unpacked = packed, 0

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            piece = self._read(len(buffer))
        except bounds.BROKEN:
            raise BrokenOffError(bounds.DAMAGED) from None
        buffer[: len(piece)] = piece
        self._unpacked += len(piece)
        judge(self._unpacked, self._packed)
        return len(piece)


def _size(file):
    size = file.seek(0, io.SEEK_END) or file.tell()
    file.seek(0)
    return size

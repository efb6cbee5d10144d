"""Archives to named bytes: zip and tar, plain or compressed, recognised by how they begin.

Nothing is ever unpacked to disk, and no more than one file is in memory at a time. Both readers are our own: see
docs/decisions/archives.md.
"""

import bz2
import gzip
import io
import lzma
import re
import stat
import struct
import zlib
from typing import NamedTuple

MIB = 1024 * 1024
LARGEST_FILE = 20 * MIB
LONGEST_NAME = 1000  # as ImportRow.source stores it
LARGEST_ARCHIVE = 8 * 1024 * MIB  # unpacked
MOST_MEMBERS = 2_000_000
# An archive may unpack to so many times its size. What unpacks to little is no danger, whatever it was packed to.
LARGEST_RATIO, ALWAYS_UNPACKED = 200, 256 * MIB


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


BLOCK = 512
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
# What a broken archive makes the standard library raise.
_BROKEN = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, MemoryError)
# The first entry of what is a zip in the eyes of a program only: documents, electronic books, programs.
_OFFICE = {"[Content_Types].xml", "_rels/.rels", "mimetype", "META-INF/MANIFEST.MF"}
_DRIVE = re.compile(r"[A-Za-z]:(?!\s)")


class _BrokenOffError(Exception):
    """The rest of an archive cannot be read, or must not; the message is a sentence."""


def packing_of(head):
    """How a file that begins so is packed: as one of the openers' names, "zip", "other", or not at all ("")."""
    if mark := _MARKS.match(head):
        return mark.lastgroup
    return "tar" if len(head) == BLOCK and (head[257:263] in (b"ustar\0", b"ustar ") or _is_header(head)) else ""


def from_file(name, file):
    """The file itself, or the files in it where it is an archive, by whatever name it goes."""
    file.seek(0)
    packing = packing_of(file.read(BLOCK))
    file.seek(0)
    if packing == "zip":
        yield from _from_archive(name, _zip_members(file))
    elif packing == "other":
        yield Source(name, problem=OTHER_ARCHIVE)
    elif packing:
        yield from _from_packed(name, file, packing)
    else:
        yield bounded(Source(name, file.read(LARGEST_FILE + 1)))


def _from_archive(name, members):
    """The files in an archive, named after both. Where it breaks off is one more problem, after the files before."""
    read = refused = 0
    try:
        for position, (member, data, unreadable) in enumerate(members):
            if position == 0 and member in _OFFICE:
                raise _BrokenOffError(OFFICE)
            if position == MOST_MEMBERS:
                raise _BrokenOffError(f"The archive holds more than {MOST_MEMBERS:,} files. Split it.")
            parts = [part for part in member.replace("\\", "/").split("/") if part not in ("", ".")]
            if is_hidden(parts):
                continue
            problem = _misnamed(member, parts) or unreadable or (NESTED if packing_of(data[:BLOCK]) else "")
            yield Source(legible("/".join([name, *parts])), b"" if problem else data, problem)
            read, refused = (read, refused + 1) if problem else (read + 1, refused)
        if not read + refused:
            raise _BrokenOffError(EMPTY)
    except _BrokenOffError as error:
        yield Source(name, problem=f"{error} Files read before that: {read:,}." if read else str(error))


def _misnamed(member, parts):
    return UNSAFE_NAME if member.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(member) else ""


def _judge(unpacked, packed):
    """Breaks off an archive that unpacks to more than it may. Both are in bytes."""
    if unpacked > LARGEST_ARCHIVE:
        limit = LARGEST_ARCHIVE // MIB // 1024
        raise _BrokenOffError(f"The archive unpacks to more than {limit} GiB. Split it, and import the parts.")
    if unpacked > max(ALWAYS_UNPACKED, packed * LARGEST_RATIO):
        raise _BrokenOffError(
            f"The archive unpacks to more than {LARGEST_RATIO} times its size, as only harmful ones do. "
            "If it is yours, unpack it, and import the folder."
        )


def _size(file):
    size = file.seek(0, io.SEEK_END) or file.tell()
    file.seek(0)
    return size


# Compressed files, and tar: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html


def _from_packed(name, file, packing):
    """The files of a tar, compressed or not; or the one file that is compressed without a tar around it."""
    try:
        inside = packing_of(_unpacked(file, packing).read(BLOCK))
        unpacked = _unpacked(file, packing)
        if inside == "tar":
            yield from _from_archive(name, _tar_members(unpacked))
        elif inside:
            yield Source(name, problem=NESTED)
        else:
            yield bounded(Source(name, unpacked.read(LARGEST_FILE + 1)))
    except _BrokenOffError as error:
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
        except _BROKEN:
            raise _BrokenOffError(DAMAGED) from None
        buffer[: len(piece)] = piece
        self._unpacked += len(piece)
        _judge(self._unpacked, self._packed)
        return len(piece)


_LONGEST_RECORD = MIB


def _tar_members(file):
    """(name, data, problem) of all in a tar that is no folder. Reads the ustar, pax and GNU formats, and the oldest."""
    said = {}  # ahead of a header, for what does not fit into it
    while any(header := _read(file, BLOCK)):
        if not _is_header(header):
            raise _BrokenOffError(DAMAGED)
        kind, size = header[156:157], _number(header[124:136], 8)
        if kind in b"LKxXg":
            text = _read(file, min(size, _LONGEST_RECORD + 1))
            if size > _LONGEST_RECORD:
                raise _BrokenOffError(DAMAGED)
            if kind == b"L":
                said[b"path"] = text.rstrip(b"\0")
            elif kind in b"xX":
                said |= _pax_records(text)
            continue
        name = _name(said.get(b"path") or _tar_name(header), otherwise="latin-1")
        if b"size" in said:
            size = _number(said[b"size"], 10)
        problem = _tar_problem(kind, size, said)
        said = {}
        if kind == b"S":
            _skip_map(file, header)
        if kind in b"123456":
            size = 0
        if kind in b"5DV" or (kind == b"\0" and name.endswith("/")):
            _skip(file, size)
        elif problem:
            _skip(file, size)
            yield name, b"", problem
        else:
            yield name, _read(file, size), ""


def _tar_problem(kind, size, said):
    if kind in b"12":
        return LINK
    if kind == b"S" or any(key.startswith(b"GNU.sparse") for key in said):
        return SPARSE
    if kind not in b"0\x007":
        return SPECIAL
    return too_large() if size > LARGEST_FILE else ""


def _read(file, size):
    data = file.read(-(-size // BLOCK) * BLOCK)
    if len(data) < size:
        raise _BrokenOffError(DAMAGED)
    return data[:size]


def _skip(file, size):
    while size > 0:
        size -= len(_read(file, min(size, MIB)))


def _skip_map(file, header):
    """Passes over the list of holes in a sparse file, of which the header has the beginning."""
    more = header[482]
    while more:
        more = _read(file, BLOCK)[504]


def _is_header(block):
    """Whether the checksum in the block is right, as it never is in what is not the header of a tar."""
    written = block[148:156].strip(b" \0")
    return written.isdigit() and written.lstrip(b"0") == b"%o" % (sum(block) - sum(block[148:156]) + 8 * 32)


def _number(digits, base):
    if digits[:1] >= b"\x80":  # too large for octal digits
        return int.from_bytes(digits[1:], "big")
    try:
        number = int(digits.strip(b" \0") or b"0", base)
    except ValueError:
        raise _BrokenOffError(DAMAGED) from None
    if number < 0:
        raise _BrokenOffError(DAMAGED)
    return number


def _tar_name(header):
    name = header[:100].partition(b"\0")[0]
    if header[345] and header.startswith(b"ustar\0", 257):
        return header[345:500].partition(b"\0")[0] + b"/" + name
    return name


_PAX_RECORD = re.compile(rb"(?P<length>\d{1,9}) (?P<key>[^=]+)=")


def _pax_records(text):
    records, position = {}, 0
    while match := _PAX_RECORD.match(text, position):
        position += int(match["length"])
        if position <= match.end():
            raise _BrokenOffError(DAMAGED)
        records[match["key"]] = text[match.end() : position - 1]
    return records


def _name(raw, otherwise):
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(otherwise)


# Zip: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

_ENTRY = struct.Struct("<4s6H3L5H2L")
_END, _END_64, _LOCATOR_LENGTH = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), 20
_ELSEWHERE = 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8


class _Entry(NamedTuple):
    name: str
    flags: int
    method: int
    mode: int  # as stat has it; 0 where the archive was made on a system without
    checksum: int
    packed: int
    unpacked: int
    place: int


def _zip_members(file):
    """(name, data, problem) of all in a zip that is no folder."""
    size, unpacked = _size(file), 0
    try:
        for entry in _zip_entries(file, size):
            if entry.name.endswith("/") or stat.S_ISDIR(entry.mode):
                continue
            data, problem = b"", _entry_problem(entry)
            if not problem:
                data = _entry_data(file, entry)
                unpacked += len(data)
                _judge(unpacked, size)
                problem = _data_problem(entry, data)
            yield entry.name, data, problem
    except (*_BROKEN, struct.error):
        raise _BrokenOffError(DAMAGED) from None


def _zip_entries(file, size):
    start, end, shift = _zip_directory(file, size)
    while start < end:
        file.seek(start)
        table, position = file.read(min(end - start, MIB)), 0
        while position + _ENTRY.size <= len(table):
            (
                mark,
                made,
                _,
                flags,
                method,
                _,
                _,
                checksum,
                *numbers,
                named,
                extended,
                commented,
                _,
                _,
                attributes,
                place,
            ) = _ENTRY.unpack_from(table, position)
            name = position + _ENTRY.size
            extra = name + named
            following = extra + extended + commented
            if mark != b"PK\1\2" or following > len(table):
                break
            raw = table[name:extra]
            packed, unpacked, place = _zip_numbers(*numbers, place, table[extra : extra + extended])
            position = following
            yield _Entry(
                _name(raw, otherwise="cp437"),
                flags,
                method,
                attributes >> 16 if made >> 8 in (3, 19) else 0,
                checksum,
                packed,
                unpacked,
                place + shift,
            )
        if not position:
            raise _BrokenOffError(DAMAGED)
        start += position


def _zip_directory(file, size):
    """Where the table of contents begins and ends, and by how much all stands behind where it says it stands."""
    start = max(size - _END.size - 0xFFFF, 0)
    file.seek(start)
    tail = file.read()
    place = tail.rindex(b"PK\5\6")
    *_, length, offset, _ = _END.unpack_from(tail, place)
    end = start + place
    if end >= _END_64.size + _LOCATOR_LENGTH:
        file.seek(end - _END_64.size - _LOCATOR_LENGTH)
        record = file.read(_END_64.size)
        if record.startswith(b"PK\6\6"):
            *_, length, offset = _END_64.unpack(record)
            end -= _END_64.size + _LOCATOR_LENGTH
    return end - length, end, end - length - offset


def _zip_numbers(packed, unpacked, place, extra):
    """The numbers, with those that are too large for their fields read from the extra one."""
    position = 0
    while _ELSEWHERE in (packed, unpacked, place) and position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        if kind == 1:
            large = iter(struct.unpack_from(f"<{length // 8}Q", extra, position + 4))
            unpacked, packed, place = (next(large, 0) if n == _ELSEWHERE else n for n in (unpacked, packed, place))
        position += 4 + length
    return packed, unpacked, place


def _entry_problem(entry):
    if stat.S_ISLNK(entry.mode):
        return LINK
    if stat.S_IFMT(entry.mode) not in (0, stat.S_IFREG):
        return SPECIAL
    if entry.flags & 1:
        return ENCRYPTED
    if entry.method not in (_STORED, _DEFLATED):
        return METHOD
    return too_large() if entry.unpacked > LARGEST_FILE else ""


def _entry_data(file, entry):
    """What is really there, up to a byte more than is allowed; b"" where it is damaged."""
    file.seek(entry.place)
    header = file.read(30)
    if not header.startswith(b"PK\3\4"):
        return b""
    file.seek(sum(struct.unpack_from("<2H", header, 26)), io.SEEK_CUR)
    packed = file.read(min(entry.packed, LARGEST_FILE + MIB))
    if entry.method == _STORED:
        return packed[: LARGEST_FILE + 1]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, LARGEST_FILE + 1)
    except zlib.error:
        return b""


def _data_problem(entry, data):
    if len(data) > LARGEST_FILE:
        return too_large()
    return "" if len(data) == entry.unpacked and zlib.crc32(data) == entry.checksum else DAMAGED_MEMBER

"""Zip to its members. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT"""

import io
import stat
import struct
import zlib
from typing import NamedTuple

from reviews.importing import bounds
from reviews.importing.bounds import BrokenOffError, decoded, judge, too_large

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


def members(file, size):
    """(name, data, problem) of all in a zip that is no folder."""
    unpacked = 0
    try:
        for entry in _entries(file, size):
            if entry.name.endswith("/") or stat.S_ISDIR(entry.mode):
                continue
            data, problem = b"", _entry_problem(entry)
            if not problem:
                data = _entry_data(file, entry)
                unpacked += len(data)
                judge(unpacked, size)
                problem = _data_problem(entry, data)
            yield entry.name, data, problem
    except (*bounds.BROKEN, struct.error):
        raise BrokenOffError(bounds.DAMAGED) from None


def _entries(file, size):
    start, end, shift = _directory(file, size)
    while start < end:
        file.seek(start)
        table, position = file.read(min(end - start, bounds.MIB)), 0
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
            packed, unpacked, place = _numbers(*numbers, place, table[extra : extra + extended])
            position = following
            yield _Entry(
                decoded(raw, otherwise="cp437"),
                flags,
                method,
                attributes >> 16 if made >> 8 in (3, 19) else 0,
                checksum,
                packed,
                unpacked,
                place + shift,
            )
        if not position:
            raise BrokenOffError(bounds.DAMAGED)
        start += position


def _directory(file, size):
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


def _numbers(packed, unpacked, place, extra):
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
        return bounds.LINK
    if stat.S_IFMT(entry.mode) not in (0, stat.S_IFREG):
        return bounds.SPECIAL
    if entry.flags & 1:
        return bounds.ENCRYPTED
    if entry.method not in (_STORED, _DEFLATED):
        return bounds.METHOD
    return too_large() if entry.unpacked > bounds.LARGEST_FILE else ""


def _entry_data(file, entry):
    """What is really there, up to a byte more than is allowed; b"" where it is damaged."""
    file.seek(entry.place)
    header = file.read(30)
    if not header.startswith(b"PK\3\4"):
        return b""
    file.seek(sum(struct.unpack_from("<2H", header, 26)), io.SEEK_CUR)
    packed = file.read(min(entry.packed, bounds.LARGEST_FILE + bounds.MIB))
    if entry.method == _STORED:
        return packed[: bounds.LARGEST_FILE + 1]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, bounds.LARGEST_FILE + 1)
    except zlib.error:
        return b""


def _data_problem(entry, data):
    if len(data) > bounds.LARGEST_FILE:
        return too_large()
    return "" if len(data) == entry.unpacked and zlib.crc32(data) == entry.checksum else bounds.DAMAGED_MEMBER

"""Tar to its members. https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html"""

import re

from reviews.importing import bounds
from reviews.importing.bounds import BrokenOffError, decoded, too_large

BLOCK = 512
_LONGEST_RECORD = bounds.MIB


def is_tar(head):
    """Whether a file that begins so is a tar; the head is a block long, or as long as the file."""
    return len(head) == BLOCK and (head[257:263] in (b"ustar\0", b"ustar ") or _is_header(head))


def _is_header(block):
    """Whether the checksum in the block is right, as it never is in what is not the header of a tar."""
    written = block[148:156].strip(b" \0")
    return written.isdigit() and written.lstrip(b"0") == b"%o" % (sum(block) - sum(block[148:156]) + 8 * 32)


def members(file):
    """(name, data, problem) of all in a tar that is no folder. Reads the ustar, pax and GNU formats, and the oldest."""
    said = {}  # ahead of a header, for what does not fit into it
    while any(header := _read(file, BLOCK)):
        if not _is_header(header):
            raise BrokenOffError(bounds.DAMAGED)
        kind, size = header[156:157], _number(header[124:136], 8)
        if kind in b"LKxXg":
            text = _read(file, min(size, _LONGEST_RECORD + 1))
            if size > _LONGEST_RECORD:
                raise BrokenOffError(bounds.DAMAGED)
            if kind == b"L":
                said[b"path"] = text.rstrip(b"\0")
            elif kind in b"xX":
                said |= _pax_records(text)
            continue
        name = decoded(said.get(b"path") or _name(header), otherwise="latin-1")
        if b"size" in said:
            size = _number(said[b"size"], 10)
        problem = _problem(kind, size, said)
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
    _drain(file)


def _drain(file):
    """Reads what is left to its end, where the checksums of what a tar is compressed with are."""
    while file.read(bounds.MIB):
        pass


def _problem(kind, size, said):
    if kind in b"12":
        return bounds.LINK
    if kind == b"S" or any(key.startswith(b"GNU.sparse") for key in said):
        return bounds.SPARSE
    if kind not in b"0\x007":
        return bounds.SPECIAL
    return too_large() if size > bounds.LARGEST_FILE else ""


def _read(file, size):
    data = file.read(-(-size // BLOCK) * BLOCK)
    if len(data) < size:
        raise BrokenOffError(bounds.DAMAGED)
    return data[:size]


def _skip(file, size):
    while size > 0:
        size -= len(_read(file, min(size, bounds.MIB)))


def _skip_map(file, header):
    """Passes over the list of holes in a sparse file, of which the header has the beginning."""
    more = header[482]
    while more:
        more = _read(file, BLOCK)[504]


def _number(digits, base):
    if digits[:1] >= b"\x80":  # too large for octal digits
        return int.from_bytes(digits[1:], "big")
    try:
        number = int(digits.strip(b" \0") or b"0", base)
    except ValueError:
        raise BrokenOffError(bounds.DAMAGED) from None
    if number < 0:
        raise BrokenOffError(bounds.DAMAGED)
    return number


def _name(header):
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
            raise BrokenOffError(bounds.DAMAGED)
        records[match["key"]] = text[match.end() : position - 1]
    return records

"""Whatever is brought in is read, or refused with a sentence: texts, and archives that are damaged, nested or bombs."""

import bz2
import functools
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from reviews.importing import bounds, plan, sources, tars
from reviews.importing.bounds import Source
from reviews.models import ImportRow
from tests.fuzz.sent import fuzz, sendable, texts

ENDS = {
    ImportRow.State.CREATED, ImportRow.State.DUPLICATE, ImportRow.State.QUESTION, ImportRow.State.REFUSED,
    ImportRow.State.SKIPPED,
}  # fmt: skip


@pytest.mark.django_db
@fuzz
@given(text=texts | st.binary(max_size=200))
def test_any_text_is_imported_or_refused_row_by_row(text):
    data = text if isinstance(text, bytes) else sendable(text)
    head = b"Hard Hit (2021)\n\n6/10\nA headline\nsomebody 19 August 2023\n"
    for source in (data, head + data, data + head + b"The text of a review.\n"):
        done = plan.run([Source("a.txt", source)], None, progress=lambda rows: None)
        assert {row.state for row in done.rows.all()} <= ENDS


# Archives

SMALL = {"LARGEST_FILE": 4000, "MOST_MEMBERS": 20, "ALWAYS_UNPACKED": 30_000, "LARGEST_RATIO": 10}
# No clock gets into what is packed: the same choices have to give the same bytes.
PACKERS = {"gz": functools.partial(gzip.compress, mtime=0), "bz2": bz2.compress, "xz": lzma.compress, "": bytes}
names = texts | st.sampled_from(["a.txt", "deeper/b.txt", "../out", "/etc/x", "C:\\x", ".hidden", "x" * 90, "é/딱"])
contents = st.binary(max_size=1000) | st.integers(0, 6000).map(bytes)


@pytest.fixture
def small(monkeypatch):
    """Bounds that small archives can break."""
    for name, value in SMALL.items():
        monkeypatch.setattr(bounds, name, value)


def zip_of(files, compression):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for number, (name, data) in enumerate(files):
            # Names that are there twice would only make the standard library warn.
            entry = zipfile.ZipInfo(f"{number}{name}".encode(errors="replace").decode())
            archive.writestr(entry, data, compression)
    return packed.getvalue()


def tar_of(files, how):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=how) as archive:
        for name, data in files:
            # What the oldest format has no room for, the standard library refuses to write.
            entry = tarfile.TarInfo(name.encode()[:90].decode(errors="ignore"))
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


@st.composite
def archives(draw, depth=1):
    """A whole archive, perhaps with another in it, perhaps packed once more."""
    inner = st.tuples(names, archives(depth - 1)) if depth else st.nothing()
    files = draw(st.lists(st.tuples(names, contents) | inner, max_size=25))
    if draw(st.booleans()):
        packed = zip_of(files, draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])))
    else:
        packed = tar_of(files, draw(st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])))
    return PACKERS[draw(st.sampled_from(sorted(PACKERS)))](packed)


@st.composite
def damaged(draw):
    """An archive in which something was overwritten, put in, taken out or cut off."""
    data = bytearray(draw(archives()))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 4, 30, 600])))
        data[start:end] = draw(st.binary(max_size=8) | st.sampled_from([b"\xff" * 4, b"PK\1\2", b"PK\5\6", bytes(512)]))
    return bytes(data[: draw(st.just(len(data)) | st.integers(0, len(data)))])


def hold(data, found):
    """What is promised of all that is read."""
    assert found
    for source in found:
        assert bool(source.data and source.problem) is False
        assert len(source.data) <= bounds.LARGEST_FILE
        assert len(source.name) <= bounds.LONGEST_NAME
        assert ".." not in source.name.split("/") or source.problem
        assert source.problem == "" or source.problem.endswith((".", "reads."))
    most = max(bounds.ALWAYS_UNPACKED, len(data) * bounds.LARGEST_RATIO)
    assert sum(len(source.data) for source in found) <= most
    assert len(found) <= bounds.MOST_MEMBERS + 1


def read(data):
    return list(sources.from_uploads([SimpleUploadedFile("x", data)]))


@fuzz
@given(data=archives() | damaged())
def test_any_archive_is_read_within_the_bounds_or_refused(small, data):
    hold(data, read(data))


@fuzz
@given(st.data())
def test_a_tar_whose_headers_lie_is_read_or_refused(small, data):
    """The checksum of the header is made right again, so that what it says is believed."""
    files = data.draw(st.lists(st.tuples(names, contents), min_size=1, max_size=3))
    how = data.draw(st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
    packed = bytearray(tar_of(files, how))
    heads = [at for at in range(0, len(packed), tars.BLOCK) if tars.is_tar(packed[at : at + tars.BLOCK])]
    at = data.draw(st.sampled_from(heads))
    lie = st.sampled_from([b"7" * 11, b"\x80" + b"\xff" * 11, b"-1", b"99", b"L", b"x", b"g", b"S", b"5", b"2"])
    for _ in range(data.draw(st.integers(1, 3))):
        place, said = data.draw(st.sampled_from([0, 124, 156, 257, 345, 482])), data.draw(lie | st.binary(max_size=12))
        packed[at + place : at + place + len(said)] = said
    packed[at + 148 : at + 156] = b" " * 8
    packed[at + 148 : at + 156] = b"%06o\0 " % sum(packed[at : at + tars.BLOCK])
    hold(packed, read(bytes(packed)))


@fuzz
@given(st.data())
def test_a_zip_whose_table_lies_is_read_or_refused(small, data):
    files = data.draw(st.lists(st.tuples(names, contents), min_size=1, max_size=3))
    packed = bytearray(zip_of(files, data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))))
    marks = [at for mark in (b"PK\1\2", b"PK\5\6", b"PK\3\4") for at in _all(packed, mark)]
    for _ in range(data.draw(st.integers(1, 3))):
        at, place = data.draw(st.sampled_from(marks)), data.draw(st.integers(4, 44))
        number = data.draw(st.sampled_from([0, 1, 0xFF, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF]) | st.integers(0, 2**32 - 1))
        said = struct.pack("<L", number)[: data.draw(st.sampled_from([2, 4]))]
        packed[at + place : at + place + len(said)] = said
    hold(packed, read(bytes(packed)))


def _all(data, mark):
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


@fuzz
@given(zeros=st.integers(30_000, 3_000_000), packer=st.sampled_from(["gz", "bz2", "xz"]), tar=st.booleans())
def test_a_bomb_is_broken_off(small, zeros, packer, tar):
    bomb = PACKERS[packer](tar_of([(f"{n}.txt", bytes(3000)) for n in range(zeros // 3000)], tarfile.USTAR_FORMAT)
                           if tar else bytes(zeros))  # fmt: skip
    found = read(bomb)
    hold(bomb, found)
    assert found[-1].problem


@fuzz
@given(copies=st.integers(2, 300))
def test_entries_of_a_zip_that_share_their_data_count_each(small, copies):
    """Such overlapping ones have made bombs that no ratio of an entry tells."""
    packed = zlib.compress(bytes(3000))[2:-4]
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(bytes(3000)), len(packed), 3000, 1, 0) + b"a"
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(bytes(3000)), len(packed), 3000, 1, 0, 0, 0, 0, 0, 0
    )
    table = (entry + b"a") * copies
    start = len(head) + len(packed)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, copies, copies, len(table), start, 0)
    bomb = head + packed + table + end
    hold(bomb, read(bomb))

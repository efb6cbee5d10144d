import bz2
import gzip
import io
import lzma
import os
import random
import shutil
import stat
import subprocess
import tarfile
import tracemalloc
import warnings
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.importing import bounds, sources


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"two")
    (tmp_path / "a.txt").write_bytes(b"one")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "c.txt").write_bytes(b"three")
    (tmp_path / ".hidden").write_bytes(b"no")
    return tmp_path


def test_a_file_is_named_as_it_was_given(folder):
    path = str(folder / "a.txt")
    assert list(sources.from_paths([path])) == [(path, b"one", "")]


def test_a_folder_is_read_to_its_depths_in_the_order_of_names(folder):
    assert [(source.name, source.data) for source in sources.from_paths([str(folder)])] == [
        (str(folder / "a.txt"), b"one"),
        (str(folder / "b.txt"), b"two"),
        (str(folder / "deeper" / "c.txt"), b"three"),
    ]


def test_a_link_in_a_folder_is_not_followed(folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_bytes(b"secret")
    (folder / "link.txt").symlink_to(secret)
    found = {source.name: source for source in sources.from_paths([str(folder)])}
    assert found[str(folder / "link.txt")] == (
        str(folder / "link.txt"),
        b"",
        "It is a symbolic link; only real files in a folder are read.",
    )


def test_a_path_that_is_not_there_is_a_problem_and_the_others_are_read(folder):
    missing, there = sources.from_paths([str(folder / "missing.txt"), str(folder / "a.txt")])
    assert missing.problem == "It cannot be read: No such file or directory."
    assert there.data == b"one"


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"piped")))
    assert list(sources.from_paths(["-"])) == [("standard input", b"piped", "")]


def test_a_file_that_is_too_large_is_a_problem(folder, monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_FILE", 2)
    (source,) = sources.from_paths([str(folder / "a.txt")])
    assert (source.data, source.problem) == (b"", "It is larger than 0 MiB. Split it, and import the parts.")


# Archives

NOISE = random.Random(1)  # noqa: S311 -- the same noise at every run
FILES = {"a.txt": b"one", "deeper/b.txt": b"two" * 700, "c": b""}


def tar_of(files, mode="w", **options):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, **options) as archive:
        for name, data in files.items():
            add_to_tar(archive, name, data)
    return packed.getvalue()


def add_to_tar(archive, name, data=b"", **fields):
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    for field, value in fields.items():
        setattr(entry, field, value)
    archive.addfile(entry, io.BytesIO(data))


def tar_entry(name, data=b"", **fields):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        add_to_tar(archive, name, data, **fields)
        add_to_tar(archive, "after.txt", b"after")
    return packed.getvalue()


def zip_of(files, compression=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", compression) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return packed.getvalue()


def uploaded(data, name="x"):
    return list(sources.from_uploads([SimpleUploadedFile(name, data)]))


def read_as(name):
    return [(f"{name}/{member}", data, "") for member, data in FILES.items()]


ARCHIVES = {
    "zip": zip_of(FILES),
    "zip, not compressed": zip_of(FILES, zipfile.ZIP_STORED),
    "tar, ustar": tar_of(FILES, format=tarfile.USTAR_FORMAT),
    "tar, GNU": tar_of(FILES, format=tarfile.GNU_FORMAT),
    "tar, pax": tar_of(FILES, format=tarfile.PAX_FORMAT),
    "tar.gz": tar_of(FILES, "w:gz"),
    "tar.bz2": tar_of(FILES, "w:bz2"),
    "tar.xz": tar_of(FILES, "w:xz"),
}


@pytest.mark.parametrize("data", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_is_read_by_whatever_name_it_goes(data, folder, monkeypatch):
    assert uploaded(data, "reviews.txt") == read_as("reviews.txt")
    path = folder / "deeper" / "reviews"
    path.write_bytes(data)
    assert list(sources.from_paths([str(path)])) == read_as(str(path))
    assert read_as(str(path)) == [s for s in sources.from_paths([str(folder)]) if s.name.startswith(str(path))]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert list(sources.from_paths(["-"])) == read_as("standard input")


def test_a_pipe_or_a_device_that_is_named_is_refused_unopened(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert list(sources.from_paths([str(pipe), os.devnull])) == [
        (str(pipe), b"", bounds.SPECIAL),
        (os.devnull, b"", bounds.SPECIAL),
    ]


def test_a_pipe_in_a_folder_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe")
    found = {source.name: source.problem for source in sources.from_paths([str(folder)])}
    assert found[str(folder / "pipe")] == bounds.SPECIAL


@pytest.mark.skipif(not shutil.which("tar"), reason="no tar here")
@pytest.mark.parametrize("layout", ["v7", "oldgnu", "gnu", "ustar", "posix"])
def test_what_the_tar_command_makes(layout, folder, tmp_path_factory):
    long = folder / ("n" * 90)
    long.mkdir()
    (long / "l.txt").write_bytes(b"four")
    packed = tmp_path_factory.mktemp("packed") / "reviews.tar"
    subprocess.run(["tar", "-C", folder, f"--format={layout}", "-cf", packed, "."], check=True)
    assert sorted(sources.from_paths([str(packed)])) == [
        (f"{packed}/a.txt", b"one", ""),
        (f"{packed}/b.txt", b"two", ""),
        (f"{packed}/deeper/c.txt", b"three", ""),
        (f"{packed}/{'n' * 90}/l.txt", b"four", ""),
    ]


@pytest.mark.parametrize("layout", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_and_foreign_names_in_a_tar(layout):
    names = ["발신제한/" * 60 + "é.txt", "n" * 300]
    data = tar_of(dict.fromkeys(names, b"text"), format=layout)
    assert uploaded(data) == [(f"x/{name}", b"text", "") for name in names]


def test_a_name_that_is_too_long_to_store_is_shortened_in_its_middle():
    (source,) = uploaded(tar_of({"n" * 5000 + ".txt": b"text"}))
    assert (len(source.name), source.name[-5:], source.data) == (901, "n.txt", b"text")


def test_a_name_with_a_folder_before_it_in_ustar():
    name = "folder/" * 20 + "name.txt"
    assert uploaded(tar_of({name: b"text"}, format=tarfile.USTAR_FORMAT)) == [(f"x/{name}", b"text", "")]


def test_one_compressed_file_is_that_file():
    assert uploaded(gzip.compress(b"text"), "review.txt.gz") == [("review.txt.gz", b"text", "")]


def test_a_zip_with_large_numbers(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in FILES.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(data)
    assert uploaded(packed.getvalue()) == read_as("x")


def test_what_stands_before_a_zip_moves_it():
    shifted = ARCHIVES["zip"][:4] + b"not the file that it was" + ARCHIVES["zip"]
    assert uploaded(shifted) == read_as("x")


def test_folders_hidden_files_and_what_a_mac_adds_are_left_out():
    names = ["folder/", ".hidden", "folder/.git/config", "__MACOSX/._a.txt", "folder/.DS_Store", "folder/a.txt"]
    assert uploaded(zip_of(dict.fromkeys(names, b"text"))) == [("x/folder/a.txt", b"text", "")]
    assert uploaded(tar_of(dict.fromkeys(names[1:], b"text"))) == [("x/folder/a.txt", b"text", "")]
    assert uploaded(tar_entry("folder", type=tarfile.DIRTYPE)) == [("x/after.txt", b"after", "")]


def test_files_of_one_name_are_all_read():
    assert uploaded(zip_of([("a", b"one"), ("a", b"two")])) == [("x/a", b"one", ""), ("x/a", b"two", "")]


@pytest.mark.parametrize(
    ("raw", "name"), [("é발.txt".encode(), "é발.txt"), (b"\x82.txt", "é.txt"), (b"a\x1bb\n.txt", "a\ufffdb\ufffd.txt")]
)
def test_names_in_any_encoding(raw, name):
    data = zip_of({"n" * len(raw): b"text"}).replace(b"n" * len(raw), raw)
    assert uploaded(data) == [(f"x/{name}", b"text", "")]


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/etc/passwd", "C:\\a.txt", "c:a.txt", "..\\a", "\\a"])
def test_a_name_that_leads_out_is_refused_and_the_others_are_read(name):
    for data in (zip_of({name: b"text", "after.txt": b"after"}), tar_entry(name, b"text")):
        refused, after = uploaded(data)
        assert (refused.data, refused.problem) == (b"", bounds.UNSAFE_NAME)
        assert after == ("x/after.txt", b"after", "")


def test_a_film_with_a_colon_is_no_drive():
    assert uploaded(zip_of({"Q: The Winged Serpent (1982).txt": b"text"}))[0].problem == ""


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (tarfile.SYMTYPE, bounds.LINK),
        (tarfile.LNKTYPE, bounds.LINK),
        (tarfile.FIFOTYPE, bounds.SPECIAL),
        (tarfile.CHRTYPE, bounds.SPECIAL),
        (tarfile.BLKTYPE, bounds.SPECIAL),
        (tarfile.GNUTYPE_SPARSE, bounds.SPARSE),
        (b"?", bounds.SPECIAL),
    ],
)
def test_what_is_no_file_in_a_tar_is_refused_and_the_others_are_read(kind, problem):
    data = tar_entry("odd", type=kind, linkname="/etc/passwd")
    assert uploaded(data) == [("x/odd", b"", problem), ("x/after.txt", b"after", "")]


@pytest.mark.skipif(not shutil.which("tar"), reason="no tar here")
@pytest.mark.parametrize("layout", ["gnu", "posix"])
def test_a_file_with_holes_is_refused_and_the_others_are_read(layout, tmp_path):
    with (tmp_path / "holes").open("wb") as file:
        for place in range(0, 40 * 65536, 65536):
            file.seek(place)
            file.write(b"x")
    (tmp_path / "text").write_bytes(b"text")
    make = ["tar", "-C", tmp_path, f"--format={layout}", "-cS", "--hole-detection=raw", "holes", "text"]
    packed = subprocess.run(make, check=True, capture_output=True).stdout
    holes, text = uploaded(packed)
    assert (holes.data, holes.problem, text) == (b"", bounds.SPARSE, ("x/text", b"text", ""))


@pytest.mark.parametrize(("mode", "problem"), [(stat.S_IFLNK, bounds.LINK), (stat.S_IFIFO, bounds.SPECIAL)])
def test_what_is_no_file_in_a_zip_is_refused_and_the_others_are_read(mode, problem):
    odd = zipfile.ZipInfo("odd")
    odd.create_system, odd.external_attr = 3, (mode | 0o777) << 16
    data = zip_of([(odd, b"/etc/passwd"), ("after.txt", b"after")])
    assert uploaded(data) == [("x/odd", b"", problem), ("x/after.txt", b"after", "")]


def changed_entry(offset, value):
    """A zip of two files, with two bytes of the first's entry in the table of contents replaced."""
    data = bytearray(zip_of({"odd": b"text", "after.txt": b"after"}))
    start = data.index(b"PK\x01\x02") + offset
    data[start : start + 2] = value
    return bytes(data)


@pytest.mark.parametrize(
    ("offset", "value", "problem"),
    [
        (8, b"\x01\0", bounds.ENCRYPTED),
        (10, b"\x0c\0", bounds.METHOD),
        (10, b"\x63\0", bounds.METHOD),
        (16, b"\0\0", bounds.DAMAGED_MEMBER),
        (20, b"\1\0", bounds.DAMAGED_MEMBER),
        (24, b"\1\0", bounds.DAMAGED_MEMBER),
        (42, b"\1\0", bounds.DAMAGED_MEMBER),
        (26, b"\xff\x7f", "It is larger than 20 MiB. Split it, and import the parts."),
    ],
)
def test_a_file_in_a_zip_that_cannot_be_read_is_refused_and_the_others_are_read(offset, value, problem):
    assert uploaded(changed_entry(offset, value)) == [("x/odd", b"", problem), ("x/after.txt", b"after", "")]


@pytest.mark.parametrize("inner", [*ARCHIVES.values(), b"Rar!\x1a\x07\0"], ids=[*ARCHIVES, "rar"])
def test_an_archive_in_an_archive_is_refused(inner):
    assert uploaded(zip_of({"in": inner})) == [("x/in", b"", bounds.NESTED)]
    assert uploaded(tar_of({"in": inner}, "w:gz")) == [("x/in", b"", bounds.NESTED)]
    assert uploaded(gzip.compress(gzip.compress(inner))) == [("x", b"", bounds.NESTED)]


def test_an_archive_without_files_says_so():
    for data in (zip_of({}), zip_of({".hidden": b"text"}), tar_of({".hidden": b"text"}, "w:gz")):
        assert uploaded(data) == [("x", b"", bounds.EMPTY)]


def test_archives_of_other_kinds_are_named_as_such():
    assert uploaded(b"7z\xbc\xaf\x27\x1c and so on") == [("x", b"", bounds.OTHER_ARCHIVE)]


def test_an_office_document_is_not_taken_for_an_archive():
    assert uploaded(zip_of({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})) == [
        ("x", b"", bounds.OFFICE)
    ]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_what_stands_before_the_damage_in_a_tar_is_read(mode):
    data = tar_of({"a.txt": b"one", "b.bin": NOISE.randbytes(3_000_000), "c.txt": b"three"}, mode)
    assert uploaded(data[: len(data) // 2]) == [
        ("x/a.txt", b"one", ""),
        ("x", b"", f"{bounds.DAMAGED} Files read before that: 1."),
    ]


def test_a_tar_without_its_end_is_cut_off():
    data = tar_of({"a.txt": b"one"})[:1024]
    assert uploaded(data) == [("x/a.txt", b"one", ""), ("x", b"", f"{bounds.DAMAGED} Files read before that: 1.")]


def test_a_wrong_checksum_in_a_tar_is_damage():
    data = bytearray(tar_of({"a.txt": b"one", "b.txt": b"two"}))
    data[1024] ^= 1
    assert uploaded(bytes(data)) == [
        ("x/a.txt", b"one", ""),
        ("x", b"", f"{bounds.DAMAGED} Files read before that: 1."),
    ]


@pytest.mark.parametrize("place", [-10, -6, -2], ids=["data", "checksum", "length"])
def test_damage_that_only_the_end_of_a_gzip_tells_is_told_after_the_files(place):
    data = bytearray(gzip.compress(tar_of({"a.txt": b"one", "b.txt": b"two"}), 0))
    data[place] ^= 1
    assert uploaded(bytes(data)) == [
        ("x/a.txt", b"one", ""),
        ("x/b.txt", b"two", ""),
        ("x", b"", f"{bounds.DAMAGED} Files read before that: 2."),
    ]


def test_a_changed_byte_in_the_middle_of_a_gzip_is_damage():
    data = bytearray(gzip.compress(tar_of({"a.txt": b"one", "b.txt": b"two"}), 0))
    data[data.index(b"one")] ^= 1
    assert uploaded(bytes(data))[-1] == ("x", b"", f"{bounds.DAMAGED} Files read before that: 2.")


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress])
def test_damage_that_only_the_end_of_a_compressed_tar_tells_is_told_after_the_files(compress):
    data = bytearray(compress(tar_of({"a.txt": b"one"}) + NOISE.randbytes(2_000_000)))
    data[-4] ^= 1
    assert uploaded(bytes(data)) == [
        ("x/a.txt", b"one", ""),
        ("x", b"", f"{bounds.DAMAGED} Files read before that: 1."),
    ]


def test_what_follows_the_end_of_a_tar_is_judged_too(monkeypatch):
    monkeypatch.setattr(bounds, "ALWAYS_UNPACKED", bounds.MIB)
    one, problem = uploaded(gzip.compress(tar_of({"a.txt": b"one"}) + bytes(2_000_000)))
    assert one == ("x/a.txt", b"one", "")
    assert problem.problem.startswith("The archive unpacks to more than 200 times its size")


def test_a_zip_that_is_cut_off_has_lost_its_table_of_contents():
    assert uploaded(ARCHIVES["zip"][:-30]) == [("x", b"", bounds.DAMAGED)]


@pytest.mark.parametrize("make", [zip_of, tar_of, lambda files: tar_of(files, "w:gz")])
def test_a_member_that_is_too_large_is_refused_and_the_others_are_read(make, monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_FILE", bounds.MIB)
    data = make({"large": b"x" * (bounds.MIB + 1), "just": b"x" * bounds.MIB})
    assert uploaded(data) == [
        ("x/large", b"", "It is larger than 1 MiB. Split it, and import the parts."),
        ("x/just", b"x" * bounds.MIB, ""),
    ]


def test_a_compressed_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_FILE", bounds.MIB)
    data = gzip.compress(b"x" * (bounds.MIB + 1))
    assert uploaded(data)[0].problem == "It is larger than 1 MiB. Split it, and import the parts."


def test_a_zip_that_lies_about_a_size_is_measured(monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_FILE", bounds.MIB)
    data = zip_of({"liar": b"x" * (2 * bounds.MIB)}).replace((2 * bounds.MIB).to_bytes(4, "little"), b"\1\0\0\0")
    assert uploaded(data) == [("x/liar", b"", "It is larger than 1 MiB. Split it, and import the parts.")]


@pytest.mark.parametrize("make", [zip_of, lambda files: tar_of(files, "w:xz")])
def test_an_archive_that_grows_out_of_proportion_is_broken_off(make, monkeypatch):
    monkeypatch.setattr(bounds, "ALWAYS_UNPACKED", bounds.MIB)
    *read, problem = uploaded(make({str(n): b"x" * 500_000 for n in range(9)}))
    assert len(read) < 9
    assert problem.problem.startswith("The archive unpacks to more than 200 times its size, as only harmful ones do.")


@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_an_archive_with_too_much_in_it_is_broken_off(make, monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_ARCHIVE", bounds.MIB)
    *read, problem = uploaded(make({str(n): b"x" * 400_000 for n in range(9)}))
    assert len(read) <= 2
    assert problem.problem.startswith("The archive unpacks to more than 0 GiB. Split it, and import the parts.")


def test_an_archive_with_too_many_files_is_broken_off(monkeypatch):
    monkeypatch.setattr(bounds, "MOST_MEMBERS", 2)
    one, two, problem = uploaded(ARCHIVES["zip"])
    assert (one.data, two.data) == (FILES["a.txt"], FILES["deeper/b.txt"])
    assert problem.problem == "The archive holds more than 2 files. Split it. Files read before that: 2."


def test_no_more_than_one_member_is_in_memory_at_a_time():
    packed = zip_of({str(n): NOISE.randbytes(bounds.MIB) for n in range(20)})
    tracemalloc.start()
    try:
        assert sum(len(source.data) for source in sources.from_uploads([SimpleUploadedFile("x", packed)])) == 20 << 20
        assert tracemalloc.get_traced_memory()[1] < len(packed) + 8 * bounds.MIB
    finally:
        tracemalloc.stop()


def test_standard_input_is_bounded(monkeypatch):
    monkeypatch.setattr(bounds, "LARGEST_FILE", bounds.MIB)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Endless())))
    (source,) = sources.from_paths(["-"])
    assert source.problem == "It is larger than 1 MiB. Split it, and import the parts."


class Endless(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, buffer):
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


def test_a_large_upload_on_disk():
    with TemporaryUploadedFile("x", "application/zip", 0, None) as file:
        file.write(ARCHIVES["tar.gz"])
        file.seek(0)
        assert list(sources.from_uploads([file])) == read_as("x")


# Whatever comes in


@given(st.binary(max_size=2000))
def test_any_bytes_are_sources_or_problems(data):
    for source in uploaded(data):
        assert bool(source.data) + bool(source.problem) < 2


@settings(max_examples=settings.default.max_examples * 3)
@given(
    st.sampled_from([*ARCHIVES.values(), tar_of({"n" * 200: b"text"}), tar_entry("odd", type=b"S")]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
    st.floats(0, 1),
    st.binary(max_size=30),
)
def test_any_damage_to_an_archive_is_sources_or_problems(data, changes, cut, tail):
    damaged = bytearray(data)
    for place, byte in changes:
        damaged[int(place * len(damaged))] = byte
    for source in uploaded(bytes(damaged[: int(len(damaged) * cut) if cut < 0.9 else None]) + tail):
        assert bool(source.data) + bool(source.problem) < 2


@settings(deadline=None)
@given(st.data())
def test_any_header_with_a_right_checksum_is_a_source_or_a_problem(data):
    name = "folder/" * 20 + "name"
    packed = bytearray(tar_of({name: b"text", "after.txt": b"after"}, format=data.draw(st.sampled_from([0, 1, 2]))))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(100, 500), st.integers(0, 255)), max_size=6)):
        packed[place] = byte
    packed[148:156] = b" " * 8
    packed[148:156] = b"%06o\0 " % sum(packed[:512])
    for source in uploaded(bytes(packed)):
        assert bool(source.data) + bool(source.problem) < 2


def test_other_files_in_a_folder_are_passed_over_but_read_when_named(folder):
    (folder / "script.py").write_bytes(b"code")
    assert [source.data for source in sources.from_paths([str(folder)])] == [b"one", b"two", b"three"]
    assert [source.data for source in sources.from_paths([str(folder / "script.py")])] == [b"code"]


def test_a_folder_without_a_file_that_is_read_says_so(tmp_path):
    (tmp_path / "script.py").write_bytes(b"code")
    (source,) = sources.from_paths([str(tmp_path)])
    assert source.problem.startswith("No file in this folder has a name that ends in one of .bz2, .csv, ")


def test_an_empty_path_is_not_the_folder_one_stands_in():
    (source,) = sources.from_paths([""])
    assert source.problem == "The path is empty. Name a file, a folder, an archive, or - for standard input."

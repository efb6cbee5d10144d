import io

import pytest

from reviews.importing import sources


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
    monkeypatch.setattr(sources, "LARGEST_FILE", 2)
    (source,) = sources.from_paths([str(folder / "a.txt")])
    assert (source.data, source.problem) == (b"", "It is larger than 0 MiB. Split it, and import the parts.")

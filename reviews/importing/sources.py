"""Files, folders, uploads and pasted text to named bytes, bounded in size."""

import sys
from pathlib import Path
from typing import NamedTuple

LARGEST_FILE = 20 * 1024 * 1024


class Source(NamedTuple):
    """Bytes to import and where they are from. `problem` is a sentence where they could not be had."""

    name: str
    data: bytes = b""
    problem: str = ""


def from_paths(paths):
    """The files named, the files in the folders named (in the order of their names), and standard input for "-"."""
    for path in paths:
        if path == "-":
            yield bounded(Source("standard input", sys.stdin.buffer.read(LARGEST_FILE + 1)))
        elif Path(path).is_dir():
            yield from _from_folder(Path(path))
        else:
            yield _from_file(Path(path))


def _from_folder(folder):
    for path in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.is_symlink():
            yield Source(str(path), problem="It is a symbolic link; only real files in a folder are read.")
        elif not path.is_dir():
            yield _from_file(path)


def _from_file(path):
    try:
        with path.open("rb") as file:
            return bounded(Source(str(path), file.read(LARGEST_FILE + 1)))
    except OSError as error:
        return Source(str(path), problem=f"It cannot be read: {error.strerror}.")


def from_uploads(files):
    for file in files:
        yield bounded(Source(file.name, file.read(LARGEST_FILE + 1)))


def from_paste(text):
    return Source("pasted text", text.encode())


def bounded(source):
    if len(source.data) > LARGEST_FILE:
        limit = LARGEST_FILE // 1024 // 1024
        return Source(source.name, problem=f"It is larger than {limit} MiB. Split it, and import the parts.")
    return source

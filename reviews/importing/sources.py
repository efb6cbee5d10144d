"""Files, folders, archives, uploads and pasted text to named bytes, bounded and safe."""

import sys
import tempfile
from pathlib import Path

from reviews.importing import bounds
from reviews.importing.archives import HEAD, from_file, packing_of
from reviews.importing.bounds import Source, bounded, is_hidden, legible

# What is read in a folder; other files in it are passed over. A file that is named itself is read whatever its name.
READ_IN_FOLDERS = {
    "", ".txt", ".text", ".html", ".htm", ".xhtml", ".jsonl", ".ndjson", ".csv", ".tsv",
    ".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz",
}  # fmt: skip


def from_paths(paths):
    """The files named, the files in the folders named (in the order of their names), and standard input for "-"."""
    for path in paths:
        if not path:
            yield Source("", problem="The path is empty. Name a file, a folder, an archive, or - for standard input.")
        elif path == "-":
            yield from _from_pipe("standard input", sys.stdin.buffer)
        elif Path(path).is_dir():
            yield from _from_folder(Path(path))
        elif Path(path).exists() and not Path(path).is_file():
            # Opening a pipe may wait for ever.
            yield Source(legible(path), problem=bounds.SPECIAL)
        else:
            yield from _from_path(Path(path))


def from_uploads(files):
    for file in files:
        yield from from_file(legible(file.name), file)


def from_paste(text):
    return bounded(Source("pasted text", text.encode(errors="replace")))


def _from_folder(folder):
    paths = [path for path in sorted(folder.rglob("*")) if _is_read(path, folder)]
    if not any(path.is_file() for path in paths):
        endings = ", ".join(sorted(READ_IN_FOLDERS - {""}))
        yield Source(legible(folder), problem=f"No file in this folder has a name that ends in one of {endings}.")
    for path in paths:
        if path.is_symlink():
            yield Source(legible(path), problem="It is a symbolic link; only real files in a folder are read.")
        elif path.is_file():
            yield from _from_path(path)
        elif not path.is_dir():
            yield Source(legible(path), problem=bounds.SPECIAL)


def _is_read(path, folder):
    return path.suffix.lower() in READ_IN_FOLDERS and not is_hidden(path.relative_to(folder).parts)


def _from_path(path):
    try:
        with path.open("rb") as file:
            yield from from_file(legible(path), file)
    except OSError as error:
        yield Source(legible(path), problem=f"It cannot be read: {error.strerror}.")


def _from_pipe(name, pipe):
    """The sources in what can be read but once. An archive goes through a temporary file."""
    with tempfile.SpooledTemporaryFile(bounds.LARGEST_FILE) as file:
        head = pipe.read(HEAD)
        file.write(head)
        left = (bounds.LARGEST_ARCHIVE if packing_of(head) else bounds.LARGEST_FILE) + 1 - len(head)
        while left > 0 and (piece := pipe.read(min(left, bounds.MIB))):
            left -= file.write(piece)
        yield from from_file(name, file)

"""Lists of films and of remakes, as CSV, to records. Pure.

The header decides everything: which list it is, the order of the columns, and what stands between two fields.
"""

import csv
import io
import itertools
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from films.family import KINDS
from films.titles import FIRST_YEAR, LAST_YEAR, title_key
from reviews.importing.records import Problem, Span

DELIMITERS = ",;\t"
REMAKE_COLUMNS = {"remake_title", "remake_year", "original_title", "original_year"}
FILM_COLUMNS = {"title", "year"}
LONGEST_HEADER = 10_000
LONGEST_TITLE, LONGEST_FACT, LONGEST_LANGUAGE, LONGEST_RUNTIME, LONGEST_ADDRESS = 300, 200, 35, 32767, 1000

QUOTES = (
    "The quotation marks of this line do not match. Put a field that holds one between quotation marks, and write it "
    "twice inside."
)


@dataclass(slots=True)
class ParsedFilm:
    """A film; what the list does not say is "" or None. `titles` has each other title as (text, kind, language)."""

    span: Span
    line: int
    title: str
    year: int
    country: str = ""
    director: str = ""
    runtime: int | None = None  # minutes
    titles: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class ParsedRemake:
    span: Span
    line: int
    title: str
    year: int
    source_title: str
    source_year: int
    kind: str = "remake"
    address: str = ""  # where it is said


class _Header(NamedTuple):
    kind: str
    delimiter: str
    columns: list[str]
    line: int


class _WrongError(Exception):
    """What is wrong with a record, as a sentence."""


def kind(text):
    """ "film" or "remake" for a list of them, "" for any other text."""
    header = _header(text)
    return header.kind if header else ""


def read(text):
    """The films or remakes and the problems of a list, in its order."""
    header = _header(text)
    record = _remake if header.kind == "remake" else _film
    records = []
    for cells, span, line in _records(text, header):
        try:
            records.append(record(_said(cells, header), span, line))
        except _WrongError as wrong:
            records.append(Problem(span, line, str(wrong)))
    return records


def _header(text):
    first = re.match(r"\s*", text).end()
    line = text[first:].partition("\n")[0]
    if len(line) > LONGEST_HEADER or "title" not in line.lower():
        return None
    number = text.count("\n", 0, first) + 1
    for delimiter in DELIMITERS:
        (cells,) = csv.reader([line.replace("\r", " ")], delimiter=delimiter)
        columns = [name.strip().lower() for name in cells]
        if REMAKE_COLUMNS.issubset(columns):
            return _Header("remake", delimiter, columns, number)
        if FILM_COLUMNS.issubset(columns):
            return _Header("film", delimiter, columns, number)
    return None


def _records(text, header):
    """(cells, span, line) of each record below the header; cells is None where the quotation marks go wrong.

    Reading goes on in the line after such a one, so that a mark left open does not swallow the rest of the list.
    """
    lines = text.split("\n")
    starts = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    done = header.line
    while done < len(lines):
        reader, first = csv.reader(_from(lines, done), delimiter=header.delimiter, strict=True), done
        try:
            for cells in reader:
                following = first + reader.line_num
                if any(map(str.strip, cells)):
                    yield cells, Span(starts[done], starts[following] - 1), done + 1
                done = following
        except csv.Error:
            yield None, Span(starts[done], starts[done + 1] - 1), done + 1
            done += 1


def _from(lines, first):
    return (f"{lines[number]}\n" for number in range(first, len(lines)))


def _said(cells, header):
    """A mapping of column to what its field says."""
    if cells is None:
        raise _WrongError(QUOTES)
    if any(map(str.strip, cells[len(header.columns) :])):
        raise _WrongError(
            f"This line has {len(cells)} fields, and the header names {len(header.columns)}. Put a field that holds "
            f"{_named(header.delimiter)} between quotation marks."
        )
    return {name: _plain(cell) for name, cell in zip(header.columns, cells, strict=False)}


def _named(delimiter):
    return {",": "a comma", ";": "a semicolon", "\t": "a tab"}[delimiter]


_HIDDEN_FORMULA = re.compile(r"'+(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


def _plain(cell):
    """The text of a field, without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    cell = cell.strip()
    return cell[1:] if _HIDDEN_FORMULA.match(cell) else cell


def _film(said, span, line):
    return ParsedFilm(
        span,
        line,
        _title(said, "title"),
        _year(said, "year"),
        country=_short(said, "country", LONGEST_FACT),
        director=_short(said, "director", LONGEST_FACT),
        runtime=_runtime(said),
        titles=_titles(said),
    )


def _remake(said, span, line):
    return ParsedRemake(
        span,
        line,
        _title(said, "remake_title"),
        _year(said, "remake_year"),
        _title(said, "original_title"),
        _year(said, "original_year"),
        kind=_kind(said),
        address=_address(said),
    )


def _kind(said):
    named = said.get("kind", "").casefold() or "remake"
    if named not in KINDS:
        raise _WrongError(f"`kind` is none of {', '.join(KINDS)}. Write one of them, or nothing for a remake.")
    return named


_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


def _address(said):
    address = _short(said, "address", LONGEST_ADDRESS)
    if address and not _WEB_ADDRESS.fullmatch(address):
        raise _WrongError("`address` is no address of a page. Write it as “https://example.org/page”, or leave it out.")
    return address


def _title(said, column):
    title = said.get(column)
    if not title:
        raise _WrongError(f"`{column}` is empty. Write the title there.")
    return _checked_title(title, column)


def _checked_title(title, column):
    if max(len(title), len(title_key(title))) > LONGEST_TITLE:
        raise _WrongError(f"A title in `{column}` is longer than {LONGEST_TITLE} characters. Shorten it.")
    return title


def _year(said, column):
    year = said.get(column, "")
    if not re.fullmatch("[0-9]{4}", year) or not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise _WrongError(f"`{column}` is not a year between {FIRST_YEAR} and {LAST_YEAR}.")
    return int(year)


def _runtime(said):
    minutes = said.get("runtime")
    if not minutes:
        return None
    if not re.fullmatch("[0-9]{1,5}", minutes) or not 0 < int(minutes) <= LONGEST_RUNTIME:
        raise _WrongError("`runtime` is not a number of minutes. Write it as “95”.")
    return int(minutes)


def _short(said, column, longest):
    text = said.get(column, "")
    if len(text) > longest:
        raise _WrongError(f"`{column}` is longer than {longest} characters. Shorten it.")
    return text


def _titles(said):
    """The original title, the aliases and the translations; a text that comes twice counts once."""
    original = _checked_title(said.get("original_title", ""), "original_title")
    titles = [(original, "original", _short(said, "original_language", LONGEST_LANGUAGE))] if original else []
    titles += _several(said, "aliases", "alias", "alias_languages")
    titles += _several(said, "translations", "translation", "translation_languages")
    once = {}
    for title in titles:
        once.setdefault(title[0], title)
    return list(once.values())


def _several(said, column, kind, languages):
    texts, codes = _split(said, column), _split(said, languages)
    if len(codes) > len(texts):
        raise _WrongError(f"`{languages}` has more entries than `{column}`. Give each title one, or none to all.")
    if any(len(code) > LONGEST_LANGUAGE for code in codes):
        raise _WrongError(f"A code in `{languages}` is longer than {LONGEST_LANGUAGE} characters. Shorten it.")
    named = itertools.zip_longest(texts, codes, fillvalue="")
    return [(_checked_title(text, column), kind, code) for text, code in named if text]


def _split(said, column):
    """The entries of a field with several, between bars; an entry with a bar in it stands between quotation marks."""
    rows = csv.reader(io.StringIO(said.get(column, "")), delimiter="|", strict=True)
    try:
        return [entry.strip() for entries in rows for entry in entries]
    except csv.Error:
        raise _WrongError(
            f"The quotation marks in `{column}` do not match. Put a title that holds one between quotation marks, and "
            "write it twice inside."
        ) from None

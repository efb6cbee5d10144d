"""Films and remakes as CSV that the import reads back to the same."""

import csv
import io
import re

from films.models import FilmTitle

BATCH = 500
FILM_COLUMNS = [
    "title", "year", "country", "director", "runtime", "original_title", "original_language",
    "aliases", "alias_languages", "translations", "translation_languages",
]  # fmt: skip
REMAKE_COLUMNS = ["original_title", "original_year", "remake_title", "remake_year", "kind", "address"]

Kind = FilmTitle.Kind


def film_lines(films):
    """The header and a line for each film, in the order of their titles."""
    yield _line(FILM_COLUMNS)
    for film in films.prefetch_related("titles").order_by("sort_title", "year", "pk").iterator(BATCH):
        original = film.original_title
        facts = [film.title, film.year, film.country, film.director, film.runtime or ""]
        yield _line([*facts, *_original(original), *_others(film, Kind.ALIAS), *_others(film, Kind.TRANSLATION)])


def remake_lines(edges):
    """The header and a line for each remake, in the order of their entry."""
    yield _line(REMAKE_COLUMNS)
    for edge in edges.select_related("remake", "source").order_by("pk").iterator(BATCH):
        films = [edge.source.title, edge.source.year, edge.remake.title, edge.remake.year]
        yield _line([*films, edge.kind, edge.address])


def _original(title):
    return [title.text, title.language] if title else ["", ""]


def _others(film, kind):
    titles = [title for title in film.titles.all() if title.kind == kind]
    languages = [title.language for title in titles]
    return [_bars(title.text for title in titles), _bars(languages) if any(languages) else ""]


def _bars(entries):
    return _joined(entries, "|").removesuffix("\r\n")


def _line(cells):
    return _joined(map(cell, cells), ",")


def _joined(cells, delimiter):
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter).writerow(cells)
    return line.getvalue()


# Full-width signs begin a formula too, and some programs overlook white space before any of them. Also what has such an
# apostrophe of its own, so that the import can take one off whatever it meets.
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")


def cell(value):
    """Text that a spreadsheet shows and does not run as a formula."""
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text

"""A parsed title and year to one film, a new film, or a question. Title and year decide; nothing is guessed."""

from functools import lru_cache
from typing import NamedTuple

from django.db import IntegrityError, transaction

from films import bulk
from films.models import Film, FilmTitle
from films.titles import split_title, title_key, two_titles
from reviews.models import Merge

# Of a film that is found; what was counted of its reviews is read under a lock when they change.
KNOWN = [field.name for field in Film._meta.concrete_fields if field.name not in Film.COUNTED]


class Match(NamedTuple):
    """`film` is None for a new film too, unless there is a `question`."""

    film: Film | None = None
    question: str = ""
    note: str = ""
    candidates: tuple[Film, ...] = ()  # of a question
    merged: bool = False  # whether the name is that of another film, which was merged into this one

    @property
    def is_new(self):
        return self.film is None and not self.question

    def answered(self, title):
        """The match once an admin has said so: of several films, the one that is listed under the title."""
        listed = [film for film in self.candidates if film.title_key == title_key(title)]
        return Match(listed[0]) if len(listed) == 1 else self


def match(names):
    """A mapping of the given (title, year) pairs to their matches, in six queries at most for all of them.

    "One title (Another)" is also the film that bears both titles.
    """
    pairs = {title: two_titles(title) for title, _ in names}
    named = Named(
        {title_key(title) for title in pairs} | {title_key(part) for pair in pairs.values() for part in pair or ()}
    )
    return {(title, year): _match(named, title_key(title), year, pairs[title]) for title, year in names}


class Named:
    """The films that titles mean. The name of a film that was merged means the one that stayed."""

    def __init__(self, keys):
        self.bearing = bearers(keys)
        self.merged = _merged(keys, self.bearing)

    def of(self, key, year):
        """By their ids, the films of the title and the year, or of the title alone where nobody says a year."""
        if year is None:
            return self.bearing[key]
        films = {pk: film for pk, film in self.bearing[key].items() if film.year == year}
        if any(film.title_key == key for film in films.values()):
            return films
        return films | self.merged.get((key, year), {})

    def films(self):
        """The ids of all that any of the titles can mean."""
        return {pk for found in (*self.bearing.values(), *self.merged.values()) for pk in found}


def bearers(keys):
    """The films that bear a title, by its key and their ids, in three queries at most for all the keys."""
    found = {key: {} for key in keys}
    for film in bulk.instances_of(Film, KNOWN, title_key=keys):
        found[film.title_key][film.pk] = film
    others = bulk.values_of(FilmTitle, ["key", "film"], key=keys)
    films = {film.pk: film for film in bulk.instances_of(Film, KNOWN, id={film for _, film in others})}
    for key, film in others:
        found[key][film] = films[film]
    return found


def _merged(keys, bearing):
    """The films that stayed, by the (key, year) of each title of the films that were merged into them, and their ids.

    A dropped film is known by the title it was listed under even if the film that stayed no longer bears that.
    """
    merges = list(Merge.objects.filter(undone_at=None, kept__isnull=False).values_list("pk", "kept", "dropped"))
    listed = {pk: _listed(dropped) for pk, _, dropped in merges}
    names = [(kept, *listed[pk]) for pk, kept, _ in merges]
    known = {film: one for films in bearing.values() for film, one in films.items()}
    kept_by = {pk: kept for pk, kept, _ in merges if kept in known}
    for pk, titles in _titles_of_dropped(kept_by):
        names += [(kept_by[pk], title["key"], listed[pk][1]) for title in titles]
    names = [name for name in names if name[1] in keys]
    lacking = {kept for kept, _, _ in names} - known.keys()
    known |= {film.pk: film for film in bulk.instances_of(Film, KNOWN, id=lacking)}
    found = {}
    for kept, key, year in names:
        found.setdefault((key, year), {})[kept] = known[kept]
    return found


@lru_cache(maxsize=10_000)
def _listed(named):
    """The key and the year of "Title (Year)"."""
    title, year = split_title(named)
    return title_key(title), year


def _titles_of_dropped(merges):
    return Merge.objects.filter(pk__in=merges).values_list("pk", "record__titles__copies") if merges else []


def _match(named, key, year, pair):
    found, others = named.of(key, year), named.bearing[key]
    if pair and not found and not others:
        one, other = (named.of(title_key(part), year) for part in pair)
        found = {pk: film for pk, film in one.items() if pk in other}
    if len(found) == 1:
        [film] = found.values()
        merged = film.pk in named.merged.get((key, year), {})
        return Match(film, note=f"It was merged into {film}." if merged else "", merged=merged)
    if found:
        titles = " and ".join(sorted(str(film) for film in found.values()))
        return Match(
            question=f"Several films of {year} bear this title: {titles}. Which is it?",
            candidates=tuple(found.values()),
        )
    if others:
        titles = ", ".join(sorted(str(film) for film in others.values()))
        return Match(note=f"A new film: the catalogue has this title only as {titles}.")
    return Match()


def noted(*matches):
    """The notes of the matches, each once."""
    return " ".join({match.note: None for match in matches if match.note})


def find_or_add(names, match=match):
    """Matches of the (title, year) pairs after the films that are new are stored, and the ids of those."""
    matches = match(set(names))
    new = new_films(names, matches)
    try:
        with transaction.atomic():
            Film.objects.add(list(new.values()))
    except IntegrityError:  # somebody else has just stored one of them
        return find_or_add(names, match)
    for title, year in names:
        if matches[title, year].is_new:
            matches[title, year] = Match(new[title_key(title), year])
    return matches, {film.pk for film in new.values()}


def new_films(names, matches):
    """The films, not stored yet, of the names whose match is new; by the title's key and the year."""
    new = {}
    for title, year in names:
        if matches[title, year].is_new:
            new.setdefault((title_key(title), year), Film(title=title, year=year))
    return new

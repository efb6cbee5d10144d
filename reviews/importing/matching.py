"""A parsed title and year to one film, a new film, or a question. Title and year decide; nothing is guessed."""

from typing import NamedTuple

from django.db import IntegrityError, transaction

from films import bulk
from films.models import Film, FilmTitle
from films.titles import title_key, two_titles

# Of a film that is found; what was counted of its reviews is read under a lock when they change.
KNOWN = [field.name for field in Film._meta.concrete_fields if field.name not in Film.COUNTED]


class Match(NamedTuple):
    """`film` is None for a new film too, unless there is a `question`."""

    film: Film | None = None
    question: str = ""
    note: str = ""
    candidates: tuple[Film, ...] = ()  # of a question

    @property
    def is_new(self):
        return self.film is None and not self.question

    def answered(self, title):
        """The match once an admin has said so: of several films, the one that is listed under the title."""
        listed = [film for film in self.candidates if film.title_key == title_key(title)]
        return Match(listed[0]) if len(listed) == 1 else self


def match(names):
    """A mapping of the given (title, year) pairs to their matches, in two queries for all of them.

    "One title (Another)" is also the film that bears both titles.
    """
    pairs = {title: two_titles(title) for title, _ in names}
    keys = {title_key(title) for title in pairs} | {title_key(part) for pair in pairs.values() for part in pair or ()}
    bearing, found = bearers(keys), {}
    for title, year in names:
        films = bearing[title_key(title)]
        if not films and pairs[title]:
            one, other = (bearing[title_key(part)] for part in pairs[title])
            films = {pk: film for pk, film in one.items() if pk in other and film.year == year}
        found[title, year] = _match(list(films.values()), year)
    return found


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


def _match(films, year):
    of_year = [film for film in films if film.year == year]
    if len(of_year) == 1:
        return Match(of_year[0])
    if of_year:
        titles = " and ".join(sorted(str(film) for film in of_year))
        return Match(
            question=f"Several films of {year} bear this title: {titles}. Which is it?", candidates=tuple(of_year)
        )
    if films:
        others = ", ".join(sorted(str(film) for film in films))
        return Match(note=f"A new film: the catalogue has this title only as {others}.")
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

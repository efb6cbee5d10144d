"""Films matching a text that somebody typed."""

from typing import NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Length

from films import spelling
from films.indexing import catch_up as catch_up_with
from films.models import Film, FilmTitle, FilmWord, Remake
from films.titles import split_title, title_key

QUEUE = "films_unindexed"
MOST_WORDS = 12  # the rest of what was typed is left aside
FEWEST_LETTERS_NAMED = 5  # "Up" in the middle of a sentence names no film


def search(films, text):
    """Narrows the films to those of which some title or director has every word of the text.

    A title may be written without its spaces. "Title (Year)" narrows to the year; a bare number may be a word of the
    title or the year.
    """
    if title_and_year := split_title(text):
        text, year = title_and_year
        films = films.filter(year=year)
    for word in title_key(text).split()[:MOST_WORDS]:
        titled = FilmTitle.objects.filter(film=OuterRef("pk"), key__contains=word)
        of_year = Q(year=word) if word.isdecimal() and len(word) == len("2021") else Q()
        known_by = Q(pk__in=FilmWord.objects.filter(word=word).values("film"))
        films = films.filter(Q(title_key__contains=word) | Exists(titled) | known_by | of_year)
    return films


class FoundFilms(NamedTuple):
    """Each film has `sources`, `remakes`, `family_size`, and `title_found`: the other title that was typed, or ""."""

    films: list
    total: int
    meant: str = ""  # the text without its slips of spelling, where nothing matches it as it is
    guessed: bool = False  # whether the films are those that were meant

    @property
    def namesakes(self):
        """How many of them bear the very title that was typed, where several do."""
        count = sum(film.closeness == 0 for film in self.films)
        return count if count > 1 else 0


def find(films, text, at_most):
    """The films that the text most likely means, best first; slips of spelling are forgiven where nothing matches."""
    if found := _best(films, text, at_most):
        total = search(films, text).count() if len(found) == at_most else len(found)
        return FoundFilms(found, total)
    meant = _corrected(text)
    if meant and (found := _best(films, meant, at_most)):
        return FoundFilms(found, len(found), meant, guessed=True)
    found = _with_relations(_named_in(films, text).order_by("sort_title", "year"))[:at_most]
    return FoundFilms(_told(found, text), len(found), meant)


def _corrected(text):
    """The text with each word that no title and no director has replaced by the nearest that one has, or ""."""
    typed = title_key(split_title(text)[0] if split_title(text) else text).split()[:MOST_WORDS]
    lengths = [len(word) + slip for word in typed for slip in (-2, 2) if spelling.slips_forgiven(word)]
    if not lengths:
        return ""
    candidates = FilmWord.objects.annotate(length=Length("word")).filter(length__range=(min(lengths), max(lengths)))
    known = dict(candidates.values_list("word").annotate(Count("pk")))
    meant = [word if word in known else spelling.nearest(word, known) or word for word in typed]
    return "" if meant == typed else " ".join(meant)


def _best(films, text, at_most):
    title = split_title(text)
    key = title_key(title[0] if title else text)
    titles = FilmTitle.objects.filter(film=OuterRef("pk"))
    closeness = Case(
        When(Q(title_key=key) | Exists(titles.filter(key=key)), then=Value(0)),
        When(Q(title_key__startswith=key) | Exists(titles.filter(key__startswith=key)), then=Value(1)),
        default=Value(2),
    )
    found = _with_relations(search(films, text)).annotate(closeness=closeness)
    return _told(found.order_by("closeness", "sort_title", "year", "pk")[:at_most], text)


def _named_in(films, text):
    """The films of which a whole title stands in the text: "hard hit ending explained"."""
    typed = title_key(text).split()[:MOST_WORDS]
    runs = [typed[start:end] for start in range(len(typed)) for end in range(start + 1, len(typed) + 1)]
    keys = [" ".join(run) for run in runs if len(run) > 1 or len(run[0]) >= FEWEST_LETTERS_NAMED]
    titled = FilmTitle.objects.filter(key__in=keys).values("film")
    return films.filter(Q(title_key__in=keys) | Q(pk__in=titled)).annotate(closeness=Value(2))


def _with_relations(films):
    members = Film.objects.filter(family=OuterRef("family")).order_by().values("family").annotate(size=Count("pk"))
    edges = Remake.objects.select_related("source", "remake")
    return (
        films.select_related("family")
        .annotate(family_size=Subquery(members.values("size")))
        .prefetch_related("titles", Prefetch("source_edges", edges), Prefetch("remake_edges", edges))
    )


def _told(films, text):
    words = title_key(text).split()
    for film in films:
        film.sources = [edge.source for edge in film.source_edges.all()]
        film.remakes = [edge.remake for edge in film.remake_edges.all()]
        film.title_found = _title_with([word for word in words if word not in film.title_key], film)
    return list(films)


def _title_with(words, film):
    return next((title for title in film.titles.all() if any(word in title.key for word in words)), "")


# The words that films are known by


def catch_up(at_most=None):
    """Derives the words of films that were written since the last time; returns how many films there were."""
    return catch_up_with(QUEUE, _index, at_most)


def _index(ids):
    FilmWord.objects.filter(film__in=ids).delete()
    films = Film.objects.filter(pk__in=ids).prefetch_related("titles")
    FilmWord.objects.bulk_create(FilmWord(film=film, word=word) for film in films for word in _words(film))


def _words(film):
    keys = [film.title_key, *(title.key for title in film.titles.all())]
    closed_up = {key.replace(" ", "") for key in keys}
    people = title_key(film.director) if film.director else ""
    return sorted(closed_up.union(people.split(), *(key.split() for key in keys)))

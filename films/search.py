"""Films matching a text that somebody typed."""

from django.db.models import Exists, OuterRef, Q

from films.models import FilmTitle
from films.titles import split_title, title_key


def search(films, text):
    """Narrows the films to those of which some title has every word of the text.

    "Title (Year)" narrows to the year; a bare number may be a word of the title or the year.
    """
    if title_and_year := split_title(text):
        text, year = title_and_year
        films = films.filter(year=year)
    for word in title_key(text).split():
        titled = FilmTitle.objects.filter(film=OuterRef("pk"), key__contains=word)
        of_year = Q(year=word) if word.isdecimal() and len(word) == len("2021") else Q()
        films = films.filter(Q(title_key__contains=word) | Exists(titled) | of_year)
    return films

import pytest

from films.models import Film
from films.prepared import Prepared
from films.shown import shown

pytestmark = pytest.mark.django_db


def test_prepared_query_answers_each_time_for_the_values_it_is_given(django_assert_num_queries):
    Film.objects.add([Film(title=title, year=year) for title, year in (("Ringu", 1998), ("The Ring", 2002))])
    between = Prepared(lambda first, last: Film.objects.filter(year__gte=first, year__lte=last), 1, 2)
    with django_assert_num_queries(3):
        assert [film.title for film in between(1990, 1999)] == ["Ringu"]
        assert [film.title for film in between(2000, 2009)] == ["The Ring"]
        assert [film.title for film in between(2000, 1999)] == []


def test_prepared_query_sees_what_was_written_since():
    of_year = Prepared(lambda year: Film.objects.filter(year=year), 1)
    assert list(of_year(1998)) == []
    Film.objects.create(title="Ringu", year=1998)
    assert [film.title for film in of_year(1998)] == ["Ringu"]


def test_film_for_a_page_comes_with_its_titles_and_without_a_family_where_it_has_none(django_assert_num_queries):
    film = Film.objects.create(title="Ringu", year=1998)
    film.titles.create(text="リング", language="ja", kind="original")
    with django_assert_num_queries(2):
        found = shown(film.slug)
        assert (found.film, found.film.family, found.members) == (film, None, [])
        assert (found.film.original_title.text, found.film.other_titles) == ("リング", [])
    assert shown("no-such-film-1998") is None

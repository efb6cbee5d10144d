from typing import NamedTuple

from films.family import closes_circle, components, original, release_order


class Film(NamedTuple):
    pk: int
    year: int
    sort_title: str = ""


def test_components_are_the_films_joined_by_remakes_the_largest_first():
    assert components([(2, 1), (5, 4), (3, 2)]) == [{1, 2, 3}, {4, 5}]


def test_no_remakes_join_nothing():
    assert components([]) == []


def test_two_remakes_of_one_film_are_one_family():
    assert components([(2, 1), (3, 1)]) == [{1, 2, 3}]


def test_a_circle_is_closed_by_a_remake_of_a_descendant():
    edges = [(2, 1), (3, 2)]
    assert closes_circle(edges, remake=1, source=3)
    assert not closes_circle(edges, remake=3, source=1)
    assert not closes_circle(edges, remake=4, source=3)


def test_release_order_is_by_year_then_title():
    films = [Film(1, 2021, "b"), Film(2, 2015), Film(3, 2021, "a")]
    assert [film.pk for film in release_order(films)] == [2, 3, 1]


def test_the_original_is_the_earliest_film_that_is_no_remake():
    films = [Film(1, 1990), Film(2, 2015), Film(3, 2010)]
    assert original(films, remakes={1}).pk == 3

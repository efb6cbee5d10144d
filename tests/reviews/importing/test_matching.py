import pytest

from films.models import FilmTitle
from reviews.importing.matching import Match, match
from tests.factories import make_film, make_title

pytestmark = pytest.mark.django_db


def test_title_and_year_decide():
    original, other = make_film("Retribution", 2015), make_film("Retribution", 2023)
    assert match({("RETRIBUTION", 2015), ("Retribution", 2023)}) == {
        ("RETRIBUTION", 2015): Match(original),
        ("Retribution", 2023): Match(other),
    }


def test_every_title_of_a_film_matches():
    film = make_film("Retribution", 2015)
    make_title(film, "El desconocido", kind=FilmTitle.Kind.ORIGINAL)
    assert match({("El Desconocido", 2015)})["El Desconocido", 2015] == Match(film)


def test_an_unknown_title_is_a_new_film():
    assert match({("Hard Hit", 2021)})["Hard Hit", 2021] == Match()


def test_a_known_title_of_another_year_is_a_new_film_and_said_to_be():
    make_film("Retribution", 2015)
    found = match({("Retribution", 2016)})["Retribution", 2016]
    assert found == Match(note="A new film: the catalogue has this title only as Retribution (2015).")


def test_two_films_of_a_year_with_one_title_are_a_question():
    make_film("Perfect Strangers", 2016)
    make_title(make_film("Teleioi xenoi", 2016), "Perfect Strangers", kind=FilmTitle.Kind.TRANSLATION)
    found = match({("Perfect Strangers", 2016)})["Perfect Strangers", 2016]
    assert found.film is None
    assert found.question == (
        "Several films of 2016 bear this title: Perfect Strangers (2016) and Teleioi xenoi (2016). Which is it?"
    )


@pytest.mark.parametrize("count", [1, 3])
def test_matching_takes_two_queries_for_any_number_of_names(django_assert_num_queries, count):
    for number in range(count):
        make_film(f"Film {number}", 2000)
    with django_assert_num_queries(2):
        match({(f"Film {number}", 2000) for number in range(count)})


def test_a_film_named_by_two_of_its_titles_matches():
    film = make_film("Retribution", 2015)
    make_title(film, "El desconocido", kind=FilmTitle.Kind.ORIGINAL)
    make_film("Retribution", 2023)
    names = [("El desconocido (Retribution)", 2015), ("Retribution (El Desconocido)", 2015)]
    assert match(set(names)) == dict.fromkeys(names, Match(film))
    for title, year in [("El desconocido (Retribution)", 2023), ("El desconocido (Revenge)", 2015)]:
        assert match({(title, year)})[title, year].is_new


def test_a_title_with_brackets_of_its_own_matches_as_it_is():
    film = make_film("(500) Days of Summer", 2009)
    other = make_film("Kubi (I)", 2023)
    assert match({("(500) Days of Summer", 2009)})["(500) Days of Summer", 2009] == Match(film)
    assert match({("Kubi (I)", 2023)})["Kubi (I)", 2023] == Match(other)

import pytest

from films.models import FilmTitle
from reviews.importing.matching import Match, match
from reviews.merging import merge
from reviews.parting import take_back
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
def test_matching_takes_three_queries_for_any_number_of_names(django_assert_num_queries, count):
    for number in range(count):
        make_film(f"Film {number}", 2000)
    with django_assert_num_queries(3):
        match({(f"Film {number}", 2000) for number in range(count)})


@pytest.mark.parametrize("count", [1, 3])
def test_names_of_merged_films_take_six_for_any_number_of_them(django_assert_num_queries, count):
    for number in range(count):
        merge(make_film(f"Film {number}", 2000), make_film(f"Misspelt {number}", 2001))
    FilmTitle.objects.all().delete()
    for number in range(count):
        merge(make_film(f"Other {number}", 2000), make_film(f"Double {number}", 2001))
    with django_assert_num_queries(6):
        match({(f"{title} {number}", 2001) for number in range(count) for title in ("Misspelt", "Double")})


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


# Films that were merged


def stayed(film):
    return Match(film, note=f"It was merged into {film}.", merged=True)


def test_the_name_of_a_merged_film_means_the_one_that_stayed_until_the_merge_is_taken_back():
    kept, dropped = make_film("Omega Film", 2005), make_film("Omega Film", 2004)
    done = merge(kept, dropped)
    names = {("Omega Film", 2004), ("Omega Film", 2005), ("Omega Film", 2003)}
    assert match(names) == {
        ("Omega Film", 2004): stayed(kept),
        ("Omega Film", 2005): Match(kept),
        ("Omega Film", 2003): Match(note="A new film: the catalogue has this title only as Omega Film (2005)."),
    }
    take_back(done)
    assert match(names)["Omega Film", 2004] == Match(dropped)


def test_every_title_of_a_merged_film_means_the_one_that_stayed():
    kept, dropped = make_film("Hard Hit", 2021), make_film("Restricted Call", 2020)
    make_title(dropped, "Balsinjehan", kind=FilmTitle.Kind.ORIGINAL)
    merge(kept, dropped)
    names = [("Restricted Call", 2020), ("Balsinjehan", 2020), ("Balsinjehan (Restricted Call)", 2020)]
    assert match(set(names[:2])) == dict.fromkeys(names[:2], stayed(kept))
    assert match(set(names))[names[2]].film == kept
    assert match({("Hard Hit", 2020)})["Hard Hit", 2020].is_new


def test_a_merged_film_is_known_by_its_title_though_the_one_that_stayed_bears_it_no_more():
    kept = make_film("Hard Hit", 2021)
    merge(kept, make_film("Hrad Hit", 2020))
    FilmTitle.objects.all().delete()
    assert match({("Hrad Hit", 2020)})["Hrad Hit", 2020] == stayed(kept)


def test_the_name_of_a_merged_film_follows_every_later_merge_and_comes_back():
    first, second, third = make_film("Omega", 2003), make_film("Omega", 2004), make_film("Omega", 2005)
    merge(second, first)
    later = merge(third, second)
    assert match({("Omega", 2003)})["Omega", 2003] == stayed(third)
    take_back(later)
    assert match({("Omega", 2003)})["Omega", 2003] == stayed(second)


def test_a_film_that_is_listed_again_under_a_merged_name_is_meant_by_it():
    merge(make_film("Omega", 2005), make_film("Omega", 2004))
    again = make_film("Omega", 2004)
    assert match({("Omega", 2004)})["Omega", 2004] == Match(again)


def test_a_merged_name_that_another_film_of_its_year_bears_is_a_question_as_before_the_merge():
    kept = make_film("Omega", 2005)
    merge(kept, make_film("Omega", 2004))
    other = make_title(make_film("The Last Letter", 2004), "Omega").film
    found = match({("Omega", 2004)})["Omega", 2004]
    assert found.question == (
        "Several films of 2004 bear this title: Omega (2005) and The Last Letter (2004). Which is it?"
    )
    assert found.candidates == (other, kept)

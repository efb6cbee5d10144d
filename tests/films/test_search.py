import pytest

from films.models import Film, FilmTitle, FilmWord
from films.search import catch_up, find, search
from tests.factories import make_film, make_title

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    hard_hit = make_film("Hard Hit", 2021)
    make_title(hard_hit, "발신제한", kind=FilmTitle.Kind.ORIGINAL)
    make_title(hard_hit, "Restricted Call")
    original = make_film("Retribution", 2015)
    make_title(original, "El desconocido", kind=FilmTitle.Kind.ORIGINAL)
    make_film("Retribution", 2023)
    make_film("Don't. Get. Out!", 2018)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("retribution", {"Retribution (2015)", "Retribution (2023)"}),
        ("Retribution (2015)", {"Retribution (2015)"}),
        ("retribution 2023", {"Retribution (2023)"}),
        ("dont get out", {"Don't. Get. Out! (2018)"}),
        ("발신제한", {"Hard Hit (2021)"}),
        ("call restricted", {"Hard Hit (2021)"}),
        ("DESCONOCIDO", {"Retribution (2015)"}),
        ("hit call", {"Hard Hit (2021)"}),
        ("nothing of the kind", set()),
        ("   ", {"Retribution (2015)", "Retribution (2023)", "Hard Hit (2021)", "Don't. Get. Out! (2018)"}),
        ("%", set()),
    ],
)
def test_a_film_is_found_by_the_words_of_any_of_its_titles(catalogue, text, found):
    assert {str(film) for film in search(Film.objects.all(), text)} == found


def test_a_film_is_found_by_its_director_and_by_a_title_without_spaces_once_its_words_are_known(catalogue):
    make_film("Rope", 1948, director="Alfred Hitchcock")
    make_film("Volver", 2006, director="Pedro Almodóvar")
    catch_up()
    for text, found in [("hitchcock rope", "Rope"), ("almodovar", "Volver"), ("dontgetout", "Don't. Get. Out!")]:
        assert [film.title for film in search(Film.objects.all(), text)] == [found]


def titles(found):
    return [str(film) for film in found.films]


@pytest.mark.parametrize(
    ("text", "meant", "found"),
    [
        ("retributon", "retribution", ["Retribution (2015)", "Retribution (2023)"]),
        ("Retributon (2023)", "retribution", ["Retribution (2015)", "Retribution (2023)"]),
        ("hrad hitt", "hard hit", ["Hard Hit (2021)"]),
        ("dontgetuot", "dontgetout", ["Don't. Get. Out! (2018)"]),
        ("el desconocdo", "el desconocido", ["Retribution (2015)"]),
        ("발신재한", "발신제한", ["Hard Hit (2021)"]),
    ],
)
def test_slips_of_spelling_are_forgiven_and_said(catalogue, text, meant, found):
    catch_up()
    films = find(Film.objects.all(), text, 9)
    assert (titles(films), films.meant, films.guessed) == (found, meant, True)


def test_a_text_that_is_spelt_as_a_title_is_not_corrected(catalogue):
    make_film("Retributor", 1999)
    catch_up()
    films = find(Film.objects.all(), "retribution", 9)
    assert (titles(films), films.meant, films.guessed) == (["Retribution (2015)", "Retribution (2023)"], "", False)


def test_a_title_within_a_longer_text_is_found(catalogue):
    make_film("It", 1990)
    assert titles(find(Film.objects.all(), "the ending of hard hit, is it explained", 9)) == ["Hard Hit (2021)"]


def test_the_film_of_that_very_title_comes_first_then_those_that_begin_so(catalogue):
    for title in ("The Art of Hard Hitting", "Hard Hitters"):
        make_film(title, 1970)
    assert titles(find(Film.objects.all(), "hard hit", 9)) == [
        "Hard Hit (2021)",
        "Hard Hitters (1970)",
        "The Art of Hard Hitting (1970)",
    ]


def test_no_more_films_are_shown_than_asked_for_but_all_are_counted(catalogue):
    films = find(Film.objects.all(), "retribution", 1)
    assert (titles(films), films.total) == (["Retribution (2015)"], 2)


def test_namesakes_are_counted_where_there_are_several(catalogue):
    assert find(Film.objects.all(), "Retribution!", 9).namesakes == 2
    assert find(Film.objects.all(), "hard hit", 9).namesakes == 0


def test_the_other_title_that_was_typed_is_told(catalogue):
    assert str(find(Film.objects.all(), "restricted", 9).films[0].title_found) == "Restricted Call"
    assert find(Film.objects.all(), "hard", 9).films[0].title_found == ""


def test_films_follow_their_filters_when_slips_are_forgiven_too(catalogue):
    catch_up()
    assert titles(find(Film.objects.filter(year__gte=2020), "retributon", 9)) == ["Retribution (2023)"]


def test_words_are_those_of_now_after_catching_up(catalogue):
    catch_up()
    film = Film.objects.get(title="Hard Hit")
    film.titles.get(text="Restricted Call").delete()
    film.director = "Kim Chang-ju"
    film.save()
    make_title(film, "Anruf")
    Film.objects.get(title="Don't. Get. Out!").delete()
    assert catch_up() > 0
    words = set(FilmWord.objects.filter(film=film).values_list("word", flat=True))
    assert words == {"hard", "hit", "hardhit", "발신제한", "anruf", "kim", "chang", "ju"}
    assert not FilmWord.objects.filter(word="dontgetout").exists()
    assert catch_up() == 0


@pytest.mark.parametrize("text", ["%", "'", '"', "\\", "()", "x" * 200, "zq " * 100, "\u0301", "🎬", "-- ;"])
def test_no_text_is_too_strange(catalogue, text):
    catch_up()
    assert titles(find(Film.objects.all(), text, 9)) == []

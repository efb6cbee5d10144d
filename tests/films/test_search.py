import pytest

from films.models import Film, FilmTitle
from films.search import search
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

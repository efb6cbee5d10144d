import csv

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from films.export import film_lines, remake_lines
from films.models import Film, FilmTitle, Remake
from reviews.importing import catalogue, plan
from reviews.importing.bounds import Source
from tests.factories import make_admin, make_film, make_title, make_user

pytestmark = pytest.mark.django_db


def stored():
    return {
        "films": list(Film.objects.values_list("title", "year", "country", "director", "runtime")),
        "titles": sorted(FilmTitle.objects.values_list("film__title", "text", "kind", "language")),
        "remakes": sorted(Remake.objects.values_list("remake__title", "source__title", "kind", "address")),
    }


def exported():
    return "".join(film_lines(Film.objects.all())), "".join(remake_lines(Remake.objects.all()))


@pytest.fixture
def films():
    film = make_film("Retribution", 2015, country="Spain", director="Dani de la Torre", runtime=102)
    make_title(film, "El desconocido", kind=FilmTitle.Kind.ORIGINAL, language="es")
    make_title(film, "The Unknown", language="en")
    make_title(film, 'Face|"Off"')
    make_title(film, "Appel inconnu", kind=FilmTitle.Kind.TRANSLATION, language="fr")
    Remake.objects.link(make_film("-30-", 2021), film, kind="re-edit", address="https://example.org/30")
    make_title(make_film("Oben, unten", 2009), "'=Up")
    make_film("Up", 2009)


def test_a_film_is_one_line_with_all_that_it_says(films):
    header, first, *_, last = csv.reader(exported()[0].splitlines())
    assert header == [
        "title", "year", "country", "director", "runtime", "original_title", "original_language",
        "aliases", "alias_languages", "translations", "translation_languages",
    ]  # fmt: skip
    assert first == ["'-30-", "2021", "", "", "", "", "", "", "", "", ""]
    assert last == ["Up", "2009", "", "", "", "", "", "", "", "", ""]


def test_a_remake_is_one_line(films):
    assert exported()[1] == (
        "original_title,original_year,remake_title,remake_year,kind,address\r\n"
        "Retribution,2015,'-30-,2021,re-edit,https://example.org/30\r\n"
    )


def test_what_is_exported_is_imported_to_the_same(films, tmp_path, capsys):
    before, texts = stored(), exported()
    for name in ("films", "remakes"):
        call_command(f"export_{name}", str(tmp_path / f"{name}.csv"))
    call_command("import_reviews", str(tmp_path))
    assert "created: 0, duplicates: 5, questions: 0, refused: 0" in capsys.readouterr().out
    Remake.objects.all().delete()
    Film.objects.all().delete()
    call_command("import_reviews", str(tmp_path))
    assert stored() == before
    assert exported() == texts


def test_without_a_path_it_is_printed(films, capsys):
    call_command("export_films")
    call_command("export_remakes")
    assert capsys.readouterr().out == "".join(exported())


@pytest.mark.parametrize("name", ["films", "remakes"])
def test_a_file_that_cannot_be_written_exits_with_2(name, tmp_path):
    with pytest.raises(CommandError, match="cannot be written: No such file or directory") as caught:
        call_command(f"export_{name}", str(tmp_path / "missing" / "list.csv"))
    assert caught.value.returncode == 2


@pytest.mark.parametrize("name", ["film", "remake"])
def test_an_admin_downloads_the_export(client, films, name):
    address = reverse(f"admin:films_{name}_export")
    assert client.get(address).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(address).status_code == 403
    client.force_login(make_admin())
    response = client.get(address)
    assert response["Content-Disposition"] == f'attachment; filename="{name}s.csv"'
    assert response.getvalue().decode() in exported()
    page = client.get(reverse(f"admin:films_{name}_changelist")).text
    assert address in page
    assert reverse("admin:reviews_import_add") in page


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text
)
awkward = st.builds(
    str.__add__, st.sampled_from(["", "=", "-", "+", "@", "＝", "'", "'-", "' =", '"', "|", ","]), words
)


class TestEveryTitle(TestCase):
    @given(awkward, st.lists(awkward, max_size=3, unique=True), st.sampled_from(["", "ko"]))
    def test_comes_back_as_it_was(self, title, aliases, language):
        Film.objects.all().delete()
        film = make_film(title, 2000, country=title)
        for alias in aliases:
            make_title(film, alias, language=language)
        before, (text, _) = stored(), exported()
        Film.objects.all().delete()
        assert catalogue.kind(text) == "film"
        plan.run([Source("films.csv", text.encode())])
        assert stored() == before

import pytest
from django.test import RequestFactory

from films.forms import FilmListForm
from films.lists import page_of


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("2", 2),
        ("3", 3),
        ("99", 3),
        ("0", 1),
        ("-1", 1),
        ("two", 1),
        ("", 1),
        ("9" * 5000, 1),
        ("\u0662", 2),
    ],
)
def test_the_page_asked_for_or_the_nearest(asked, number):
    assert page_of(range(5), 2, RequestFactory().get("/", {"page": asked})).number == number


def test_what_a_query_string_says_wrongly_is_neither_told_nor_shown():
    form = FilmListForm({"q": "a\0b", "sort": "nonsense"})
    assert form.is_valid()
    assert form.cleaned_data == {"q": "", "sort": ""}
    assert "\0" not in str(form["q"])

import pytest
from django.db.models import F

from films.keyset import WrongCursorError, cursor_of, keys_after, keys_from, rows_after
from films.models import Film
from tests.factories import make_film, make_review

pytestmark = pytest.mark.django_db


def walk(queryset, size):
    """The rows of all pages, page by page."""
    pages, cursor = [], None
    while True:
        rows, cursor = rows_after(queryset, cursor, size)
        pages.append([row.title for row in rows])
        if cursor is None:
            return pages


@pytest.fixture
def films():
    """E and A have no runtime; B and D have the same."""
    for title, runtime in (("E", None), ("B", 90), ("D", 90), ("C", 80), ("A", None)):
        make_film(title, 2000, runtime=runtime)


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["title"], "ABCDE"),
        (["-title"], "EDCBA"),
        ([F("runtime").desc(nulls_last=True), "title"], "BDCAE"),
        ([F("runtime").asc(nulls_last=True), "-title"], "CDBEA"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_of_any_size_make_the_whole_list(order, expected, size):
    pages = walk(Film.objects.order_by(*order), size)
    assert [title for page in pages for title in page] == list(expected)
    assert {len(page) for page in pages[:-1]} <= {size}


@pytest.mark.usefixtures("films")
def test_rows_that_are_added_before_the_cursor_do_not_shift_the_next_page():
    _, cursor = rows_after(Film.objects.order_by("title"), None, 2)
    make_film("AA", 2000)
    assert [film.title for film in rows_after(Film.objects.order_by("title"), cursor, 2).rows] == ["C", "D"]


def test_a_list_may_be_ordered_by_what_is_counted():
    for title, ratings in (("A", [4]), ("B", [9, 9]), ("C", [])):
        film = make_film(title, 2000)
        for rating in ratings:
            make_review(film, rating=rating)
    films = Film.objects.order_by(F("mean_percent").desc(nulls_last=True), "pk")
    assert walk(films, 1) == [["B"], ["A"], ["C"]]


@pytest.mark.usefixtures("films")
def test_a_cursor_of_another_order_or_of_nobody_is_refused():
    _, cursor = rows_after(Film.objects.order_by("title"), None, 1)
    for wrong in (cursor[:-1], "nonsense"):
        with pytest.raises(WrongCursorError):
            rows_after(Film.objects.order_by("title"), wrong, 1)
    with pytest.raises(WrongCursorError):
        rows_after(Film.objects.order_by("-title"), cursor, 1)


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("order", [["title"], ["-title"], [F("runtime").desc(nulls_last=True), "-title"]])
def test_the_way_back_leads_over_the_same_rows(order):
    films = Film.objects.order_by(*order)
    rows = keys_after(films, None, 5)
    for place, row in enumerate(rows):
        cursor = cursor_of(films, row)
        assert keys_after(films, cursor, 5) == rows[place + 1 :]
        assert keys_after(films, cursor, 2, back=True) == rows[max(place - 2, 0) : place]


@pytest.mark.usefixtures("films")
@pytest.mark.parametrize("start", range(5))
def test_rows_from_a_number_on_are_the_same_from_either_end(start):
    films = Film.objects.order_by("title")
    assert keys_from(films, start, 2, 5) == keys_after(films, None, 5)[start : start + 2]

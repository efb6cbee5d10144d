"""Whatever anybody asks for, the site answers in one of the ways that it has said. `make fuzz` tries for longer."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from films.forms import FilmListForm
from reviews import search
from reviews.forms import ReviewListForm
from tests.factories import make_film, make_review
from tests.fuzz.sent import fuzz, numbers, sendable, texts

pytestmark = pytest.mark.django_db

SEARCHED = ["q", "film", "year_from", "year_to", "country", "rating", "page"]


@pytest.fixture
def review():
    review = make_review(make_film(), headline="Hard to hit", body="A hit, and no hit at all: 10 of 딱 and “é”.")
    search.catch_up()
    return review


def sent(query):
    return urlencode({name: sendable(value) for name, value in query.items()})


@fuzz
@given(query=st.dictionaries(st.sampled_from(SEARCHED), numbers))
def test_any_search_is_answered(client, review, query):
    assert client.get(f"/search/?{sent(query)}").status_code in (200, 400)


@fuzz
@given(words=texts)
def test_any_words_are_searched_for(client, review, words):
    assert client.get(f"/search/?{sent({'q': words})}").status_code in (200, 400)


@fuzz
@given(st.data())
def test_any_list_is_answered(client, review, data):
    form, path = data.draw(
        st.sampled_from([(FilmListForm, "/films/"), (ReviewListForm, review.film.get_absolute_url())])
    )
    names = [*form.base_fields, "page", "after", "before", "cursor"]
    query = data.draw(st.dictionaries(st.sampled_from(names), numbers))
    assert client.get(f"{path}?{sent(query)}").status_code in (200, 404)

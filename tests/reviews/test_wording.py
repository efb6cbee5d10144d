import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.wording import excerpt, marked, places, said, terms, words


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Gritty  CAR", [("gritty",), ("car",)]),
        ('"hard hit" car', [("hard", "hit"), ("car",)]),
        ("“hard hit”", [("hard", "hit")]),
        ('"hard hit', [("hard",), ("hit",)]),
        ("well-made", [("well", "made")]),
        ("don't Don’t dont", [("dont",)]),
        ("café", [("cafe",)]),
        ("발신제한", [("발", "신", "제", "한")]),
        ("ﬁlm ½ rock™", [("film",), ("1", "2"), ("rock",)]),
        ("- ! 🎬", []),
        ("", []),
    ],
)
def test_what_is_typed_becomes_words_and_phrases(typed, found):
    assert terms(typed) == found


def test_more_is_typed_than_is_looked_for():
    assert len(terms(" ".join(f"word{number}" for number in range(100)))) == 16
    assert terms("x" * 200) == [("x" * 100,)]


def test_a_term_is_said_as_it_is_typed():
    assert [said(term) for term in terms('발신제한 "hard hit"')] == ["발신제한", "hard hit"]


def at(text, typed):
    return [[text[start:end] for start, end in spans] for spans in places(text, terms(typed))]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("A gritty film. Gritty!", "gritty film", [["gritty", "Gritty"], ["film"]]),
        ("Don’t, don't, dont", "dont", [["Don’t", "don't", "dont"]]),
        ("Cafe\u0301s and cafés", "cafes", [["Cafe\u0301s", "cafés"]]),
        ("hard, hit. A hit", '"hard hit"', [["hard, hit"]]),
        ("hard to hit", '"hard hit"', [[]]),
        ("영화를 봤다", "영화", [["영화"]]),
        ("STRASSE, Straße", "straße", [["STRASSE", "Straße"]]),
        ("snake_case", "case", [["case"]]),
    ],
)
def test_terms_are_found_where_they_stand(text, typed, found):
    assert at(text, typed) == found


@given(st.text())
def test_every_text_is_found_by_its_own_words(text):
    for word in words(text):
        assert places(text, [(word,)]) != [[]]


def test_marks_that_overlap_are_one_after_the_other():
    parts = marked("one two three", [(0, 7), (4, 13)])
    assert [tuple(part) for part in parts] == [("one two", True), (" three", True)]


@given(st.text(), st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9))))
def test_marking_loses_nothing(text, spans):
    found = [(start, start + length) for start, length in spans if start + length <= len(text)]
    assert "".join(part.text for part in marked(text, found)) == text


def shown(text, typed, length=80):
    parts = excerpt(text, places(text, terms(typed)), length)
    return "".join(f"[{part.text}]" if part.marked else part.text for part in parts)


def test_an_excerpt_is_the_stretch_with_most_of_the_terms():
    text = f"A car, said nobody. {'Much later on ' * 30} the bomb is under the car,\n\nwhich goes. {'And on ' * 30}"
    assert shown(text, "bomb car", 130) == (
        "…later on Much later on Much later on Much later on the [bomb] is under the [car], which goes. "
        "And on And on And on And on And…"
    )


def test_a_short_text_is_shown_whole():
    assert shown("A bomb is in the car.", "bomb") == "A [bomb] is in the car."


def test_a_text_without_spaces_is_cut_anyway():
    assert shown("가" * 300 + "나" + "가" * 300, "나") == "…" + "가" * 60 + "[나]" + "가" * 19 + "…"


@given(st.text(min_size=1), st.integers(20, 60))
def test_an_excerpt_is_never_longer_than_asked_for(text, length):
    for word in words(text)[:3]:
        assert sum(len(part.text) for part in excerpt(text, places(text, [(word,)]), length)) <= length + 2

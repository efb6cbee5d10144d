import pytest
from hypothesis import given
from hypothesis import strategies as st

from films.spelling import distance, nearest

KNOWN = {"retribution": 2, "psycho": 1, "hard": 3, "hart": 1, "harp": 5, "it": 4, "발신제한": 1}


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("psycho", "psycho", 0),
        ("psyco", "psycho", 1),
        ("pscyho", "psycho", 1),
        ("psychoo", "psycho", 1),
        ("psykho", "psycho", 1),
        ("", "it", 2),
        ("speed", "sleep", 2),
    ],
)
def test_the_distance_counts_letters_missing_wrong_too_many_and_swapped(one, other, slips):
    assert distance(one, other) == slips


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_the_distance_is_the_same_both_ways_and_nothing_only_between_equals(one, other):
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("retributon", "retribution"),
        ("rettribuiton", "retribution"),
        ("retrbution", "retribution"),
        ("retrbt", None),
        ("pscyho", "psycho"),
        ("hare", "harp"),
        ("ti", None),
        ("발신재한", "발신제한"),
    ],
)
def test_the_nearest_known_word_is_meant_and_the_longer_the_more_slips_are_forgiven(typed, meant):
    assert nearest(typed, KNOWN) == meant


@given(st.text("abcd", min_size=4, max_size=9), st.lists(st.text("abcd", min_size=1, max_size=10), max_size=8))
def test_no_word_is_left_out_that_is_near_enough(typed, known):
    near = [word for word in known if distance(typed, word) <= (1 if len(typed) < 8 else 2)]
    found = nearest(typed, dict.fromkeys(known, 1))
    assert (found is None) == (not near)
    assert found is None or distance(typed, found) == min(distance(typed, word) for word in near)

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.ratings import FEWEST_PAIRS, Bar, Both, bar_of, histogram, of_both, on_one_scale, percents_of


@pytest.mark.parametrize(("percent", "bar"), [(0, 1), (1, 1), (10, 1), (11, 2), (70, 7), (75, 8), (100, 10)])
def test_bar_of(percent, bar):
    assert bar_of(percent) == bar


@pytest.mark.parametrize("bar", range(1, 11))
def test_the_ratings_of_a_bar_are_those_that_fall_into_it(bar):
    lowest, highest = percents_of(bar)
    assert [percent for percent in range(101) if bar_of(percent) == bar] == list(range(lowest, highest + 1))


def test_histogram_has_ten_bars_measured_against_the_highest():
    bars = histogram({70: 3, 68: 1, 100: 1, 0: 2})
    assert [bar for bar in bars if bar.count] == [Bar(1, 2, 50), Bar(7, 4, 100), Bar(10, 1, 25)]
    assert len(bars) == 10


def test_histogram_of_no_ratings_is_flat():
    assert {(bar.count, bar.share) for bar in histogram({})} == {(0, 0)}


def test_films_on_one_scale_are_measured_against_the_highest_share_of_any():
    bars = on_one_scale({1: {70: 50, 80: 50}, 2: {70: 1}, 3: {}})
    assert [bar for bar in bars[1] if bar.count] == [Bar(7, 50, 50), Bar(8, 50, 50)]
    assert [bar for bar in bars[2] if bar.count] == [Bar(7, 1, 100)]
    assert {bar.share for bar in bars[3]} == {0}


ratings = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 3), st.integers(0, 3)), max_size=80)


@given(ratings)
def test_those_who_reviewed_both_are_counted_as_one_would_by_hand(given):
    expected = []
    for first, second in combinations((3, 1, 2), 2):
        pairs = []
        for reviewer in range(1, 13):
            ones = [percent for who, film, percent in given if (who, film) == (reviewer, first)]
            others = [percent for who, film, percent in given if (who, film) == (reviewer, second)]
            if ones and others:
                pairs.append((ones[-1], others[-1]))
        if len(pairs) >= FEWEST_PAIRS:
            higher = sum(one > other for one, other in pairs), sum(one < other for one, other in pairs)
            expected.append(Both(first, second, len(pairs), *higher))
    assert of_both(given, [3, 1, 2]) == expected


def test_fewer_than_five_say_nothing():
    given = [(reviewer, film, 50 + film) for reviewer in range(4) for film in (1, 2)]
    assert of_both(given, [1, 2]) == []
    (said,) = of_both([*given, (5, 1, 90), (5, 2, 90)], [1, 2])
    assert (said.count, said.first_higher, said.second_higher, said.alike, said.not_second_higher) == (5, 0, 4, 1, 1)

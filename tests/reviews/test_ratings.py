import pytest

from reviews.ratings import Bar, bar_of, histogram, percents_of


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

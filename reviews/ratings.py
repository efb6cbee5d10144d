"""How the ratings of a film are spread, and which of two films its reviewers rate higher. Pure."""

from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

FEWEST_PAIRS = 5  # Below, a handful of people would be taken for a verdict.


class Bar(NamedTuple):
    rating: int  # 1 to 10
    count: int
    share: int  # of the highest bar, 0 to 100


class Both(NamedTuple):
    """Two films, and how many of those who reviewed both rate which one higher."""

    first: int
    second: int
    count: int
    first_higher: int
    second_higher: int

    @property
    def alike(self):
        return self.count - self.first_higher - self.second_higher

    @property
    def not_second_higher(self):
        return self.count - self.second_higher


@lru_cache
def percent(rating, scale):
    """The rating, a decimal number or its text, on the one scale on which all are compared: 0 to 100; None for none."""
    return None if rating is None else round(100 * Decimal(rating) / scale)


def histogram(counts):
    """Ten bars from a mapping of ratings on a scale of 100 to how many reviews gave them.

    A rating between two bars belongs to the upper one, so 4.5 of 5 counts as 9 of 10, and 0 to the lowest.
    """
    bars = _counted(counts)
    highest = max(bars.values()) or 1
    return [Bar(rating, count, round(100 * count / highest)) for rating, count in bars.items()]


def on_one_scale(films):
    """A histogram for each film, as shares of its own ratings: 100 is the highest bar of all the films.

    So a film with three ratings can be laid beside one with three thousand.
    """
    films = {film: _counted(counts) for film, counts in films.items()}
    shares = {film: sum(bars.values()) or 1 for film, bars in films.items()}
    highest = max((max(bars.values()) / shares[film] for film, bars in films.items()), default=0) or 1
    return {
        film: [Bar(rating, count, round(100 * count / shares[film] / highest)) for rating, count in bars.items()]
        for film, bars in films.items()
    }


def _counted(counts):
    bars = dict.fromkeys(range(1, 11), 0)
    for percent, count in counts.items():
        bars[bar_of(percent)] += count
    return bars


def of_both(given, films):
    """What those who reviewed two of the films say, for every two that at least `FEWEST_PAIRS` people reviewed.

    `given` are (reviewer, film, percent); of several reviews of one film by one reviewer the last one counts.
    """
    rated = defaultdict(dict)
    for reviewer, film, percent in given:
        rated[reviewer][film] = percent
    place = {film: number for number, film in enumerate(films)}
    pairs = defaultdict(list)
    for ratings in rated.values():
        for first, second in combinations(sorted(ratings, key=place.get), 2):
            pairs[first, second].append((ratings[first], ratings[second]))
    return [
        Both(first, second, len(found), sum(a > b for a, b in found), sum(b > a for a, b in found))
        for (first, second), found in sorted(pairs.items(), key=lambda item: [place[film] for film in item[0]])
        if len(found) >= FEWEST_PAIRS
    ]


def bar_of(percent):
    return max(1, -(-percent // 10))


def percents_of(bar):
    """The ratings on a scale of 100 that the bar holds, as (lowest, highest)."""
    return (0 if bar == 1 else bar * 10 - 9), bar * 10

"""How the ratings of a film are spread. Pure."""

from typing import NamedTuple


class Bar(NamedTuple):
    rating: int  # 1 to 10
    count: int
    share: int  # of the highest bar, 0 to 100


def histogram(counts):
    """Ten bars from a mapping of ratings on a scale of 100 to how many reviews gave them.

    A rating between two bars belongs to the upper one, so 4.5 of 5 counts as 9 of 10, and 0 to the lowest.
    """
    bars = dict.fromkeys(range(1, 11), 0)
    for percent, count in counts.items():
        bars[bar_of(percent)] += count
    highest = max(bars.values()) or 1
    return [Bar(rating, count, round(100 * count / highest)) for rating, count in bars.items()]


def mean(counts):
    """Of the ratings in a mapping of ratings to how many reviews gave them; None without any."""
    number = sum(counts.values())
    return sum(rating * count for rating, count in counts.items()) / number if number else None


def bar_of(percent):
    return max(1, -(-percent // 10))


def percents_of(bar):
    """The ratings on a scale of 100 that the bar holds, as (lowest, highest)."""
    return (0 if bar == 1 else bar * 10 - 9), bar * 10

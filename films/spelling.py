"""Words that somebody may have meant. Pure."""

from collections import Counter


def slips_forgiven(word):
    """How many letters may be wrong, missing, too many or swapped with the next: a short word is soon another one."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def nearest(word, known):
    """The known word that takes the fewest slips to become this one, or None where all are too far away.

    `known` is a mapping of words to how often they occur: of two that are equally near, the more frequent is meant.
    """
    forgiven = slips_forgiven(word)
    letters = Counter(word)
    found = []
    for other, count in known.items():
        # Most are told apart by the letters alone, which is ten times as fast.
        if abs(len(other) - len(word)) <= forgiven and _unshared(letters, Counter(other)) <= 2 * forgiven:
            slips = distance(word, other)
            if slips <= forgiven:
                found.append((slips, -count, other))
    return min(found)[2] if found else None


def _unshared(one, other):
    return (one - other).total() + (other - one).total()


def distance(one, other):
    """How many letters to add, leave out, replace or swap with the next lead from one word to the other.

    The distance of Damerau in its simple form (optimal string alignment).
    """
    before, last = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, facing in enumerate(other, start=1):
            step = min(last[column] + 1, here[-1] + 1, last[column - 1] + (letter != facing))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == facing:
                step = min(step, before[column - 2] + 1)
            here.append(step)
        before, last = last, here
    return last[-1]

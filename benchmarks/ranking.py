"""Whether a good review that comes late is found: the order with and without places for reviews that need votes.

A film gets forty reviews, two fifths of them after readers have come and voted for a while. Readers look at the first
ten, the further down the less; one in seventeen votes, and says yes as often as the review is good, with some more
for reviews of their own opinion. The numbers are chosen, not measured: they show a direction. Exits with 1 where late
good reviews are not found, or where the places cost readers more than they bring.

    python -m benchmarks.ranking [RUNS]
"""

import random
import sys
from statistics import mean

from reviews.ranking import HARDLY_SEEN, helpful_score, in_turn, turn, with_places

REVIEWS, LATE, DAYS, READERS = 40, 16, 90, 50  # readers a day
FIRST, VOTES, BIAS = 10, 0.06, 0.15
LATE_FROM, GREAT = 20, 0.8  # a day; a quality
# What has to hold: the share of late good reviews that end among the ten best, and what readers see in the mean.
FOUND, LOST = 0.35, 0.2


def simulated(rng, places):
    """One film: (how many late good reviews there were, how many of them ended among the best, the quality seen)."""
    quality = [rng.betavariate(4, 2) for _ in range(REVIEWS)]
    opinion = [rng.random() < 0.5 for _ in range(REVIEWS)]
    comes = [0] * (REVIEWS - LATE) + [rng.randrange(LATE_FROM, DAYS // 2) for _ in range(LATE)]
    yes, total, seen = [0] * REVIEWS, [0] * REVIEWS, []
    for day in range(DAYS):
        there = [review for review in range(REVIEWS) if comes[review] <= day]
        first, page = rng.randrange(2**31), None
        for _ in range(READERS):
            page = page or first_page(there, yes, total, first if places else None)
            looked_at = [review for place, review in enumerate(page) if rng.random() < 1 / (1 + place / 4)]
            seen += [quality[review] for review in looked_at]
            mine = rng.random() < 0.5
            for review in looked_at:
                if rng.random() < VOTES:
                    agrees = BIAS if opinion[review] == mine else -BIAS
                    total[review] += 1
                    yes[review] += rng.random() < quality[review] + agrees
                    page = None  # It is another one now, perhaps.
    best = ordered(range(REVIEWS), yes, total)[:FIRST]
    late = [review for review in range(REVIEWS - LATE, REVIEWS) if quality[review] >= GREAT]
    return len(late), len(set(late) & set(best)), mean(seen)


def ordered(reviews, yes, total):
    return sorted(reviews, key=lambda n: (helpful_score(yes[n], total[n]), total[n], n), reverse=True)


def first_page(there, yes, total, first):
    best = ordered(there, yes, total)
    turns = [(turn(review), review) for review in there if total[review] < HARDLY_SEEN]
    return with_places(best, [] if first is None else in_turn(turns, first), FIRST)[0]


def measured(runs, places, seed=1):
    """(share of late good reviews among the best at the end, mean quality seen)."""
    rng = random.Random(seed)
    films = [simulated(rng, places) for _ in range(runs)]
    late, found, _ = map(sum, zip(*films, strict=True))
    return found / late, mean(seen for *_, seen in films)


def main(runs=60):
    without, with_ = measured(runs, places=False), measured(runs, places=True)
    print(f"{runs} films of {REVIEWS} reviews, {LATE} of which come late")
    for name, (found, seen) in (("without places", without), ("with places", with_)):
        print(f"{name:16} {found:.0%} of late good reviews among the ten best; quality seen {seen:.3f}")
    lost = [
        sentence
        for holds, sentence in (
            (with_[0] >= FOUND, f"Late good reviews are not found: {with_[0]:.0%}, at least {FOUND:.0%}."),
            (
                without[0] <= LOST,
                f"They are found without places too ({without[0]:.0%}): this shows nothing.",
            ),
            (with_[1] >= without[1], "Readers see worse reviews with places than without."),
        )
        if not holds
    ]
    print(*lost, sep="\n")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

"""How helpful a review is held to be, and why. Pure arithmetic; the rule is docs/decisions/ranking.md.

    python reviews/ranking.py FILE

puts the totals that a film's page offers for download in order again, and says whether it is the order that they
came in. It needs nothing but this file.
"""

import csv
import sys
import zlib

RULE = 1  # The version of all that follows; `manage.py recount_votes` brings what is stored to it.
START = 2  # Every review begins with this many "yes" and as many "no".
TALLY_WEIGHT = 4  # A tally that came with the text counts for less than this many votes, however large it is.
FULL_WEIGHT = 20  # What all votes of one reader on the reviews of one film weigh together, at most.
HARDLY_SEEN = 8  # votes; a review with fewer may get one of the places of "Needs votes".
PLACES = (5, 10, 15, 20, 25)  # of the first page, from 1 on
TURNS = 2**31
TOTALS = (
    "review", "date", "yes", "votes", "yes_weight", "votes_weight", "yes_elsewhere", "votes_elsewhere", "score", "rule",
    "headline", "address",
)  # fmt: skip


def helpful_score(yes, total, tally_yes=None, tally_total=None):
    """Between 0 and 1, and ½ without any vote: the share of "yes", drawn towards ½ while there are few votes.

    `yes` and `total` are sums of the weights of votes. It is the mean of the Beta distribution after the votes, with
    `START` yes and `START` no before them (Zhang, Mao, Li and Mao, "How to Count Thumb-Ups and Thumb-Downs", 2011).
    """
    borrowed_yes, borrowed_total = _borrowed(tally_yes, tally_total)
    return (yes + borrowed_yes + START) / (total + borrowed_total + 2 * START)


def _borrowed(tally_yes, tally_total):
    if not tally_total:
        return 0, 0
    return TALLY_WEIGHT * tally_yes / (tally_total + TALLY_WEIGHT), TALLY_WEIGHT * tally_total / (
        tally_total + TALLY_WEIGHT
    )


def weights(count):
    """What each of a reader's votes on the reviews of one film weighs, the oldest first; together at most 20.

    From the 21st on each new vote weighs half of the heaviest, and the newest of the heaviest is halved too: one vote
    changes the weight of one other (or two, where it is taken back), and none weighs twice what 20 / count would be.
    Halves add up exactly, so that what comes and goes leaves no trace.
    """
    if count <= FULL_WEIGHT:
        return [1.0] * count
    heavy = 1.0
    while count > 2 * FULL_WEIGHT / heavy:
        heavy /= 2
    light = round(2 * (count - FULL_WEIGHT / heavy))
    return [heavy] * (count - light) + [heavy / 2] * light


def turn(review):
    """Where the review lies on the wheel that turns every day; its fields are as if thrown at random."""
    return zlib.crc32(b"%d" % review) >> 1


def first_turn(film, day):
    """Where the wheel stands for the film on the day (a date's ordinal number).

    Steps of the golden ratio: they come to lie evenly, so that all have their day, however few days have passed.
    """
    return (turn(film) + day * 1327217885) % TURNS


def in_turn(turns, first):
    """The reviews in the order in which the wheel comes to them; `turns` are (turn, review)."""
    return [review for turn, review in sorted(turns, key=lambda pair: ((pair[0] - first) % TURNS, pair[1]))]


def with_places(best, needing, size):
    """A first page of that many: the best, and in the places kept free for them those that need votes, in turn.

    Returns it with those that stand there because they need votes; who comes to stand there anyway needs no place.
    """
    page, lifted = [], []
    while len(page) < size:
        kept_free = len(page) + 1 in PLACES
        next_best = next((review for review in best if review not in page), None)
        next_in_turn = next((review for review in needing if review not in page), None) if kept_free else None
        chosen = next_best if next_in_turn is None else next_in_turn
        if chosen != next_best:
            lifted.append(chosen)
        if chosen is None:
            break
        page.append(chosen)
    return page, lifted


def explanation(votes, tally=(None, None), weighed=None, needs_votes=False, _=str, printed=format):
    """One sentence with the real numbers behind the score.

    `_` takes each of its parts to another language, and `printed` its fractions, each with a format of Python's.
    `votes`, `tally` and `weighed` are pairs of how many (or how heavy) are yes, and all.
    """
    score = helpful_score(*(weighed or votes), *tally)
    reasons = [_("the 2 yes and 2 no that every review starts with")]
    if votes[1] and weighed in (None, votes):
        here = _("{yes} of {total} readers here who found it helpful")
        reasons.insert(0, here.format(yes=votes[0], total=votes[1]))
    elif votes[1]:
        here = _(
            "{yes} of {total} readers here who found it helpful, which count as {yes_weight} of {total_weight} because "
            "some of them vote on very many reviews of this film"
        )
        numbers = {"yes_weight": printed(weighed[0], ".6g"), "total_weight": printed(weighed[1], ".6g")}
        reasons.insert(0, here.format(yes=votes[0], total=votes[1], **numbers))
    if tally[1]:
        there = _("{yes} of {total} elsewhere, which counts as {weight} votes")
        reasons.insert(-1, there.format(yes=tally[0], total=tally[1], weight=printed(_borrowed(*tally)[1], ".1f")))
    because = _listed(reasons, _(" and "))
    said = _("Helpful score {score}, from {reasons}.").format(score=printed(score, ".2f"), reasons=because)
    if not needs_votes:
        return said
    lifted = _(
        "It stands here today because it needs votes: it has fewer than {number}, and each day others have this place."
    )
    return f"{lifted.format(number=HARDLY_SEEN)} {said}"


def _listed(items, conjunction):
    return conjunction.join(filter(None, [", ".join(items[:-1]), items[-1]]))


def reordered(rows):
    """The rows of a download (dicts of text, see `TOTALS`) as the rule orders them: score, votes, date, number."""
    return sorted(rows, key=_place, reverse=True)


def _place(row):
    weighed = float(row["yes_weight"]), float(row["votes_weight"])
    tally = (int(row[name]) if row[name] else None for name in ("yes_elsewhere", "votes_elsewhere"))
    return helpful_score(*weighed, *tally), int(row["votes"]), row["date"], int(row["review"])


def _main(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    right = reordered(rows)
    for number, row in enumerate(right, 1):
        print(f"{number:>6}  {_place(row)[0]:.4f}  review {row['review']}  {row.get('headline', '')}")
    off = [row["review"] for row, other in zip(rows, right, strict=True) if row is not other]
    print(
        f"The order is not that of rule {RULE}: see review {off[0]}." if off else f"This is the order of rule {RULE}."
    )
    return 1 if off else 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))

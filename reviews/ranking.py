"""How helpful a review is held to be, and why. Pure arithmetic; the rule is docs/decisions/ranking.md."""

START = 2  # Every review begins with this many "yes" and as many "no".
TALLY_WEIGHT = 4  # A tally that came with the text counts for less than this many votes, however large it is.


def helpful_score(votes_yes, votes_total, tally_yes=None, tally_total=None):
    """Between 0 and 1, and ½ without any vote: the share of "yes", drawn towards ½ while there are few votes.

    It is the mean of the Beta distribution after the votes, with `START` yes and `START` no before them
    (Zhang, Mao, Li and Mao, "How to Count Thumb-Ups and Thumb-Downs", 2011).
    """
    borrowed_yes, borrowed_total = _borrowed(tally_yes, tally_total)
    return (votes_yes + borrowed_yes + START) / (votes_total + borrowed_total + 2 * START)


def _borrowed(tally_yes, tally_total):
    if not tally_total:
        return 0, 0
    return TALLY_WEIGHT * tally_yes / (tally_total + TALLY_WEIGHT), TALLY_WEIGHT * tally_total / (
        tally_total + TALLY_WEIGHT
    )


def explanation(votes_yes, votes_total, tally_yes=None, tally_total=None, _=str):
    """One sentence with the real numbers behind the score; `_` takes each of its parts to another language."""
    score = helpful_score(votes_yes, votes_total, tally_yes, tally_total)
    reasons = [_("the 2 yes and 2 no that every review starts with")]
    if votes_total:
        here = _("{yes} of {total} readers here who found it helpful")
        reasons.insert(0, here.format(yes=votes_yes, total=votes_total))
    if tally_total:
        weight = _borrowed(tally_yes, tally_total)[1]
        there = _("{yes} of {total} elsewhere, which counts as {weight:.1f} votes")
        reasons.insert(-1, there.format(yes=tally_yes, total=tally_total, weight=weight))
    return _("Helpful score {score:.2f}, from {reasons}.").format(score=score, reasons=_listed(reasons, _(" and ")))


def _listed(items, conjunction):
    return conjunction.join(filter(None, [", ".join(items[:-1]), items[-1]]))

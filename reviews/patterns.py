"""What is odd about votes: bursts, cliques and one-sided voters. Pure; it accuses nobody, an admin looks and decides.

Reads the newest votes only, so that it costs the same on a site of any size.
"""

import datetime
from collections import Counter, defaultdict
from itertools import combinations
from typing import NamedTuple

HOUR = datetime.timedelta(hours=1)
BURST = 10  # votes of one kind on one review within an hour
IN_COMMON = 8  # reviews on which two have voted
ALIKE = 0.95  # of these, they said the same about
CLOSE = 0.5  # of the votes of either, the common ones are
ONE_SIDED = 15  # votes of one reader
ALWAYS = 0.95  # of them say the same
FAVOURS = 5  # yes for one writer
FAVOURED = 0.8  # of all yes of that reader
CROWD = 200  # A review with more voters says nothing about two of them.


class Vote(NamedTuple):
    pk: int
    voter: int
    review: int
    writer: str  # "" for an unnamed one
    helpful: bool
    cast_at: datetime.datetime


class Burst(NamedTuple):
    review: int
    helpful: bool
    votes: list


class Clique(NamedTuple):
    voters: list
    votes: list  # on what two of them have both voted on


class OneSided(NamedTuple):
    voter: int
    helpful: bool
    writer: str  # whom the voter favours, or "" who always says the same
    votes: list


def bursts(votes):
    """Most votes first."""
    kinds = defaultdict(list)
    for vote in votes:
        kinds[vote.review, vote.helpful].append(vote)
    found = [Burst(*kind, _densest(cast)) for kind, cast in kinds.items() if len(cast) >= BURST]
    return sorted((burst for burst in found if len(burst.votes) >= BURST), key=lambda burst: -len(burst.votes))


def _densest(cast):
    """The hour with the most of the votes."""
    cast = sorted(cast, key=lambda vote: vote.cast_at)
    best, start = (0, 0), 0
    for end, vote in enumerate(cast, 1):
        while vote.cast_at - cast[start].cast_at > HOUR:
            start += 1
        best = max(best, (start, end), key=lambda span: span[1] - span[0])
    return cast[slice(*best)]


def cliques(votes):
    """Groups who vote together on the same, found pair by pair and joined."""
    voters, totals = defaultdict(list), Counter(vote.voter for vote in votes)
    for vote in votes:
        voters[vote.review].append(vote)
    common, same = Counter(), Counter()
    for cast in voters.values():
        few = cast if len(cast) <= CROWD else ()
        for one, other in combinations(sorted(few, key=lambda vote: vote.voter), 2):
            common[one.voter, other.voter] += 1
            same[one.voter, other.voter] += one.helpful == other.helpful
    pairs = [
        pair
        for pair, count in common.items()
        if count >= IN_COMMON and same[pair] >= ALIKE * count and count >= CLOSE * max(map(totals.get, pair))
    ]
    found = []
    for members in _joined(pairs):
        theirs = [vote for vote in votes if vote.voter in members]
        shared = Counter(vote.review for vote in theirs)
        found.append(Clique(sorted(members), [vote for vote in theirs if shared[vote.review] > 1]))
    return sorted(found, key=lambda clique: (-len(clique.voters), clique.voters))


def _joined(pairs):
    groups = []
    for pair in pairs:
        near = [group for group in groups if group & {*pair}]
        groups = [group for group in groups if group not in near] + [set(pair).union(*near)]
    return groups


def one_sided(votes):
    """Who nearly always says the same, and who says yes to hardly anybody but one writer."""
    of_voter = defaultdict(list)
    for vote in votes:
        of_voter[vote.voter].append(vote)
    found = []
    for voter, cast in of_voter.items():
        for helpful in (False, True):
            same = [vote for vote in cast if vote.helpful is helpful]
            if len(cast) >= ONE_SIDED and len(same) >= ALWAYS * len(cast):
                found.append(OneSided(voter, helpful, "", same))
        praised = [vote for vote in cast if vote.helpful]
        for writer, count in Counter(vote.writer for vote in praised if vote.writer).items():
            if count >= FAVOURS and count >= FAVOURED * len(praised):
                found.append(OneSided(voter, True, writer, [vote for vote in praised if vote.writer == writer]))
    return sorted(found, key=lambda one: (-len(one.votes), one.voter))

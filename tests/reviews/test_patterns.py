import datetime
import zlib

import pytest

from reviews.patterns import BURST, FAVOURS, IN_COMMON, ONE_SIDED, Vote, bursts, cliques, one_sided

NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


def vote(voter, review, minute=0, writer="", helpful=True):
    return Vote(voter * 1000 + review, voter, review, writer, helpful, NOON + datetime.timedelta(minutes=minute))


def test_ten_votes_of_a_kind_within_an_hour_are_a_burst():
    slow = [vote(number, 1, minute=number * 20) for number in range(30)]
    burst = [vote(100 + number, 2, minute=number * 6, helpful=False) for number in range(BURST)]
    mixed = [vote(200 + number, 3, helpful=number % 2 > 0) for number in range(BURST)]
    (found,) = bursts([*slow, *burst, *mixed])
    assert (found.review, found.helpful, found.votes) == (2, False, burst)


def test_a_burst_is_found_among_votes_of_other_days():
    days = [vote(number, 1, minute=number * 1440) for number in range(20)]
    burst = [vote(100 + number, 1, minute=10_000 + number) for number in range(BURST)]
    (found,) = bursts([*days, *burst])
    assert [voter for _, voter, *_ in found.votes if voter >= 100] == list(range(100, 100 + BURST))


def test_a_planted_ring_is_found_and_those_who_judge_for_themselves_are_not():
    ring = [vote(voter, review, helpful=review % 2 > 0) for voter in (1, 2, 3) for review in range(IN_COMMON + 1)]
    others = [
        vote(voter, review, helpful=zlib.crc32(b"%d on %d" % (voter, review)) % 10 > 2)
        for voter in range(10, 20)
        for review in range(12)
    ]
    (found,) = cliques([*ring, *others])
    assert found.voters == [1, 2, 3]
    assert sorted(found.votes) == sorted(ring)


@pytest.mark.parametrize("count", [IN_COMMON - 1, IN_COMMON])
def test_two_readers_are_a_clique_from_eight_common_reviews_on(count):
    votes = [vote(voter, review) for voter in (1, 2) for review in range(count)]
    assert len(cliques(votes)) == (count >= IN_COMMON)


def test_readers_who_vote_much_beside_what_they_have_in_common_are_no_clique():
    votes = [vote(voter, review) for voter in (1, 2) for review in range(IN_COMMON)]
    assert cliques([*votes, *(vote(1, review) for review in range(50, 60))]) == []


@pytest.mark.parametrize("helpful", [True, False])
def test_who_always_says_the_same_is_one_sided(helpful):
    always = [vote(1, review, helpful=helpful) for review in range(ONE_SIDED)]
    sometimes = [vote(2, review, helpful=review % 3 > 0) for review in range(ONE_SIDED)]
    (found,) = one_sided([*always, *sometimes])
    assert (found.voter, found.helpful, found.writer, found.votes) == (1, helpful, "", always)


def test_who_praises_hardly_anybody_but_one_writer_is_one_sided():
    fan = [vote(1, review, writer="maud") for review in range(FAVOURS)]
    fair = [vote(2, review, writer=f"writer {review}") for review in range(FAVOURS)]
    (found,) = one_sided([*fan, *fair, vote(1, 50, writer="colin", helpful=False)])
    assert (found.voter, found.writer, found.votes) == (1, "maud", fan)

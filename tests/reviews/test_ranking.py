import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import ranking as simulation
from reviews.ranking import explanation, helpful_score, with_places

votes = st.integers(0, 100_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def test_a_review_without_votes_stands_in_the_middle():
    assert helpful_score(0, 0) == 0.5


@given(votes)
def test_a_yes_raises_and_a_no_lowers_the_score(cast):
    yes, total = cast
    assert helpful_score(yes + 1, total + 1) > helpful_score(yes, total) > helpful_score(yes, total + 1)


@given(votes)
def test_the_score_lies_between_0_and_1_and_mirrors_yes_and_no(cast):
    yes, total = cast
    assert 0 < helpful_score(yes, total) < 1
    assert helpful_score(yes, total) == pytest.approx(1 - helpful_score(total - yes, total))


@given(votes)
def test_a_vote_moves_the_score_less_than_the_one_before(cast):
    yes, total = cast
    scores = [helpful_score(yes + n, total + n) for n in range(3)]
    assert scores[2] - scores[1] < scores[1] - scores[0]


@pytest.mark.parametrize(
    ("yes", "total", "score"),
    [(0, 1, 0.4), (0, 5, 0.222), (1, 1, 0.6), (3, 4, 0.625), (3, 3, 0.714), (40, 50, 0.778), (60, 100, 0.596)],
)
def test_worked_examples(yes, total, score):
    assert helpful_score(yes, total) == pytest.approx(score, abs=0.0005)


def test_more_votes_of_the_same_share_lead_farther_from_the_middle():
    assert helpful_score(40, 50) > helpful_score(4, 5)


def test_a_tally_counts_less_than_four_votes_however_large_it_is():
    assert helpful_score(0, 0, 1000, 1000) == pytest.approx(0.7495, abs=0.0001)
    assert helpful_score(0, 0, 10**9, 10**9) < helpful_score(4, 4)
    assert helpful_score(0, 0, 1000, 1000) < helpful_score(40, 50)


@given(votes)
def test_an_empty_tally_is_as_none(cast):
    assert helpful_score(*cast, 0, 0) == helpful_score(*cast)


def test_the_explanation_names_the_real_numbers():
    assert explanation((3, 4), (0, 1)) == (
        "Helpful score 0.57, from 3 of 4 readers here who found it helpful, "
        "0 of 1 elsewhere, which counts as 0.8 votes and the 2 yes and 2 no that every review starts with."
    )


def test_the_explanation_of_an_unread_review():
    assert explanation((0, 0)) == "Helpful score 0.50, from the 2 yes and 2 no that every review starts with."


def test_good_reviews_that_come_late_reach_the_ten_best_through_the_places_and_hardly_without():
    without, with_places = (simulation.measured(8, places) for places in (False, True))
    assert without[0] <= simulation.LOST
    assert with_places[0] >= simulation.FOUND
    assert with_places[1] > without[1]
    assert simulation.main(8) == 0


def test_who_stands_in_a_place_anyway_is_not_said_to_need_it():
    assert with_places([1, 2, 3, 4, 5], [5, 1], 25) == ([1, 2, 3, 4, 5], [])
    assert with_places([1, 2, 3, 4, 5, 6], [6, 5], 25) == ([1, 2, 3, 4, 6, 5], [6])

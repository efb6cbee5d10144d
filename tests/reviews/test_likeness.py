import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.likeness import ALIKE, likeness, marks

VOICES = [
    "The original keeps every minute inside the car, and the whole performance grows out of that discomfort.",
    "Somebody decided that Busan should look wonderful, so the director leaves the motorway whenever he pleases.",
    "My daughter recognised the telephone before I recognised the actor, which tells you something about pictures.",
    "Nothing in the German version prepares you for how quietly the banker finally answers his children.",
    "Halfway through there follows a conversation between strangers that belongs to another, better screenplay.",
    "Audiences around me laughed because the policeman repeated every instruction twice and nobody listened.",
    "Financial crises make excellent villains; nobody needs makeup, everybody understands the motivation perfectly.",
    "Afterwards we discussed remakes until the waiter started collecting chairs underneath our elbows.",
]


def changed(text, share, seed):
    dice = random.Random(seed)  # noqa: S311 -- nothing here is secret
    return " ".join(word[::-1] if dice.random() < share else word for word in text.split(" "))


def share_a_mark(one, other):
    return any(mine == theirs for mine, theirs in zip(marks(one), marks(other), strict=True))


TEXT = " ".join(VOICES)


@pytest.mark.parametrize(
    "copy",
    [TEXT.upper(), TEXT.replace(" ", "\n"), TEXT.replace(",", "").replace(".", "!"), "Edited: " + TEXT],
)
def test_case_white_space_and_punctuation_leave_a_copy_alike(copy):
    assert likeness(TEXT, copy) > 0.9
    assert share_a_mark(TEXT, copy)


def test_a_copy_with_one_word_in_twenty_changed_is_found():
    copies = [changed(TEXT, 0.05, seed) for seed in range(200)]
    found = [copy for copy in copies if share_a_mark(TEXT, copy) and likeness(TEXT, copy) >= ALIKE]
    assert len(found) >= 170


def test_different_texts_are_not_alike():
    for one in VOICES:
        for other in VOICES:
            if one != other:
                assert likeness(one * 2, other * 2) < 0.1
                assert not share_a_mark(one * 2, other * 2)


def test_a_script_without_spaces_is_compared_too():
    text = "銀行員の男が車に爆弾を仕掛けられ、子供たちを乗せたまま街を走り続けることになる。"
    assert likeness(text, text.replace("街", "町")) > 0.5
    assert likeness(text, "まったく別の映画についての、まったく別の文章がここに書いてあるだけです。") < 0.1


@given(st.text())
def test_any_text_has_marks_and_is_like_itself(text):
    assert all(0 <= mark < 2**32 for mark in marks(text))
    assert likeness(text, text) == 1

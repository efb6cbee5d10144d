import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.differences import Stretch, stretches

TEXTS = st.text(alphabet="ab \n", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(old, new):
    found = stretches(old, new)
    assert "".join(part.text for part in found if part.kind != "added") == old
    assert "".join(part.text for part in found if part.kind != "removed") == new


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("One two.", "One two.", [Stretch("One two.", "same")]),
        ("One two.", "One three.", [Stretch("One", "same"), Stretch(" two.", "removed"), Stretch(" three.", "added")]),
        ("One.\n\nTwo.\n", "One.\n\n", [Stretch("One.\n\n", "same"), Stretch("Two.\n", "removed")]),
        ("", "New.", [Stretch("New.", "added")]),
    ],
)
def test_what_was_changed_is_told_word_by_word(old, new, found):
    assert stretches(old, new) == found

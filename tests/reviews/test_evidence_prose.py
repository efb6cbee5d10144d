import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews import rendering
from reviews.evidence import paragraphs, sentences


@pytest.mark.parametrize(
    "parts",
    [
        ["It is good.", "It is bad."],
        ["Don't. Get. Out! is German.", "I liked it."],
        ["It follows Don't. Get. Out!.", "It is good."],
        ["Mr. Smith met D.W. Griffith.", "They talked."],
        ["I give it 7.5 points, or 8/10.", "See it!"],
        ["Well… perhaps.", "No?!", "Yes."],
        ['He said "Run!"', "Then he ran."],
        ["He said “Run.”", "Then he ran."],
        ["it is good.", "it is a remake."],
        ["St. Elmo's Fire is better.", "Dr. No is best."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts):
    assert [sentence.text for sentence in sentences(" ".join(parts))] == parts


def test_sentences_count_paragraphs_from_one_like_the_page():
    text = "\n\nOne. Two.\nStill two?\n \nThree."
    assert [(sentence.text, sentence.start, sentence.paragraph) for sentence in sentences(text)] == [
        ("One.", 2, 1),
        ("Two.", 7, 1),
        ("Still two?", 12, 1),
        ("Three.", 25, 2),
    ]


@given(st.text(alphabet="Ab. \n\t!?\"'’\r\u2028", max_size=80))
def test_paragraphs_are_those_of_the_page_and_sentences_stand_where_they_say(text):
    assert [paragraph.text for paragraph in paragraphs(text)] == rendering.paragraphs(text)
    for passage in [*paragraphs(text), *sentences(text)]:
        assert passage.text == text[passage.start : passage.end]
    assert "".join("".join(s.text for s in sentences(text)).split()) == "".join(text.split())

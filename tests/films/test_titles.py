import pytest

from films.titles import sort_title, split_title, title_key, widest_word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hard Hit (2021)", ("Hard Hit", 2021)),
        ("(500) Days of Summer (2009)", ("(500) Days of Summer", 2009)),
        ("1917 (2019)", ("1917", 2019)),
        ("[REC]² (2009)", ("[REC]²", 2009)),
        ("Animal (I) (2023)", ("Animal (I)", 2023)),
        ("  The\u00a0Last  Seduction (1994) ", ("The Last Seduction", 1994)),
        ("2046(2004)", ("2046", 2004)),
        ("Hard Hit", None),
        ("Hard Hit (21)", None),
        ("Hard Hit (0021)", None),
        ("Hard Hit (3021)", None),
        ("Hard Hit (2021) again", None),
        ("(2021)", None),
        ("", None),
    ],
)
def test_split_title(text, expected):
    assert split_title(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don't. Get. Out!", "dont get out"),
        ("Don’t. Get. Out!", "Don't Get Out"),
        ("Amélie", "amelie"),
        ("The Thing", "Thing, The"),
        ("Spider-Man", "spider man"),
        ("Fast & Furious", "Fast and Furious"),
        ("[REC]²", "rec 2"),
        ("S.W.A.T.", "SWAT"),
        ("발신제한", "발신제한"),
        ("ΑΓΆΠΗ", "αγάπη"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_a_title_share_a_key(one, other):
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(("one", "other"), [("Alien", "Aliens"), ("$", "!!!"), ("Up", "Us"), ("발신제한", "발신제")])
def test_different_titles_have_different_keys(one, other):
    assert title_key(one) != title_key(other)


def test_no_title_is_without_a_key():
    assert title_key("…") == "…"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Thing", "thing"),
        ("A Star Is Born", "star is born"),
        ("Theatre", "theatre"),
        ("A", "a"),
        ("The", "the"),
        ("La Famille Bélier", "la famille belier"),
        ("Last Man Standing", "last man standing"),
    ],
)
def test_sort_title_files_under_the_word_after_the_article(title, expected):
    assert sort_title(title) == expected


@pytest.mark.parametrize(
    ("text", "widest"),
    [
        ("Up", "Up"),
        ("The Magnificent Seven", "Magnificent"),
        ("Spider-Man", "Spider"),
        ("Retribution/Vergeltung", "Retribution/Vergeltung"),
        ("天下无贼", ""),
        ("", ""),
    ],
)
def test_the_widest_word_is_what_no_line_breaks_within(text, widest):
    assert widest_word(text) == widest_word(widest)


def test_wide_letters_count_for_more_than_narrow_ones():
    assert (
        widest_word("illicit") < widest_word("banana") < widest_word("MOMMA") < widest_word("a illicitly banana mammal")
    )

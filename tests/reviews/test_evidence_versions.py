import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.evidence import Version, comparisons, other_version

HARD_HIT = Version(("Hard Hit", "Restricted Call"), 2021, "South Korea", "Kim Chang-ju")
RETRIBUTION = Version(("Retribution", "El desconocido"), 2015, "Spain", "Dani de la Torre", is_original=True)
GERMAN = Version(("Don't. Get. Out!",), 2018, "Germany", "Christian Alvart")
OTHERS = {1: RETRIBUTION, 2: GERMAN}


@pytest.mark.parametrize(
    ("sentence", "compared"),
    [
        ("As with the original, the story is only as good as its lead.", (1,)),
        ("A key difference between Hard Hit and Retribution is the style.", (1,)),
        ("It doesn't have the same amount of rawness as Retribution.", (1,)),
        ("Her part is slightly expanded from her role in the first film.", (1,)),
        ("While not as raw as the Spanish original, this remake is tense.", (1,)),
        ("The police enter the story much earlier than in the original.", (1,)),
        ("Unlike Don't. Get. Out!, it leaves the car.", (2,)),
        ("Unlike the 2018 version, it leaves the car.", (2,)),
        ("This film is better than the German version and Retribution.", (1, 2)),
        ("The original was scarier.", (1,)),
        ("While the original stays in the car, this one travels.", (1,)),
        ("The remake has dropped the one good idea in the Spanish film.", (1,)),
        ("Luis Tosar in Retribution has the face of a man with something to lose.", (1,)),
        ("Of the three, the first is the best.", (1,)),
        ("Hard Hit is the second remake of Retribution.", ()),
        ("The first is a banker.", ()),
        ("I have not seen the original.", ()),
        ("I saw the original more than once.", ()),
        ("The original is a classic.", ()),
        ("It is more than an hour long.", ()),
        ("The original score is better than the dialogue.", ()),
        ("The 1957 version is better.", ()),
        ("Unlike the French original, it is loud.", ()),
    ],
)
def test_a_comparison_sets_both_versions_against_each_other(sentence, compared):
    found = {film for comparison in comparisons(sentence, HARD_HIT, OTHERS) for film in comparison.others}
    assert tuple(sorted(found)) == compared


def test_a_comparison_tells_its_place_and_paragraph():
    text = "It is tense.\n\nI liked it. It is less raw than Retribution."
    (comparison,) = comparisons(text, HARD_HIT, OTHERS)
    assert (comparison.quote.start, comparison.quote.end, comparison.quote.paragraph) == (26, len(text), 2)


def test_a_review_of_the_original_is_compared_with_its_only_remake():
    assert [
        comparison.others for comparison in comparisons("Much better than the remake.", RETRIBUTION, {3: HARD_HIT})
    ] == [(3,)]


PSYCHO = Version(("Psycho",), 1998, "USA", "Gus Van Sant")
ORIGINALS = {60: Version(("Psycho",), 1960, "USA", "Alfred Hitchcock", is_original=True)}


@pytest.mark.parametrize(
    ("sentence", "film"),
    [
        ("This 1960 thriller is the best of its kind.", 60),
        ("Directed by Alfred Hitchcock, this is tense.", 60),
        ("This film, directed by Hitchcock, is tense.", 60),
        ("This film from 1960 is tense.", 60),
        ("This remake of the 1960 film is bad.", None),
        ("The 1960 film, directed by Hitchcock, is better.", None),
        ("This 1960 thriller was remade as this 1998 film.", None),
        ("This is not this 1960 thriller.", None),
        ("I liked it.", None),
    ],
)
def test_a_text_that_is_clearly_on_another_version_says_which(sentence, film):
    found = other_version(sentence, PSYCHO, ORIGINALS)
    assert (found and (found.film, found.quotes[0].text)) == (film and (film, sentence))


def test_the_country_of_this_film_tells_versions_apart():
    assert other_version("This Spanish thriller is tense.", HARD_HIT, OTHERS).film == 1
    assert other_version("This Spanish thriller beats Hard Hit.", HARD_HIT, OTHERS) is None
    assert other_version("This Korean remake of the Spanish film is tense.", HARD_HIT, OTHERS) is None


@given(st.text())
def test_any_text_can_be_read(text):
    assert all(c.quote.text == text[c.quote.start : c.quote.end] for c in comparisons(text, HARD_HIT, OTHERS))
    assert other_version(text + "This Spanish thriller.", HARD_HIT, OTHERS) is not HARD_HIT


def test_a_sign_that_two_versions_share_does_not_hide_one_that_is_of_one_alone():
    again = Version(("Retribution",), 2023, "United Kingdom, Germany, Spain", "Nimród Antal")
    assert other_version("This 2018 German thriller is tense.", RETRIBUTION, {1: GERMAN, 2: again}).film == 1
    assert other_version("This 2015 Spanish thriller is tense.", again, {1: GERMAN, 2: RETRIBUTION}).film == 2
    assert other_version("This German thriller is tense.", RETRIBUTION, {1: GERMAN, 2: again}) is None

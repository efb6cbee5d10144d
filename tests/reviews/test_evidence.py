"""What reviews say of remakes, sentence by sentence: the table is of sentences of ours about real films."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from films.titles import title_key
from reviews.evidence import Film, proposals

# Sentences by other people, with what they say: kept beside the project, where they are kept at all.
CASES = Path(__file__).parents[3] / "shared" / "cases" / "remake_mentions.jsonl"
# "nothing" is said by denials, wishes, rumours, likenesses, other films, and remakes of what is not named.
TABLE = [*csv.DictReader((Path(__file__).parent / "data" / "understood_sentences.csv").read_text().splitlines())]

HARD_HIT = (
    "Hard Hit, aka Restricted Call, is a 2021 South Korean action thriller and the second remake of Spanish thriller "
    "Retribution following the 2018 German adaptation Don't. Get. Out!. Hard Hit is a pretty faithful adaptation."
)


def keyed(film):
    return title_key(film.title), film.year


def saying(says):
    rows = [row for row in TABLE if row["says"] == says]
    return pytest.mark.parametrize("row", rows, ids=lambda row: row["sentence"][:40])


def read(row):
    """What is proposed, the reviewed film, and the other film: the key of its title, and the year that is told."""
    other = (title_key(row["other"]), int(row["other_year"]) if row["other_year"] else None)
    film = Film(row["film"], int(row["year"]))
    return proposals(row["sentence"], *film), film, other


@saying("source")
def test_a_sentence_names_the_source_of_the_reviewed_film(row):
    found, film, source = read(row)
    assert [(edge.remake, keyed(edge.source)) for edge in found.edges] == [(film, source)]


@saying("remake")
def test_a_sentence_names_a_remake_of_the_reviewed_film(row):
    found, film, remake = read(row)
    assert (keyed(found.edges[0].remake), found.edges[0].source) == (remake, film)


@saying("nothing")
def test_other_talk_of_remakes_proposes_nothing(row):
    found, _, _ = read(row)
    assert found == ([], [])


def test_two_remakes_of_one_source_are_proposed_with_an_alias_and_none_between_them():
    found = proposals(HARD_HIT, "Hard Hit", 2021, headline="This remake of Retribution is still tense")
    assert [(edge.kind, edge.remake, edge.source, edge.part) for edge in found.edges] == [
        ("remake", Film("Hard Hit", 2021), Film("Retribution", None), "body"),
        ("remake", Film("Don't. Get. Out!", 2018), Film("Retribution", None), "body"),
    ]
    assert [(alias.film, alias.title) for alias in found.aliases] == [(Film("Hard Hit", 2021), "Restricted Call")]


def test_a_headline_alone_is_evidence_too():
    (edge,) = proposals("It is tense.", "Hard Hit", 2021, headline="This remake of Retribution is tense").edges
    assert (edge.part, edge.quote.text) == ("headline", "This remake of Retribution is tense")


def test_of_two_sentences_that_say_the_same_the_one_with_a_year_is_quoted():
    text = "This is a remake of Yojimbo. As I said, this is a remake of Yojimbo (1961)."
    (edge,) = proposals(text, "A Fistful of Dollars", 1964).edges
    assert (edge.source, edge.quote.start) == (Film("Yojimbo", 1961), 29)


def test_the_original_that_is_named_beside_an_unnamed_remake_is_its_source():
    text = "This remake is loud. I prefer the Japanese original, Ringu (1998), by far."
    (edge,) = proposals(text, "The Ring", 2002).edges
    assert (edge.source, edge.quote.start) == (Film("Ringu", 1998), 21)


def test_the_original_of_a_film_that_nobody_calls_a_remake_is_no_source():
    assert proposals("The original Star Wars (1977) is better.", "Star Wars: The Force Awakens", 2015).edges == []


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("This is a re-edited version of Heaven's Gate.", "re-edit"),
        ("Based on the same novel as Red Dragon (2002), this is better.", "adaptation"),
        ("This is the American version of the French film Heaven's Gate.", "remake"),
    ],
)
def test_the_kind_says_how_the_films_are_related(sentence, kind):
    assert [edge.kind for edge in proposals(sentence, "Manhunter", 2010).edges] == [kind]


@pytest.mark.parametrize(
    ("film", "sentence", "alias"),
    [
        ("Hard Hit", "Hard Hit (aka Restricted Call) is tense.", "Restricted Call"),
        ("Deep Red", "This film is also known as The Hatchet Murders.", "The Hatchet Murders"),
        ("Deep Red", "Also known as The Hatchet Murders, this is a classic.", "The Hatchet Murders"),
        ("Deep Red", 'Its original title is "Profondo rosso".', "Profondo rosso"),
        ("Deep Red", "Deep Red is known in the States as The Hatchet Murders.", "The Hatchet Murders"),
        ("Deep Red", "AKA The Hatchet Murders.", "The Hatchet Murders"),
    ],
)
def test_another_title_of_the_film_is_an_alias(film, sentence, alias):
    assert [found.title for found in proposals(sentence, film, 1975).aliases] == [alias]


def test_a_known_title_ends_where_the_catalogue_ends_it():
    sentence = "This is a remake of I Was Born, But... and it shows."
    known = {title_key("I Was Born, But..."): [1932]}
    assert [edge.source.title for edge in proposals(sentence, "Good Morning", 1959).edges] == ["I Was Born"]
    assert [keyed(edge.source) for edge in proposals(sentence, "Good Morning", 1959, known=known).edges] == [
        ("i was born but", None)
    ]
    assert proposals(sentence, "Good Morning", 1959, known=known.get) == proposals(
        sentence, "Good Morning", 1959, known=known
    )


def test_no_film_is_a_remake_of_a_later_one():
    assert proposals("This is a remake of Psycho (1998).", "Psycho", 1960).edges == []


WORDS = st.sampled_from(
    [
        *(
            "This film is a remake of",
            "Psycho",
            "not",
            "Saw",
            "aka",
            "version of",
            "the original",
            "was remade as",
            "It's",
        ),
        *(",", ".", '"', "(1960)", "[", "!", "A", "\n\n", "'"),
    ]
)


@given(
    st.one_of(st.text(), st.lists(WORDS, max_size=60).map(" ".join)), st.sampled_from(["Saw", "Psycho", "It", "", "$"])
)
def test_quotes_stand_in_the_text_where_they_say(text, film):
    found = proposals(text, film, 2004)
    for quote in (proposal.quote for proposal in [*found.edges, *found.aliases]):
        assert quote.text == text[quote.start : quote.end]


@pytest.mark.parametrize("piece", ["remake of ", '"', "Aa. ", "it was remade as ", ".", "the original, ", "this is a "])
def test_endless_lines_are_read_without_end_of_patience(piece):
    assert proposals(piece * (10_000 // len(piece)) + "remake", "Saw", 2004).aliases == []


@pytest.mark.skipif(not CASES.exists(), reason="the labelled sentences are not here")
def test_labelled_sentences_are_told_apart():
    named, right, wrong = 0, 0, []
    for case in map(json.loads, CASES.read_text().strip().split("\n")):
        edges = proposals(case["sentence"], case["film"] or "", case["year"]).edges
        if case["label"] == "negative":
            wrong += [case["sentence"]] if edges else []
        elif other := case["original"] or case["remake"]:
            is_remake = case["direction"] == "reviewed_is_remake"
            pair = (case["film"], other) if is_remake else (other, case["film"])
            named += 1
            right += tuple(map(title_key, pair)) in [
                (title_key(edge.remake.title), title_key(edge.source.title)) for edge in edges
            ]
    assert wrong == []
    assert right >= 0.9 * named

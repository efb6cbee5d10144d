"""How much is read of what reviewers say of remakes: a table of sentences of ours in their manner, about real films."""

import csv
from pathlib import Path

import pytest

from films.titles import title_key
from reviews.evidence import proposals

TABLE = Path(__file__).parent / "data" / "remake_sentences.csv"
ROWS = [*csv.DictReader(TABLE.read_text().splitlines())]
NAMING = [row for row in ROWS if row["says"] != "nothing"]
LEAST_READ = 223
MOST_WRONG = 6


def edges(row):
    return proposals(row["sentence"], row["film"], int(row["year"])).edges


def is_right(row, edge):
    own, other = (edge.remake, edge.source) if row["says"] == "source" else (edge.source, edge.remake)
    told = not row["other_year"] or other.year == int(row["other_year"])
    named = {title_key(title) for title in row["other"].split(" / ")}
    return told and own == (row["film"], int(row["year"])) and title_key(other.title) in named


@pytest.mark.parametrize("row", [row for row in ROWS if row["says"] == "nothing"], ids=lambda row: row["sentence"][:40])
def test_a_sentence_on_other_things_proposes_nothing(row):
    assert edges(row) == []


def test_sentences_that_name_the_other_film_are_read():
    read = [row for row in NAMING if any(is_right(row, edge) for edge in edges(row))]
    assert len(read) >= LEAST_READ


def test_hardly_a_sentence_is_read_wrong():
    wrong = [row["sentence"] for row in NAMING for edge in edges(row) if not is_right(row, edge)]
    assert len(wrong) <= MOST_WRONG

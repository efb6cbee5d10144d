from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.importing.catalogue import ParsedFilm, ParsedRemake, kind, read
from reviews.importing.records import Problem
from tests.reviews.importing.pages import REFERENCE

REMAKES = "original_title,original_year,remake_title,remake_year\n"
FILMS = "title,year,country,director,runtime,original_title,original_language,aliases\n"


def said(record):
    return record.title, record.year, record.source_title, record.source_year


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("original_title,original_year,remake_title,remake_year", "remake"),
        ("Remake_Year;ORIGINAL_TITLE;Original_Year;remake_title", "remake"),
        ("title\tyear", "film"),
        ('"year","title","stars"', "film"),
        ("title,country", ""),
        ("title|year", ""),
        ("", ""),
        ("title,year" + " " * 10_000 + ",", ""),
        (REFERENCE, ""),
    ],
)
def test_a_list_is_known_by_its_header(header, found):
    assert kind(header) == found
    assert kind(f"\n \n{header}\nUp,2009\n") == found


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_columns_may_stand_in_any_order_and_others_among_them(delimiter):
    header = ["remake_year", "stars", "ORIGINAL_TITLE", "original_year", "Remake_Title"]
    cells = ["2021", "5", "El desconocido", "2015", "Hard Hit"]
    (record,) = read(f"{delimiter.join(header)}\n{delimiter.join(cells)}")
    assert said(record) == ("Hard Hit", 2021, "El desconocido", 2015)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "copy,",
            "`kind` is none of remake, adaptation, re-edit, sequel, other. Write one of them, or nothing for a remake.",
        ),
        (
            ",example.org",
            "`address` is no address of a page. Write it as “https://example.org/page”, or leave it out.",
        ),
        (",https://" + "a" * 1000, "`address` is longer than 1000 characters. Shorten it."),
    ],
)
def test_a_kind_or_an_address_that_cannot_be_is_a_problem(said, reason):
    (problem,) = read(REMAKES.strip() + f",kind,address\nUp,2009,Down,2010,{said}")
    assert problem.reason == reason


def test_quoted_fields_may_hold_delimiters_marks_and_line_breaks():
    text = REMAKES + '"Goodbye, Mr. Chips",1939,"""Pimpernel""\nSmith",1941\n\nUp,2009,Down,2010\n'
    first, second = read(text)
    assert said(first) == ('"Pimpernel"\nSmith', 1941, "Goodbye, Mr. Chips", 1939)
    assert (first.line, second.line) == (2, 5)
    assert text[slice(*first.span)] == '"Goodbye, Mr. Chips",1939,"""Pimpernel""\nSmith",1941'
    assert text[slice(*second.span)] == "Up,2009,Down,2010"


def test_a_film_has_its_facts_and_titles():
    (film,) = read(FILMS + "Hard Hit,2021,South Korea,Kim Chang-ju,94,발신제한,ko,Restricted Call|Hard Hit!|Hard Hit!")
    assert film == ParsedFilm(
        film.span, 2, "Hard Hit", 2021, "South Korea", "Kim Chang-ju", 94,
        [("발신제한", "original", "ko"), ("Restricted Call", "alias", ""), ("Hard Hit!", "alias", "")],
    )  # fmt: skip


def test_several_titles_may_have_their_languages():
    text = "title,year,translations,translation_languages\nUp,2009,Oben|Là-haut|Up!,de|fr\n"
    assert read(text)[0].titles == [
        ("Oben", "translation", "de"),
        ("Là-haut", "translation", "fr"),
        ("Up!", "translation", ""),
    ]


@pytest.mark.parametrize("title", ["-30-", "=1+1", "+1", "@home", "'-30-"])
def test_an_apostrophe_against_formulas_is_taken_off(title):
    assert read(f"title,year\n'{title},1959")[0].title == title


def test_other_apostrophes_stay():
    assert [film.title for film in read("title,year\n'71,2014\n-30-,1959\n")] == ["'71", "-30-"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",2009,,,,,,", "`title` is empty. Write the title there."),
        ("Up,,,,,,,", "`year` is not a year between 1874 and 2100."),
        ("Up,1873,,,,,,", "`year` is not a year between 1874 and 2100."),
        ("Up,2009.0,,,,,,", "`year` is not a year between 1874 and 2100."),
        ("Up", "`year` is not a year between 1874 and 2100."),
        ("Up,2009,,,96 min,,,", "`runtime` is not a number of minutes. Write it as “95”."),
        ("Up,2009,,,0,,,", "`runtime` is not a number of minutes. Write it as “95”."),
        (f"{'U' * 301},2009,,,,,,", "A title in `title` is longer than 300 characters. Shorten it."),
        (f"{'ﷺ' * 100},2009,,,,,,", "A title in `title` is longer than 300 characters. Shorten it."),
        (f"Up,2009,{'U' * 201},,,,,", "`country` is longer than 200 characters. Shorten it."),
        (f"Up,2009,,,,,,Oben|{'U' * 301}", "A title in `aliases` is longer than 300 characters. Shorten it."),
        (
            "Up, and away,2009,,,,,,",
            "`year` is not a year between 1874 and 2100.",
        ),
        (
            "Up,2009,,,,,,,Oben",
            "This line has 9 fields, and the header names 8. Put a field that holds a comma between quotation marks.",
        ),
        (
            '"Crocodile" Dundee,1986,,,,,,',
            "The quotation marks of this line do not match. Put a field that holds one between quotation marks, and "
            "write it twice inside.",
        ),
        (
            'Up,2009,,,,,,"""Oben"" unten"',
            "The quotation marks in `aliases` do not match. Put a title that holds one between quotation marks, and "
            "write it twice inside.",
        ),
    ],
)
def test_a_wrong_line_is_a_problem_with_a_sentence_and_the_others_are_read(line, reason):
    good, bad, also_good = read(f"{FILMS}Down,2010,,,,,,\n{line}\nOver,2011,,,,,,\n")
    assert isinstance(bad, Problem)
    assert (bad.line, bad.reason) == (3, reason)
    assert [(film.title, film.line) for film in (good, also_good)] == [("Down", 2), ("Over", 4)]


def test_a_quotation_mark_left_open_does_not_swallow_the_rest():
    bad, good, also_good = read('title,year\n"Up,2009\nDown,2010\nOver,2011')
    assert (bad.line, good.title, also_good.title) == (2, "Down", "Over")


def test_more_languages_than_titles_are_refused():
    (problem,) = read("title,year,aliases,alias_languages\nUp,2009,Oben,de|fr\n")
    assert problem.reason == ("`alias_languages` has more entries than `aliases`. Give each title one, or none to all.")


def test_the_real_list_is_read_whole(shared):
    text = (shared / "cases" / "remakes.csv").read_text(encoding="utf-8")
    records = read(text)
    assert len(records) == 1044
    assert said(records[0]) == ("Ek Ruka Hua Faisla", 1986, "12 Angry Men", 1957)
    assert all(isinstance(record, ParsedRemake) for record in records)


@given(st.sampled_from([REMAKES, FILMS, "title;year\n"]), st.text(alphabet="ab,;|\"\n\t 2009'=", max_size=60))
def test_whatever_stands_below_a_header_every_line_is_read_once(header, text):
    whole = header + text
    records = read(whole)
    for before, after in pairwise(records):
        assert before.span.end <= after.span.start
    left = "".join(whole[slice(*record.span)] for record in records)
    assert set(text) - set(left) <= set(',;|"\n\t ')

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.importing.parser import NO_TEXT, parse
from reviews.importing.records import ParsedReview, Problem
from tests.reviews.importing.pages import REFERENCE, SIGNED_BELOW


def only(text):
    (record,) = parse(text)
    assert isinstance(record, ParsedReview)
    return record


def page(
    *header,
    body="The body.",
    tail="1 out of 2 found this helpful. Was this review helpful? Sign in to vote.\nPermalink",
):
    return "\n".join([*header, body, tail])


def header_of(review):
    """Title, year, rating, headline, author and date as they would be printed."""
    rating = None if review.rating is None else f"{review.rating}/{review.rating_scale}"
    return review.film, review.year, rating, review.headline, review.author, review.date and review.date.isoformat()


def test_every_field_of_the_reference_layout():
    review = only(REFERENCE)
    assert (review.film, review.year) == ("Hard Hit", 2021)
    assert (review.rating, review.rating_scale) == (Decimal(6), 10)
    assert review.headline == "Tense, and a little too clean"
    assert review.author == ""
    assert review.date == datetime.date(2023, 8, 19)
    assert review.spoiler is False
    assert review.body == (
        "A banker, two children, a bomb under the seat.\n\nIt is a remake of Retribution (2015) and knows it."
    )
    assert (review.tally_yes, review.tally_total) == (3, 4)
    assert review.line == 1


def test_every_field_has_its_place_in_the_text():
    review = only(REFERENCE)
    assert {name: REFERENCE[slice(*span)] for name, span in review.spans.items()} == {
        "film": "Hard Hit",
        "year": "2021",
        "rating": "6/10",
        "headline": "Tense, and a little too clean",
        "date": "19 August 2023",
        "body": review.body,
        "tally": "3 out of 4 found this helpful",
    }


def test_the_furniture_of_the_page_is_marked_and_dropped():
    review = only(REFERENCE)
    assert [REFERENCE[slice(*span)] for span in review.furniture] == [
        ". Was this review helpful? Sign in to vote.",
        "Permalink",
        "Recently Viewed",
    ]


def test_a_layout_with_the_date_below_the_text():
    review = only(SIGNED_BELOW)
    assert header_of(review) == ("", None, "8/10", "Tense from the first ring", "night_bus", "2021-08-24")
    assert review.body == "Nothing moves but the car, and the car must not stop."
    assert (review.tally_yes, review.tally_total) == (41, 57)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        # What a page leaves out.
        (["Up (2009)", "8/10", "Good", "1 May 2010"], ("Up", 2009, "8/10", "Good", "", "2010-05-01")),
        (["Up (2009)", "Good", "1 May 2010"], ("Up", 2009, None, "Good", "", "2010-05-01")),
        (["8/10", "Good", "1 May 2010"], ("", None, "8/10", "Good", "", "2010-05-01")),
        (["Good", "1 May 2010"], ("", None, None, "Good", "", "2010-05-01")),
        (["Up (2009)", "1 May 2010"], ("Up", 2009, None, "", "", "2010-05-01")),
        (["1 May 2010"], ("", None, None, "", "", "2010-05-01")),
        # Headlines that look like something else.
        (["Up (2009)", "7/10", "1 May 2010"], ("Up", 2009, None, "7/10", "", "2010-05-01")),
        (["7/10", "1 May 2010"], ("", None, None, "7/10", "", "2010-05-01")),
        (["Up (2009)", "8/10", "8/10", "1 May 2010"], ("Up", 2009, "8/10", "8/10", "", "2010-05-01")),
        (["Up (2009)", "8/10", "4 July 1996", "1 May 2010"], ("Up", 2009, "8/10", "4 July 1996", "", "2010-05-01")),
        (["Up (2009)", "8/10", "Up (2009)", "1 May 2010"], ("Up", 2009, "8/10", "Up (2009)", "", "2010-05-01")),
        (["8/10", "Up (2009)", "1 May 2010"], ("", None, "8/10", "Up (2009)", "", "2010-05-01")),
        (["8/10", "Seen on 4 July 1996", "1 May 2010"], ("", None, "8/10", "Seen on 4 July 1996", "", "2010-05-01")),
        (["Up (2009)", "11/10", "1 May 2010"], ("Up", 2009, None, "11/10", "", "2010-05-01")),
        # Titles that look like something else.
        (["1917 (2019)", "8/10", "Good", "1 May 2020"], ("1917", 2019, "8/10", "Good", "", "2020-05-01")),
        (["(500) Days (2009)", "8/10", "Good", "1 May 2010"], ("(500) Days", 2009, "8/10", "Good", "", "2010-05-01")),
        (["[REC]² (2009)", "8/10", "Good", "1 May 2010"], ("[REC]²", 2009, "8/10", "Good", "", "2010-05-01")),
        # Reviewers glued to the date, with digits at the seam.
        (["8/10", "Good", "maud1 May 2010"], ("", None, "8/10", "Good", "maud", "2010-05-01")),
        (["8/10", "Good", "maud1016 May 2010"], ("", None, "8/10", "Good", "maud10", "2010-05-16")),
        (["8/10", "Good", "maud-9088113 May 2010"], ("", None, "8/10", "Good", "maud-90881", "2010-05-13")),
        (["8/10", "Good", "maud31 June 2010"], ("", None, "8/10", "Good", "maud3", "2010-06-01")),
        (["8/10", "Good", "the old maud1 May 2010"], ("", None, "8/10", "Good", "the old maud", "2010-05-01")),
        (["8/10", "Good", "maud", "1 May 2010"], ("", None, "8/10", "Good", "maud", "2010-05-01")),
        # Other scales, dates and spaces.
        (["Up (2009)", "4.5/5", "Good", "May 1, 2010"], ("Up", 2009, "4.5/5", "Good", "", "2010-05-01")),
        (["Up (2009)", "8 / 10", "Good", "2010-05-01"], ("Up", 2009, "8/10", "Good", "", "2010-05-01")),
        (["Up\u00a0(2009)", "8/10", "Good", "1\u00a0May\u00a02010"], ("Up", 2009, "8/10", "Good", "", "2010-05-01")),
        (["\u200bUp (2009)\u200b", "8/10", "Good", "1 May 2010\u200e"], ("Up", 2009, "8/10", "Good", "", "2010-05-01")),
    ],
)  # fmt: skip
def test_the_header_is_read_by_where_its_lines_stand(header, expected):
    review = only(page(*header))
    assert header_of(review) == expected
    assert review.body == "The body."


@pytest.mark.parametrize(
    "line",
    [
        "8/10",
        "7 out of 10",
        "Warning: Spoilers",
        "Up (2009)",
        "1 May 2010",
        "12 of 13 people found this helpful, they say, but I did not.",
        "Helpful•41",
        "<grin> 😀 \u200f שלום",
        "in the middle\u0085of a line",
    ],
)
def test_a_body_is_kept_word_for_word_whatever_its_lines_look_like(line):
    body = f"Before.\n\n{line}\n\nAfter."
    assert only(page("Up (2009)", "8/10", "Good", "1 May 2010", body=body)).body == body


def test_a_body_of_one_line_of_ten_thousand_characters():
    body = "word " * 1999 + "word."
    assert only(page("Up (2009)", "8/10", "Good", "1 May 2010", body=body)).body == body


def test_a_warning_is_a_mark_on_the_review_and_no_part_of_the_text():
    review = only(page("Up (2009)", "8/10", "Good", "1 May 2010", "Warning: Spoilers", body="He dies."))
    assert (review.spoiler, review.body) == (True, "He dies.")


@pytest.mark.parametrize(
    ("line", "is_label"), [("Spoiler", True), ("Warning: Spoilers", True), ("SPOILERS", False), ("Spoilers:", False)]
)
def test_the_label_of_the_newer_layout_is_told_from_a_text_that_begins_with_a_warning_of_its_own(line, is_label):
    review = only(f"8/10\nGood\n{line}\nHe dies.\nHelpful•41\n16\n    maudMay 1, 2010Permalink")
    assert (review.spoiler, review.body) == (is_label, "He dies." if is_label else f"{line}\nHe dies.")


@pytest.mark.parametrize(
    ("signature", "author"),
    [("bobx 19 August 2023", "bobx"), ("Bob van X  Aug 19, 2023", "Bob van X"), ("user7 19 August 2023", "user7")],
)
@pytest.mark.parametrize(("above", "headline"), [("6/10\nx head\n", "x head"), ("x head\n", "x head"), ("", "")])
def test_reviewer_and_date_may_be_parted_above_a_warning(signature, author, above, headline):
    text = f"Hard Hit (2021)\n{above}{signature}\nWarning: Spoilers\nThe text."
    [review] = parse(text)
    assert (review.headline, review.author, str(review.date)) == (headline, author, "2023-08-19")
    assert (review.spoiler, review.body, review.notes) == (True, "The text.", [])
    assert text[slice(*review.spans["author"])] == author
    assert text[slice(*review.spans["date"])] == signature.removeprefix(author).strip()


@pytest.mark.parametrize("above", ["6/10\nx head\n", "x head\n", ""])
def test_a_text_that_begins_with_what_ends_in_a_date_is_text_and_says_so(above):
    [review] = parse(f"Hard Hit (2021)\n{above}Watched 12 May 2013\nThe text.")
    assert review.body.endswith("Watched 12 May 2013\nThe text.")
    assert (review.author, review.date) == ("", None)
    assert review.notes == [
        "“Watched 12 May 2013” was read as text. If it is reviewer and date, cut it out and write both into the row."
    ]


def test_a_date_further_down_in_a_text_is_no_matter():
    for text in ("6/10\nHead\nbob19 August 2023\nWatched 12 May 2013\nOn.", "6/10\nHead\nOn.\nWatched 12 May 2013"):
        assert parse(text)[0].notes == []


@pytest.mark.parametrize(
    ("tail", "tally"),
    [
        (
            "1,413 out of 1,597 found this helpful. Was this review helpful? Sign in to vote.\nPermalink<>?",
            (1413, 1597),
        ),
        ("26 out of 31 found this helpful", (26, 31)),
        ("2 of 3 people found this review helpful.", (2, 3)),
        ("Was this review helpful? Sign in to vote.\nPermalink", (None, None)),
        ("5 out of 3 found this helpful.", (None, None)),
        ("99999999999999999998 out of 99999999999999999999 found this helpful.", (None, None)),
        ("Permalink", (None, None)),
        ("", (None, None)),
    ],
)
def test_tallies(tail, tally):
    review = only(page("Up (2009)", "8/10", "Good", "1 May 2010", tail=tail))
    assert (review.tally_yes, review.tally_total) == tally
    assert review.body == "The body."


def test_a_tally_that_cannot_be_is_left_out_with_a_note():
    review = only(page("Up (2009)", "8/10", "Good", "1 May 2010", tail="5 out of 3 found this helpful."))
    assert review.notes == ["The tally, 5 out of 3, cannot be right and was left out."]


@pytest.mark.parametrize(
    ("tail", "tally"),
    [
        ("Helpful•41\n16\n    maudMay 1, 2010Permalink", (41, 57)),
        ("Helpful•1.2K\n1,016\n    maudMay 1, 2010Permalink", (1200, 2216)),
        ("Helpful•41\n    maudMay 1, 2010Permalink", (None, None)),
        ("maudMay 1, 2010Permalink", (None, None)),
    ],
)
def test_tails_with_the_date_in_them(tail, tally):
    text = f"7/10\nGood\nThe body.\n{tail}\n"
    first, second = parse(f"{text}\n{text.replace('Good', 'Bad')}")
    assert header_of(first) == ("", None, "7/10", "Good", "maud", "2010-05-01")
    assert (first.body, second.body, second.headline) == ("The body.", "The body.", "Bad")
    assert (first.tally_yes, first.tally_total) == tally


def test_several_reviews_in_one_text():
    text = "\n\n".join([REFERENCE, SIGNED_BELOW, page("Good", "1 May 2010")])
    assert [(type(record), record.line) for record in parse(text)] == [
        (ParsedReview, 1),
        (ParsedReview, 13),
        (ParsedReview, 21),
    ]


def test_what_a_page_prints_below_its_end_is_furniture():
    review = only(REFERENCE + "\nRetribution (2015)\nUp (2009)\nMore to explore")
    assert review.furniture[-1][1] == len(REFERENCE + "\nRetribution (2015)\nUp (2009)\nMore to explore")


def test_text_between_two_ends_is_a_problem_and_not_lost():
    review, problem = parse(page("Up (2009)", "8/10", "Good", "1 May 2010") + "\n\nP.S. I forgot the ending.")
    assert review.body == "The body."
    assert (problem.line, problem.reason.split(",")[0]) == (
        9,
        "This text stands below the end of a review but has no date and no tally",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "There is no text in it."),
        (" \n\n\t\n", "There is no text in it."),
        ("Up (2009)\n8/10\nGood\n1 May 2010", NO_TEXT),
        ("Up (2009)\n8/10\nGood\n1 May 2010\nWarning: Spoilers\n1 out of 2 found this helpful.\nPermalink", NO_TEXT),
        ("Permalink\n\nRecently Viewed", NO_TEXT),
    ],
)  # fmt: skip
def test_what_is_no_review_is_a_problem_with_a_sentence(text, reason):
    (problem,) = parse(text)
    assert isinstance(problem, Problem)
    assert (problem.line, problem.reason) == (1, reason)


# Text that is made of the grammar's own pieces finds more than text at random.
pieces = st.sampled_from([
    "Up (2009)", "8/10", "Good", "1 May 2010", "maud1 May 2010", "Warning: Spoilers", "Spoiler", "The body.", "",
    "3 out of 4 found this helpful. Was this review helpful? Sign in to vote.", "Permalink", "Recently Viewed",
    "Helpful•4", "1", "    maudMay 1, 2010Permalink", "9 out of 4 found this helpful", "\u200b", "\u0085", "(2009)",
])  # fmt: skip
texts = st.one_of(st.text(), st.lists(st.one_of(pieces, st.text(max_size=20)), max_size=25).map("\n".join))


@given(texts)
def test_whatever_the_text_the_records_cover_it_from_start_to_end(text):
    records = parse(text)
    assert [record.span.start for record in records] == [0, *(record.span.end for record in records[:-1])]
    assert records[-1].span.end == len(text)


@given(texts)
def test_whatever_the_text_the_places_in_a_review_lie_apart_within_it(text):
    for record in parse(text):
        if isinstance(record, ParsedReview):
            places = sorted([*record.spans.values(), *record.furniture])
            edges = [edge for place in places for edge in place]
            assert edges == sorted(edges)
            assert record.span.start <= edges[0]
            assert edges[-1] <= record.span.end
            assert record.body.strip() != ""


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
lines = st.lists(words, min_size=2, max_size=6).map(lambda found: "so " + " ".join(found))


@given(
    st.builds(
        dict,
        title=lines,
        year=st.integers(1900, 2026),
        rating=st.none() | st.integers(1, 10),
        headline=lines,
        author=st.just("") | st.from_regex(r"[a-z][a-z_0-9]{0,12}[a-z]", fullmatch=True),
        date=st.dates(datetime.date(1990, 1, 1), datetime.date(2026, 1, 1)),
        spoiler=st.booleans(),
        body=st.lists(lines, min_size=1, max_size=4).map("\n\n".join),
        votes=st.none() | st.integers(0, 3000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))),
    )
)
def test_what_is_printed_in_the_reference_layout_is_read_back(review):
    printed = [f"{review['title']} ({review['year']})"]
    printed += [f"{review['rating']}/10"] if review["rating"] else []
    printed += [review["headline"], f"{review['author']}{review['date'].day} {review['date']:%B %Y}"]
    printed += ["Warning: Spoilers"] if review["spoiler"] else []
    printed += [review["body"]]
    if review["votes"]:
        yes, total = review["votes"]
        printed += [f"{yes:,} out of {total:,} found this helpful. Was this review helpful? Sign in to vote."]
    read = only("\n".join([*printed, "Permalink", "", "Recently Viewed"]))
    assert (read.film, read.year) == (review["title"], review["year"])
    assert read.rating == review["rating"]
    assert (read.headline, read.author, read.date) == (review["headline"], review["author"], review["date"])
    assert (read.spoiler, read.body) == (review["spoiler"], review["body"])
    assert (read.tally_yes, read.tally_total) == (review["votes"] or (None, None))

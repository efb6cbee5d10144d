"""Saved pages by others, which are handed around beside the project: each comes out as its expected.json says."""

import json

import pytest

from reviews.importing.decoding import decode
from reviews.importing.parser import parse
from reviews.importing.records import ParsedReview

FOLDERS = ["reference_layout", "mixed_layouts", "many_in_one", "many_in_one_new", "pages"]


def printed(review):
    return {
        "film": review.film or None,
        "year": review.year,
        "rating": review.rating,
        "headline": review.headline or None,
        "author": review.author or None,
        "date": review.date and review.date.isoformat(),
        "spoiler": review.spoiler,
        "body": folded(review.body),
        "helpful_yes": review.tally_yes,
        "helpful_total": review.tally_total,
    }


def folded(text):
    return text and " ".join(text.split())


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_field_of_every_page_is_read(shared, folder):
    cases = json.loads((shared / "cases" / folder / "expected.json").read_text())["cases"]
    assert cases
    for case in cases:
        records = parse(decode((shared / "cases" / folder / case["file"]).read_bytes()).text)
        assert all(isinstance(record, ParsedReview) for record in records), case["file"]
        found = [printed(record) for record in records]
        for review, expected in zip(found, case["reviews"], strict=True):
            said = {name: value for name, value in expected.items() if name in review}
            said |= {name: folded(said[name]) for name in ("headline", "body") if name in said}
            # Where a page says nothing of spoilers, there is no warning.
            said["spoiler"] = bool(said["spoiler"])
            review["headline"] = folded(review["headline"])
            assert {name: review[name] for name in said} == said, case["file"]


def test_the_reference_text(shared):
    text = decode((shared / "reference" / "hard-hit-2021.txt").read_bytes()).text
    (review,) = parse(text)
    assert (review.film, review.year, review.rating, review.rating_scale) == ("Hard Hit", 2021, 6, 10)
    assert review.headline.startswith("While not as hardhitting or raw as the Spanish original")
    assert review.date.isoformat() == "2023-08-19"
    assert len(review.body.split("\n\n")) == 4
    assert review.body in text
    assert (review.tally_yes, review.tally_total) == (0, 1)

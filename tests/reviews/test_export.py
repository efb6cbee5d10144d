import datetime
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from films.models import Film
from reviews.importing import plan
from reviews.importing.bounds import Source
from reviews.importing.jsonlines import is_json_lines, read
from reviews.importing.records import ParsedReview, Problem
from reviews.models import Review
from tests.factories import make_admin, make_film, make_review, make_user
from tests.reviews.importing.pages import REFERENCE

pytestmark = pytest.mark.django_db


def stored():
    """All that a review says, without numbers that a database gives."""
    left_out = ("id", "film_id", "user_id", "created_at")
    said = [field.attname for field in Review._meta.concrete_fields if field.attname not in left_out]
    return list(Review.objects.order_by("content_key").values("film__title", "film__year", *said))


def exported(capsys):
    call_command("export_reviews")
    return capsys.readouterr().out


def test_a_review_is_one_line_with_all_that_it_says(capsys):
    review = make_review(
        make_film("Hard Hit", 2021), headline="“Tense”", body="One.\n\nTwo\u0085.", rating=Decimal("4.5"),
        rating_scale=5, author="maud", tally_yes=0, tally_total=1, language="en", source="page.txt",
    )  # fmt: skip
    review.cast_vote(make_user(), helpful=True)
    line, end = exported(capsys).split("\n")
    assert end == ""
    assert json.loads(line) == {
        "film": "Hard Hit", "year": 2021, "rating": 4.5, "rating_scale": 5, "headline": "“Tense”", "author": "maud",
        "user": None,
        "date": "2023-08-19", "spoiler": False, "language": "en", "body": "One.\n\nTwo\u0085.",
        "helpful_yes": 0, "helpful_total": 1, "votes_yes": 1, "votes_total": 1, "source": "page.txt",
    }  # fmt: skip


def test_what_is_exported_is_imported_to_the_same_rows(capsys, tmp_path):
    make_review(make_film("Hard Hit", 2021), rating=Decimal("4.5"), rating_scale=5, spoiler=True, author="maud")
    make_review(make_film("Up", 2009), rating=None, rating_scale=None, date=None, headline="")
    plan.run([Source("page.txt", REFERENCE.encode())])
    before, lines = stored(), exported(capsys)
    path = tmp_path / "reviews.jsonl"
    call_command("export_reviews", str(path))
    assert path.read_text() == lines
    Review.objects.all().delete()
    Film.objects.all().delete()
    call_command("import_reviews", str(path))
    capsys.readouterr()
    assert stored() == before
    assert sorted(exported(capsys).split("\n")) == sorted(lines.split("\n"))
    call_command("import_reviews", str(path))
    assert "created: 0, duplicates: 3," in capsys.readouterr().out


def test_a_file_that_cannot_be_written_exits_with_2(tmp_path):
    with pytest.raises(CommandError, match="cannot be written: No such file or directory") as caught:
        call_command("export_reviews", str(tmp_path / "missing" / "reviews.jsonl"))
    assert caught.value.returncode == 2


def test_an_admin_downloads_the_export(client):
    make_review()
    assert client.get(reverse("admin:reviews_review_export")).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(reverse("admin:reviews_review_export")).status_code == 403
    client.force_login(make_admin())
    response = client.get(reverse("admin:reviews_review_export"))
    assert json.loads(response.getvalue())["film"] == "Hard Hit"
    assert reverse("admin:reviews_review_export") in client.get(reverse("admin:reviews_review_changelist")).text


def line(**fields):
    return json.dumps({"film": "Up", "year": 2009, "body": "Text.", **fields})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "This line is not JSON. Each line must be one whole object."),
        ("[]", "This line is not a JSON object with the fields of a review."),
        ('{"film": "Up", "year": 2009}', "This object has no `body`, which holds the text of a review."),
        (line(body=" "), "`body` holds no text."),
        (line(body=5), "`body` is not a text."),
        (line(year="2009"), "`year` is not a year between 1874 and 2100."),
        (line(year=1), "`year` is not a year between 1874 and 2100."),
        (line(rating=11, rating_scale=10), "`rating` does not lie between 0 and `rating_scale`."),
        (line(rating=7), "`rating` and `rating_scale` are not numbers."),
        (line(rating="7", rating_scale=10), "`rating` and `rating_scale` are not numbers."),
        (line(date="May"), "`date` is not of the form 2023-08-19."),
        (line(spoiler="yes"), "`spoiler` is neither true nor false."),
        ('{"body": "half a \\ud800"}', "`body` holds half a character or a NUL, which no database stores."),
        ("[" * 100_000, "This line is not JSON. Each line must be one whole object."),
        (line(helpful_yes=3, helpful_total=2), "`helpful_yes` of `helpful_total` does not add up."),
    ],
)
def test_a_wrong_line_is_a_problem_with_a_sentence_and_the_others_are_read(text, reason):
    good, bad, also_good = read("\n".join([line(), text, "", line(headline="Other")]))
    assert isinstance(bad, Problem)
    assert (bad.line, bad.reason) == (2, reason)
    assert (good.line, also_good.line, also_good.headline) == (1, 4, "Other")


@pytest.mark.parametrize("damaged", [line()[:-9], line()[9:], "\ufffd" * 20, '{"film', "\n \n]"])
def test_an_export_whose_first_line_is_damaged_loses_that_line_alone(damaged):
    planned = list(plan.rows([Source("a.jsonl", f"{damaged}\n{line()}\n{line(body='More.')}".encode())]))
    assert [row.state for row in planned] == ["refused", "create", "create"]
    assert planned[0].reason == "This line is not JSON. Each line must be one whole object."


def test_a_damaged_line_alone_is_no_review():
    assert is_json_lines(line()[:-9])


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ('{"film": "Up", "note": null}\n' * 2, ["This object has no `body`, which holds the text of a review."] * 2),
        (f"[{line()}]", ["This line is not a JSON object with the fields of a review."]),
        ('{\n"body":\n"Text."}', ["This line is not JSON. Each line must be one whole object."] * 3),
    ],
)
def test_json_that_is_no_export_of_reviews_is_refused_line_by_line(text, reasons):
    planned = list(plan.rows([Source("a.jsonl", text.encode())]))
    assert [(row.state, row.reason) for row in planned] == [("refused", reason) for reason in reasons]


def test_a_record_without_a_film_is_a_question():
    planned = list(plan.rows([Source("a.jsonl", line(film=None, year=None).encode())]))
    assert [row.state for row in planned] == ["question"]


@pytest.mark.parametrize("text", ["{grin} a review\nthat begins with a brace", REFERENCE, "", "{}", '{"body'])
def test_other_texts_are_not_taken_for_an_export(text):
    assert not is_json_lines(text)


values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3)
names = ["film", "year", "rating", "rating_scale", "headline", "author", "date", "spoiler", "body", "helpful_yes",
         "helpful_total", "language", "source"]  # fmt: skip


@given(st.dictionaries(st.sampled_from(names), values))
def test_whatever_a_record_holds_it_is_a_review_or_a_problem(said):
    (record,) = read(json.dumps(said))
    assert isinstance(record, ParsedReview | Problem)


storable = st.characters(codec="utf-8", exclude_characters="\0")


@given(
    st.fixed_dictionaries(
        {
            "headline": st.text(storable, max_size=50),
            "author": st.text(storable, max_size=20),
            "body": st.text(storable, min_size=1).filter(str.strip),
            "date": st.none() | st.dates().map(datetime.date.isoformat),
            "spoiler": st.booleans(),
        }
    )
)
def test_every_field_of_a_record_is_read_word_for_word(said):
    (record,) = read(line(**said))
    assert (record.headline, record.author, record.body, record.spoiler) == (
        said["headline"],
        said["author"],
        said["body"],
        said["spoiler"],
    )
    assert (record.date and record.date.isoformat()) == said["date"]

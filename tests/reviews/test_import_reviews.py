import json
import re

import pytest
from django.core.management import CommandError, call_command

from films.models import Film, Remake
from reviews import proposing
from reviews.importing import plan
from reviews.models import Import, Proposal, Review
from tests.factories import make_film
from tests.reviews.importing.pages import REFERENCE, SIGNED_BELOW

pytestmark = pytest.mark.django_db

FILMLESS = REFERENCE.partition("\n")[2]


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "hard-hit.txt"
    path.write_text(REFERENCE)
    return path


@pytest.fixture
def run(capsys):
    """Runs the command; returns its exit status and its report."""

    def run(*arguments):
        status = 0
        try:
            call_command("import_reviews", *map(str, arguments), "--json")
        except CommandError as error:
            status = error.returncode
        printed = capsys.readouterr().out
        return status, json.loads(printed) if printed else None

    return run


def report(number=None, proposals=(), **counts):
    nothing = {"created": 0, "duplicates": 0, "questions": 0, "refused": 0}
    return {"import": number, **nothing, **counts, "problems": [], "proposals": [*proposals]}


def proposed(path, **said):
    claim = {"kind": "remake", "source": str(path), "film": "Hard Hit (2021)", "other": "Retribution (2015)"}
    return claim | {"quote": "It is a remake of Retribution (2015) and knows it."} | said


def test_a_file_is_imported(run, saved):
    status, said = run(saved)
    assert (status, said) == (0, report(Import.objects.get().pk, [proposed(saved)], created=1))
    assert Review.objects.get().source == str(saved)


def test_the_same_file_again_changes_nothing_and_leaves_no_import(run, saved):
    run(saved)
    assert run(saved) == (0, report(duplicates=1))
    assert (Review.objects.count(), Import.objects.count()) == (1, 1)


def test_a_dry_run_reports_the_same_and_writes_nothing(run, saved):
    assert run(saved, "--dry-run") == (0, report(proposals=[proposed(saved)], created=1))
    assert (Review.objects.count(), Film.objects.count(), Import.objects.count()) == (0, 0, 0)
    assert Proposal.objects.count() == 0


def test_a_claim_is_listed_once_of_a_source_and_not_where_it_is_settled(run, tmp_path, saved):
    twice = tmp_path / "twice.txt"
    again = REFERENCE.replace("Tense, and", "Not tense, and").replace("Retribution (2015)", "Retribution")
    twice.write_text(f"{REFERENCE}\n{again}")
    for dry in (["--dry-run"], []):
        assert run(twice, *dry)[1]["proposals"] == [proposed(twice)]
    proposing.decline(Proposal.objects.all())
    saved.write_text(again.replace("Not tense", "Hardly tense").replace("two children", "three children"))
    for dry in (["--dry-run"], []):
        assert run(saved, *dry)[1]["proposals"] == []
    assert [quote.review.source for quote in Proposal.objects.get().quotes.all()] == [str(twice)] * 2


def test_what_the_catalogue_says_already_is_not_listed_and_gets_the_quote(run, saved):
    edge = Remake.objects.link(make_film(), make_film("Retribution", 2015))
    for dry in (["--dry-run"], []):
        assert run(saved, *dry)[1]["proposals"] == []
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.edge) == ("accepted", edge)
    assert Remake.objects.with_evidence().get().quoted["text"] == proposal.quotes.get().text


def test_a_folder_with_a_bad_file_stores_the_others_and_exits_with_1(run, saved):
    saved.with_name("bad.txt").write_bytes(b"\0\1\2")
    status, printed = run(saved.parent)
    assert status == 1
    assert (printed["created"], printed["refused"]) == (1, 1)
    assert printed["problems"] == [
        {
            "source": str(saved.with_name("bad.txt")),
            "line": None,
            "reason": "The file is not a text: it holds bytes that only programs, pictures or archives have.",
        }
    ]


def test_a_text_that_names_no_film_is_a_question(run, saved):
    saved.write_text("\n\n" + FILMLESS)
    status, printed = run(saved)
    assert (status, printed["questions"], printed["created"]) == (1, 1, 0)
    assert printed["problems"][0]["line"] == 3
    assert printed["problems"][0]["reason"].startswith("Which film?")


def test_the_film_option_answers_for_texts_that_name_none(run, saved):
    film = make_film("Hard Hit", 2021)
    saved.write_text(FILMLESS + "\n\n" + SIGNED_BELOW)
    assert run(saved, "--film", "hard hit (2021)")[1]["created"] == 2
    assert {review.film for review in Review.objects.all()} == {film}


@pytest.mark.parametrize("arguments", [["missing.txt"], ["missing.txt", "--dry-run"]])
def test_nothing_done_exits_with_2(run, arguments):
    status, printed = run(*arguments)
    assert (status, printed["refused"]) == (2, 1)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "The path is empty. Name a file, a folder, an archive, or - for standard input."),
        ("/nope", "It cannot be read: No such file or directory."),
        ("/dev/null", "It is neither a file nor a folder. Leave it out."),
    ],
)
def test_a_path_that_cannot_be_read_is_named_and_leaves_no_import(run, path, reason):
    status, printed = run(path)
    assert (status, printed["import"], printed["refused"]) == (2, None, 1)
    assert printed["problems"] == [{"source": path, "line": None, "reason": reason}]
    assert Import.objects.count() == 0


def test_a_text_that_somebody_can_correct_leaves_an_import(run, saved):
    saved.write_text(FILMLESS)
    _, printed = run(saved)
    assert [Import.objects.get().pk, 1] == [printed["import"], printed["questions"] + printed["refused"]]


def test_who_gives_up_before_anything_is_read_leaves_no_import():
    def waiting():
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        plan.run(waiting())
    assert Import.objects.count() == 0


@pytest.mark.parametrize(
    ("film", "reason"),
    [
        ("Hard Hit", "This is not of the form “Title (Year)”."),
        ("Hard Hit (1700)", "The year is not between 1874 and 2100."),
        ("", "There is nothing in it. Name a film as “Title (Year)”."),
    ],
)
def test_a_film_that_is_no_title_and_year_exits_with_2(run, saved, film, reason):
    problem = {"source": "--film", "line": None, "reason": reason}
    assert run(saved, "--film", film) == (2, {**report(), "problems": [problem]})
    with pytest.raises(CommandError, match="^--film: " + re.escape(reason)):
        call_command("import_reviews", str(saved), "--film", film)
    assert (Review.objects.count(), Import.objects.count()) == (0, 0)


def test_an_empty_folder_exits_with_2(run, tmp_path):
    assert run(tmp_path)[0] == 2


def test_without_json_a_person_reads_the_report(saved, capsys):
    saved.with_name("bad.txt").write_bytes(b"")
    with pytest.raises(CommandError, match=r"^Some records were refused or need an answer; the others are stored\.$"):
        call_command("import_reviews", str(saved.parent))
    printed = capsys.readouterr()
    assert printed.out == "created: 1, duplicates: 0, questions: 0, refused: 1\n"
    assert printed.err == f"{saved.with_name('bad.txt')}, line 1: There is no text in it.\n"


def test_a_dry_run_says_that_nothing_was_written(saved):
    saved.write_text(FILMLESS)
    with pytest.raises(CommandError, match=r"^Some records were refused or need an answer; nothing was written\.$"):
        call_command("import_reviews", str(saved), "--dry-run")


def test_the_reference_text_is_imported(shared, run):
    assert run(shared / "reference" / "hard-hit-2021.txt")[0] == 0
    review = Review.objects.get()
    assert (str(review.film), review.rating, review.rating_scale) == ("Hard Hit (2021)", 6, 10)
    assert review.body_html.count("<p ") == 4


def test_the_pages_of_the_reference_layout_are_all_imported(shared, run):
    pages = sorted((shared / "cases" / "reference_layout").glob("*.txt"))
    status, printed = run(*pages)
    assert (status, printed["created"], printed["problems"]) == (0, 60, [])


def test_the_real_list_of_remakes_is_imported(shared, run):
    path = shared / "cases" / "remakes.csv"
    assert run(path, "--dry-run") == (0, report(created=1044))
    assert run(path) == (0, report(Import.objects.values_list("pk", flat=True).first(), created=1044))
    assert run(path) == (0, report(duplicates=1044))
    assert Film.objects.count() == 1699


def test_a_list_with_a_bad_line_stores_the_others_and_exits_with_1(run, saved):
    saved.write_text("title;year\nUp;2009\nDown;\n")
    status, printed = run(saved)
    assert (status, printed["created"], printed["refused"]) == (1, 1, 1)
    reason = "`year` is not a year between 1874 and 2100."
    assert printed["problems"] == [{"source": str(saved), "line": 3, "reason": reason}]

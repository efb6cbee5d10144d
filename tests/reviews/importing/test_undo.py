import datetime
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from films.models import Film, FilmTitle, Remake
from reviews.importing import plan, undo
from reviews.importing.bounds import Source
from reviews.models import HelpfulVote, Import, ImportRow, Review, Standing
from tests.factories import make_film, make_review, make_title, make_user
from tests.reviews.importing.pages import REFERENCE

pytestmark = pytest.mark.django_db


def imported(*texts):
    return plan.run(Source(f"page-{number}.txt", text.encode()) for number, text in enumerate(texts))


def states(done):
    return [(row.state, row.reason) for row in done.rows.all()]


def report(done, **counts):
    nothing = {"reviews_deleted": 0, "remakes_deleted": 0, "films_deleted": 0, "films_restored": 0}
    return {"import": done.pk, **nothing, **counts, "kept": []}


def database():
    """All rows of the tables that an import may fill."""
    tables = [Film, FilmTitle, Remake, Review, Standing, HelpfulVote]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in tables}


def test_what_an_import_created_is_taken_back():
    make_review(make_film("Up", 2009))
    before = database()
    done = imported(REFERENCE, REFERENCE.replace("Hard Hit (2021)", "Up (2009)"))
    assert undo.undo(done) == report(done, reviews_deleted=2, films_deleted=1)
    assert database() == before
    assert states(done) == [("undone", ""), ("undone", "")]
    assert done.status == Import.Status.UNDONE


def test_what_the_import_only_met_stays():
    review = make_review(make_film())
    done = imported(REFERENCE, REFERENCE)
    undo.undo(done)
    assert list(Review.objects.all()) == [review]
    assert [state for state, _ in states(done)] == ["undone", "duplicate"]


def test_a_review_that_readers_have_voted_on_is_kept_and_told():
    done = imported(REFERENCE)
    review = Review.objects.get()
    review.cast_vote(make_user(), helpful=True)
    report = undo.undo(done)
    reason = "Kept when the import was taken back: readers have voted on it."
    assert report["kept"] == [{"review": review.pk, "source": "page-0.txt", "reason": reason}]
    assert states(done) == [("created", reason)]
    assert (Review.objects.count(), Film.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "what"),
    [({"headline": "Other"}, "headline"), ({"body": "Other"}, "body"), ({"spoiler": True}, "tells the plot")],
)
def test_a_review_that_was_edited_is_kept_and_told(change, what):
    done = imported(REFERENCE)
    Review.objects.update(**change)
    assert undo.undo(done)["kept"][0]["reason"] == f"Kept when the import was taken back: its {what} was changed."


def test_a_review_that_somebody_else_deleted_stops_nothing():
    done = imported(REFERENCE, REFERENCE.replace("Tense", "Dull"))
    Review.objects.first().delete()
    assert undo.undo(done)["reviews_deleted"] == 1
    assert states(done) == [("undone", "Somebody else had deleted the review."), ("undone", "")]


@pytest.mark.parametrize("lean", ["review", "title", "remake", "facts"])
def test_a_film_that_something_else_leans_on_stays(lean):
    done = imported(REFERENCE)
    film = Film.objects.get()
    match lean:
        case "review":
            make_review(film)
        case "title":
            make_title(film, "Restricted Call")
        case "remake":
            Remake.objects.link(film, make_film("Retribution", 2015))
        case "facts":
            Film.objects.update(country="South Korea")
    undo.undo(done)
    assert Film.objects.filter(pk=film.pk).exists()
    assert not Review.objects.filter(import_rows__in_import=done).exists()


def test_after_an_undo_the_same_text_is_imported_again():
    undo.undo(imported(REFERENCE))
    assert states(imported(REFERENCE)) == [("created", "")]


def test_an_undo_that_was_cut_off_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(undo, "BATCH", 2)
    done = imported(*(REFERENCE.replace("Tense", f"Tense {number}") for number in range(5)))
    delete, calls = undo._take_back, []

    def cut_off(rows, report):
        if calls:
            raise KeyboardInterrupt
        calls.append(rows)
        delete(rows, report)

    monkeypatch.setattr(undo, "_take_back", cut_off)
    with pytest.raises(KeyboardInterrupt):
        undo.undo(done)
    assert (Review.objects.count(), Import.objects.get().status) == (3, Import.Status.COMMITTED)
    monkeypatch.setattr(undo, "_take_back", delete)
    undo.undo(done)
    assert (Review.objects.count(), Film.objects.count()) == (0, 0)
    assert set(ImportRow.objects.values_list("state", flat=True)) == {"undone"}


def test_an_undo_takes_the_same_queries_for_any_number_of_reviews():
    def queries(count):
        done = imported(*(REFERENCE.replace("Tense", f"Tense {count} {number}") for number in range(count)))
        before = len(connection.queries_log)
        undo.undo(done)
        return len(connection.queries_log) - before

    connection.force_debug_cursor = True
    try:
        assert queries(1) == queries(3)
    finally:
        connection.force_debug_cursor = False


def test_the_command_reports_what_it_did(capsys):
    done = imported(REFERENCE)
    call_command("undo_import", str(done.pk), "--json")
    said = report(done, reviews_deleted=1, films_deleted=1)
    assert json.loads(capsys.readouterr().out) == {**said, "problems": []}


def test_the_command_lists_what_it_kept(capsys):
    done = imported(REFERENCE)
    review = Review.objects.get()
    review.cast_vote(make_user(), helpful=True)
    call_command("undo_import", str(done.pk))
    assert capsys.readouterr().out == (
        f"Review {review.pk} (page-0.txt): Kept when the import was taken back: readers have voted on it.\n"
        "deleted: reviews 0, remakes 0, films 0; restored: films 0; kept: 1\n"
    )


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("planned", "Import {} has created nothing, so it has nothing to take back."),
        ("undone", "Import {} was taken back already and has nothing to take back."),
        (
            "running",
            "Import {} is at work still, or was cut off a moment ago. Stop it in the admin, "
            "or wait 30 seconds and try again.",
        ),
        (None, "There is no import {}."),
    ],
)
def test_what_cannot_be_taken_back_exits_with_2_and_says_why(status, sentence):
    number = Import.objects.create(status=status).pk if status else 99
    with pytest.raises(CommandError) as caught:
        call_command("undo_import", str(number))
    assert (caught.value.returncode, str(caught.value)) == (2, sentence.format(number))


def test_of_two_who_take_an_import_back_at_once_the_later_says_that_nothing_was_left(monkeypatch):
    done = imported(REFERENCE)
    backwards = undo._backwards

    def overtaken(rows):
        for batch in backwards(rows):
            monkeypatch.undo()
            undo.undo(Import.objects.get())
            yield batch

    monkeypatch.setattr(undo, "_backwards", overtaken)
    with pytest.raises(CommandError, match="had nothing left to take back: somebody else has just done so") as caught:
        call_command("undo_import", str(done.pk))
    assert caught.value.returncode == 2
    assert states(done) == [("undone", "")]


def test_a_kept_film_is_named_by_the_command(capsys):
    first, _ = imported(REFERENCE), imported(REFERENCE.replace("Tense", "Dull"))
    call_command("undo_import", str(first.pk))
    assert capsys.readouterr().out.splitlines()[0] == (
        f"Film {Film.objects.get().pk}, Hard Hit (2021) (page-0.txt): "
        "Kept when the import was taken back: it is needed by 1 review of other origin."
    )


def test_rows_that_had_not_come_in_when_an_import_was_taken_back_never_will():
    done = imported(REFERENCE, REFERENCE.replace("Tense", "Dull"))
    done.rows.filter(position=2).update(state="create", review=None)
    undo.undo(done)
    assert states(done) == [("undone", ""), ("skipped", "The import was taken back before this came in.")]


def refused(capsys, number):
    with pytest.raises(CommandError):
        call_command("undo_import", str(number), "--json")
    return json.loads(capsys.readouterr().out)


def test_what_cannot_be_taken_back_is_told_as_one_object(capsys):
    planned = Import.objects.create(status="planned")
    sentence = f"Import {planned.pk} has created nothing, so it has nothing to take back."
    problem = {"source": "", "line": None, "reason": sentence}
    assert refused(capsys, planned.pk) == {**report(planned), "problems": [problem]}
    problem["reason"] = f"There is no import {planned.pk + 1}."
    assert refused(capsys, planned.pk + 1) == {**report(planned), "import": None, "problems": [problem]}


def test_an_import_that_was_cut_off_is_taken_back_once_nobody_works_on_it():
    done = imported(REFERENCE)
    Import.objects.update(status="running", worker_seen_at=timezone.now())
    assert not Import.objects.get().undoable
    Import.objects.update(worker_seen_at=timezone.now() - datetime.timedelta(minutes=1))
    assert Import.objects.get().undoable
    call_command("undo_import", str(done.pk))
    assert Review.objects.count() == 0


def test_a_film_that_another_import_leans_on_is_told_and_goes_with_that_one():
    first = imported(REFERENCE)
    second = imported(REFERENCE.replace("Tense", "Dull"))
    film = Film.objects.get()
    reason = "Kept when the import was taken back: it is needed by 1 review of other origin."
    kept = {"film": film.pk, "title": "Hard Hit (2021)", "source": "page-0.txt", "reason": reason}
    assert undo.undo(first)["kept"] == [kept]
    report = undo.undo(second)
    assert (report["reviews_deleted"], report["films_deleted"], report["kept"]) == (1, 1, [])
    assert Film.objects.count() == 0

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from films.models import Film, FilmTitle
from reviews.importing import answers, matching, plan, review_plan
from reviews.importing.bounds import Source
from reviews.importing.sources import from_uploads
from reviews.importing.undo import undo
from reviews.models import Import, ImportRow, Review, Standing
from tests.factories import make_film, make_title
from tests.reviews.importing.pages import REFERENCE, SIGNED_BELOW

pytestmark = pytest.mark.django_db

State = ImportRow.State
FILMLESS = REFERENCE.partition("\n")[2]


def source(text, name="page.txt"):
    return Source(name, text if isinstance(text, bytes) else text.encode())


def states(rows):
    return [(row.state, row.reason) for row in rows]


def imported(*texts, **options):
    planned = plan.store([source(text, f"page-{number}.txt") for number, text in enumerate(texts)], **options)
    plan.commit(planned)
    return planned


def test_a_plan_writes_neither_films_nor_reviews():
    planned = plan.store([source(REFERENCE)])
    assert states(planned.rows.all()) == [("create", "")]
    assert (Film.objects.count(), Review.objects.count()) == (0, 0)
    assert planned.status == Import.Status.PLANNED


def test_the_commit_does_what_the_plan_says():
    planned = imported(REFERENCE)
    review = Review.objects.get()
    assert str(review.film) == "Hard Hit (2021)"
    assert (review.rating, review.rating_scale, review.headline) == (6, 10, "Tense, and a little too clean")
    assert review.date.isoformat() == "2023-08-19"
    assert review.body == (
        "A banker, two children, a bomb under the seat.\n\nIt is a remake of Retribution (2015) and knows it."
    )
    assert (review.tally_yes, review.tally_total, review.source) == (3, 4, "page-0.txt")
    assert Standing.objects.get().equals(Standing.of(review))
    row = planned.rows.get()
    assert (row.state, row.review, row.film) == ("created", review, review.film)
    assert planned.status == Import.Status.COMMITTED


def test_a_known_film_is_used_under_any_of_its_titles():
    film = make_film("Retribution", 2015)
    make_title(film, "El desconocido", kind=FilmTitle.Kind.ORIGINAL)
    imported(REFERENCE.replace("Hard Hit (2021)", "El desconocido (2015)"))
    assert Review.objects.get().film == film
    assert Film.objects.count() == 1


def test_several_reviews_of_a_new_film_make_it_once():
    imported(
        REFERENCE, REFERENCE.replace("Tense", "Dull"), REFERENCE.replace("Hard Hit", "HARD HIT").replace("6/", "5/")
    )
    assert Film.objects.count() == 1
    assert Review.objects.count() == 2


def test_the_same_text_again_changes_nothing():
    imported(REFERENCE)
    again = imported(REFERENCE)
    assert states(again.rows.all()) == [("duplicate", "It is stored already.")]
    assert Review.objects.count() == 1


def test_white_space_makes_no_other_review():
    imported(REFERENCE)
    imported(REFERENCE.replace("seat.\n\n", "seat. \n\n\n"))
    assert Review.objects.count() == 1


def test_the_same_text_twice_in_one_import_is_stored_once():
    planned = imported(REFERENCE, REFERENCE)
    assert states(planned.rows.all()) == [
        ("created", ""),
        ("duplicate", "The same review stands further up in this import."),
    ]


LONG = REFERENCE.replace("A banker", "A banker with a difficult morning in front of him and " * 5 + "a banker")


def test_the_same_review_on_another_film_is_a_question():
    imported(REFERENCE)
    planned = imported(REFERENCE.replace("Hard Hit (2021)", "Retribution (2015)"))
    reason = "Is this another review? Nearly the same text stands already on Hard Hit (2021)."
    assert states(planned.rows.all()) == [("question", reason)]
    assert planned.rows.get().review == Review.objects.get()


def test_nearly_the_same_text_is_a_question_until_an_admin_says_that_it_is_another():
    imported(LONG)
    planned = imported(LONG.replace("19 August", "20 August").replace("two children", "three children"))
    assert [row.state for row in planned.rows.all()] == ["question"]
    answers.part(planned.rows.all())
    plan.commit(planned)
    assert states(planned.rows.all()) == [("created", "")]
    assert Review.objects.count() == 2


def test_nearly_the_same_text_twice_in_one_import_is_a_question_too():
    other_date, other_film = LONG.replace("19 August", "20 August"), LONG.replace("Hard Hit (2021)", "Speed (1994)")
    planned = imported(LONG, other_date, other_film)
    question = ("question", review_plan.ANOTHER_FURTHER_UP)
    assert states(planned.rows.all()) == [("created", ""), question, question]
    answers.part(planned.rows.filter(position=2))
    assert [row.state for row in planned.rows.all()] == ["created", "create", "question"]


def test_the_text_of_a_review_is_stored_once_and_its_row_still_has_the_whole_source():
    row = imported(LONG).rows.get()
    assert row.review.body not in row.text
    assert len(row.text) + len(row.review.body) == len(LONG)
    assert row.source_text == LONG
    assert row.body == row.review.body


def edited(review):
    review.body = "Another text."
    review.save()


@pytest.mark.parametrize(
    "change",
    [
        edited,
        lambda review: Review.objects.filter(pk=review.pk).update(body="Another text."),
        lambda review: review.delete(),
        lambda review: undo(review.import_rows.get().in_import),
    ],
    ids=["edited", "updated", "deleted", "taken back"],
)
@pytest.mark.parametrize("text", [LONG, LONG.replace("A banker", "Ein Bänker 🎬 — ‎“er”")], ids=["plain", "wide"])
def test_a_row_keeps_its_whole_source_when_the_review_changes_or_goes(text, change):
    row = imported(text).rows.get()
    change(row.review)
    row.refresh_from_db()
    assert (row.text, row.body_at) == (text, None)


def test_a_row_whose_text_an_admin_has_corrected_keeps_its_source_to_itself():
    planned = plan.store([source(LONG)])
    row = planned.rows.get()
    row.fields["body"] = "What it should have said."
    answers.edit(row)
    plan.commit(planned)
    row.refresh_from_db()
    assert (row.text, row.body_at, row.review.body) == (LONG, None, "What it should have said.")


def test_short_texts_may_be_the_same():
    short = "Up (2009)\n{}/10\nGood\n{} May 2010\nI liked it."
    planned = imported(short.format(7, 1), short.format(8, 2))
    assert states(planned.rows.all()) == [("created", ""), ("created", "")]


def test_a_text_that_names_no_film_is_a_question_and_makes_none():
    planned = imported(FILMLESS)
    assert states(planned.rows.all()) == [("question", review_plan.WHICH_FILM)]
    assert (Film.objects.count(), Review.objects.count()) == (0, 0)


def test_the_film_given_answers_for_texts_that_name_none_only():
    imported(FILMLESS, REFERENCE.replace("Hard Hit (2021)", "Up (2009)"), film=("Hard Hit", 2021))
    assert {str(review.film) for review in Review.objects.all()} == {"Hard Hit (2021)", "Up (2009)"}


def test_a_text_without_film_that_is_stored_already_asks_no_question():
    imported(REFERENCE)
    planned = imported(FILMLESS)
    assert states(planned.rows.all()) == [("duplicate", "It is stored already.")]


def test_a_bad_text_is_refused_with_its_place_and_stops_nothing():
    planned = plan.store(
        [
            source(b"\x89PNG\0", "picture.txt"),
            Source("gone.txt", problem="It cannot be read: No such file or directory."),
            source(f"{REFERENCE}\n\nUp (2009)\n8/10\nGood\n1 May 2010\nPermalink", "two.txt"),
            source(REFERENCE.replace("Tense", "Dull"), "good.txt"),
        ]
    )  # fmt: skip
    plan.commit(planned)
    assert [(row.source, row.line, row.state) for row in planned.rows.all()] == [
        ("picture.txt", None, "refused"),
        ("gone.txt", None, "refused"),
        ("two.txt", 1, "created"),
        ("two.txt", 13, "refused"),
        ("good.txt", 1, "created"),
    ]
    assert all(row.reason.endswith(".") for row in planned.rows.filter(state=State.REFUSED))
    assert Review.objects.count() == 2


def test_what_was_assumed_about_the_encoding_is_noted():
    planned = plan.store([source(REFERENCE.replace("Tense", "Très").encode("cp1252"))])
    assert planned.rows.get().assumed.startswith("Not UTF-8 (byte 23), so it was read as Windows-1252")
    assert planned.rows.get().fields["headline"] == "Très, and a little too clean"


def test_a_row_keeps_its_text_and_where_each_field_stands_in_it():
    planned = plan.store([source(REFERENCE + "\n\n" + SIGNED_BELOW, "two.txt")], film=("Hard Hit", 2021))
    first, second = planned.rows.all()
    assert first.text + second.text == REFERENCE + "\n\n" + SIGNED_BELOW
    assert second.text[slice(*second.spans["author"])] == "night_bus"
    assert second.body == "Nothing moves but the car, and the car must not stop."


def test_data_that_moved_since_the_preview_is_said_and_not_doubled():
    planned = plan.store([source(REFERENCE)])
    imported(REFERENCE)
    plan.commit(planned)
    assert states(planned.rows.all()) == [("duplicate", "It was stored between the preview and the commit.")]
    assert Review.objects.count() == 1


def test_a_film_that_was_made_since_the_preview_is_used():
    planned = plan.store([source(REFERENCE)])
    film = make_film("Hard Hit", 2021)
    plan.commit(planned)
    assert Review.objects.get().film == film


def test_an_import_whose_sources_were_cut_off_is_listed_as_such(monkeypatch):
    monkeypatch.setattr(plan, "BATCH", 1)

    def cut_off(rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan.run([source(REFERENCE), source("7/10")], progress=cut_off)
    assert Import.objects.get().description == plan.NOT_READ_WHOLE
    plan.run([source(REFERENCE, "other.txt")])
    assert Import.objects.order_by("pk").last().description == "other.txt"


def test_a_commit_that_was_cut_off_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(plan, "MOST_WRITTEN", 2)
    pages = [source(REFERENCE.replace("6/10", f"{number}/10"), f"{number}.txt") for number in range(1, 6)]
    pages = [Source(page.name, page.data.replace(b"Tense", page.name.encode())) for page in pages]
    planned = plan.store(pages)
    create, calls = plan.create, []

    def cut_off(batch):
        if calls:
            raise KeyboardInterrupt
        calls.append(batch)
        create(batch)

    monkeypatch.setattr(plan, "create", cut_off)
    with pytest.raises(KeyboardInterrupt):
        plan.commit(planned)
    assert Review.objects.count() == 2
    assert planned.status == Import.Status.RUNNING
    monkeypatch.setattr(plan, "create", create)
    plan.commit(planned)
    assert Review.objects.count() == 5
    assert planned.counts() == {
        "create": 0,
        "created": 5,
        "duplicate": 0,
        "question": 0,
        "refused": 0,
        "skipped": 0,
        "undone": 0,
    }


def test_an_import_is_described_by_its_sources():
    planned = plan.store([source(REFERENCE, "a.txt"), source(FILMLESS, "b.txt"), source(SIGNED_BELOW, "c.txt")])
    assert planned.description == "a.txt and 2 more"


@pytest.mark.parametrize("count", [1, 3])
def test_planning_takes_the_same_queries_for_any_number_of_texts(django_assert_num_queries, count):
    pages = [source(REFERENCE.replace("Tense", f"Tense {number}")) for number in range(count)]
    with django_assert_num_queries(4):
        list(plan.rows(pages))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (REFERENCE.replace("Tense", "T" * 1000), "The headline has 1,024 characters; 1,000 are the most."),
        (REFERENCE.replace("Hard Hit", "H" * 301), "The title has 301 characters; 300 are the most."),
        (REFERENCE.replace("seat.", "s" * 200_000), "The text has 200,093 characters; 200,000 are the most."),
    ],
)
def test_what_is_too_long_is_refused_and_stops_nothing(text, reason):
    planned = imported(text, REFERENCE.replace("Tense", "Dull"))
    assert states(planned.rows.all()) == [
        ("refused", f"{reason} Correct the row, or leave it out."),
        ("created", ""),
    ]


def test_a_tally_of_twenty_digits_stops_nothing():
    planned = imported(REFERENCE.replace("3 out of 4", "99999999999999999998 out of 99999999999999999999"))
    assert planned.rows.get().assumed == (
        "The tally, 99999999999999999998 out of 99999999999999999999, cannot be right and was left out."
    )
    assert Review.objects.get().tally_total is None


def test_a_saved_web_page_is_read_as_its_text():
    page = f"<!DOCTYPE html><html><body><pre>{REFERENCE}</pre></body></html>"
    assert states(imported(page).rows.all()) == [("created", "")]
    assert Review.objects.get().headline == "Tense, and a little too clean"


def test_an_answer_sees_what_the_other_rows_of_the_import_will_create():
    planned = plan.store([source(REFERENCE, "a.txt"), source(FILMLESS, "b.txt"), source(FILMLESS, "c.txt")])
    answers.answer(planned.rows.filter(state=State.QUESTION), "Hard Hit (2021)")
    assert states(planned.rows.all()) == [
        ("create", ""),
        ("duplicate", "The same review stands further up in this import."),
        ("duplicate", "The same review stands further up in this import."),
    ]


def test_a_note_goes_with_what_it_was_about():
    make_film("Retribution", 2015)
    planned = plan.store([source(FILMLESS)])
    answers.answer(planned.rows.all(), "Retribution (1899)")
    assert planned.rows.get().note == "A new film: the catalogue has this title only as Retribution (2015)."
    answers.answer(planned.rows.all(), "Retribution (2015)")
    assert planned.rows.get().note == ""


def test_a_row_whose_twin_further_up_is_skipped_is_created_itself():
    planned = plan.store([source(REFERENCE, "a.txt"), source(REFERENCE, "b.txt")])
    answers.skip(planned.rows.filter(position=1))
    assert [row.state for row in planned.rows.all()] == ["skipped", "create"]


def test_a_row_that_was_committed_meanwhile_is_not_decided_anew():
    planned = plan.store([source(REFERENCE)])
    row = planned.rows.get()
    plan.commit(planned)
    answers.edit(row)
    assert (row.state, row.review) == ("created", Review.objects.get())


pieces = st.sampled_from([
    REFERENCE, SIGNED_BELOW, FILMLESS, "Up (2009)\n", "7/10\n", "1 May 2010\n", "\n", "\0", "\x85", "\ufeff", "{",
    '{"body": "B", "film": "Up", "year": 2009}', "[" * 2000, "<!doctype html><p>", "PK\x03\x04", "title,year\n",
    "original_title,original_year,remake_title,remake_year\nUp,2009,Up,2010\n",
    "9" * 30 + " out of " + "9" * 31 + " found this helpful.",
])  # fmt: skip
texts = st.lists(st.one_of(pieces, st.text(max_size=30)), max_size=6).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=400), texts.map(lambda text: text.encode(errors="replace"))))
def test_any_bytes_whatever_give_rows_that_are_stored_and_committed(data):
    with transaction.atomic():
        planned = plan.run(from_uploads([SimpleUploadedFile("any.bin", data)]))
        for row in planned.rows.all():
            assert row.state in ("created", "duplicate", "question", "refused")
            assert bool(row.reason) == (row.state != "created")
        transaction.set_rollback(True)


def test_a_plan_that_cannot_be_read_to_its_end_leaves_nothing():
    def broken():
        yield source(REFERENCE)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        plan.store(broken())
    assert Import.objects.count() == 0


def test_of_reviews_planned_together_only_those_stored_meanwhile_are_duplicates():
    planned = plan.store([source(REFERENCE), source(REFERENCE.replace("Tense", "Dull"))])
    imported(REFERENCE)
    plan.commit(planned)
    assert states(planned.rows.all()) == [
        ("duplicate", "It was stored between the preview and the commit."),
        ("created", ""),
    ]
    assert Review.objects.count() == Standing.objects.count() == 2
    assert planned.rows.last().review == Review.objects.get(headline__startswith="Dull")


@pytest.mark.parametrize(("module", "look"), [(matching, "match"), (review_plan, "_alike"), (review_plan, "_stored")])
def test_what_another_import_stores_between_two_looks_is_a_duplicate_and_no_question(monkeypatch, module, look):
    looked = getattr(module, look)

    def look_and_be_overtaken(given):
        found = looked(given)
        monkeypatch.undo()
        imported(LONG)
        return found

    monkeypatch.setattr(module, look, look_and_be_overtaken)
    assert [row.state for row in plan.run([source(LONG)]).rows.all()] == ["duplicate"]
    assert Review.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_imports_of_the_same_texts_at_the_same_moment_store_each_review_once(monkeypatch):
    monkeypatch.setattr(plan, "MOST_WRITTEN", 3)
    pages = [
        source(LONG.replace("Hard Hit (2021)", f"Film {n % 7} (2021)").replace("Tense", f"{n}")) for n in range(40)
    ]
    pages = [Source(page.name, page.data.replace(b"banker", b"banker%d" % n)) for n, page in enumerate(pages)]
    together = Barrier(3)

    def run(number):
        try:
            planned = plan.store(pages)
            together.wait()
            plan.commit(planned)
            return planned
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(run, range(3)))
    assert Review.objects.count() == Standing.objects.count() == 40
    assert Film.objects.count() == 7
    assert {planned.status for planned in done} == {Import.Status.COMMITTED}
    ends = ImportRow.objects.values_list("state").annotate(count=Count("pk"))
    assert dict(ends.order_by()) == {"created": 40, "duplicate": 80}
    assert all(row.review.body == row.body for row in ImportRow.objects.select_related("review"))

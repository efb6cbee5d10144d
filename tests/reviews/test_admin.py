import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from films.models import Film
from reviews.models import Import, ImportRow, Review
from tests.factories import make_admin, make_film, make_review, make_title, make_user
from tests.reviews.importing.pages import REFERENCE, SIGNED_BELOW

pytestmark = pytest.mark.django_db

ADD = reverse("admin:reviews_import_add")


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def upload(name, text):
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_several_files_and_a_pasted_text_are_planned_and_nothing_is_written(client, admin):
    files = [upload("one.txt", REFERENCE), upload("bad.txt", b"\0")]
    response = client.post(ADD, {"files": files, "text": SIGNED_BELOW}, follow=True)
    planned = Import.objects.get()
    assert response.redirect_chain == [(reverse("admin:reviews_import_change", args=[planned.pk]), 302)]
    assert [(row.source, row.state) for row in planned.rows.all()] == [
        ("one.txt", "create"),
        ("bad.txt", "refused"),
        ("pasted text", "question"),
    ]
    assert planned.user == admin
    page = response.content.decode()
    for said in (
        "Hard Hit (2021)",
        "new film",
        "Tense, and a little too clean",
        "3 out of 4",
        "Which film?",
        "not a text",
    ):
        assert said in page
    assert (Review.objects.count(), Film.objects.count()) == (0, 0)


def test_the_commit_does_what_the_preview_showed(client, admin):
    client.post(ADD, {"files": [upload("one.txt", REFERENCE)]})
    planned = Import.objects.get()
    response = client.post(reverse("admin:reviews_import_commit", args=[planned.pk]), follow=True)
    assert [str(message) for message in response.context["messages"]] == ["1 review imported."]
    assert str(Review.objects.get().film) == "Hard Hit (2021)"
    assert Review.objects.get().get_absolute_url() in response.content.decode()


def test_committing_twice_imports_once(client, admin):
    client.post(ADD, {"files": [upload("one.txt", REFERENCE)]})
    commit = reverse("admin:reviews_import_commit", args=[Import.objects.get().pk])
    assert said(client.post(commit, follow=True)) == ["1 review imported."]
    nothing_left = "Nothing was left to import: all that was to come in is in."
    assert said(client.post(commit, follow=True)) == [nothing_left]
    assert Review.objects.count() == 1


def test_a_plan_is_discarded_without_a_trace(client, admin):
    client.post(ADD, {"files": [upload("one.txt", REFERENCE)]})
    client.post(reverse("admin:reviews_import_discard", args=[Import.objects.get().pk]))
    assert (Import.objects.count(), ImportRow.objects.count(), Review.objects.count()) == (0, 0, 0)


def test_what_was_committed_is_not_discarded(client, admin):
    client.post(ADD, {"files": [upload("one.txt", REFERENCE)]})
    planned = Import.objects.get()
    client.post(reverse("admin:reviews_import_commit", args=[planned.pk]))
    response = client.post(reverse("admin:reviews_import_discard", args=[planned.pk]), follow=True)
    assert "committed meanwhile" in response.content.decode()
    assert (Import.objects.count(), Review.objects.count()) == (1, 1)


def test_the_film_answers_for_texts_that_name_none(client, admin):
    client.post(ADD, {"text": SIGNED_BELOW, "film": "Hard Hit (2021)"})
    assert (ImportRow.objects.get().state, ImportRow.objects.get().film_named) == ("create", "Hard Hit (2021)")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose at least one file, or paste a text."),
        ({"text": "   "}, "Choose at least one file, or paste a text."),
        ({"text": SIGNED_BELOW, "film": "Hard Hit"}, "This is not of the form “Title (Year)”."),
    ],
)
def test_a_form_that_says_too_little_asks_for_the_rest(client, admin, fields, sentence):
    response = client.post(ADD, fields)
    assert sentence in response.content.decode()
    assert Import.objects.count() == 0


def test_the_rows_can_be_narrowed_to_a_state(client, admin):
    client.post(ADD, {"files": [upload("one.txt", REFERENCE)], "text": SIGNED_BELOW})
    page = reverse("admin:reviews_import_change", args=[Import.objects.get().pk])
    assert [row.source for row in client.get(page, {"state": "question"}).context["page"]] == ["pasted text"]
    assert len(client.get(page, {"state": "nonsense"}).context["page"].object_list) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_a_preview_takes_the_same_queries_for_any_number_of_rows(client, admin, django_assert_num_queries, count):
    files = [upload(f"{number}.txt", REFERENCE.replace("Tense", f"Tense {number}")) for number in range(count)]
    client.post(ADD, {"files": files})
    page = reverse("admin:reviews_import_change", args=[Import.objects.get().pk])
    with django_assert_num_queries(7):
        client.get(page)


def test_more_than_a_hundred_files_are_taken_at_once(client, admin):
    files = [upload(f"{number}.txt", REFERENCE.replace("Tense", f"Tense {number}")) for number in range(150)]
    client.post(ADD, {"files": files})
    assert ImportRow.objects.filter(state="create").count() == 150


@pytest.mark.parametrize("who", ["nobody", "reader", "staff"])
def test_only_who_may_import_sees_plans_and_commits(client, who):
    planned = Import.objects.create()
    if who != "nobody":
        client.force_login(make_user(is_staff=who == "staff"))
    addresses = [reverse(f"admin:reviews_import_{name}", args=[planned.pk]) for name in ("change", "commit", "discard")]
    for address in [ADD, *addresses]:
        assert client.post(address).status_code == (403 if who == "staff" else 302)
    planned.refresh_from_db()
    assert planned.status == Import.Status.PLANNED


@pytest.mark.parametrize("name", ["commit", "discard"])
def test_an_import_is_never_changed_by_looking(client, admin, name):
    address = reverse(f"admin:reviews_import_{name}", args=[Import.objects.create().pk])
    assert client.get(address).status_code == 405


def test_an_import_that_is_not_there_is_404(client, admin):
    assert client.post(reverse("admin:reviews_import_change", args=[99])).status_code == 404


@pytest.mark.parametrize("name", ["commit", "stop", "discard", "undo", "answer"])
def test_what_is_asked_of_an_import_that_was_discarded_leads_to_the_list(client, admin, name):
    response = client.post(reverse(f"admin:reviews_import_{name}", args=[99]), follow=True)
    assert response.redirect_chain == [(reverse("admin:reviews_import_changelist"), 302)]
    assert said(response) == ["Import 99 is not there any more: it was discarded. Nothing was written."]


def test_the_page_for_adding_names_all_that_can_be_read(client, admin):
    page = client.get(ADD).text
    assert [kind for kind in ("HTML", "CSV", "own export", "zip or tar archives") if kind not in page] == []


@pytest.mark.parametrize(
    "model", ["films_film", "films_remake", "reviews_review", "reviews_helpfulvote", "reviews_import"]
)
def test_the_lists_of_the_admin_open(client, admin, model):
    make_review().cast_vote(admin, helpful=True)
    Import.objects.create()
    assert client.get(reverse(f"admin:{model}_changelist"), {"q": "hit"}).status_code == 200


def test_votes_are_only_looked_at(client, admin):
    make_review().cast_vote(admin, helpful=True)
    assert client.get(reverse("admin:reviews_helpfulvote_add")).status_code == 403


def test_a_review_that_the_film_has_already_is_refused_with_a_sentence(client, admin):
    review = make_review(author="maud")
    form = client.get(reverse("admin:reviews_review_change", args=[review.pk])).context["adminform"].form
    fields = {name: value for name, value in form.initial.items() if value is not None}
    response = client.post(reverse("admin:reviews_review_add"), fields)
    assert "This film has the same review already." in response.text


def test_a_review_edited_in_the_admin_moves_in_the_lists(client, admin):
    review = make_review()
    form = client.get(reverse("admin:reviews_review_change", args=[review.pk])).context["adminform"].form
    fields = {name: value for name, value in form.initial.items() if value is not None} | {"rating": 2}
    response = client.post(reverse("admin:reviews_review_change", args=[review.pk]), fields)
    assert response.status_code == 302
    assert Review.objects.get().standing.percent == 20


# Working through the rows


@pytest.fixture
def planned(client, admin):
    """An import of a review with its film, and two without."""
    second = SIGNED_BELOW.replace("Tense", "Dull")
    client.post(ADD, {"files": [upload("one.txt", REFERENCE)], "text": SIGNED_BELOW + "\n\n" + second})
    return Import.objects.get()


def states(planned):
    return [(row.state, row.film_named) for row in planned.rows.all()]


def tell(client, planned, **fields):
    return client.post(reverse("admin:reviews_import_answer", args=[planned.pk]), fields, follow=True)


def row_address(planned, position, state=""):
    address = reverse("admin:reviews_import_row", args=[planned.pk, position])
    return f"{address}?state={state}" if state else address


def test_every_question_is_answered_at_once(client, planned):
    tell(client, planned, action="answer", film="Up (2009)", every="1", state="question")
    assert states(planned) == [("create", "Hard Hit (2021)"), ("create", "Up (2009)"), ("create", "Up (2009)")]


def test_an_answer_for_every_row_leaves_a_text_the_film_it_names(client, planned):
    assert said(tell(client, planned, action="answer", film="Up (2009)", every="1")) == ["2 rows answered."]
    assert states(planned) == [("create", "Hard Hit (2021)"), ("create", "Up (2009)"), ("create", "Up (2009)")]
    tell(client, planned, action="answer", film="Down (2010)", every="1")
    assert states(planned)[1:] == [("create", "Down (2010)"), ("create", "Down (2010)")]


def test_an_answer_for_every_row_leaves_what_was_answered_by_hand(client, planned):
    tell(client, planned, action="answer", film="Up (2009)", rows=[planned.rows.get(position=2).pk])
    assert said(tell(client, planned, action="answer", film="Down (2010)", every="1")) == ["1 row answered."]
    assert states(planned)[1:] == [("create", "Up (2009)"), ("create", "Down (2010)")]


def test_rows_decided_anew_have_the_film_that_was_read(client, planned):
    client.post(row_address(planned, 1), {"film": "Up (2009)", "body": "Other text."})
    tell(client, planned, action="answer", film="Up (2009)", every="1")
    assert {film for _, film in states(planned)} == {"Up (2009)"}
    assert said(tell(client, planned, action="restore", every="1")) == ["3 rows decided anew."]
    assert states(planned) == [("create", "Hard Hit (2021)"), ("question", ""), ("question", "")]


def test_a_film_given_with_the_files_is_answered_for_every_row_and_comes_back(client, admin):
    client.post(ADD, {"text": SIGNED_BELOW, "film": "Hard Hit (2021)"})
    planned = Import.objects.get()
    tell(client, planned, action="answer", film="Up (2009)", every="1")
    assert states(planned) == [("create", "Up (2009)")]
    tell(client, planned, action="restore", every="1")
    assert states(planned) == [("create", "Hard Hit (2021)")]


@pytest.mark.parametrize(
    ("action", "first", "again"),
    [
        ("skip", "1 row skipped.", "No row was changed: what is not imported is skipped already."),
        ("part", "No row was changed: none is a question whether it is another review.", None),
        ("restore", "1 row decided anew.", None),
        (
            "answer",
            "No row was changed: none asks for a film. A text that names its film keeps it; "
            "open its row to correct that.",
            None,
        ),
    ],
)
def test_an_answer_says_how_many_rows_it_changed_and_else_why_none(client, planned, action, first, again):
    fields = {"action": action, "film": "Up (2009)", "rows": [planned.rows.first().pk]}
    assert said(tell(client, planned, **fields)) == [first]
    assert said(tell(client, planned, **fields)) == [again or first]


def test_chosen_rows_are_skipped_and_restored(client, planned):
    chosen = planned.rows.last().pk
    tell(client, planned, action="skip", rows=[chosen])
    assert [state for state, _ in states(planned)] == ["create", "question", "skipped"]
    client.post(reverse("admin:reviews_import_commit", args=[planned.pk]))
    assert Review.objects.count() == 1
    tell(client, planned, action="restore", rows=[chosen])
    assert [state for state, _ in states(planned)] == ["created", "question", "question"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"action": "answer", "every": "1"}, "Write which film it is, as “Title (Year)”."),
        ({"action": "answer", "every": "1", "film": "Up"}, "This is not of the form “Title (Year)”."),
        ({"action": "skip"}, "Choose at least one row."),
        ({"action": "burn", "every": "1"}, "burn is not one of the available choices."),
    ],
)
def test_an_answer_that_says_too_little_changes_nothing(client, planned, fields, sentence):
    before = states(planned)
    assert sentence in tell(client, planned, **fields).content.decode()
    assert states(planned) == before


def test_an_answer_that_cannot_be_taken_keeps_the_ticks_the_film_and_the_place(client, planned, monkeypatch):
    monkeypatch.setattr("reviews.importing.admin.ROWS_ON_A_PAGE", 1)
    chosen = planned.rows.last()
    fields = {"action": "answer", "film": "Nope (1500)", "rows": [chosen.pk], "state": "question", "page": "2"}
    response = client.post(reverse("admin:reviews_import_answer", args=[planned.pk]), fields)
    assert response.status_code == 422
    assert "The year is not between 1874 and 2100." in response.text
    assert f'value="{chosen.pk}" aria-label="Choose row 3" checked>' in response.text
    assert 'name="every" value="1" data-key="A">' in response.text
    assert response.context["answer"]["film"].value() == "Nope (1500)"
    assert (response.context["state"], response.context["page"].number) == ("question", 2)
    here = reverse("admin:reviews_import_change", args=[planned.pk])
    assert f'<a href="{here}?state=question&amp;page=1">Previous</a>' in response.text
    every = client.post(reverse("admin:reviews_import_answer", args=[planned.pk]), {"action": "answer", "every": "1"})
    assert 'name="every" value="1" data-key="A" checked>' in every.text


def test_an_answer_leads_back_to_the_page_that_it_was_given_on(client, planned):
    fields = {"action": "skip", "rows": [planned.rows.last().pk], "state": "question", "page": "2"}
    response = client.post(reverse("admin:reviews_import_answer", args=[planned.pk]), fields)
    assert response.url == reverse("admin:reviews_import_change", args=[planned.pk]) + "?state=question&page=2"


def test_rows_of_lists_are_only_skipped_and_decided_anew(client, admin):
    text = "original_title,original_year,remake_title,remake_year\nHard Hit,2021,Retribution,2015\n"
    client.post(ADD, {"files": [upload("remakes.csv", text)]})
    page = client.get(reverse("admin:reviews_import_change", args=[Import.objects.get().pk])).text
    assert re.findall(r'name="action" value="(\w+)"', page) == ["skip", "restore"]
    assert 'name="film"' not in page


def test_the_list_of_imports_counts_the_questions_of_those_that_were_not_taken_back(client, planned):
    planned.rows.filter(position=3).update(state="refused")
    list_page = reverse("admin:reviews_import_changelist")
    assert [one.question_count for one in client.get(list_page).context["cl"].result_list] == [1]
    assert '<td class="field-question_count">1</td>' in client.get(list_page).text
    Import.objects.update(status="undone")
    assert [one.question_count for one in client.get(list_page).context["cl"].result_list] == [0]


@pytest.mark.parametrize(("days", "status"), [(1, 302), (2, 200)])
def test_a_row_is_not_dated_later_than_tomorrow(client, planned, days, status):
    date = timezone.localdate() + datetime.timedelta(days=days)
    response = client.post(row_address(planned, 1), {"film": "Up (2009)", "body": "Text.", "date": date.isoformat()})
    assert response.status_code == status
    said = "This date is still to come. A review has the date on which it was written."
    assert (said in response.text) is (status == 200)


def test_an_answer_among_several_films_means_the_one_listed_under_the_title(client, planned):
    listed = make_film("Up", 2009)
    make_title(make_film("Oben", 2009), "Up")
    tell(client, planned, action="answer", film="Up (2009)", every="1", state="question")
    assert {row.film for row in planned.rows.filter(position__gt=1)} == {listed}


def test_a_row_shows_its_source_with_every_field_marked(client, planned):
    page = client.get(row_address(planned, 1)).content.decode()
    assert '<mark class="tile-headline" title="headline">Tense, and a little too clean</mark>' in page
    assert '<mark class="tile-furniture" title="dropped">Permalink</mark>' in page


def test_a_row_is_corrected_and_leads_to_the_next_of_its_state(client, planned):
    fields = {"film": "Up (2009)", "rating": "3/5", "headline": "Other", "author": "maud", "date": "2020-02-01"}
    response = client.post(
        row_address(planned, 2, "question"), {**fields, "spoiler": "on", "body": "Other\r\n\r\ntext."}
    )
    assert response["Location"] == row_address(planned, 3, "question")
    client.post(reverse("admin:reviews_import_commit", args=[planned.pk]))
    review = Review.objects.get(film__title="Up")
    assert (review.rating, review.rating_scale, review.headline, review.author) == (3, 5, "Other", "maud")
    assert (review.date.isoformat(), review.spoiler, review.body) == ("2020-02-01", True, "Other\n\ntext.")
    assert (review.tally_yes, review.tally_total) == (41, 57)


def test_a_refused_text_becomes_a_review_by_hand(client, admin):
    client.post(ADD, {"text": "Up (2009)\n8/10\nGood\n1 May 2010"})
    planned = Import.objects.get()
    assert [state for state, _ in states(planned)] == ["refused"]
    client.post(row_address(planned, 1), {"film": "Up (2009)", "headline": "Good", "body": "Really good."})
    assert states(planned) == [("create", "Up (2009)")]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("rating", "11/10", "not a rating"), ("film", "Up", "not of the form"), ("date", "May", "Enter a valid date")],
)
def test_a_wrong_correction_gets_a_sentence(client, planned, field, value, sentence):
    response = client.post(row_address(planned, 2), {"body": "Text.", field: value})
    assert sentence in response.content.decode()
    assert states(planned)[1] == ("question", "")


def test_what_needs_a_person_is_downloaded_without_formulas(client, admin):
    client.post(ADD, {"text": "=1+1"})
    response = client.get(reverse("admin:reviews_import_problems", args=[Import.objects.get().pk]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode().splitlines()[1].endswith(",'=1+1")


def test_an_import_is_taken_back_in_the_admin(client, planned):
    client.post(reverse("admin:reviews_import_commit", args=[planned.pk]), follow=True)
    undo = reverse("admin:reviews_import_undo", args=[planned.pk])
    response = client.post(undo, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["1 review taken back."]
    assert Review.objects.count() == 0
    assert "was taken back already" in client.post(undo, follow=True).content.decode()
    assert (
        "Import the texts again"
        in client.post(reverse("admin:reviews_import_commit", args=[planned.pk]), follow=True).content.decode()
    )


@pytest.mark.parametrize("name", ["undo", "answer"])
def test_strangers_neither_answer_nor_take_back(client, name):
    planned = Import.objects.create(status="committed")
    address = reverse(f"admin:reviews_import_{name}", args=[planned.pk])
    assert client.post(address).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.post(address).status_code == 403
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("address", ["rows/1/", "problems.csv"])
def test_strangers_see_no_rows(client, address):
    planned = Import.objects.create()
    client.force_login(make_user(is_staff=True))
    assert client.get(f"/admin/reviews/import/{planned.pk}/{address}").status_code == 403


@pytest.mark.parametrize("address", ["nonsense/change/", "99/rows/1/", "99/problems.csv"])
def test_imports_that_are_not_there_are_404(client, admin, address):
    assert client.get(f"/admin/reviews/import/{address}").status_code == 404


# Lists of films and remakes

LISTS = {
    "film": "title,year,director,runtime,original_title,original_language\nUp,2009,Pete Docter,96,Oben,de\nDown,9\n",
    "remake": "original_title,original_year,remake_title,remake_year\nUp,2009,Hard Hit,2021\nDown,9,Over,2010\n",
}


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("film", ["Up (2009) <em>new film</em>", "Pete Docter", "96 min", "Original title (de)"]),
        ("remake", ["Hard Hit (2021)</a>", "Remake of", "Up (2009) <em>new film</em>"]),
    ],
)
def test_a_list_goes_the_way_of_every_import(client, admin, kind, shown):
    make_film("Hard Hit", 2021)
    client.post(ADD, {"files": [upload("list.csv", LISTS[kind])]})
    planned = Import.objects.get()
    preview = reverse("admin:reviews_import_change", args=[planned.pk])
    page = client.get(preview).text
    assert [text for text in [*shown, f"Import 1 {kind}"] if text not in page] == []
    response = client.post(reverse("admin:reviews_import_commit", args=[planned.pk]), follow=True)
    assert [str(message) for message in response.context["messages"]] == [f"1 {kind} imported."]
    assert f"Take back 1 {kind}" in client.get(preview).text
    Film.objects.filter(title="Up").update(country="US")
    response = client.post(reverse("admin:reviews_import_undo", args=[planned.pk]), follow=True)
    taken = 0 if kind == "film" else 1
    assert [str(message) for message in response.context["messages"]] == [
        f"{taken} {kind}{'' if taken == 1 else 's'} taken back.",
        "Kept, because people have touched it since: 1 film. The rows say why.",
        "Up (2009): Kept when the import was taken back: its country was changed.",
    ]


@pytest.mark.parametrize("kind", ["film", "remake"])
def test_rows_of_a_list_are_looked_at_skipped_and_restored_and_not_edited(client, admin, kind):
    client.post(ADD, {"text": LISTS[kind]})
    planned = Import.objects.get()
    for position, line in enumerate(LISTS[kind].splitlines()[1:], start=1):
        response = client.get(row_address(planned, position))
        assert f'dir="auto">{line}</pre>' in response.text
        assert response.context["form"] is None
    tell(client, planned, action="skip", every="1")
    assert [state for state, _ in states(planned)] == ["skipped", "skipped"]
    tell(client, planned, action="restore", every="1")
    assert [state for state, _ in states(planned)] == ["create", "refused"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_preview_of_remakes_takes_the_same_queries_for_any_number_of_rows(
    client, admin, django_assert_num_queries, count
):
    for number in range(count):
        make_film("Up", 2000 + number)
    lines = [f"Up,{2000 + number},Remake {number},2010" for number in range(count)]
    text = "\n".join(["original_title,original_year,remake_title,remake_year", *lines])
    client.post(ADD, {"text": text})
    page = reverse("admin:reviews_import_change", args=[Import.objects.get().pk])
    with django_assert_num_queries(7):
        client.get(page)

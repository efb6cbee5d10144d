import pytest
from django.db import IntegrityError, connection

from films.models import Family, Film, FilmTitle, Remake
from reviews.importing import answers, catalogue_plan, plan, work
from reviews.importing.bounds import Source
from reviews.importing.undo import undo
from reviews.models import Import, ImportRow, Review
from tests.factories import make_film, make_review, make_title
from tests.reviews.importing.pages import REFERENCE

pytestmark = pytest.mark.django_db

REMAKES = "original_title,original_year,remake_title,remake_year\n"
FILMS = "title,year,country,director,runtime,original_title,original_language,aliases\n"
HARD_HIT = "Hard Hit,2021,South Korea,Kim Chang-ju,94,발신제한,ko,Restricted Call\n"
STORED = ("duplicate", "It is stored already.")


def source(text, name="list.csv"):
    return Source(name, text.encode())


def planned(*texts):
    return plan.store([source(text, f"{number}.csv") for number, text in enumerate(texts)])


def imported(*texts):
    done = planned(*texts)
    plan.commit(done)
    return done


def states(done):
    return [(row.state, row.reason) for row in done.rows.all()]


def catalogue():
    """All that the catalogue says, without numbers that a database gives."""
    return {
        "films": list(Film.objects.values_list("title", "year", "country", "director", "runtime", "slug")),
        "titles": list(FilmTitle.objects.order_by("pk").values_list("film__slug", "text", "kind", "language", "key")),
        "remakes": sorted(Remake.objects.values_list("remake__slug", "source__slug")),
        "families": families(),
    }


def families():
    return {family.slug: [str(film) for film in family.members()] for family in Family.objects.order_by("slug")}


# Remakes


def test_a_plan_of_remakes_writes_nothing():
    done = planned(REMAKES + "Retribution,2015,Hard Hit,2021\n")
    assert states(done) == [("create", "")]
    assert (done.kind, done.rows.get().kind) == ("remake", "remake")
    assert (Film.objects.count(), Remake.objects.count()) == (0, 0)


def test_a_remake_has_the_kind_and_the_address_that_the_list_says():
    header = REMAKES.strip() + ",kind,address\n"
    imported(header + "Up,2000,Up again,2001,Sequel,https://example.org/up\nUp,2000,Up anew,2002,,\n")
    assert list(Remake.objects.values_list("remake__title", "kind", "address")) == [
        ("Up again", "sequel", "https://example.org/up"),
        ("Up anew", "remake", ""),
    ]


def test_an_undo_keeps_a_remake_whose_kind_or_address_was_changed():
    done = imported(REMAKES + "Up,2000,Up again,2001\nUp,2000,Up anew,2002\n")
    Remake.objects.filter(remake__title="Up anew").update(address="https://example.org/up")
    assert undo(done)["remakes_deleted"] == 1
    assert states(done)[1] == (
        "created",
        "Kept when the import was taken back: its kind or its address was changed.",
    )


def test_remakes_are_stored_with_their_films_and_families():
    done = imported(REMAKES + "Retribution,2015,Hard Hit,2021\nRetribution,2015,Don't. Get. Out!,2018\n")
    assert families() == {"retribution-2015": ["Retribution (2015)", "Don't. Get. Out! (2018)", "Hard Hit (2021)"]}
    first, second = done.rows.all()
    assert (str(first.film), str(first.source_film)) == ("Hard Hit (2021)", "Retribution (2015)")
    assert first.edge == Remake.objects.get(remake__title="Hard Hit")
    assert (first.film_created, first.source_film_created) == (True, True)
    assert (second.film_created, second.source_film_created) == (True, False)


def test_films_are_used_under_any_of_their_titles():
    film = make_film("Retribution", 2015)
    make_title(film, "El desconocido")
    imported(REMAKES + "El Desconocido,2015,Hard Hit,2021\n")
    assert Remake.objects.get().source == film


def test_a_remake_is_stored_once():
    text = REMAKES + "Up,2009,Down,2010\nUP,2009,Down!,2010\n"
    further_up = ("duplicate", "The same remake stands further up in this import.")
    assert states(imported(text)) == [("created", ""), further_up]
    again = imported(text)
    assert states(again) == [STORED, STORED]
    assert again.rows.first().edge == Remake.objects.get()


@pytest.mark.parametrize("stored", [True, False])
def test_what_can_be_no_remake_is_refused_and_the_others_are_stored(stored):
    chain = ["A,2000,B,2001\n", "B,2001,C,2002\n"]
    if stored:
        imported(REMAKES + "".join(chain))
        chain = []
    done = imported(
        REMAKES + "".join([*chain, "C,2002,A,2000\n", "C,2002,D,2003\n", "D,2003,d,2003\n", "D,2003,E,2002\n"])
    )
    assert states(done)[-4:] == [
        ("refused", "C (2002) already descends from A (2000), so A (2000) cannot be its remake."),
        ("created", ""),
        ("refused", "Both titles mean d (2003), and no film is its own remake."),
        ("refused", "E (2002) is older than D (2003), so it cannot be its remake."),
    ]
    assert Remake.objects.count() == 3


def test_a_title_that_several_films_bear_is_a_question():
    for title in ("Oben", "Là-haut"):
        make_title(make_film(title, 2009), "Up")
    done = imported(REMAKES + "Up,2009,Down,2010\n")
    reason = "Several films of 2009 bear this title: Là-haut (2009) and Oben (2009). Which is it?"
    assert states(done) == [("question", reason)]
    assert Film.objects.count() == 2


def test_of_several_films_a_list_means_the_one_that_is_listed_under_the_title():
    listed = make_film("Up", 2009)
    make_title(make_film("Oben", 2009), "Up")
    imported(REMAKES + "Up,2009,Down,2010\n")
    assert Remake.objects.get().source == listed


def test_a_remake_stored_between_the_preview_and_the_commit_is_said_and_not_doubled():
    waiting = planned(REMAKES + "Up,2009,Down,2010\n")
    imported(REMAKES + "Up,2009,Down,2010\n")
    plan.commit(waiting)
    assert states(waiting) == [("duplicate", "It was stored between the preview and the commit.")]


def test_a_circle_that_another_writer_would_close_meanwhile_is_refused_and_the_others_are_stored(monkeypatch):
    a, b = make_film("A", 2000), make_film("B", 2000)
    waiting = planned(REMAKES + "A,2000,B,2000\nC,2002,D,2003\n")
    look = catalogue_plan._edges

    def look_too_early(films):
        found = look(films)
        Remake.objects.link(a, b)
        return found

    monkeypatch.setattr(catalogue_plan, "_edges", look_too_early)
    plan.commit(waiting)
    assert states(waiting) == [
        ("refused", "A (2000) already descends from B (2000), so B (2000) cannot be its remake."),
        ("created", ""),
    ]
    assert families() == {"b-2000": ["B (2000)", "A (2000)"], "c-2002": ["C (2002)", "D (2003)"]}


def test_a_film_that_another_writer_stores_meanwhile_is_used(monkeypatch):
    waiting = planned(REMAKES + "A,2000,B,2001\n")
    match = catalogue_plan._match

    def match_too_early(names):
        found = match(names)
        if not Film.objects.exists():
            make_film("A", 2000)
        return found

    monkeypatch.setattr(catalogue_plan, "_match", match_too_early)
    plan.commit(waiting)
    assert [(row.film_created, row.source_film_created) for row in waiting.rows.all()] == [(True, False)]
    assert [str(film) for film in Film.objects.all()] == ["A (2000)", "B (2001)"]


def test_a_title_that_has_become_ambiguous_since_the_preview_is_a_question():
    waiting = planned(REMAKES + "Up,2009,Down,2010\n")
    for title in ("Oben", "Là-haut"):
        make_title(make_film(title, 2009), "Up")
    plan.commit(waiting)
    reason = "Several films of 2009 bear this title: Là-haut (2009) and Oben (2009). Which is it?"
    assert states(waiting) == [("question", reason)]
    undo(waiting)
    assert sorted(film.title for film in Film.objects.all()) == ["Là-haut", "Oben"]


def test_the_real_list_forms_families_and_is_taken_back_without_a_trace(shared):
    carrie = make_film("Carrie", 1976)
    make_review(carrie)
    Remake.objects.link(make_film("Carrie", 2002), carrie)
    before, text = catalogue(), (shared / "cases" / "remakes.csv").read_text()
    done = imported(text)
    assert done.counts() | {"created": 1043, "duplicate": 1} == done.counts()
    assert (Film.objects.count(), Family.objects.count()) == (1699, 677)
    assert done.counted(1043) == "1043 remakes"
    assert states(imported(text)) == [STORED] * 1044
    report = undo(done)
    assert (report["remakes_deleted"], report["films_deleted"], report["kept"]) == (1043, 1697, [])
    assert catalogue() == before


def test_planning_at_once_and_in_two_steps_do_the_same(shared):
    text = (shared / "cases" / "remakes.csv").read_text()
    imported(text)
    first = catalogue()
    undo(Import.objects.get())
    plan.run([source(text)])
    assert catalogue() == first


@pytest.mark.parametrize("text", ["{},{},{},{}", "{},{}"])
def test_a_batch_takes_the_same_queries_for_any_number_of_rows(text):
    def queries(number):
        header = REMAKES if text.count("{") == 4 else "title,year\n"
        lines = (text.format(f"A{row}", 2000, f"B{row}", 2001) for row in range(number))
        before = len(connection.queries_log)
        done = imported(header + "\n".join(lines))
        undo(done)
        return len(connection.queries_log) - before

    connection.force_debug_cursor = True
    try:
        assert queries(3) == queries(30)
    finally:
        connection.force_debug_cursor = False


def test_a_list_takes_the_way_through_a_worker(settings, tmp_path, monkeypatch, client):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(work, "MOST_AT_ONCE", 1)
    waiting = planned(REMAKES + "A,2000,B,2001\nB,2001,C,2002\n")
    work.commit(waiting)
    work.work_off(Import.objects.claim())
    assert families() == {"a-2000": ["A (2000)", "B (2001)", "C (2002)"]}


# Films


def test_a_film_is_stored_with_its_facts_and_titles():
    done = imported(FILMS + HARD_HIT)
    assert catalogue() == {
        "films": [("Hard Hit", 2021, "South Korea", "Kim Chang-ju", 94, "hard-hit-2021")],
        "titles": [
            ("hard-hit-2021", "발신제한", "original", "ko", "발신제한"),
            ("hard-hit-2021", "Restricted Call", "alias", "", "restricted call"),
        ],
        "remakes": [],
        "families": {},
    }
    assert states(done) == [("created", "")]
    assert states(imported(FILMS + HARD_HIT)) == [STORED]


def test_what_a_film_lacks_is_filled_in_and_nothing_is_overwritten():
    film = make_film("Hard Hit", 2021, director="Somebody", country="Korea")
    make_title(film, "Restricted Call", kind=FilmTitle.Kind.TRANSLATION, language="en")
    done = planned(FILMS + HARD_HIT)
    assert states(done) == [("create", "The film gets its runtime and 1 more title.")]
    plan.commit(done)
    film.refresh_from_db()
    assert (film.director, film.country, film.runtime) == ("Somebody", "Korea", 94)
    assert [(title.text, title.kind) for title in film.titles.all()] == [
        ("발신제한", "original"),
        ("Restricted Call", "translation"),
    ]
    assert states(imported(FILMS + HARD_HIT)) == [STORED]


def test_a_film_listed_twice_is_stored_once_with_the_facts_of_both():
    text = "title,year,country,runtime\nUp,2009,US,\nUP,2009,,96\nUp,2009,US,96\n"
    done = imported(text)
    assert states(done) == [
        ("created", ""),
        ("created", "The film gets its runtime."),
        ("duplicate", "The same film stands further up in this import."),
    ]
    assert Film.objects.values_list("country", "runtime").get() == ("US", 96)
    assert states(imported(text)) == [STORED] * 3
    undo(done)
    assert Film.objects.count() == 0


def test_a_film_is_recognised_under_its_other_titles():
    make_title(make_film("Up", 2009), "Oben")
    assert states(imported("title,year\nOben,2009\n")) == [STORED]


@pytest.mark.parametrize("lines", [["Oben,2009,Up", "Up,2009,"], ["Up,2009,", "Oben,2009,Up"]])
@pytest.mark.parametrize("there", [True, False])
def test_two_films_of_a_list_stay_two_though_one_bears_the_title_of_the_other(lines, there):
    if there:
        make_title(make_film("Oben", 2009), "Up")
    text = "title,year,aliases\n" + "\n".join(lines)
    imported(text)
    assert [film.title for film in Film.objects.all()] == ["Oben", "Up"]
    assert states(imported(text)) == [STORED, STORED]


def test_a_film_stored_between_the_preview_and_the_commit_is_said_and_not_doubled():
    waiting = planned("title,year\nUp,2009\n")
    make_film("Up", 2009)
    plan.commit(waiting)
    assert states(waiting) == [("duplicate", "It was stored between the preview and the commit.")]


def test_lists_and_reviews_go_together():
    done = imported(REFERENCE, FILMS + HARD_HIT, REMAKES + "Retribution,2015,Hard Hit,2021\n")
    assert done.counts()["created"] == 3
    assert (done.kind, done.counted(3), done.counted(1)) == ("", "3 rows", "1 row")
    assert Review.objects.get().film == Remake.objects.get().remake == FilmTitle.objects.first().film
    report = undo(done)
    assert (report["reviews_deleted"], report["remakes_deleted"], report["films_deleted"]) == (1, 1, 2)
    assert (Film.objects.count(), FilmTitle.objects.count()) == (0, 0)


def test_a_bad_line_is_refused_with_its_place_and_stops_nothing():
    done = imported("title,year\nUp,9\nDown,2010\n")
    row = done.rows.first()
    assert (row.kind, row.line, row.state, row.text) == ("film", 2, "refused", "Up,9")
    assert [str(film) for film in Film.objects.all()] == ["Down (2010)"]


def test_rows_of_lists_are_skipped_and_restored_and_never_answered():
    make_film("Up", 2009)
    waiting = planned("title,year\nUp,2009\nDown,2010\nOver,9\n", REMAKES + "Up,2009,Down,2010\n")
    before = states(waiting)
    answers.answer(waiting.rows.all(), "Other (1999)")
    answers.part(waiting.rows.all())
    assert states(waiting) == before
    answers.skip(waiting.rows.all())
    assert {state for state, _ in states(waiting)} == {"skipped"}
    answers.restore(waiting.rows.all())
    assert states(waiting) == [*before[:2], ("refused", answers.NO_RECORD), before[3]]


# Taking them back


def kept(report):
    return [{name: value for name, value in one.items() if name != "source"} for one in report["kept"]]


def test_what_was_filled_in_is_emptied_again():
    make_title(make_film("Hard Hit", 2021, country="Korea"), "Restricted Call")
    before = catalogue()
    done = imported(FILMS + HARD_HIT)
    report = undo(done)
    assert (report["films_restored"], report["films_deleted"], report["kept"]) == (1, 0, [])
    assert catalogue() == before
    assert states(done) == [("undone", "")]


def test_what_people_changed_of_what_was_filled_in_stays_and_is_told():
    film = make_film("Hard Hit", 2021)
    done = imported(FILMS + HARD_HIT)
    Film.objects.update(director="Somebody")
    FilmTitle.objects.filter(kind="alias").update(text="Restricted Calls")
    reason = "Kept when the import was taken back: its director was changed."
    assert kept(undo(done)) == [{"film": film.pk, "title": "Hard Hit (2021)", "reason": reason}]
    film.refresh_from_db()
    assert (film.director, film.country, film.runtime) == ("Somebody", "", None)
    assert [title.text for title in film.titles.all()] == ["Restricted Calls"]
    assert states(done) == [("created", reason)]


@pytest.mark.parametrize(
    ("touch", "what"),
    [
        ("director", "its director was changed"),
        ("title", "its title or year was changed"),
        ("alias", "its titles were changed"),
        ("review", "it is needed by 1 review of other origin"),
        ("remake", "it is needed by 1 remake of other origin"),
    ],
)
def test_a_film_that_people_have_touched_stays_whole_and_is_told(touch, what):
    done = imported(FILMS + HARD_HIT)
    film = Film.objects.get()
    match touch:
        case "director":
            Film.objects.update(director="Somebody")
        case "title":
            Film.objects.update(title="Harder Hit")
        case "alias":
            make_title(film, "Other")
        case "review":
            make_review(film)
        case "remake":
            Remake.objects.link(film, make_film("Retribution", 2015))
    before = catalogue()
    title = "Harder Hit (2021)" if touch == "title" else "Hard Hit (2021)"
    reason = f"Kept when the import was taken back: {what}."
    assert kept(undo(done)) == [{"film": film.pk, "title": title, "reason": reason}]
    assert catalogue() == before


def test_a_film_that_came_with_a_remake_and_was_touched_stays_and_is_told():
    done = imported(REMAKES + "Retribution,2015,Hard Hit,2021\n")
    film = Film.objects.get(title="Hard Hit")
    Film.objects.filter(pk=film.pk).update(runtime=94)
    reason = "Kept when the import was taken back: its runtime was changed."
    assert kept(undo(done)) == [{"film": film.pk, "title": "Hard Hit (2021)", "reason": reason}]
    assert catalogue()["films"] == [("Hard Hit", 2021, "", "", 94, "hard-hit-2021")]
    assert (Remake.objects.count(), Family.objects.count()) == (0, 0)


def test_a_remake_that_joins_other_films_now_stays_and_is_told():
    done = imported(REMAKES + "Retribution,2015,Hard Hit,2021\n")
    Remake.objects.update(source=make_film("Speed", 1994))
    edge = Remake.objects.get()
    reason = "Kept when the import was taken back: it joins other films now."
    assert kept(undo(done)) == [{"remake": edge.pk, "reason": reason}]
    assert sorted(film.title for film in Film.objects.all()) == ["Hard Hit", "Speed"]


def test_what_somebody_else_has_deleted_stops_nothing():
    done = imported(REMAKES + "A,2000,B,2001\n", "title,year\nUp,2009\n")
    Remake.objects.all().delete()
    Film.objects.filter(title="Up").delete()
    undo(done)
    assert states(done) == [
        ("undone", "Somebody else had deleted the remake."),
        ("undone", "Somebody else had deleted the film."),
    ]
    assert Film.objects.count() == 0


def test_families_that_an_import_joined_find_back_to_their_addresses():
    for title in ("A", "C"):
        Remake.objects.link(make_film(title, 2001), make_film(title, 2000))
    Remake.objects.link(make_film("C", 2002), Film.objects.get(title="C", year=2001))
    before = catalogue()
    done = imported(REMAKES + "A,2001,C,2001\n")
    assert len(families()) == 1
    undo(done)
    assert catalogue() == before


def test_the_kind_of_a_row_is_known_to_the_database():
    with pytest.raises(IntegrityError, match="import_row_kind_is_known"):
        ImportRow.objects.create(in_import=Import.objects.create(), position=1, kind="song", state="refused")

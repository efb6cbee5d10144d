import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from films.models import Family, FamilyAddress, Film, FilmTitle, Remake
from tests.factories import make_film, make_review, make_title

pytestmark = pytest.mark.django_db


@pytest.fixture
def lineage():
    """Retribution, remade twice, and the second remake."""
    source = make_film("Retribution", 2015)
    german = make_film("Don't. Get. Out!", 2018)
    korean = make_film("Hard Hit", 2021)
    Remake.objects.link(german, source)
    Remake.objects.link(korean, source)
    return source, german, korean


def violated(constraint):
    # PostgreSQL and SQLite's CHECK name the constraint; SQLite's UNIQUE names the columns.
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Don't. Get. Out!", "dont-get-out-2021"), ("발신제한", "film-2021"), ("Amélie", "amelie-2021")],
)
def test_a_films_address_ends_in_its_year(title, slug):
    assert make_film(title, 2021).get_absolute_url() == f"/films/{slug}/"


def test_films_of_different_titles_never_share_an_address():
    assert [make_film(title, 2001).slug for title in ("M*A*S*H", "Mash", "발신", "제한")] == [
        "mash-2001",
        "mash-2-2001",
        "film-2001",
        "film-2-2001",
    ]


def test_the_address_survives_a_new_title():
    film = make_film("Hard Hit", 2021)
    film.title = "Restricted Call"
    film.save()
    assert (film.slug, film.title_key) == ("hard-hit-2021", "restricted call")


def test_a_title_and_year_stand_once_in_the_catalogue_in_whatever_spelling():
    make_film("Don't. Get. Out!", 2018)
    with violated("title_key"):
        make_film("dont get out", 2018)


@pytest.mark.parametrize(
    ("fields", "constraint"), [({"year": 1700}, "film_year_is_of_cinema"), ({"runtime": 0}, "film_runtime_is_positive")]
)
def test_a_films_numbers_are_possible(fields, constraint):
    with violated(constraint):
        make_film(**fields)


def test_a_film_bears_a_title_once():
    film = make_film()
    make_title(film, "Restricted Call")
    with violated("film_id"):
        make_title(film, "Restricted Call")


def test_a_film_has_one_original_title():
    film = make_film()
    make_title(film, "발신제한", kind=FilmTitle.Kind.ORIGINAL)
    with violated("film_id"):
        make_title(film, "발신", kind=FilmTitle.Kind.ORIGINAL)


def test_the_kind_of_a_title_is_known():
    with violated("film_title_kind_is_known"):
        make_title(make_film(), "Restricted Call", kind="nickname")


def test_a_film_counts_all_its_reviews_and_averages_the_rated_ones():
    film = make_film()
    make_review(film, rating=4, rating_scale=5)
    make_review(film, rating=6, rating_scale=10)
    make_review(film, rating=None, rating_scale=None)
    found = Film.objects.get()
    assert (found.review_count, found.mean_percent) == (3, 70)


def test_a_remake_is_recorded_once_however_often_it_is_linked(lineage):
    source, german, _ = lineage
    Remake.objects.link(german, source)
    assert Remake.objects.count() == 2


def test_the_database_refuses_a_second_record_of_a_remake(lineage):
    source, german, _ = lineage
    with violated("remake_id"):
        Remake.objects.create(remake=german, source=source)


def test_the_database_refuses_a_film_as_its_own_remake():
    film = make_film()
    with violated("remake_is_not_its_own_source"):
        Remake.objects.create(remake=film, source=film)


def test_a_circle_of_remakes_is_refused_with_a_sentence(lineage):
    source, german, _ = lineage
    with pytest.raises(ValidationError, match="already descends from"):
        Remake.objects.link(source, german)


def test_a_film_is_no_remake_of_a_later_one():
    with pytest.raises(ValidationError, match="is older than"):
        Remake.objects.link(make_film("Hard Hit", 2021), make_film("Retribution", 2023))


@pytest.mark.parametrize("save", ["create", "bulk_create", "update"])
def test_the_database_refuses_a_circle_of_remakes_however_it_is_written(lineage, save):
    source, german, korean = lineage
    Remake.objects.create(remake=make_film("Fourth", 2023), source=german)
    fourth = Film.objects.get(title="Fourth")
    with violated("remake_closes_no_circle"):
        if save == "create":
            Remake.objects.create(remake=source, source=fourth)
        elif save == "bulk_create":
            Remake.objects.bulk_create([Remake(remake=source, source=fourth)])
        else:
            Remake.objects.filter(remake=korean).update(remake=source, source=fourth)


def test_an_edge_can_be_turned_round():
    one, other = make_film("One", 2000), make_film("Other", 2000)
    Remake.objects.link(one, other)
    Remake.objects.update(remake=other, source=one)
    assert list(Remake.objects.values_list("remake__title", "source__title")) == [("Other", "One")]


def test_linking_draws_a_family_with_the_address_of_its_original(lineage):
    family = Family.objects.get()
    assert family.get_absolute_url() == "/families/retribution-2015/"
    assert [film.title for film in family.members()] == ["Retribution", "Don't. Get. Out!", "Hard Hit"]


def test_members_know_who_remade_what(lineage):
    source, german, korean = Family.objects.get().members()
    assert (source.made_from, [edge.remake for edge in source.made_into]) == ([], [german, korean])
    assert ([edge.source for edge in korean.made_from], korean.made_into) == ([source], [])


def test_two_families_that_a_remake_joins_become_the_older_one(lineage):
    other = make_film("Other", 2022)
    Remake.objects.link(make_film("Other again", 2023), other)
    kept = Family.objects.get(slug="retribution-2015")
    Remake.objects.link(other, Film.objects.get(title="Hard Hit"))
    assert Family.objects.get() == kept
    assert kept.films.count() == 5


def test_a_family_without_remakes_is_gone_and_its_films_stay(lineage):
    Remake.objects.all().delete()
    Family.objects.redraw(lineage)
    assert Family.objects.count() == 0
    assert Film.objects.filter(family=None).count() == 3


def test_a_family_that_falls_apart_keeps_its_address_for_one_part(lineage):
    source, german, _ = lineage
    Remake.objects.link(make_film("Fourth", 2023), german)
    Remake.objects.filter(remake=german).delete()
    Family.objects.redraw([german, source])
    families = {family.slug: {film.title for film in family.members()} for family in Family.objects.all()}
    assert families == {
        "retribution-2015": {"Retribution", "Hard Hit"},
        "dont-get-out-2018": {"Don't. Get. Out!", "Fourth"},
    }


def test_redrawing_all_families_changes_nothing_that_is_right(lineage):
    before = list(Film.objects.values_list("pk", "family"))
    Family.objects.redraw()
    assert list(Film.objects.values_list("pk", "family")) == before


def test_a_remake_is_of_a_known_kind_and_its_address_of_the_web(lineage):
    edge = Remake.objects.first()
    with violated("remake_kind_is_known"), transaction.atomic():
        Remake.objects.filter(pk=edge.pk).update(kind="copy")
    with violated("remake_address_is_of_the_web"):
        Remake.objects.filter(pk=edge.pk).update(address="javascript:alert(1)")


def test_a_remake_with_an_address_is_sourced(lineage):
    Remake.objects.filter(remake__title="Hard Hit").update(address="https://www.example.org/hard-hit")
    said = {edge.remake.title: edge.sourced for edge in Remake.objects.with_evidence().select_related("remake")}
    assert said == {"Don't. Get. Out!": False, "Hard Hit": True}
    assert Remake.objects.get(remake__title="Hard Hit").host == "example.org"


@pytest.mark.parametrize(
    ("kind", "of", "made_as"),
    [
        ("remake", "remake of", "made again as"),
        ("adaptation", "from the same source as", "its source adapted again as"),
        ("re-edit", "re-edit of", "re-edited as"),
        ("sequel", "sequel to", "followed by"),
        ("other", "related to", "related to"),
    ],
)
def test_the_words_of_an_edge_fit_its_kind(kind, of, made_as):
    film, source = make_film("One, again", 2001), make_film("One", 2000)
    edge = Remake.objects.link(film, source, kind=kind)
    assert str(edge) == f"One, again (2001), {of} One (2000)"
    one, again = Family.objects.get().members()
    assert (one.ties, again.ties) == ([(made_as, [again])], [(of, [one])])


def test_a_remake_stands_after_its_source_even_where_a_year_is_wrong(lineage):
    Film.objects.filter(title="Retribution").update(year=2030)
    assert [film.title for film in Family.objects.get().members()] == ["Retribution", "Don't. Get. Out!", "Hard Hit"]


def test_the_address_of_a_family_that_was_joined_to_another_leads_on_until_it_has_its_own_again(lineage):
    other = make_film("Other", 2022)
    Remake.objects.link(make_film("Other again", 2023), other)
    joining = Remake.objects.link(other, lineage[2])
    (address,) = FamilyAddress.objects.all()
    assert (address.slug, address.get_absolute_url()) == ("other-2022", "/families/retribution-2015/")
    joining.delete()
    Family.objects.redraw([other, lineage[2]])
    assert sorted(Family.objects.values_list("slug", flat=True)) == ["other-2022", "retribution-2015"]
    assert FamilyAddress.objects.count() == 0


def test_the_address_of_a_family_that_is_gone_leads_to_its_original(lineage):
    Remake.objects.all().delete()
    Family.objects.redraw()
    assert FamilyAddress.objects.get(slug="retribution-2015").get_absolute_url() == "/films/retribution-2015/"


def test_a_familys_address_survives_a_new_title_of_its_original_and_an_earlier_original(lineage):
    source = Film.objects.get(title="Retribution")
    source.title = "El desconocido"
    source.save()
    Remake.objects.link(source, make_film("The Stranger", 1950))
    family = Family.objects.get()
    assert (family.slug, str(family)) == ("retribution-2015", "The Stranger")


def _catalogue_of(families):
    films = [Film(title=f"{name} {number}", year=2000 + number) for name in range(families) for number in range(3)]
    Film.objects.add(films)
    edges = [Remake(remake=films[at + later], source=films[at]) for at in range(0, len(films), 3) for later in (1, 2)]
    Remake.objects.bulk_create(edges)


def test_redrawing_everything_takes_few_variables_and_few_queries():
    """However many films there are: SQLite allows 250,000 variables in a query, and some builds 32,766."""
    _catalogue_of(families=700)
    taken = []

    def watch(execute, sql, params, many, context):
        taken.append(0 if many else len(params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        Family.objects.redraw()
    assert (Family.objects.count(), Film.objects.filter(family=None).count()) == (700, 0)
    assert max(taken) <= 1000
    assert len(taken) < 30


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] > pair[1]), max_size=12))
@settings(max_examples=settings.default.max_examples // 4)
def test_families_drawn_edge_by_edge_are_those_drawn_at_once(edges):
    with transaction.atomic():
        films = [make_film(f"Film {number}", 2000 + number) for number in range(8)]
        for remake, source in edges:
            Remake.objects.link(films[remake], films[source])
        for edge in Remake.objects.all()[::2]:
            edge.delete()
            Family.objects.redraw([edge.remake, edge.source])
        stepwise = _groups()
        Family.objects.all().delete()
        Family.objects.redraw()
        assert _groups() == stepwise
        transaction.set_rollback(True)


def _groups():
    homes = {}
    for film in Film.objects.exclude(family=None):
        homes.setdefault(film.family_id, set()).add(film.title)
    return sorted(sorted(group) for group in homes.values())


def test_films_added_at_once_are_as_if_saved_one_by_one():
    make_film("AI", 2001)
    Film.objects.add([Film(title=title, year=2001) for title in ("A/I", "The Thing", "기생충")])
    films = {film.title: (film.slug, film.title_key, film.sort_title) for film in Film.objects.all()}
    assert films == {
        "AI": ("ai-2001", "ai", "ai"),
        "A/I": ("ai-2-2001", "a i", "a i"),
        "The Thing": ("the-thing-2001", "the thing", "thing"),
        "기생충": ("film-2001", "기생충", "기생충"),
    }


def test_a_film_that_has_left_its_family_founds_another_under_an_address_beside_it(lineage):
    source, german, korean = lineage
    Remake.objects.filter(source=source).delete()
    Remake.objects.link(korean, german)
    Family.objects.update(slug="retribution-2015")
    Remake.objects.link(make_film("Retribution", 2023), source)
    assert sorted(Family.objects.values_list("slug", flat=True)) == ["retribution-2015", "retribution-2015-2"]

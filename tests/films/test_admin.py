import pytest
from django.urls import reverse

from films.models import Family, Film, Remake
from tests.factories import make_admin, make_film

pytestmark = pytest.mark.django_db


@pytest.fixture
def edge(client):
    client.force_login(make_admin())
    return Remake.objects.link(make_film("Hard Hit", 2021), make_film("Retribution", 2015))


def families():
    return {family.slug: [film.title for film in family.members()] for family in Family.objects.all()}


def test_a_remake_added_joins_a_family(client, edge):
    third = make_film("Don't. Get. Out!", 2018)
    client.post(reverse("admin:films_remake_add"), {"remake": third.pk, "source": edge.source_id, "kind": "remake"})
    assert families() == {"retribution-2015": ["Retribution", "Don't. Get. Out!", "Hard Hit"]}


def test_a_remake_moved_to_another_source_leaves_its_family(client, edge):
    other = make_film("Speed", 1994)
    said = {"remake": edge.remake_id, "source": other.pk, "kind": "remake"}
    client.post(reverse("admin:films_remake_change", args=[edge.pk]), said)
    assert [sorted(films) for films in families().values()] == [["Hard Hit", "Speed"]]


def test_a_circle_is_refused_with_a_sentence(client, edge):
    said = {"remake": edge.source_id, "source": edge.remake_id, "kind": "remake"}
    response = client.post(reverse("admin:films_remake_add"), said)
    assert "already descends from" in response.content.decode()
    assert Remake.objects.count() == 1


@pytest.mark.parametrize("nonsense", ["", "nobody", "²", "-1", "9" * 18, "9" * 19, "9" * 30])
@pytest.mark.parametrize(
    ("name", "field"), [("films_remake", "source"), ("reviews_review", "film"), ("reviews_review", "user")]
)
def test_what_is_no_row_is_not_chosen(client, edge, name, field, nonsense):
    response = client.post(reverse(f"admin:{name}_add"), {field: nonsense})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors[field if nonsense or field != "user" else "body"]


def test_a_film_that_is_there_already_is_refused_with_a_sentence(client, edge):
    inline = {"titles-TOTAL_FORMS": 0, "titles-INITIAL_FORMS": 0}
    response = client.post(reverse("admin:films_film_add"), {"title": "hard hit!", "year": 2021, **inline})
    assert "There is a film of this title and year already." in response.text


def test_a_remake_deleted_dissolves_its_family(client, edge):
    client.post(reverse("admin:films_remake_delete", args=[edge.pk]), {"post": "yes"})
    assert families() == {}
    assert Film.objects.count() == 2


@pytest.mark.parametrize("model", ["remake", "film"])
def test_the_action_that_deletes_redraws_the_families(client, edge, model):
    chosen = edge.pk if model == "remake" else edge.source_id
    data = {"action": "delete_selected", "_selected_action": [chosen], "post": "yes"}
    client.post(reverse(f"admin:films_{model}_changelist"), data)
    assert families() == {}


def test_a_film_deleted_leaves_its_family(client, edge):
    Remake.objects.link(make_film("Don't. Get. Out!", 2018), edge.source)
    client.post(reverse("admin:films_film_delete", args=[edge.remake_id]), {"post": "yes"})
    assert families() == {"retribution-2015": ["Retribution", "Don't. Get. Out!"]}


def film_form(film, made_from=(), made_into=()):
    """What the page of a film sends: its facts, and its edges as (id or "", the other film, kind)."""
    data = {"title": film.title, "year": film.year, "titles-TOTAL_FORMS": 0, "titles-INITIAL_FORMS": 0}
    for prefix, other, edges in (("source_edges", "source", made_from), ("remake_edges", "remake", made_into)):
        data |= {f"{prefix}-TOTAL_FORMS": len(edges), f"{prefix}-INITIAL_FORMS": sum(bool(pk) for pk, *_ in edges)}
        for number, (pk, end, kind) in enumerate(edges):
            this = "remake" if other == "source" else "source"
            said = {"id": pk, other: end.pk, this: film.pk, "kind": kind, "address": ""}
            data |= {f"{prefix}-{number}-{name}": value for name, value in said.items()}
    return data


def test_the_page_of_a_film_shows_and_takes_its_edges_on_both_sides(client, edge):
    film, later, other = edge.remake, make_film("Later", 2023), make_film("Speed", 1994)
    data = film_form(film, made_from=[(edge.pk, other, "adaptation")], made_into=[("", later, "sequel")])
    response = client.post(reverse("admin:films_film_change", args=[film.pk]), data)
    assert response.status_code == 302
    assert families() == {"retribution-2015": ["Speed", "Hard Hit", "Later"]}
    assert sorted(Remake.objects.values_list("kind", flat=True)) == ["adaptation", "sequel"]
    page = client.get(reverse("admin:films_film_change", args=[film.pk])).text
    assert "Hard Hit (2021), from the same source as Speed (1994)" in page
    assert "Later (2023), sequel to Hard Hit (2021)" in page


def test_an_edge_that_closes_a_circle_is_refused_on_the_page_of_a_film(client, edge):
    data = film_form(edge.source, made_from=[("", edge.remake, "remake")])
    response = client.post(reverse("admin:films_film_change", args=[edge.source_id]), data)
    assert "already descends from" in response.text
    assert Remake.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Hard Hit", "Later"]),
        ("sourced=no", ["Hard Hit"]),
        ("sourced=yes", ["Later"]),
        ("kind__exact=sequel", ["Later"]),
    ],
)
def test_remakes_are_filtered_by_evidence_and_kind(client, edge, query, found):
    Remake.objects.link(make_film("Later", 2023), edge.source, kind="sequel", address="https://example.org/")
    response = client.get(f"{reverse('admin:films_remake_changelist')}?{query}")
    assert sorted(edge.remake.title for edge in response.context["cl"].queryset) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [("decade=2010", ["Retribution"]), ("decade=2020", ["Hard Hit"]), ("decade=x", ["Hard Hit", "Retribution"])],
)
def test_films_are_filtered_by_decade(client, edge, query, found):
    response = client.get(f"{reverse('admin:films_film_changelist')}?{query}")
    assert sorted(film.title for film in response.context["cl"].queryset) == found


def test_families_are_to_look_at_only_and_lead_to_their_films_and_remakes(client, edge):
    family = Family.objects.get()
    page = client.get(reverse("admin:films_family_change", args=[family.pk])).text
    assert reverse("admin:films_film_change", args=[edge.remake_id]) in page
    assert reverse("admin:films_remake_change", args=[edge.pk]) in page
    assert "2015 to 2021" in client.get(reverse("admin:films_family_changelist")).text
    assert client.get(reverse("admin:films_family_add")).status_code == 403
    assert client.post(reverse("admin:films_family_change", args=[family.pk])).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_families_takes_the_same_queries_for_any_number(client, edge, django_assert_num_queries, count):
    for number in range(count):
        Remake.objects.link(make_film(f"Remake {number}", 2020), make_film(f"Film {number}", 2000))
    with django_assert_num_queries(5):
        client.get(reverse("admin:films_family_changelist"))


@pytest.mark.parametrize("typed", ["Hard Hit (2021)", "hard hit 2021", "Hard Hit"])
def test_a_film_is_found_as_it_is_named(client, typed):
    client.force_login(make_admin())
    film, other = make_film("Hard Hit", 2021), make_film("Up", 2009)
    found = client.get(reverse("admin:films_film_changelist"), {"q": typed}).context["cl"].result_list
    assert (film in found, other in found) == (True, False)


def test_a_number_in_a_title_is_no_year(client):
    client.force_login(make_admin())
    film = make_film("Blade Runner 2049", 2017)
    assert [
        *client.get(reverse("admin:films_film_changelist"), {"q": "Blade Runner 2049"}).context["cl"].result_list
    ] == [film]

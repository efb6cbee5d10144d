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

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from reviews.models import Import


def away(*_):
    raise OperationalError("the database does not answer")


@pytest.mark.parametrize("address", ["/healthz", "/healthz/ready"])
@pytest.mark.django_db
def test_whoever_asks_is_told_and_nothing_is_kept(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"], answer.cookies) == (200, "no-store", {})
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


def test_to_live_needs_no_database(client):
    # Without the mark of pytest-django a query would fail the test.
    assert client.get("/healthz").content == b"alive\n"


@pytest.mark.django_db
def test_without_the_database_a_process_lives_but_is_not_ready(client):
    with connection.execute_wrapper(away):
        assert client.get("/healthz").status_code == 200
        answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["ready"], answer.json()["parts"]["database"]) == (503, False, False)


@pytest.mark.django_db
def test_without_the_cache_a_process_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(type(cache._connections[cache._alias]), "get", away)
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["parts"]) == (503, {"database": True, "cache": False})


@pytest.fixture
def counted(settings):
    settings.METRICS = True
    settings.METRICS_TOKEN = ""
    return settings


@pytest.mark.django_db
def test_metrics_are_there_only_where_they_are_wanted(client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_metrics_tell_a_program_on_this_machine_what_waits(client, counted):
    Import.objects.create(status=Import.Status.RUNNING)
    lines = client.get("/metrics").text.splitlines()
    assert "reprise_database_up 1.0" in lines
    assert "reprise_unattended_imports 1.0" in lines
    with connection.execute_wrapper(away):
        assert "reprise_database_up 0.0" in client.get("/metrics").text.splitlines()
    assert client.post("/metrics").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("asking", [{"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": ""}, {"HTTP_X_FORWARDED_FOR": "::1"}])
def test_metrics_tell_nobody_from_elsewhere(counted, asking):
    assert Client(**asking).get("/metrics").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "status"), [("Bearer right", 200), ("Bearer wrong", 403), ("right", 403), ("Bearer ré", 403), ("", 403)]
)
def test_with_a_token_metrics_tell_only_who_has_it(counted, given, status):
    counted.METRICS_TOKEN = "right"
    assert Client(REMOTE_ADDR="192.0.2.1", HTTP_AUTHORIZATION=given).get("/metrics").status_code == status

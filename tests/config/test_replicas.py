import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse

from accounts.models import User
from config import replicas
from films.models import Film
from reviews.models import Review


@pytest.fixture
def router(monkeypatch):
    """With one replica that is good, which nothing is asked of."""
    replica = replicas.Replica("replica 1")
    replica._looked_at, replica._good = float("inf"), True
    monkeypatch.setattr(replicas, "replicas", {"replica 1": replica})
    return replicas.Router()


def asking(rf, router, *, method="GET", address="/", cookies="", then=None):
    """Where a request reads films from, and what is answered."""
    found = []

    def view(request):
        if then:
            then()
        found.append(router.db_for_read(Film))
        return HttpResponse()

    request = rf.generic(method, address, headers={"cookie": cookies})
    return found, replicas.ReadFromReplicas(view)(request)


def test_pages_are_read_from_a_replica(rf, router):
    found, response = asking(rf, router)
    assert (found, response.cookies) == (["replica 1"], {})


def test_people_and_what_belongs_to_them_are_read_from_the_primary(rf, router):
    found = []
    asking(rf, router, then=lambda: found.append(router.db_for_read(User)))
    assert found == ["default"]


@pytest.mark.parametrize("given", [{"method": "POST"}, {"address": "/admin/"}, {"cookies": "wrote=1"}])
def test_who_writes_or_has_just_written_reads_from_the_primary(rf, router, given):
    assert asking(rf, router, **given)[0] == ["default"]


def test_who_has_written_stays_with_the_primary_for_some_seconds(rf, router):
    found, response = asking(rf, router, then=lambda: router.db_for_write(Review))
    assert found == ["default"]
    assert (response.cookies["wrote"]["max-age"], response.cookies["wrote"]["httponly"]) == (replicas.SETTLED, True)
    assert "wrote" in asking(rf, router, method="POST")[1].cookies


@pytest.mark.django_db
def test_inside_a_transaction_all_is_read_from_the_primary(rf, router):
    with transaction.atomic():
        assert asking(rf, router)[0] == ["default"]


def test_outside_a_request_all_is_read_from_the_primary(router):
    assert router.db_for_read(Film) == "default"


def test_without_a_good_replica_all_is_read_from_the_primary(rf, router):
    replicas.replicas["replica 1"].lost()
    replicas.replicas["replica 1"]._looked_at = float("inf")
    assert asking(rf, router)[0] == ["default"]


def test_only_the_primary_is_migrated(router):
    assert [router.allow_migrate(db, "films") for db in ("default", "replica 1")] == [True, False]


@pytest.mark.parametrize(
    ("primary", "followers", "good"),
    [
        ([100], [100], True),
        ([100], [99], False),
        # What it has is what the primary had two seconds before.
        ([100, 150, 200], [90, 90, 100], True),
        # Or four seconds before, which is too long ago.
        ([100, 200, 300, 400, 500], [0, 0, 0, 0, 100], False),
    ],
)
def test_a_replica_is_good_that_is_no_more_than_some_seconds_behind(monkeypatch, primary, followers, good):
    replica = replicas.Replica("replica 1")
    for second, positions in enumerate(zip(primary, followers, strict=True)):
        given = dict(zip(("default", "replica 1"), positions, strict=True))
        monkeypatch.setattr(replicas, "_position", lambda alias, _, given=given: given[alias])
        found = replica._look(second * 1.01)
    assert found is good


@pytest.mark.parametrize(("lost", "good"), [("replica 1", False), ("default", True)])
def test_a_replica_that_does_not_answer_is_not_good_and_one_without_a_primary_is(monkeypatch, lost, good):
    def position(alias, function):
        if alias == lost:
            raise replicas.AWAY[0]
        return 1

    monkeypatch.setattr(replicas, "_position", position)
    assert replicas.Replica("replica 1")._look(0) is good


def test_the_settings_of_one_machine_know_no_replicas(settings):
    assert (list(settings.DATABASES), settings.PAGECACHE_SETTLING) == (["default"], 0)
    call_command("check")

from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from config.sqlite import base
from films import bulk
from films.models import Film
from tests.factories import make_film

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one lock for all writers"),
]


@pytest.fixture
def locked():
    """Somebody else holds the lock until the event that this gives is set."""
    held, release = Event(), Event()

    def hold():
        with transaction.atomic():
            held.set()
            release.wait(10)
        connection.close()

    other = Thread(target=hold)
    other.start()
    held.wait(10)
    yield release
    release.set()
    other.join()


def test_a_writer_waits_until_the_lock_is_free(locked):
    Thread(target=locked.set).start()
    with transaction.atomic():
        make_film("Hard Hit", 2021)
    assert Film.objects.count() == 1


def test_a_statement_without_a_transaction_waits_too(locked):
    Thread(target=locked.set).start()
    assert Film.objects.update(country="Spain") == 0


def test_a_writer_gives_up_when_its_patience_ends(locked, monkeypatch):
    monkeypatch.setattr(base, "PATIENCE", 0)
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        make_film("Hard Hit", 2021)
    locked.set()
    monkeypatch.undo()
    with transaction.atomic():
        make_film("Hard Hit", 2021)
    assert Film.objects.count() == 1


def test_who_has_the_lock_can_see_that_somebody_waits(locked, monkeypatch):
    monkeypatch.setattr(base, "PATIENCE", 0.01)
    connection.waits._seconds[0] = 0
    assert not bulk.somebody_waits(within=60)
    with pytest.raises(OperationalError), transaction.atomic():
        make_film("Hard Hit", 2021)
    assert bulk.somebody_waits(within=60)
    assert not bulk.somebody_waits(within=0)
    locked.set()


def test_a_connection_that_stores_much_has_a_larger_cache_until_it_is_done():
    def cache_size():
        with connection.cursor() as cursor:
            return cursor.execute("PRAGMA cache_size").fetchone()[0]

    usual = cache_size()
    with bulk.storing_much():
        assert cache_size() == -64_000
    assert cache_size() == usual == -20_000

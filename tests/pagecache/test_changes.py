import pytest
from django.db import connection, transaction

import pagecache
from films.models import Film
from pagecache.changes import _READS, _is_shown
from pagecache.stamps import ANYTHING, UNNAMED, shared, slot_of
from tests.factories import make_film, make_user

SLOTS = {"anything": ANYTHING, "unnamed": UNNAMED, "one": slot_of("one"), "two": slot_of("two")}


class Seen:
    """Which stamps have changed since it was asked last."""

    def __init__(self):
        self.stamps = self._now()

    def __call__(self):
        before, self.stamps = self.stamps, self._now()
        return [name for name in SLOTS if before[name] != self.stamps[name]]

    def _now(self):
        return dict(zip(SLOTS, shared().now(SLOTS.values()), strict=True))


@pytest.fixture
def seen(transactional_db):
    connection.ensure_connection()
    return Seen()


def test_a_write_that_nobody_has_named_makes_every_page_stale(seen):
    make_film()
    assert seen() == ["anything", "unnamed"]


def test_reading_makes_nothing_stale(seen):
    with transaction.atomic():
        list(Film.objects.select_for_update())
        Film.objects.count()
    assert seen() == []


def test_named_writes_make_only_those_pages_stale_that_show_them(seen):
    with pagecache.changing("one"):
        make_film()
    assert seen() == ["anything", "one"]


def test_nothing_is_stale_before_the_commit(seen):
    with transaction.atomic():
        with pagecache.changing("one"):
            make_film("Up", 2009)
        pagecache.changed("two")
        make_film()
        assert seen() == []
    assert seen() == ["anything", "unnamed", "one", "two"]


def test_what_is_rolled_back_makes_nothing_stale(seen):
    with transaction.atomic():
        make_film()
        transaction.set_rollback(True)
    assert seen() == []


def test_named_writes_inside_named_writes(seen):
    with pagecache.changing("one"):
        with pagecache.changing("two"):
            make_film()
        make_film("Up", 2009)
    assert seen() == ["anything", "one", "two"]


@pytest.mark.parametrize(
    "write",
    [
        lambda film: Film.objects.filter(pk=film.pk).update(title="Up"),
        lambda film: Film.objects.bulk_update([film], ["title"]),
        lambda film: Film.objects.bulk_create([Film(title="Up", year=2009, slug="up", title_key="up")]),
        lambda film: Film.objects.all().delete(),
        lambda film: connection.cursor().execute("update films_film set title = %s", ["Up"]),
        lambda film: connection.cursor().executemany("UPDATE films_film SET title = %s", [["Up"], ["Down"]]),
    ],
)
def test_no_way_of_writing_goes_unnoticed(seen, write):
    film = make_film()
    seen()
    write(film)
    assert seen() == ["anything", "unnamed"]


def test_signing_in_makes_nothing_stale(seen, client):
    user = make_user()
    seen()
    client.force_login(user)
    assert seen() == []


def test_a_new_name_makes_every_page_stale(seen):
    user = make_user()
    seen()
    user.username = "maud"
    user.save()
    assert seen() == ["anything", "unnamed"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "  select 1",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH RECURSIVE kin AS (SELECT 1) SELECT * FROM kin",
        'SAVEPOINT "s1"',
        "BEGIN IMMEDIATE",
        "PRAGMA foreign_keys",
        "EXPLAIN QUERY PLAN SELECT 1",
    ],
)
def test_statements_that_only_read(statement):
    assert _READS.match(statement)


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO "reviews_review" VALUES (1)',
        "INSERT OR IGNORE INTO reviews_review VALUES (1)",
        "REPLACE INTO reviews_review VALUES (1)",
        "\n    UPDATE reviews_review SET body = ''",
        'DELETE FROM "films_film"',
        "WITH gone AS (DELETE FROM films_film RETURNING id) SELECT * FROM gone",
        "TRUNCATE films_film",
        "ALTER TABLE films_film ADD COLUMN x",
        "MERGE INTO films_film USING x ON true",
        "SETTLE",
        'UPDATE "accounts_user" SET "username" = %s, "last_login" = %s WHERE 1',
    ],
)
def test_statements_that_write_what_is_shown(statement):
    assert not _READS.match(statement)
    assert _is_shown(statement)


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO "django_session" VALUES (1)',
        'UPDATE "reviews_importrow" SET "state" = %s',
        'DELETE FROM "account_emailaddress"',
        'UPDATE "accounts_user" SET "last_login" = %s WHERE "accounts_user"."id" = %s',
    ],
)
def test_statements_that_write_what_nobody_is_shown(statement):
    assert not _is_shown(statement)

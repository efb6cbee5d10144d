"""Whether a database is whole: what its engine can check, and what the totals of rows must be by the rows themselves.

These are counted in statements of their own, which share nothing with the code that keeps the totals or mends them.
"""

from django.db import connection

# What must find nothing, by what it means.
ODD = {
    "standings whose totals are not those of the votes": """
        SELECT review_id FROM reviews_standing s
        WHERE votes_total <> (SELECT count(*) FROM reviews_helpfulvote v WHERE v.review_id = s.review_id AND weight > 0)
            OR votes_yes <> (
                SELECT count(*) FROM reviews_helpfulvote v WHERE v.review_id = s.review_id AND weight > 0 AND helpful
            )""",
    "published reviews without a standing, or others with one": """
        SELECT id FROM reviews_review r
        WHERE (state = 'published') <> EXISTS (SELECT 1 FROM reviews_standing s WHERE s.review_id = r.id)""",
    "films that say another number of reviews": """
        SELECT id FROM films_film f
        WHERE review_count <> (SELECT count(*) FROM reviews_standing s WHERE s.film_id = f.id)""",
}
# amcheck comes with PostgreSQL: every row of a table, and that every index of it has all of them in order.
HEAPS = """SELECT c.relname, damage.msg FROM pg_class c CROSS JOIN LATERAL verify_heapam(c.oid) damage
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"""
INDEXES = """SELECT bt_index_check(c.oid, heapallindexed => true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
    WHERE c.relkind = 'i' AND a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace"""
UNPROVEN = "SELECT conname FROM pg_constraint WHERE NOT convalidated"


def faults():
    """In words; on PostgreSQL a damaged index raises."""
    with connection.cursor() as cursor:
        damaged = _of_sqlite(cursor) if connection.vendor == "sqlite" else _of_postgresql(cursor)
        odd = {what: _rows(cursor, statement) for what, statement in ODD.items()}
    return [*damaged, *(f"{len(rows)} {what}, such as {rows[:3]}" for what, rows in odd.items() if rows)]


def _of_sqlite(cursor):
    found = [*_rows(cursor, "PRAGMA integrity_check"), *_rows(cursor, "PRAGMA foreign_key_check")]
    return [str(row) for row in found if row != ("ok",)]


def _of_postgresql(cursor):
    cursor.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
    cursor.execute(INDEXES)
    return [str(row) for row in [*_rows(cursor, HEAPS), *_rows(cursor, UNPROVEN)]]


def _rows(cursor, statement):
    cursor.execute(statement)
    return [tuple(row) for row in cursor.fetchall()]

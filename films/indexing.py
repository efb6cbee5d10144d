"""What the search looks things up in lags behind the tables, so that nobody who writes waits for it.

Triggers in the database leave the id of every film that is written or deleted, and of every review that is changed or
deleted, in a queue beside its table, whoever writes it and however many at once; `ReviewQuerySet.announce` does so for
new reviews. Catching up takes ids off the queue and indexes their rows, in short
transactions: whoever is killed meanwhile has done nothing or a whole batch, and a vote never waits long for the lock.
"""

from django.db import connection, transaction

from films import bulk

BATCH = 200  # some 15 ms of work, rarely 40


def queue(name, ids):
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {name} (changed_id) VALUES (%s)", [(pk,) for pk in ids])  # noqa: S608 -- ours


def catch_up(queue, index, at_most=None):
    """Calls `index` with the ids in the queue, batch by batch, and returns how many there were.

    Stops at `at_most`, so that a request does not do the work of a worker.
    """
    done = 0
    while (at_most is None or done < at_most) and _waits(queue):
        with transaction.atomic():
            ids = _take(queue)
            index(ids)
        done += len(ids)
        bulk.give_way()
    return done


def _waits(queue):
    """Looks before a transaction is begun, because SQLite's begins with the lock for writing."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {queue} LIMIT 1")  # noqa: S608 -- our own name
        return cursor.fetchone() is not None


def _take(queue):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One at a time: two that index the same row could leave the older text standing.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [queue])
        cursor.execute(
            f"DELETE FROM {queue} WHERE id IN (SELECT id FROM {queue} ORDER BY id LIMIT %s) RETURNING changed_id",  # noqa: S608
            [BATCH],
        )
        return sorted({changed for (changed,) in cursor.fetchall()})

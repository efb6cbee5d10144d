"""The statements by which a vote is read and written.

They are SQL, because building them anew for every vote takes Django some thirty times as long as the database takes to
run them (`benchmarks/votes.py`), and while one voter holds the lock the others wait.
"""

from django.db import connection
from django.utils import timezone

from reviews.models.votes import Standing

STANDING = ["review_id", "film_id", "votes_yes", "votes_total", "score", "recency", "percent"]
READ_STANDING = """SELECT review_id, film_id, votes_yes, votes_total, score, recency, percent
    FROM reviews_standing WHERE review_id = %s"""
READ = "SELECT helpful FROM reviews_helpfulvote WHERE user_id = %s AND review_id = %s"
WRITE = """INSERT INTO reviews_helpfulvote (user_id, review_id, helpful, cast_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (user_id, review_id) DO UPDATE SET helpful = excluded.helpful, cast_at = excluded.cast_at"""
WITHDRAW = "DELETE FROM reviews_helpfulvote WHERE user_id = %s AND review_id = %s"
COUNT = "UPDATE reviews_standing SET votes_yes = %s, votes_total = %s, score = %s WHERE review_id = %s"


class Ballot:
    """One reader's vote on one review, within a transaction."""

    def __init__(self, cursor, user_id, review_id):
        self._cursor, self._key = cursor, (user_id, review_id)

    def lock_standing(self):
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        self._cursor.execute(READ_STANDING + lock, self._key[1:])
        return Standing.from_db(connection.alias, STANDING, self._cursor.fetchone())

    def read(self):
        """True or False as the vote stands, None for no vote."""
        self._cursor.execute(READ, self._key)
        found = self._cursor.fetchone()
        return bool(found[0]) if found else None

    def write(self, helpful):
        if helpful is None:
            self._cursor.execute(WITHDRAW, self._key)
        else:
            now = connection.ops.adapt_datetimefield_value(timezone.now())
            self._cursor.execute(WRITE, [*self._key, helpful, now])

    def count(self, standing):
        self._cursor.execute(COUNT, [standing.votes_yes, standing.votes_total, standing.score, standing.review_id])

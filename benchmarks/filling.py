"""A site filled with reviews in SQL, which takes seconds where an import takes minutes.

A fifth of the reviews are of the first film, so that its last page lies deep. Every text has the word “common”, one in
five thousand the word “rare”, and the others are spread as in real ones.
"""

import os
import random
from pathlib import Path

from benchmarks.texts import vocabulary

ROOT = Path(__file__).parent.parent
PARAGRAPHS = 1009  # each review is put together from two of them


FILL = (
    """WITH RECURSIVE n(i) AS (SELECT {low} UNION ALL SELECT i + 1 FROM n WHERE i < {high})
    INSERT INTO reviews_review (id, film_id, author, headline, rating, rating_scale, date, spoiler, language, source,
        content_key, mark_a, mark_b, created_at, state, collapsed, body)
    SELECT i, CASE WHEN i % 5 = 0 THEN 1 ELSE 2 + i % ({films} - 1) END, 'Reader ' || (i % 50000), 'Number ' || i,
        1 + i * 7 % 10, 10, date('2000-01-01', (i % 9000) || ' days'), i % 9 = 0, 'en', '',
        printf('%032x', i), i, -i, '2026-01-01', 'published', 0,
        'A common ' || CASE WHEN i % 5000 = 7 THEN 'rare ' ELSE '' END || first.text || char(10, 10) || second.text
    FROM n JOIN paragraphs first ON first.id = i % {paragraphs}
    JOIN paragraphs second ON second.id = (i * 31 + i / {paragraphs}) % {paragraphs}""",
    """INSERT INTO reviews_standing (review_id, film_id, votes_yes, votes_total, votes_before, weight_yes, weight_total,
        score, recency, percent, spoiler, language, turn, rule)
    SELECT id, film_id, id % 7, id % 11 + 7, 0, id % 7, id % 11 + 7, (id % 7 + 2.0) / (id % 11 + 11),
        730000 + id % 9000, rating * 10, spoiler, language, id * 2654435761 % 2147483648, 1
    FROM reviews_review WHERE id >= {low}""",
)


def set_up(folder):
    """Sets Django up with its data in the folder, and without the page cache."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "x" * 50, "DEBUG": "no",
        "ALLOWED_HOSTS": "testserver", "DATA_DIR": str(folder),
    }  # fmt: skip
    import django

    django.setup()


def begin(films):
    """An empty site with so many films."""
    from django.core.management import call_command
    from django.db import connection

    from films.models import Film

    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0)
    for start in range(0, films, 1000):
        numbers = range(start, min(start + 1000, films))
        Film.objects.add([Film(title=f"Film number {number}", year=1950 + number % 75) for number in numbers])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM films_unindexed")


def fill(low, high, films, *, searchable=False):
    """Adds the reviews with the ids from `low` to `high`."""
    from django.db import connection

    from films.models import Film
    from reviews import search
    from reviews.models import Standing

    with connection.cursor() as cursor:
        _write_paragraphs(cursor)
        for statement in FILL:
            cursor.execute(statement.format(low=low, high=high, films=films, paragraphs=PARAGRAPHS))
        for queue in ("unread", "regrouped", *([] if searchable else ["unindexed"])):
            cursor.execute(f"DELETE FROM reviews_{queue}")
    if searchable:
        search.catch_up()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    stored = list(Film.objects.only("pk"))
    for start in range(0, films, 500):
        Standing.objects.recount(stored[start : start + 500])


def _write_paragraphs(cursor):
    dice = random.Random(1)
    words = vocabulary(dice)
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS paragraphs (id INTEGER PRIMARY KEY, text TEXT)")
    paragraphs = [(number, " ".join(dice.choices(words, k=dice.randint(20, 160)))) for number in range(PARAGRAPHS)]
    cursor.executemany("INSERT OR REPLACE INTO paragraphs VALUES (%s, %s)", paragraphs)

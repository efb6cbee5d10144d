"""Lists, drawings of ratings and pages at 10,000, 100,000 and (given as an argument) more reviews.

One film has a fifth of all, so that its last page lies deep. Prints medians of processor time and, against each other,
the targets: L1, the last page of that film takes at most 1.5 times as long as its first; L2, what sums ratings up takes
at most 1.2 times as long at the largest size as at the smallest.

    .venv/bin/python benchmarks/lists.py [SIZE …]
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SIZES = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
FILMS = 2_000
ROUNDS = 15


def prepare(folder):
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "x" * 50, "DEBUG": "no",
        "ALLOWED_HOSTS": "testserver", "DATA_DIR": folder,
    }  # fmt: skip
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


FILL = (
    """WITH RECURSIVE n(i) AS (SELECT {low} UNION ALL SELECT i + 1 FROM n WHERE i < {high})
    INSERT INTO reviews_review (id, film_id, author, headline, rating, rating_scale, date, spoiler, language, source,
        content_key, mark_a, mark_b, created_at, body)
    SELECT i, CASE WHEN i % 5 = 0 THEN 1 ELSE 2 + i % ({films} - 1) END, 'Reader ' || (i % 50000), 'Number ' || i,
        1 + i * 7 % 10, 10, date('2000-01-01', (i % 9000) || ' days'), i % 9 = 0, 'en', '',
        printf('%032x', i), i, -i, '2026-01-01', 'Words of review ' || i || hex(zeroblob(200)) FROM n""",
    """INSERT INTO reviews_standing (review_id, film_id, votes_yes, votes_total, votes_before, weight_yes, weight_total,
        score, recency, percent, turn, rule)
    SELECT id, film_id, id % 7, id % 11 + 7, 0, id % 7, id % 11 + 7, (id % 7 + 2.0) / (id % 11 + 11),
        730000 + id % 9000, rating * 10, id * 2654435761 % 2147483648, 1
    FROM reviews_review WHERE id >= {low}""",
)


def fill(low, high):
    from django.db import connection

    from films.models import Film
    from reviews.models import Standing

    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement.format(low=low, high=high, films=FILMS))
        cursor.execute("ANALYZE")
    films = list(Film.objects.only("pk"))
    for start in range(0, FILMS, 500):
        Standing.objects.recount(films[start : start + 500])


def measured(size):
    """Milliseconds by what was asked for, the median of interleaved rounds, without the page cache."""
    from django.test import Client

    from films.models import Film

    film = Film.objects.get(pk=1)
    deep = film.review_count // 25
    film_page = film.get_absolute_url()
    asked = {
        "film, page 1": film_page,
        "film, middle": f"{film_page}?page={deep // 2}",
        "film, last": f"{film_page}?page={deep}",
        "film, highest, page 1": f"{film_page}?sort=highest",
        "film, lowest, page 1": f"{film_page}?sort=lowest",
        "film, one rating": f"{film_page}?rating=8",
        "home": "/",
        "films": "/films/",
        "films by rating": "/films/?sort=rating",
    }
    client, took = Client(), {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, address in asked.items():
            start = time.process_time()
            answer = client.get(address)
            took[name].append(1000 * (time.process_time() - start))
            assert answer.status_code == 200, address
    return {name: statistics.median(times[1:]) for name, times in took.items()}


def main():
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from django.core.management import call_command
        from django.db import connection

        from films.models import Film

        call_command("collectstatic", verbosity=0, interactive=False)
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM films_unindexed")
        Film.objects.add([Film(title=f"Film number {number}", year=1950 + number % 75) for number in range(FILMS)])
        found, low = {}, 1
        for size in SIZES:
            fill(low, size)
            found[size], low = measured(size), size + 1
        report(found)


def report(found):
    print(f"{'ms of processor, median':<24}" + "".join(f"{size:>12,}" for size in found))
    for name in found[SIZES[0]]:
        print(f"{name:<24}" + "".join(f"{times[name]:>12.1f}" for times in found.values()))
    largest, smallest = found[SIZES[-1]], found[SIZES[0]]
    said = {"L1  last page / page 1": (largest["film, last"] / largest["film, page 1"], 1.5)}
    for name in ("film, page 1", "films by rating", "home"):
        said[f"L2  {name}, largest / smallest"] = largest[name] / smallest[name], 1.2
    for name, (ratio, limit) in said.items():
        print(f"{name}: {ratio:.2f}, at most {limit}: {'met' if ratio <= limit else 'MISSED'}")


if __name__ == "__main__":
    main()

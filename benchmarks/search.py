"""How fast reviews are found, beside the plain ways to do it in the same run and on the same data.

    python -m benchmarks.search [--count 1000000] [--rounds 30] [--data FOLDER]

The plain ways: all matches put in order by bm25 (on PostgreSQL by ts_rank), and LIKE over the texts in the order of
helpfulness. Ours is what the page does: count, weigh, fetch and mark a page of twenty. Everything is warm, and the ways
take turns. On SQLite, which works within our process, the figures are processor time, so that a busy machine does not
matter; on PostgreSQL they are what the clock says.

With `--data` the filled database stays in the folder, and the next run only adds what it lacks; with
DATABASE_URL in the environment it is PostgreSQL's.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from itertools import islice

from benchmarks.targets import at_least

PAGE = 20
FASTER_THAN_PLAIN, FASTER_THAN_LIKE = 15, 25
LIKES = 3  # rounds: each takes a second
STORED_AT_ONCE = 5000
FILMS = 2000
PLAIN = {
    "sqlite": """SELECT review.id, review.headline, review.body FROM (
        SELECT rowid AS id FROM reviews_words WHERE reviews_words MATCH %s
        ORDER BY bm25(reviews_words, 4.0, 1.0) LIMIT 20
    ) AS found JOIN reviews_review review ON review.id = found.id""",
    "postgresql": """SELECT review.id, review.headline, review.body FROM (
        SELECT review_id FROM reviews_words WHERE words @@ %s::tsquery
        ORDER BY ts_rank(words, %s::tsquery) DESC LIMIT 20
    ) AS found JOIN reviews_review review ON review.id = found.review_id""",
}
LIKE = """SELECT review.id, review.headline, review.body FROM reviews_review review
    JOIN reviews_standing standing ON standing.review_id = review.id
    WHERE review.body LIKE %s ORDER BY standing.score DESC LIMIT 20"""


def fill(count):
    """Fills the database up to `count` reviews made from seeds."""
    from django.db import transaction

    from films.models import Film
    from reviews import search
    from reviews.models import Review, Standing

    if not Film.objects.exists():
        with transaction.atomic():
            Film.objects.add([Film(title=f"Film number {number}", year=1950 + number % 75) for number in range(FILMS)])
    films, stored_before = list(Film.objects.all()), Review.objects.count()
    texts = reviews(films, range(stored_before, count))
    count -= stored_before
    start = time.perf_counter()
    while batch := list(islice(texts, STORED_AT_ONCE)):
        with transaction.atomic():
            Review.objects.bulk_create(batch)
            Standing.objects.bulk_create([Standing.of(review) for review in batch])
    stored = time.perf_counter()
    search.catch_up()
    indexed = time.perf_counter()
    print(f"{count:,} reviews stored in {stored - start:.0f} s and indexed in {indexed - stored:.0f} s")


def reviews(films, numbers):
    from benchmarks.texts import vocabulary
    from reviews.models import Review

    words = vocabulary(random.Random(1))
    dice = random.Random(numbers.start)
    for number in numbers:
        length = min(1200, int(dice.lognormvariate(5.1, 0.7)) + 20)
        yield Review(
            film=films[int(len(films) * dice.random() ** 3)],
            headline=" ".join(dice.choices(words, k=6)),
            body=" ".join(dice.choices(words, k=length)) + f" {number}.",
            content_key=f"{number:032x}",
            mark_a=number,
            mark_b=number,
        )


def asked(seed=1):
    """The words that are looked for, from the most frequent to a rare one, and two at once."""
    from benchmarks.texts import vocabulary

    words = list(dict.fromkeys(vocabulary(random.Random(seed))))
    return {
        "most frequent": words[0],
        "frequent": words[10],
        "medium": words[200],
        "rare": words[4000],
        "two frequent": f"{words[2]} {words[3]}",
    }


def ours(typed):
    from reviews.search import Found
    from reviews.wording import terms

    found = Found(terms(typed))
    return found.total, found[0:PAGE]


def plain(typed):
    from django.db import connection

    from reviews.search import engine_query
    from reviews.wording import terms

    query = engine_query(terms(typed))
    return rows(PLAIN[connection.vendor], [query] * PLAIN[connection.vendor].count("%s"))


def like(typed):
    return rows(LIKE, [f"%{typed}%"])


def rows(sql, values):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def timed(way, typed):
    from django.db import connection

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    start = clock()
    way(typed)
    return 1000 * (clock() - start)


def measure(rounds):
    words = asked()
    taken = {kind: {way: [] for way in (ours, plain, like)} for kind in words}
    for number in range(rounds + 1):  # the first only warms
        for kind, typed in words.items():
            for way in (ours, plain, like):
                if way is not like or number <= LIKES:
                    taken[kind][way].append(timed(way, typed))
    return {kind: {way: times[1:] for way, times in ways.items()} for kind, ways in taken.items()}


def p99(times):
    return sorted(times)[round(0.99 * (len(times) - 1))]


def report(taken):
    print(f"{'ms':14} {'ours p50':>9} {'p99':>8} {'plain p50':>10} {'p99':>8} {'LIKE p50':>9} {'LIKE/ours':>10}")
    faster = {}
    for kind, ways in taken.items():
        middle = {way: statistics.median(times) for way, times in ways.items()}
        faster[kind] = middle[like] / middle[ours]
        print(
            f"{kind:14} {middle[ours]:9.1f} {p99(ways[ours]):8.1f} {middle[plain]:10.1f} {p99(ways[plain]):8.1f}"
            f" {middle[like]:9.0f} {faster[kind]:10.0f}"
        )
    ratio = p99(taken["most frequent"][plain]) / p99(taken["most frequent"][ours])
    at_least("S1", "plain / ours, p99 of the most frequent word", ratio, FASTER_THAN_PLAIN)
    at_least("S1", "LIKE / ours, of the word that gains least", min(faster.values()), FASTER_THAN_LIKE)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=30)
    arguments.add_argument("--data")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = chosen.data or folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.makedirs(os.environ["DATA_DIR"], exist_ok=True)
        import django

        django.setup()
        from django.core.management import call_command

        from reviews.models import Review

        call_command("migrate", verbosity=0)
        fill(chosen.count)
        print(f"{Review.objects.count():,} reviews, {chosen.rounds} rounds")
        report(measure(chosen.rounds))


if __name__ == "__main__":
    main()

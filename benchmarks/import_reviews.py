"""How fast an archive of reviews is imported, beside the two limits of the same run and machine.

    python -m benchmarks.import_reviews [--count 100000] [--rounds 3]

The limits: reading and parsing alone, and inserting the very rows that the import has made, with the same indexes, by
the bare driver. Together they are the raw pipeline; the import is measured against it. Each step of each round is a
process of its own, and the steps take turns, so that a noisy machine is noisy for all. The peak memory of the import
is that of its two processes together.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.targets import at_least, at_most
from benchmarks.texts import write_archive

ROOT = Path(__file__).parent.parent
TARGET = 0.7  # of the raw pipeline
TABLES = ["films_film", "reviews_import", "reviews_review", "reviews_standing", "reviews_importrow"]
INSERTED_AT_ONCE = 5000


def read(archive, data):
    from reviews.importing.decoding import decode
    from reviews.importing.parser import parse
    from reviews.importing.sources import from_paths

    return timed(lambda: [parse(decode(source.data).text) and None for source in from_paths([archive])])


def ours(archive, data):
    from django.core.management import call_command

    from reviews import search
    from reviews.importing import plan
    from reviews.importing.sources import from_paths

    shutil.rmtree(data, ignore_errors=True)
    os.makedirs(data)
    call_command("migrate", verbosity=0)
    made = timed(lambda: plan.run(from_paths([archive])))
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    search.catch_up()
    return made | {"peak": made["peak"] + reader, "bytes": size_of(data)}


def size_of(data):
    """The bytes of the database, with nothing left in its journal."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (Path(data) / "reprise.sqlite3").stat().st_size


def raw(archive, data):
    """Inserts what `ours` has made into an empty file of the same tables and indexes."""
    import sqlite3

    from django.conf import settings

    made = sqlite3.connect(Path(data) / "reprise.sqlite3")
    path = Path(data) / "raw.sqlite3"
    for left in Path(data).glob("raw.sqlite3*"):
        left.unlink()
    fresh = sqlite3.connect(path, isolation_level=None)
    for pragma in settings.DATABASES["default"]["OPTIONS"]["init_command"].split(";"):
        fresh.execute(pragma)
    # The import does not fill the full text index either, and its tables are not created like others.
    schema = """SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite_%'
        AND name NOT LIKE 'reviews_words%' ORDER BY type = 'index'"""
    for (statement,) in made.execute(schema):
        if "TRIGGER" not in statement:
            fresh.execute(statement)
    rows = {table: made.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    return timed(lambda: insert(fresh, rows))


def insert(fresh, rows):
    for table, found in rows.items():
        places = ",".join("?" * len(found[0]))
        for start in range(0, len(found), INSERTED_AT_ONCE):
            fresh.execute("BEGIN IMMEDIATE")
            fresh.executemany(f"INSERT INTO {table} VALUES ({places})", found[start : start + INSERTED_AT_ONCE])
            fresh.execute("COMMIT")


def timed(work):
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


STEPS = {"read": read, "ours": ours, "raw": raw}


def step(name, archive, data):
    """Runs one step in a process of its own; returns its seconds and peak memory in MiB."""
    command = [sys.executable, "-m", "benchmarks.import_reviews", "--step", name, "--archive", archive]
    environment = os.environ | {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--step", choices=STEPS)
    arguments.add_argument("--archive")
    chosen = arguments.parse_args()
    if chosen.step:
        import django

        django.setup()
        print(json.dumps(STEPS[chosen.step](chosen.archive, os.environ["DATA_DIR"])))
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = os.path.join(folder, "reviews.tar")
        text = write_archive(archive, chosen.count)
        rounds = [
            {name: step(name, archive, os.path.join(folder, "data")) for name in STEPS} for _ in range(chosen.rounds)
        ]
    report(chosen.count, text, rounds)


def report(count, text, rounds):
    print(f"{count:,} reviews, {len(rounds)} rounds, medians")
    for name in STEPS:
        seconds = statistics.median(found[name]["seconds"] for found in rounds)
        peak = max(found[name]["peak"] for found in rounds)
        print(f"{name:5} {count / seconds:10,.0f} reviews/s   peak {peak:6,.0f} MiB")
    ratio = statistics.median(
        (found["read"]["seconds"] + found["raw"]["seconds"]) / found["ours"]["seconds"] for found in rounds
    )
    at_least("I1", "the import / the raw pipeline (read and raw together)", ratio, TARGET)
    at_most("I3", "the database with its search index / the texts", rounds[-1]["ours"]["bytes"] / text, 2.3)


if __name__ == "__main__":
    main()

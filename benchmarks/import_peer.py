"""How fast an archive of reviews is imported beside django-import-export with the same reviews as CSV.

    python -m benchmarks.import_peer [--count 10000] [--rounds 3]

The peer is installed from the package registry into an environment of its own, under data/, and run as it comes: its
rows hold what ours hold of a review, in one table without indexes, and it keeps no sources, standings or marks.
"""

import argparse
import csv
import os
import statistics
import subprocess
import tempfile

from benchmarks.import_reviews import step
from benchmarks.peers import HERE, python_of
from benchmarks.targets import at_least
from benchmarks.texts import write_archive

TARGET = 20
FIELDS = ["film", "year", "rating", "rating_scale", "headline", "author", "date", "spoiler", "tally_yes", "tally_total"]


def write_csv(archive, path):
    from reviews.importing.parser import parse
    from reviews.importing.sources import from_paths

    with open(path, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", *FIELDS, "body"])
        for source in from_paths([archive]):
            for review in parse(source.data.decode()):
                table.writerow(["", *(getattr(review, name) for name in FIELDS), review.body])


def peer(python, path):
    """The seconds that the peer takes for the file."""
    script = HERE / "reviews_by_import_export.py"
    done = subprocess.run([python, script, path], capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    python = python_of("django-import-export")
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        archive, table = os.path.join(folder, "reviews.tar"), os.path.join(folder, "reviews.csv")
        write_archive(archive, chosen.count)
        write_csv(archive, table)
        for _ in range(chosen.rounds):
            rounds.append((step("ours", archive, os.path.join(folder, "data"))["seconds"], peer(python, table)))
    for name, seconds in zip(["ours", "django-import-export"], zip(*rounds, strict=True), strict=True):
        print(f"{name:20} {chosen.count / statistics.median(seconds):8,.0f} reviews/s")
    ratio = statistics.median(theirs / ours for ours, theirs in rounds)
    at_least("I2", "our import / django-import-export", ratio, TARGET)


if __name__ == "__main__":
    main()

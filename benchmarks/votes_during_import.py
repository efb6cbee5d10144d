"""How long a vote takes while an import runs in the same SQLite file, beside how long it takes when none does.

python -m benchmarks.votes_during_import [--count 20000]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.targets import verdict
from benchmarks.texts import write_archive

ROOT = Path(__file__).parent.parent
TARGET = 0.050  # seconds, of 99 votes in 100
PAUSE = 0.01  # seconds between two votes
STORED = 2000  # reviews to vote on


def prepare(folder):
    import django

    os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
    django.setup()
    from django.core.management import call_command

    from accounts.models import User
    from reviews.importing import plan
    from reviews.importing.sources import from_paths
    from reviews.models import Review

    call_command("migrate", verbosity=0)
    archive = os.path.join(folder, "stored.tar")
    write_archive(archive, STORED, seed=2)
    plan.run(from_paths([archive]))
    return User.objects.create(username="voter"), list(Review.objects.all())


def vote(voter, reviews, until):
    """The seconds that each vote took, until the function says so."""
    took = []
    while not until():
        number = len(took)
        start = time.perf_counter()
        reviews[number % len(reviews)].cast_vote(voter, helpful=number // len(reviews) % 2 == 0)
        took.append(time.perf_counter() - start)
        time.sleep(PAUSE)
    return took


def report(name, took):
    percentiles = statistics.quantiles(took, n=100)
    print(f"{name:7} {len(took):5} votes   p50 {percentiles[49] * 1000:6.1f} ms   p99 {percentiles[98] * 1000:6.1f} ms")
    return percentiles[98]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=20_000)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = os.path.join(folder, "reviews.tar")
        write_archive(archive, chosen.count)
        voter, reviews = prepare(folder)
        calm = time.perf_counter() + 5
        report("alone", vote(voter, reviews, lambda: time.perf_counter() > calm))
        command = [sys.executable, "manage.py", "import_reviews", archive]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            took = vote(voter, reviews, lambda: running.poll() is not None)
        slowest = report("import", took)
    said = f"99 votes of 100 during an import took {slowest * 1000:.0f} ms or less (at most {TARGET * 1000:.0f} ms)"
    verdict("I4", said, slowest <= TARGET)


if __name__ == "__main__":
    main()

"""What things cost as the site grows: the same film, votes, words and import with more and more reviews around them.

    python -m benchmarks.growth [SIZE …] [--films 20000] [--write]

Milliseconds of processor time, medians, without the page cache; each size is measured by processes of their own, so
that the memory is theirs. With `--write` the table replaces the one in benchmarks/README.md.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from benchmarks.filling import ROOT, begin, fill, set_up
from benchmarks.texts import page, vocabulary

README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- growth -->\n", "<!-- end of growth -->\n"
ROUNDS, VOTES, IMPORTED = 15, 200, 1000
# What each row is, and what its curve comes from.
CURVES = {
    "film page": "flat: its first 25 reviews are found by an index, the bars are kept with the film",
    "deep page": "grows a little: the middle of the list is found by walking half of it in an index of narrow rows",
    "family page": "flat: who rated several is sought in at most 2,000 ratings of each film but the most rated",
    "search, rare": "grows with its matches, one review in 5,000, until they fill the page",
    "search, common": "grows a little: only the newest 5,000 are weighed, but bm25 counts all to weigh the word",
    "vote": "flat: a few statements, each by keys",
    "import of 1,000": "grows a little: the indexes are deeper",
    "bytes a review": "flat: a text, its row and its index entries take what they take, the catalogue less and less",
    "bytes of text": "what a review has of it here",
    "memory, pages": "grows a little, with what is kept of pages",
    "memory, import": "grows a little: rows are stored as they come, the caches fill",
}


def processor(act):
    start = time.process_time()
    act()
    return 1000 * (time.process_time() - start)


def peak():
    """The most MiB that this process and the largest of its children have held."""
    # What getrusage says of this process itself counts the one that started it.
    own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return (int(own.split()[1]) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def pages():
    """Milliseconds for each page and for a vote, and MiB for all."""
    from django.test import Client

    from accounts.models import User
    from films.models import Film
    from reviews.models import Review

    film = Film.objects.select_related("family").get(pk=1)
    asked = {
        "film page": film.get_absolute_url(),
        "deep page": f"{film.get_absolute_url()}?page={film.review_count // 50}",
        "family page": film.family.get_absolute_url(),
        "search, rare": "/search/?q=rare",
        "search, common": "/search/?q=common",
    }
    client, took = Client(), {name: [] for name in asked}
    for _ in range(ROUNDS + 1):
        for name, address in asked.items():
            took[name].append(processor(lambda address=address: client.get(address).content))
    found = {name: statistics.median(times[1:]) for name, times in took.items()}
    voter = User.objects.create(username=f"voter {time.time()}")
    reviews = Review.objects.order_by("pk")[:VOTES]
    votes = [processor(lambda review=review: review.cast_vote(voter, helpful=True)) for review in reviews]
    return found | {"vote": statistics.median(votes), "memory, pages": peak()}


def imported():
    """Milliseconds of both processes for an import of reviews of films that are there, and MiB."""
    from reviews.importing import plan
    from reviews.importing.sources import Source

    seed = time.time_ns()
    dice = random.Random(seed)
    words = vocabulary(random.Random(1))
    texts = [page(dice, words, seed + number) for number in range(IMPORTED)]
    before = sum(os.times()[:4])
    plan.run(Source(f"{number}.txt", text.encode()) for number, text in enumerate(texts))
    return {"import of 1,000": 1000 * (sum(os.times()[:4]) - before), "memory, import": peak()}


def stored():
    """What the database holds for a review, its search included, and what of it is text."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("SELECT count(*), sum(length(CAST(body AS BLOB))) FROM reviews_review")
        count, text = cursor.fetchone()
    size = Path(connection.settings_dict["NAME"]).stat().st_size
    return {"bytes a review": size / count, "bytes of text": text / count}


STEPS = {"stored": stored, "pages": pages, "imported": imported}


def step(name, folder):
    command = [sys.executable, "-m", "benchmarks.growth", "--step", name, "--data", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def grow(sizes, films, folder):
    """What was measured at each size, of one database that grows."""
    from films.models import Film, Remake
    from reviews.models import Review

    begin(films)
    original = Film.objects.get(pk=1)
    for remake in Film.objects.filter(pk__in=(3, 5)):
        Remake.objects.link(remake, original)
    found = {}
    for size in sizes:
        last = Review.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        fill(last + 1, size, films, searchable=True)
        found[size] = {key: value for name in STEPS for key, value in step(name, folder).items()}
        print(f"{size:,} reviews measured", flush=True)
    return found


def table(found, films):
    said = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(said, cwd=ROOT, capture_output=True, text=True, check=True)
    sizes = list(found)
    lines = [
        f"{date.today():%-d %B %Y}, at {commit.stdout.strip()}, {films:,} films; milliseconds of processor time where"
        " nothing else is said, memory in MiB.\n",
        "| |" + "".join(f" {size:,} |" for size in sizes) + " the curve |",
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    for name, curve in CURVES.items():
        values = "".join(f" {_written(found[size][name])} |" for size in sizes)
        lines.append(f"| {name} |{values} {curve} |")
    return "\n".join(lines) + "\n"


def _written(value):
    return f"{value:,.2f}" if value < 1 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def write(text):
    before, _, rest = README.read_text().partition(BEGIN)
    README.write_text(before + BEGIN + text + END + rest.partition(END)[2])


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sizes", type=int, nargs="*", default=[10_000, 100_000])
    arguments.add_argument("--films", type=int, default=20_000)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--step", choices=STEPS)
    arguments.add_argument("--data")
    chosen = arguments.parse_args()
    if chosen.step:
        set_up(chosen.data)
        print(json.dumps(STEPS[chosen.step]()))
        return
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        text = table(grow(chosen.sizes, chosen.films, folder), chosen.films)
    print(text)
    if chosen.write:
        write(text)


if __name__ == "__main__":
    main()

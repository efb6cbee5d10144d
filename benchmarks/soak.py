"""Mixed traffic on the site as `manage.py serve` runs it, for minutes: is anything refused, lost, wrong or growing?

python -m benchmarks.soak [--minutes 10] [--seed 1] [--short]

On a scratch SQLite file, or on what DATABASE_URL and CACHE_URL name, which must be empty. Exits with 1 where an answer
was an error, a vote or a review is missing, totals are off, or a process that serves has grown. Before the time begins,
the caches of the web workers are filled to their bounds: what grows afterwards is no cache. `--short` is for the tests:
some seconds, few reviews, nothing filled, and no look at the memory.
"""

import argparse
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from benchmarks.texts import vocabulary, write_archive
from benchmarks.visitors import Importer, Member, Newcomer, Program, Searcher, Stranger, Subscriber, Voter, Wanderer
from tests.sites import POPULATE, Node, Site, children, said

GIVEN = ("DATABASE_URL", "CACHE_URL", "PAGECACHE_MIB", "PARTS_MIB")
KEPT = re.compile(r'^reprise_kept_(bytes|entries)\{kept="([\w ]+)",pid="(\d+)"\} (\S+)$', re.MULTILINE)
MIB = 2**20
NEWCOMERS = 4  # who fill the caches
# How many of each are there at once.
COMPANY = {Stranger: 4, Wanderer: 2, Member: 2, Searcher: 2, Voter: 3, Subscriber: 1, Program: 1}
READERS = 60  # with an account, shared out among the voters
SAMPLED = 5  # seconds between two looks at the memory
WARM = 0.3  # of the time, in which caches fill
GROWTH = 0.10, 8.0  # of what a process took when it was warm, and MiB besides
FULL = 0.9  # of what a cache may take: the next thing may be too large for the rest
FILMS, REVIEWS = slice(100, 160), slice(400)  # neither the most nor the least popular films, and the first reviews

LISTED = """
import json
import config.wsgi, reviews.filmpage, reviews.kept
from pagecache.shelf import SHELVES
from films.models import Family, Film
from reviews.models import Review
print(json.dumps({
    "films": [*Film.objects.order_by("-review_count", "pk").values_list("slug", flat=True)],
    "families": [*Family.objects.values_list("slug", flat=True)],
    "reviews": [*Review.objects.order_by("pk").values_list("pk", flat=True)[:1000]],
    "count": Review.every.count(), "bounds": {name: shelf.size for name, shelf in SHELVES.items()},
}))
"""
FOUND = """
import json
from benchmarks.whole import faults
from reviews.models import HelpfulVote, Import, ImportRow, Review
votes = [*HelpfulVote.objects.values_list("user__username", "review", "helpful")]
undone = ImportRow.objects.exclude(state=ImportRow.State.CREATED).filter(in_import__in=IMPORTS)
print(json.dumps({
    "votes": votes, "reviews": Review.every.count(),
    "imports": [*Import.objects.filter(pk__in=IMPORTS).order_by("pk").values_list("pk", "status")],
    "undone": [*undone.values_list("in_import", "position", "state")[:10]], "faults": faults(),
}))
"""


class Soaked:
    """The site, and what visitors know of it."""

    def __init__(self, folder, count):
        given = {name: os.environ[name] for name in GIVEN if name in os.environ}
        # As behind a proxy: the visitors come from many addresses.
        self.site = Site(folder, TRUSTED_PROXIES="1", LIMITS="none", METRICS="1", **given)
        self.site.lay()
        self.node = Node(self.site, {}, [sys.executable, "manage.py", "serve"])
        self.site.nodes.append(self.node)
        self.node.start()
        if count:
            archive = folder / "before.tar"
            write_archive(archive, count, seed=2)
            self.site.manage("import_reviews", archive)
        self.port, self.password = self.node.port, (folder / "admin-password").read_text().strip()
        self._learn()

    def _learn(self):
        there = json.loads(self.site.manage("shell", "-v0", "-c", f"REVIEWS, READERS = 0, {READERS}\n{POPULATE}"))
        self.sessions = there["sessions"]
        listed = json.loads(self.site.manage("shell", "-v0", "-c", LISTED))
        self.count, self.reviews, self.bounds = listed["count"], listed["reviews"][REVIEWS], listed["bounds"]
        self.every_film = listed["films"]
        # Of the sample alone there are fewer.
        self.films = self.every_film[FILMS] or self.every_film
        popular = [f"/films/{slug}/" for slug in self.films[:20]] + [
            f"/families/{slug}/" for slug in listed["families"]
        ]
        self.often = ["/", "/films/", "/families/", *popular]
        self.every_word = dict.fromkeys(vocabulary(random.Random(2)))
        self.words = ["remake", "original", "film", *self.every_word][:500]

    def processes(self):
        """What serves, by name: those that live as long as the site does."""
        (granian,) = [pid for pid in self.node.workers() if "granian" in said(pid)]
        (worker,) = [pid for pid in self.node.workers() if "import_worker" in said(pid)]
        web = [pid for pid in children(granian) if "resource_tracker" not in said(pid)]
        found = {"serve": self.node.pid, "granian": granian, "import worker": worker}
        return found | {f"web worker {number}": pid for number, pid in enumerate(sorted(web), start=1)}

    def kept(self):
        """What the web workers keep: by process and cache the bytes, and how many things."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=60) as answer:
            told = KEPT.findall(answer.read().decode())
        numbers = {(int(pid), cache, what): int(float(number)) for what, cache, pid, number in told}
        return {
            (pid, cache): (numbers[pid, cache, "bytes"], number)
            for (pid, cache, what), number in numbers.items()
            if what == "entries"
        }

    def full(self):
        kept, web = self.kept(), [pid for name, pid in self.processes().items() if name.startswith("web")]
        return all(
            kept.get((pid, cache), (0, 0))[0] >= FULL * bound for pid in web for cache, bound in self.bounds.items()
        )


def memory(pid):
    """MiB of a process that are its own."""
    kib = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(kib[1]) / 1024


class Memory(threading.Thread):
    """Looks at the memory of all processes now and then."""

    def __init__(self, soaked):
        super().__init__()
        self._soaked, self._stopped = soaked, threading.Event()
        self.before, self.lived, self.samples = soaked.processes(), True, []

    def run(self):
        while not self._stopped.wait(SAMPLED):
            try:
                self.samples.append({name: memory(pid) for name, pid in self.before.items()})
            except FileNotFoundError:
                self.lived = False
                return

    def stop(self):
        self._stopped.set()
        self.join()
        self.lived = self.lived and self._soaked.processes() == self.before

    def report(self):
        """Prints what each process took when it was warm, and at the end; returns those that have grown."""
        warm = self.samples[int(len(self.samples) * WARM) :]
        fifth, grown = max(1, len(warm) // 5), []
        print("\n| process | MiB at first | when warm | halfway from there | at the end |\n|---|---|---|---|---|")
        for name in self.before:
            taken = [sample[name] for sample in warm]
            first, last = statistics.median(taken[:fifth]), statistics.median(taken[-fifth:])
            row = self.samples[0][name], first, taken[len(taken) // 2], last
            print(f"| {name} | {' | '.join(f'{mib:.1f}' for mib in row)} |")
            if last > first * (1 + GROWTH[0]) + GROWTH[1]:
                grown.append(f"{name} has grown from {first:.0f} to {last:.0f} MiB")
        return grown


def fill(soaked):
    """Has other and other pages read until every web worker keeps as much as it may; says for how long it took."""
    begun = time.monotonic()
    readers = [Newcomer(soaked, random.Random(number)) for number in range(NEWCOMERS)]
    for reader in readers:
        reader.start()
    while not soaked.full() and any(reader.is_alive() for reader in readers):
        time.sleep(1)
    for reader in readers:
        reader.stopped.set()
    for reader in readers:
        reader.join()
    errors = [error for reader in readers for error in reader.errors]
    if errors or not soaked.full():
        raise SystemExit(f"The caches could not be filled: {soaked.kept()} of {soaked.bounds}; {errors[:5]}")
    print(f"The caches were filled in {time.monotonic() - begun:.0f} seconds.", flush=True)


def compare_kept(soaked, before):
    """Prints what the web workers keep in their caches, and what they kept before."""
    names, now = {pid: name for name, pid in soaked.processes().items()}, soaked.kept()
    print("\n| process | keeps | MiB at first | entries | MiB at the end | entries | may take |")
    print("|---|---|---|---|---|---|---|")
    for (pid, cache), (taken, number) in sorted(now.items()):
        first, entries = before.get((pid, cache), (0, 0))
        row = f"{first / MIB:.1f} | {entries:,} | {taken / MIB:.1f} | {number:,} | {soaked.bounds[cache] / MIB:.0f}"
        print(f"| {names.get(pid, pid)} | {cache} | {row} |")


def archives(folder, count):
    """Archive after archive of other reviews each, made in a process of their own."""
    for seed in itertools.count(3):
        path = folder / f"{seed}.tar"
        made = "import sys; from benchmarks.texts import write_archive as w; w(sys.argv[1], *map(int, sys.argv[2:]))"
        subprocess.run([sys.executable, "-c", made, path, str(count), str(seed)], check=True)
        yield path
        path.unlink()


def company(soaked, seed, folder, imported):
    dice = itertools.count(seed * 1000)
    visitors = [kind(soaked, random.Random(next(dice))) for kind, number in COMPANY.items() for _ in range(number)]
    voters = [visitor for visitor in visitors if isinstance(visitor, Voter)]
    for number, session in enumerate(soaked.sessions):
        voters[number % len(voters)].accounts[f"voter{number}"] = session
    return [*visitors, Importer(soaked, random.Random(next(dice)), archives(folder, imported))]


def soak(soaked, visitors, seconds):
    """Lets the visitors in for so long; returns what was seen of the memory."""
    looked = Memory(soaked)
    for thread in (looked, *visitors):
        thread.start()
    time.sleep(seconds)
    for visitor in visitors:
        visitor.stopped.set()
    for visitor in visitors:
        visitor.join()
    looked.stop()
    return looked


def tell(visitors, seconds):
    """Prints the table of answers; the importer's last ones may come after the time is over and are not counted."""
    end = min(begun for visitor in visitors for begun, _ in itertools.chain(*visitor.took.values())) + seconds
    took = {}
    for visitor in visitors:
        for kind, answers in visitor.took.items():
            took.setdefault(kind, []).extend(taken for begun, taken in answers if begun < end)
    took["all"] = [taken for answers in took.values() for taken in answers]
    print("\n| kind | answers | a second | p50, ms | p99, ms | slowest, ms |\n|---|---|---|---|---|---|")
    for kind, answers in took.items():
        percentiles = statistics.quantiles(answers, n=100) if len(answers) > 1 else answers * 99
        p50, p99, slowest = (1000 * seconds for seconds in (percentiles[49], percentiles[98], max(answers)))
        print(f"| {kind} | {len(answers):,} | {len(answers) / seconds:.1f} | {p50:.1f} | {p99:.0f} | {slowest:.0f} |")


def wrong(soaked, visitors, imported):
    """What is not as it was answered, in sentences."""
    importer = visitors[-1]
    site, votes = soaked.site, {}
    for visitor in visitors:
        if isinstance(visitor, Voter):
            votes |= {key: helpful for key, helpful in visitor.votes.items() if helpful is not None}
    found = json.loads(site.manage("shell", "-v0", "-c", f"IMPORTS = {importer.committed}\n{FOUND}"))
    stored = {(name, review): helpful for name, review, helpful in found["votes"]}
    reviews = soaked.count + imported * len(importer.committed)
    print(f"\n{len(votes):,} votes stand as answered, {found['reviews']:,} reviews, {len(importer.committed)} imports.")
    recounted = site.recounted()
    soaked.site.manage("index_reviews")
    checks = {
        f"Votes that were answered: {len(votes)}; rows: {len(found['votes'])}; {_differing(votes, stored)} differ": (
            stored == votes and len(stored) == len(found["votes"])
        ),
        f"Nobody voted: {len(votes)}": bool(votes),
        f"A recount mends: {recounted}": recounted.endswith(" 0 mended."),
        f"Imports: {found['imports']}, rows that are not in: {found['undone']}": (
            bool(importer.committed) and not found["undone"]
            and found["imports"] == [[pk, "committed"] for pk in importer.committed]
        ),
        f"{reviews} reviews should be there, {found['reviews']} are": found["reviews"] == reviews,
        f"The database is not whole: {found['faults']}": not found["faults"],
    }  # fmt: skip
    return [sentence for sentence, well in checks.items() if not well]


def _differing(votes, stored):
    return sum(votes.get(key) != stored.get(key) for key in votes.keys() | stored.keys())


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--minutes", type=float, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--short", action="store_true")
    chosen = arguments.parse_args()
    seconds, count, imported = (8, 0, 50) if chosen.short else (chosen.minutes * 60, 20_000, 2000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        soaked = Soaked(folder, count)
        try:
            print(f"{soaked.count:,} reviews, {seconds:.0f} seconds.", flush=True)
            if not chosen.short:
                fill(soaked)
            before = soaked.kept()
            visitors = company(soaked, chosen.seed, folder, imported)
            looked = soak(soaked, visitors, seconds)
            tell(visitors, seconds)
            compare_kept(soaked, before)
            errors = [error for visitor in visitors for error in visitor.errors]
            failures = [f"{len(errors)} errors, such as {errors[:5]}"] if errors else []
            failures += [] if looked.lived else ["A process has ended, and was started again."]
            failures += [] if chosen.short else looked.report()
            failures += wrong(soaked, visitors, imported)
        finally:
            soaked.site.stop()
    print("\n".join(failures) or "No error; nothing lost, wrong or growing.")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())

"""What the film page costs beside the page of django-oscar with the same 25 reviews, each site by the same web server.

    python -m benchmarks.pages_peer [--rounds 5] [--requests 60]

The peer is installed from the package registry into an environment of its own, under data/, and run as it comes, which
is without a page cache; it has more around the reviews (a basket, a menu, a search of goods).
"""

import argparse
import json
import os
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.pages import CODED, FILM, prepare
from benchmarks.peers import HERE, python_of
from benchmarks.servers import ask, compare, get, report, serving
from benchmarks.targets import at_least

KEPT_MORE = 200  # as many requests for a kept page, which takes so little that a few could not be measured


@contextmanager
def peer(reviews, folder):
    """Serves the peer with the reviews; gives the server and what `fill` of the peer says of its site."""
    python = python_of("django-oscar")
    path, environment = Path(folder, "reviews.json"), os.environ | {"DATA_DIR": str(folder)}
    path.write_text(json.dumps(reviews))
    script = HERE / "reviews_by_oscar.py"
    done = subprocess.run([python, script, path], env=environment, capture_output=True, text=True, check=True)
    with serving("reviews_by_oscar:application", python, HERE, DATA_DIR=str(folder)) as server:
        yield server, json.loads(done.stdout.splitlines()[-1])


def shown():
    """The 25 reviews of the first page as the peer keeps them, with the votes that were cast on each."""
    from reviews.models import Review, Standing

    first = Standing.objects.filter(film__slug=FILM.strip("/").split("/")[-1]).order_by(*Standing.ORDERS["helpful"])
    reviews = Review.objects.filter(pk__in=first.values("pk")[:25]).prefetch_related("votes")
    return [
        {
            "title": review.headline[:255],
            "body": review.body,
            "score": round((review.percent or 50) / 20),
            "name": review.author,
            "votes": [vote.helpful for vote in review.votes.all()],
        }
        for review in reviews
    ]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--requests", type=int, default=60)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "PAGECACHE_MIB": "64"}
        prepare()
        theirs, site = stack.enter_context(peer(shown(), folder))
        cached = stack.enter_context(serving())
        uncached = stack.enter_context(serving(PAGECACHE_MIB="0"))
        contenders = {
            "django-oscar, 25 reviews": (theirs, chosen.requests * [get(site["address"])]),
            "film page, made anew": (uncached, chosen.requests * [get(FILM)]),
            "film page, kept": (cached, KEPT_MORE * chosen.requests * [get(FILM, CODED)]),
        }
        for name, (server, requests) in contenders.items():
            print(f"{name:34}{len(ask(server[1], requests[:1])[1]):10,} bytes")
        found = compare(contenders, chosen.rounds)
    report(found)
    oscar = found["django-oscar, 25 reviews"]
    at_least("P3", "django-oscar / film page, made anew", oscar / found["film page, made anew"], 25)
    at_least("P3", "django-oscar / film page, kept", oscar / found["film page, kept"], 500)


if __name__ == "__main__":
    main()

"""Lists, drawings of ratings and pages at 10,000, 100,000 and (given as an argument) more reviews.

One film has a fifth of all, so that its last page lies deep. Prints medians of processor time and, against each other,
the targets: L1, the last page of that film takes at most 1.5 times as long as its first; L2, what sums ratings up takes
at most 1.2 times as long at the largest size as at the smallest.

    python -m benchmarks.lists [SIZE …]
"""

import statistics
import sys
import tempfile
import time

from benchmarks.filling import begin, fill, set_up
from benchmarks.targets import at_most

SIZES = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
FILMS = 2_000
ROUNDS = 15


def measured():
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
        set_up(folder)
        begin(FILMS)
        found, low = {}, 1
        for size in SIZES:
            fill(low, size, FILMS)
            found[size], low = measured(), size + 1
        report(found)


def report(found):
    print(f"{'ms of processor, median':<24}" + "".join(f"{size:>12,}" for size in found))
    for name in found[SIZES[0]]:
        print(f"{name:<24}" + "".join(f"{times[name]:>12.1f}" for times in found.values()))
    largest, smallest = found[SIZES[-1]], found[SIZES[0]]
    at_most("L1", "last page / page 1", largest["film, last"] / largest["film, page 1"], 1.5)
    for name in ("film, page 1", "films by rating", "home"):
        at_most("L2", f"{name}, largest / smallest", largest[name] / smallest[name], 1.2)


if __name__ == "__main__":
    main()

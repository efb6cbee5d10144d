"""What a film page with 25 reviews costs, beside what the same server and framework cost with nothing to do.

    python -m benchmarks.pages [--rounds 7] [--requests 20000]

The servers take turns in each round, each answers the same client, and medians over the rounds are compared.
"""

import argparse
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.servers import ask, compare, get, report, serving
from benchmarks.targets import at_most, verdict

FILM = "/films/film-number-1-1951/"
NEWEST = f"{FILM}?sort=newest&rating=4"
PAGE_LIMIT, STATIC_LIMIT = 20_000, 30_000  # bytes, compressed


# The second a browser has since it was shown the form to sign in.
COOKIES = f"Cookie: sessionid={{session}}; csrftoken={'a' * 32}\r\n"
CODED = "Accept-Encoding: gzip, deflate, br, zstd\r\n"


def prepare():
    """Fills a fresh site with three films of a family, the first with 60 reviews; returns a signed-in cookie."""
    import random

    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import User
    from benchmarks.texts import page, vocabulary
    from films.models import Film, Remake
    from reviews.importing import plan
    from reviews.importing.sources import Source

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    dice = random.Random(1)
    words = vocabulary(dice)
    texts = [page(dice, words, number).partition("\n")[2] for number in range(60)]
    plan.run(Source(f"{n}.txt", f"Film number 1 (1951)\n{text}".encode()) for n, text in enumerate(texts))
    film = Film.objects.get()
    for number in (2, 3):
        Remake.objects.link(Film.objects.create(title=f"Film number {number}", year=1950 + number), film)
    users = [User.objects.create_user(f"reader{number}") for number in range(5)]
    for number, review in enumerate(film.reviews.all()):
        for user in users[: number % 6]:
            review.cast_vote(user, helpful=number % 4 > 0)
    return session_of(users[0])


def session_of(user):
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    return session.session_key


def static_bytes(folder):
    """What a stranger's browser loads of style and script, as it is sent: with brotli."""
    manifest = [path for kind in ("css", "js") for path in (folder / "static" / kind).glob("*.*.*.br")]
    return sum(path.stat().st_size for path in manifest)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--requests", type=int, default=20_000, help="of the cheapest page; others get fewer")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "PAGECACHE_MIB": "64"}
        session = prepare()
        cached = stack.enter_context(serving())
        uncached = stack.enter_context(serving(PAGECACHE_MIB="0"))
        headers, page = ask(cached[1], 8 * [get(FILM, CODED)])
        Path(folder, "page").write_bytes(page)
        Path(folder, "headers").write_text("\n".join(line for line in headers if not line.startswith("date")))
        bare = stack.enter_context(serving(SERVED="bare"))
        most, least = chosen.requests, max(100, chosen.requests // 50)
        contenders = {
            "bare server": (bare, most * [get("/", CODED)]),
            "cached film page": (cached, most * [get(FILM, CODED)]),
            "constant view": (uncached, most // 10 * [get("/constant/")]),
            "uncached film page": (uncached, least * [get(FILM)]),
            "signed-in film page": (cached, least * [get(FILM, COOKIES.format(session=session))]),
            "the same, nothing kept of it": (uncached, least * [get(FILM, COOKIES.format(session=session))]),
            "signed-in, in another order": (cached, least * [get(NEWEST, COOKIES.format(session=session))]),
        }
        found = compare(contenders, chosen.rounds)
        report(found)
        judge(found, len(page), static_bytes(Path(folder)))


def judge(found, page, static):
    at_most("P1", "cached film page / bare server", found["cached film page"] / found["bare server"], 1.2)
    for page_of in ("uncached", "signed-in"):
        ratio = found[f"{page_of} film page"] / found["constant view"]
        at_most("P2", f"{page_of} film page / constant view", ratio, 4)
    verdict("P5", f"page {page:,} bytes (at most {PAGE_LIMIT:,})", page <= PAGE_LIMIT)
    verdict("P5", f"style and script {static:,} bytes (at most {STATIC_LIMIT:,})", static <= STATIC_LIMIT)


if __name__ == "__main__":
    main()

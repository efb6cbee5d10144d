"""What a film page with 25 reviews costs, beside what the same server and framework cost with nothing to do.

    python -m benchmarks.pages [--rounds 7] [--requests 20000]

Processor time of the server for a request, not requests a second: it hardly minds what else the machine does. The
servers take turns in each round, each answers the same client, and medians over the rounds are compared.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FILM = "/films/film-number-1-1951/"
TICK = os.sysconf("SC_CLK_TCK")
PAGE_LIMIT, STATIC_LIMIT = 20_000, 30_000  # bytes, compressed


class Asked(NamedTuple):
    """What a contender of the comparison is asked for, and of which server."""

    server: str
    path: str
    headers: str = ""
    share: float = 1.0  # of the requests of a round


CODED = "Accept-Encoding: gzip, deflate, br, zstd\r\n"


def prepare():
    """Fills a fresh site with three films of a family, the first with 60 reviews; returns a signed-in cookie."""
    import random

    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
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
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(users[0].pk), users[0].get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.create()
    return session.session_key


@contextmanager
def serving(port, command=None, **environment):
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--port", str(port), "--no-ws"]
    command = command or [*granian, "--workers", "1", "--blocking-threads", "1", "benchmarks.served:application"]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            time.sleep(0.1)
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                pass
        yield server.pid, port
    finally:
        server.terminate()
        server.wait()


def ask(port, asked, times):
    """Asks so many times over four connections in turn; returns the last answer, (headers, body)."""
    request = f"GET {asked.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{asked.headers}\r\n".encode()
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(4)]
    files = [connection.makefile("rb", buffering=2**18) for connection in connections]
    for _ in range(0, times, len(connections)):
        for connection in connections:
            connection.sendall(request)
        answers = [answer(file) for file in files]
    for connection, file in zip(connections, files, strict=True):
        file.close()
        connection.close()
    return answers[-1]


def answer(file):
    status = file.readline()
    assert b" 200 " in status, status
    headers = []
    while (line := file.readline().strip()) != b"":
        headers.append(line.decode())
    length = next(int(line.split(": ")[1]) for line in headers if line.lower().startswith("content-length"))
    return headers, file.read(length)


def processor_time(pid):
    """Seconds that the process and its children have used."""
    ticks, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            stat = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except FileNotFoundError:
            continue
        ticks += int(stat[11]) + int(stat[12])
    return ticks / TICK


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def compare(servers, contenders, rounds, requests):
    """The median microseconds of processor time for a request of each contender."""
    cost = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, asked in contenders.items():
            pid, port = servers[asked.server]
            times = max(100, int(requests * asked.share))
            before = processor_time(pid)
            ask(port, asked, times)
            if number:  # the first round warms up
                cost[name].append((processor_time(pid) - before) / times * 1e6)
    return {name: statistics.median(found) for name, found in cost.items()}


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
        servers = {
            "cached": stack.enter_context(serving(free_port())),
            "uncached": stack.enter_context(serving(free_port(), PAGECACHE_MIB="0")),
        }
        headers, page = ask(servers["cached"][1], Asked("cached", FILM, CODED), 8)
        Path(folder, "page").write_bytes(page)
        Path(folder, "headers").write_text("\n".join(line for line in headers if not line.startswith("date")))
        servers["bare"] = stack.enter_context(serving(free_port(), SERVED="bare"))
        contenders = {
            "bare server": Asked("bare", "/", CODED),
            "cached film page": Asked("cached", FILM, CODED),
            "constant view": Asked("uncached", "/constant/", share=0.1),
            "uncached film page": Asked("uncached", FILM, share=0.005),
            "signed-in film page": Asked("uncached", FILM, f"Cookie: sessionid={session}\r\n", share=0.005),
        }
        cost = compare(servers, contenders, chosen.rounds, chosen.requests)
        report(cost, len(page), static_bytes(Path(folder)))


def report(cost, page, static):
    for name, microseconds in cost.items():
        print(f"{name:22}{microseconds:10,.0f} µs of processor time for a request")
    for target, name, limit, most in (
        ("P1", "cached film page", "bare server", 1.2),
        ("P2", "uncached film page", "constant view", 4),
        ("P2", "signed-in film page", "constant view", 4),
    ):
        ratio = cost[name] / cost[limit]
        verdict(target, f"{name} costs {ratio:.2f} x the {limit} (at most {most})", ratio <= most)
    verdict("P5", f"page {page:,} bytes (at most {PAGE_LIMIT:,})", page <= PAGE_LIMIT)
    verdict("P5", f"style and script {static:,} bytes (at most {STATIC_LIMIT:,})", static <= STATIC_LIMIT)


def verdict(target, sentence, reached):
    print(f"{target} {'reached' if reached else 'missed '}  {sentence}")


if __name__ == "__main__":
    main()

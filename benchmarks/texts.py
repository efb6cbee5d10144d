"""Review pages made from a seed, in the reference layout: sizes, films and words are spread as in real ones."""

import io
import random
import tarfile
from datetime import date

MONTHS = [date(2000, month, 1).strftime("%B") for month in range(1, 13)]
FILMS = 20_000


def write_archive(path, count, seed=1):
    """Writes a tar of `count` pages, each a file; about 1.8 KB a page. Returns the bytes of all pages."""
    dice, total = random.Random(seed), 0
    words = vocabulary(dice)
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for number in range(count):
            data = page(dice, words, number).encode()
            member = tarfile.TarInfo(f"{number // 1000:04}/{number:07}.txt")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
            total += len(data)
    return total


def page(dice, words, number):
    film = int(FILMS * dice.random() ** 3)
    total = int(dice.expovariate(1 / 20))
    length = min(1200, int(dice.lognormvariate(5.1, 0.7)) + 20)
    body = dice.choices(words, k=length)
    for at in range(40, length, 60):
        body[at] += ".\n\n" if at % 120 < 60 else "."
    header = [f"Film number {film} ({1950 + film % 75})"]
    header += [f"{dice.randint(1, 10)}/10"] if dice.random() < 0.9 else []
    header += [" ".join(dice.choices(words, k=6)).capitalize()]
    header += [
        f"reviewer_{dice.randrange(50_000)}_x{dice.randint(1, 28)} {dice.choice(MONTHS)} {dice.randint(1999, 2025)}"
    ]
    header += ["Warning: Spoilers"] if dice.random() < 0.1 else []
    tail = f"{int(total * dice.random())} out of {total} found this helpful. Was this review helpful? Sign in to vote."
    return "\n".join(
        [*header, f"{' '.join(body)} {number}.".replace("\n\n ", "\n\n"), tail, "Permalink", "", "Recently Viewed"]
    )


def vocabulary(dice):
    """5,000 invented words, repeated so that the frequent ones are as frequent as Zipf has them."""
    letters = "etaoinshrdlucmfwypvbgk"
    words = ["".join(dice.choices(letters, k=dice.randint(1, 3) + dice.randint(0, 8))) for _ in range(5000)]
    return [word for rank, word in enumerate(words, start=1) for _ in range(max(1, 600 // rank))]

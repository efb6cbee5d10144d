"""Drawings made of nothing but a film's own facts: its title card, and the time line of its family. Pure.

A card repeats the motif of the film's family, varied by the film. Its colours are left to the style sheet, to which the
tones "a" (the ink of the card), "b" (its second ink) and "c" (a shade of the first) are only names.
"""

import hashlib
from math import cos, pi, sin
from typing import NamedTuple

WIDTH, HEIGHT = 120, 150
PICTURE = 108  # The composition ends here; the year stands below it.


class Layer(NamedTuple):
    tone: str
    path: str
    stroke: float | None = None  # The width of the line; None for a filled shape.
    dash: str = ""


class Card(NamedTuple):
    stock: str  # What it is printed on: "spot" for an original, "paper" or "ink" for the others.
    layers: tuple
    sign: str  # The path of the repeat sign beside the year, if there is one.
    year: int


def card(*, key, year, motif, role=""):
    """The card of the film `key`, of the family or lone film whose id is `motif`.

    `role` is "original", "remake", "lone" or, if nobody knows, "". It decides on the stock and the sign: an original
    opens the repeat, a remake closes it, and what nobody has made again ends as music does.
    """
    stock = "spot" if role == "original" else "ink" if _share(key, "stock") < 0.5 else "paper"
    draw = MOTIFS[motif % len(MOTIFS)]
    layers = draw(_shares(motif, "family"), _shares(f"{key} {year}", "film"))
    return Card(stock, tuple(layers), SIGNS[role], year)


def _share(seed, purpose, number=0):
    """A number from 0 to under 1 that is always the same for the same arguments."""
    digest = hashlib.blake2b(f"{purpose} {number} {seed}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


def _shares(seed, purpose):
    return [_share(seed, purpose, number) for number in range(4)]


def _between(low, high, share, step=1):
    """One of low, low + step, … high."""
    return low + step * int(share * ((high - low) // step + 1))


def _n(number):
    return f"{number:.1f}".removesuffix(".0")


# Shapes, as path data


def _disc(x, y, r):
    return f"M{_n(x - r)} {_n(y)}a{_n(r)} {_n(r)} 0 1 1 {_n(2 * r)} 0a{_n(r)} {_n(r)} 0 1 1 {_n(-2 * r)} 0z"


def _box(x, y, width, height):
    return f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z"


def _arch(x, top, width, bottom):
    half = width / 2
    return f"M{_n(x)} {_n(bottom)}V{_n(top + half)}a{_n(half)} {_n(half)} 0 0 1 {_n(width)} 0V{_n(bottom)}z"


def _polygon(*points):
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) + "z"


# Motifs: each from four numbers of the family (what stays) and four of the film (what varies), all from 0 to under 1


def eclipse(family, film):
    r = _between(27, 36, family[0])
    angle = 2 * pi * film[0]
    distance = _between(10, 16, film[1])
    x, y = 60 + distance * cos(angle), 54 + distance * sin(angle)
    return [Layer("c", _disc(60, 54, 52)), Layer("b", _disc(120 - x, 108 - y, r)), Layer("a", _disc(x, y, r - 4))]


def rings(family, film):
    x, marked, angle = _between(54, 66, family[0], 6), _between(1, 4, film[0]), 2 * pi * film[1]
    radii = [6 + 10 * ring for ring in range(5)]
    orbit = radii.pop(marked)
    return [
        Layer("a", "".join(_disc(x, 54, r) for r in radii), 3.5),
        Layer("b", _disc(x, 54, orbit), 3.5),
        Layer("b", _disc(x + orbit * cos(angle), 54 + orbit * sin(angle), 7)),
    ]


def beam(family, film):
    left = family[0] < 0.5
    lamp, wall = (14, 120) if left else (106, 0)
    y = _between(24, 84, family[1], 12)
    top = _between(0, 42, film[0], 6)
    spread = _between(36, 66, film[1], 6)
    return [
        Layer("c", _polygon((lamp, y), (wall, max(0, top - 30)), (wall, min(108, top + spread + 30)))),
        Layer("a", _polygon((lamp, y), (wall, top), (wall, top + spread))),
        Layer("b", _disc(lamp, y, 11)),
    ]


def stairs(family, film):
    steps = _between(5, 7, family[0])
    width, marked, rising = 120 / steps, int(film[0] * steps), film[1] < 0.6
    layers = {"a": "", "b": ""}
    for step in range(steps):
        height = 96 * (step + 1 if rising else steps - step) / steps
        layers["b" if step == marked else "a"] += _box(step * width, PICTURE - height, width - 2, height)
    moon = (22, 22) if rising else (98, 22)
    return [Layer("c", _disc(*moon, 15)), *(Layer(tone, path) for tone, path in layers.items())]


def curtain(family, film):
    folds = _between(9, 13, family[0], 2)
    width, gap = 120 / folds, _between(2, folds - 4, film[0])
    wide = _between(2, 3, film[1])
    bars = "".join(_box(fold * width, 0, width * 0.62, 100) for fold in range(folds) if not gap <= fold < gap + wide)
    return [
        Layer("b", _arch(gap * width - width * 0.2, 24, wide * width, 108)),
        Layer("a", bars),
        Layer("c", _box(0, 100, 120, 8)),
    ]


def halves(family, film):
    turns = ["M{0} {1}h54a27 27 0 0 1-54 0z", "M{0} {2}h54a27 27 0 0 0-54 0z"]
    first, marked = int(family[0] * 2), _between(0, 5, film[0])
    layers = {"a": "", "b": ""}
    for place in range(6):
        x, y = 4 + 58 * (place % 2), 4 + 34 * (place // 2)
        turn = turns[(first + place + int(film[1] * 4) * (place // 2)) % 2]
        layers["b" if place == marked else "a"] += turn.format(x, y, y + 29)
    return [Layer(tone, path) for tone, path in layers.items()]


def arches(family, film):
    inset, lean = _between(9, 12, family[0]), _between(-9, 9, film[0], 3)
    door = _between(46, 70, film[1], 6)
    return [
        Layer(tone, _arch(10 + depth * inset + lean * depth / 3, top, 100 - 2 * depth * inset, 108))
        for depth, (tone, top) in enumerate([("c", 6), ("a", 18), ("c", 32), ("b", door)])
    ]


def slants(family, film):
    lean, bars = _between(24, 48, family[0], 12), _between(4, 5, family[1])
    pitch = (120 - lean) / bars
    marked, falling = int(film[0] * bars), film[1] < 0.5
    layers = {"a": "", "b": ""}
    for bar in range(bars):
        x = bar * pitch
        top, bottom = (x, x + lean) if falling else (x + lean, x)
        width = pitch * (0.4 + 0.12 * ((bar + int(film[2] * 4)) % 4))
        layers["b" if bar == marked else "a"] += _polygon(
            (top, 0), (top + width, 0), (bottom + width, 108), (bottom, 108)
        )
    return [Layer(tone, path) for tone, path in layers.items()]


def seats(family, film):
    """Rows of a house seen from above; one seat is taken."""
    rows, across = 5, _between(5, 6, family[0])
    pitch, r = 100 / (across - 1), _between(6, 8, family[1])
    row, seat = int(film[0] * rows), int(film[1] * across)
    path = "".join(f"M10 {14 + 20 * number}H110.1" for number in range(rows) if number != row)
    taken = "".join(_disc(10 + pitch * number, 14 + 20 * row, r) for number in range(across) if number != seat)
    return [
        Layer("a", path, 2 * r, f"0 {_n(pitch)}"),
        Layer("a", taken),
        Layer("b", _disc(10 + pitch * seat, 14 + 20 * row, 10)),
    ]


def waves(family, film):
    lines, marked = _between(5, 7, family[0]), film[0]
    pitch, swell = 92 / lines, _between(6, 14, film[1])
    half = _between(20, 40, family[1], 10)
    paths = []
    for line in range(lines):
        y = 14 + pitch * (line + 0.2)
        paths.append(f"M0 {_n(y)}q{half / 2:g}-{swell} {half} 0" + f"t{half} 0" * (120 // half - 1))
    number = int(marked * lines)
    rest = "".join(path for line, path in enumerate(paths) if line != number)
    return [Layer("c", _disc(_between(30, 90, film[2], 15), 36, 26)), Layer("a", rest, 4), Layer("b", paths[number], 7)]


def frames(family, film):
    """A screen within a screen; where it leads to is the film's."""
    x, y = _between(18, 66, film[0], 6), _between(14, 54, film[1], 4)
    path = ""
    for step in range(4):
        part = step / 4
        path += _box(6 + (x - 6) * part, 6 + (y - 6) * part, 108 - 72 * part, 96 - 66 * part)
    weight = _between(2, 4, family[0])
    return [Layer("c", _box(6, 6, 108, 96)), Layer("a", path, weight), Layer("b", _box(x, y, 36, 30))]


def quarters(family, film):
    pies = [
        "M{x} {y}h36a36 36 0 0 1-36 36z", "M{r} {y}v36a36 36 0 0 1-36-36z",
        "M{r} {b}h-36a36 36 0 0 1 36-36z", "M{x} {b}v-36a36 36 0 0 1 36 36z",
    ]  # fmt: skip
    base, marked = int(family[0] * 4), _between(0, 8, film[0])
    turn, layers = 1 + int(family[1] * 3), {"a": "", "b": ""}
    for place in range(9):
        x, y = 6 + 36 * (place % 3), 36 * (place // 3)
        pie = pies[(base + place * turn + int(film[1] * 4) * (place // 3)) % 4]
        layers["b" if place == marked else "a"] += pie.format(x=x, y=y, r=x + 36, b=y + 36)
    return [Layer(tone, path) for tone, path in layers.items()]


def table(family, film):
    """A round table and who sits at it."""
    guests, r = _between(6, 9, family[0]), 40
    marked = int(film[0] * guests)
    turn = film[1] * 2 * pi / guests
    places = [
        (60 + r * cos(turn + 2 * pi * g / guests), 54 + r * sin(turn + 2 * pi * g / guests)) for g in range(guests)
    ]
    others = "".join(_disc(x, y, 8) for guest, (x, y) in enumerate(places) if guest != marked)
    return [Layer("c", _disc(60, 54, 25)), Layer("a", others), Layer("b", _disc(*places[marked], 12))]


MOTIFS = [eclipse, table, slants, beam, stairs, waves, arches, rings, halves, frames, curtain, quarters, seats]


def _sign(thick, thin, dots=None):
    path = _box(thick, 115, 5, 25) + _box(thin, 115, 1.5, 25)
    if dots is not None:
        path += _disc(dots, 122.5, 2.2) + _disc(dots, 132.5, 2.2)
    return path


SIGNS = {"original": _sign(98, 105.5, 111), "remake": _sign(107, 103, 98.5), "lone": _sign(107, 103), "": ""}


# Time lines


class Note(NamedTuple):
    year: int
    x: float  # in per cent of the width
    y: float  # in per cent of the height, from the top
    original: bool


class Tick(NamedTuple):
    year: int
    x: float


def notes(years, original_year, first, last):
    """Years as notes on a stave from `first` to `last`: later films stand higher, so a family climbs like a scale."""
    years = sorted(years)
    step = 25 if len(years) <= 5 else 100 / max(8, len(years) - 1)  # From line to line, or from line to space.
    original = years.index(original_year) if original_year in years else 0
    return [
        Note(year, place(year, first, last), round(100 - step * number, 1), number == original)
        for number, year in enumerate(years)
    ]


def place(year, first, last):
    """Where a year stands, in per cent, with a little air on both sides."""
    return round(3 + 94 * (year - first) / max(1, last - first), 2)


def ticks(first, last, most=7):
    """At most `most` round years between the two."""
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (last - first) / step <= most - 1)
    return [Tick(year, place(year, first, last)) for year in range(-(-first // step) * step, last + 1, step)]

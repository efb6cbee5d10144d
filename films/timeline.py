"""The time line of a family as a drawing: a box for each film, and arrows from remakes to their sources. Pure.

Every film has a row of its own, in the order of release, and stands the further right the later it is; films that
others were made from push what follows a step aside. So an arrow leaves a remake to the left, where its row is empty,
and climbs to its source through the step, where no box can stand. That holds for any family without a circle.
"""

import unicodedata
from typing import NamedTuple


class Page(NamedTuple):
    """Lengths in the units of the drawing: pixels, where it is shown in its own size."""

    width: int
    box: int  # the width of one
    title: int  # the size of the letters, and so on
    title_line: int
    title_lines: int  # at most
    fact: int
    fact_line: int
    chart: int  # the width of the spread of ratings
    step: int  # at most
    gap: int  # between two rows


WIDE = Page(1000, 330, 20, 24, 2, 14, 19, 76, 26, 16)
NARROW = Page(328, 240, 17, 21, 3, 13, 18, 44, 18, 14)

PADDING = 12
FACT_LINES = 3  # at most, for one
STEPS_SHARE = 0.6  # of the room, at most: the rest is for the years
HEAD = 5  # half the width of an arrow's head


class Film(NamedTuple):
    title: str
    year: int
    facts: tuple[str, ...] = ()  # each begins a line


class Line(NamedTuple):
    text: str
    x: float
    y: float  # of its foot
    size: int


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    title: list[Line]
    facts: list[Line]
    chart: tuple[float, float, float, float]  # where the spread of ratings is drawn: x, y, width, height

    @property
    def right(self):
        return self.x + self.width

    @property
    def bottom(self):
        return self.y + self.height


class Arrow(NamedTuple):
    remake: int  # positions in the list of films
    source: int
    points: tuple[tuple[float, float], ...]  # from the remake to its source

    @property
    def path(self):
        """The line, with its corner rounded, as path data."""
        (x0, y0), (x1, y1), (_, y2) = self.points
        r = min(9, x0 - x1, (y1 - y2) / 2)
        return f"M{_n(x0)} {_n(y0)}H{_n(x1 + r)}Q{_n(x1)} {_n(y1)} {_n(x1)} {_n(y1 - r)}V{_n(y2 + HEAD)}"

    @property
    def head(self):
        x, y = self.points[-1]
        return f"M{_n(x)} {_n(y)}l{HEAD} {HEAD * 2}h{-HEAD * 2}z"


class Drawing(NamedTuple):
    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]  # those to one source after one another


def draw(films, edges, page):
    """The drawing of films in release order; `edges` are (remake, source) pairs of positions, the source before."""
    boxes, y = [], 0
    for film, x in zip(films, _places(films, edges, page), strict=True):
        boxes.append(_box(film, x, y, page))
        y = boxes[-1].bottom + page.gap
    lane = _step(edges, page) / 2
    arrows = [
        Arrow(
            remake,
            source,
            (
                (boxes[remake].x, _middle(boxes[remake])),
                (boxes[source].x + lane, _middle(boxes[remake])),
                (boxes[source].x + lane, boxes[source].bottom),
            ),
        )
        for remake, source in sorted(edges, key=lambda edge: (-edge[1], edge[0]))
    ]
    return Drawing(page.width, round(y - page.gap), boxes, arrows)


def _step(edges, page):
    return min(page.step, STEPS_SHARE * (page.width - page.box) / max(1, len({source for _, source in edges})))


def _places(films, edges, page):
    """How far right each film stands: what the sources before it push it, and its share of the years."""
    sources, step = {source for _, source in edges}, _step(edges, page)
    pushed = [step * sum(source < number for source in sources) for number in range(len(films))]
    room = page.width - page.box - pushed[-1]
    first, years = films[0].year, max(film.year for film in films) - films[0].year
    latest, places = first, []
    for film, push in zip(films, pushed, strict=True):
        latest = max(latest, film.year)
        places.append(round(push + room * (latest - first) / max(1, years), 1))
    return places


def _middle(box):
    return box.y + box.height / 2


def _box(film, x, y, page):
    left, inner = x + PADDING, page.box - 2 * PADDING
    title = [
        Line(text, left, y + PADDING + page.title_line * number + page.title * 0.85, page.title)
        for number, text in enumerate(wrapped(film.title, inner, page.title, page.title_lines))
    ]
    top = y + PADDING + page.title_line * len(title)
    told = [text for fact in film.facts for text in wrapped(fact, inner - page.chart - 8, page.fact, FACT_LINES)]
    facts = [Line(text, left, top + page.fact_line * number, page.fact) for number, text in enumerate(told, start=1)]
    height = top + page.fact_line * len(facts) + PADDING - y
    tall = page.fact_line * len(film.facts) - 2  # in every box the same, so that the spreads compare
    chart = x + page.box - PADDING - page.chart, y + height - PADDING - tall + 2, page.chart, tall
    return Box(x, y, page.box, height, title, facts, chart)


# Text


def wrapped(text, width, size, lines):
    """The text in at most so many lines of at most the width; what does not fit is cut off with "…"."""
    done, words = [], text.split()
    while words and len(done) < lines:
        line = _fitting(words, width, size)
        if not line:
            first, rest = _cut(words[0], width, size)
            line, words = [first], [first, rest, *words[1:]]
        done.append(" ".join(line))
        words = words[len(line) :]
    if words:
        done[-1] = _shortened(f"{done[-1]} {' '.join(words)}", width, size)
    return done


def _fitting(words, width, size):
    """As many of the words as fit on a line."""
    count = 0
    while count < len(words) and width_of(" ".join(words[: count + 1]), size) <= width:
        count += 1
    return words[:count]


def _cut(word, width, size):
    end = 1
    while width_of(word[: end + 1], size) <= width:
        end += 1
    return word[:end], word[end:]


def _shortened(text, width, size):
    while width_of(f"{text}…", size) > width:
        text = text[:-1].rstrip(" ,.:;-–")
    return f"{text}…"


_THIN, _SLIM, _BROAD = set("ijlI.,:;!|'’‘·()[]/ "), set("ftrsJ-"), set("mwMW@%&—–…ÆŒæœ")


def width_of(text, size):
    """The width of a line of text, rather too much than too little: nobody knows which font a reader has."""
    return size * sum(map(_width, text))


def _width(char):
    if unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if char in _THIN:
        return 0.36
    if char in _SLIM:
        return 0.5
    if char in _BROAD or ord(char) > 0x24F:
        return 1
    return 0.78 if char.isupper() else 0.65


# The spread of ratings


def bars(shares):
    """Bars of the given heights, 0 to 100, as path data in a box 10 wide and 100 high."""
    return "".join(f"M{n} 100V{100 - share}h.8V100z" for n, share in enumerate(shares) if share)


def _n(number):
    return f"{number:.1f}".removesuffix(".0")

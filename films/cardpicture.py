"""Pictures of title cards with a few words beside them, as PNG, for where an address is passed on.

The words are set in the site's own type. A text that it has no letters for is left out, so that nobody sees boxes.
"""

import io
import unicodedata
from functools import cache, lru_cache

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from films import titlecard
from films.outline import outlines

WIDTH, HEIGHT = 1200, 630
MARGIN = 64
GAP = 24
MOST_CARDS = 5
KEPT = 200  # pictures of some 25 KB
FINE = 3  # Shapes are drawn this much larger and reduced, which makes their edges smooth.
PAPER, INK, SPOT, QUIET, STOCK = "#f5f4ef", "#1a1816", "#d8331f", "#5d5850", "#e4e1d6"
# The ground and the two inks of each stock, as in components.css.
INKS = {"paper": (STOCK, INK, SPOT), "ink": (INK, STOCK, SPOT), "spot": (SPOT, INK, STOCK)}
SIZES = (96, 84, 72, 62, 54, 46)
LEADING = 1.06
# Changes with the look, so that no old picture is taken for a new one.
EDITION = 1


@lru_cache(KEPT)
def picture(cards, titles, lines):
    """One to five cards, the first of the titles that can be set, and the lines below it that can.

    A single card fills the left of the picture; several stand in a row above the words, at most MOST_CARDS of them.
    All three are tuples, by which the pictures that were asked for last are found again.
    """
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    if len(cards) == 1:
        card = _drawn(cards[0], HEIGHT)
        sheet.paste(card, (0, 0))
        left, top = card.width + MARGIN, MARGIN
    else:
        left, top = MARGIN, MARGIN + _row(sheet, cards[:MOST_CARDS]) + GAP
    _write(sheet, left, top, settable(titles), [line for line in map(_in_type, lines) if line])
    return _png(sheet)


def _row(sheet, cards):
    """Sets the cards in a row and tells how high it is."""
    width = min(240, (WIDTH - 2 * MARGIN - GAP * (len(cards) - 1)) // len(cards))
    height = width * titlecard.HEIGHT // titlecard.WIDTH
    for place, card in enumerate(cards):
        sheet.paste(_drawn(card, height), (MARGIN + place * (width + GAP), MARGIN))
    return height


def _png(sheet):
    stored = io.BytesIO()
    # Five flat colours and the edges between them: a palette loses nothing, and the file is a third.
    sheet.quantize(64, dither=Image.Dither.NONE).save(stored, "PNG", optimize=False, compress_level=6)
    return stored.getvalue()


def _drawn(card, height):
    """A title card as a picture of that height."""
    scale = FINE * height / titlecard.HEIGHT
    ground, ink, second = INKS[card.stock]
    tones = {"a": ink, "b": second, "c": _mixed(ink, ground, 0.15)}
    sheet = Image.new("RGB", (round(titlecard.WIDTH * scale), FINE * height), ground)
    pen = ImageDraw.Draw(sheet)
    for layer in card.layers:
        _draw_layer(pen, layer, tones[layer.tone], scale)
    _draw_layer(pen, titlecard.Layer("a", card.sign), ink, scale)
    pen.text((7 * scale, 140 * scale), str(card.year), ink, _type(33 * scale), anchor="ls")
    return sheet.resize((sheet.width // FINE, height), Image.Resampling.BOX)


def _draw_layer(pen, layer, colour, scale):
    for points, closed in outlines(layer.path):
        scaled = [(x * scale, y * scale) for x, y in points]
        if layer.stroke is None:
            pen.polygon(scaled, colour)
        elif layer.dash:
            _dots(pen, scaled, float(layer.dash.split()[1]) * scale, layer.stroke * scale / 2, colour)
        else:
            pen.line(scaled + scaled[:2] * closed, colour, round(layer.stroke * scale), joint="curve")


def _dots(pen, points, pitch, radius, colour):
    """A level line of dashes without length and with round ends, which is how titlecard.py draws rows of seats."""
    (x, y), (end, _) = points
    while x <= end:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
        x += pitch


def _mixed(colour, ground, share):
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(ground[1:]), strict=True)
    return tuple(round(part * share + rest * (1 - share)) for part, rest in pairs)


# Words


def _write(sheet, left, top, title, lines):
    pen = ImageDraw.Draw(sheet)
    width = WIDTH - left - MARGIN
    bottom = HEIGHT - MARGIN
    _sign_off(pen, bottom)
    size, rows = _fitted(title, width, bottom - top - 56 - 44 * len(lines))
    y = top
    for row in rows:
        pen.text((left, y + size * 0.82), row, INK, _type(size), anchor="ls")
        y += size * LEADING
    y += 14 if title else 0
    for line in lines:
        pen.text((left, y + 34), _cut(line, _type(34, 400), width), QUIET, _type(34, 400), anchor="ls")
        y += 44


def _fitted(title, width, height):
    """The largest size in which the title fits, and its rows; what does not fit in the smallest is left out."""
    for size in SIZES:
        rows = _wrapped(title, _type(size), width)
        fits = int(height / (size * LEADING))
        if len(rows) <= fits and max(map(_type(size).getlength, title.split()), default=0) <= width:
            return size, rows
    last = " ".join(rows[fits - 1 :])
    return size, [*rows[: fits - 1], _cut(last, _type(size), width)]


def _sign_off(pen, bottom):
    """The name of the site, and the repeat sign that ends it."""
    right = WIDTH - MARGIN
    pen.text((right - 36, bottom), "Reprise", INK, _type(36), anchor="rs")
    for x, width in ((right - 7, 7), (right - 12, 2)):
        pen.rectangle((x, bottom - 28, x + width - 1, bottom), SPOT)
    for y in (bottom - 19, bottom - 9):
        pen.ellipse((right - 22, y - 3, right - 16, y + 3), SPOT)


def _wrapped(text, font, width):
    rows = []
    for word in text.split():
        if rows and font.getlength(f"{rows[-1]} {word}") <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return [_cut(row, font, width) for row in rows]


def _cut(row, font, width):
    if font.getlength(row) <= width:
        return row
    while row and font.getlength(f"{row}…") > width:
        row = row[:-1]
    return f"{row.rstrip()}…"


@cache
def _type(size, weight=600):
    font = ImageFont.truetype(settings.BASE_DIR / "static" / "fonts" / "fraunces.woff2", size)
    font.set_variation_by_axes([weight])
    return font


def settable(titles):
    """The first of the titles that the type has every letter of, if need be without its accents, or ""."""
    return next(filter(None, map(_in_type, titles)), "")


def _in_type(text):
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return next((form for form in (unicodedata.normalize("NFC", text), bare) if all(map(_has_letter, form))), "")


@cache
def _has_letter(letter):
    return letter == " " or bytes(_type(40).getmask(letter)) not in ("", _box())


@cache
def _box():
    """What the type draws for a letter that it does not have."""
    return bytes(_type(40).getmask("\U0010fffe"))

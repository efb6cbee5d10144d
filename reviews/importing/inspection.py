"""The source text of a row, cut where its fields begin and end. Pure."""

from typing import NamedTuple


class Tile(NamedTuple):
    kind: str  # the name of a field, "furniture" for what is dropped, or "" for what lies between
    text: str


def tiles(text, spans):
    """Tiles that make up the text exactly. `spans` has [start, end] by field, and a list of them for `furniture`."""
    places = [(*span, "furniture") for span in spans.get("furniture", ())]
    places += [(*span, name) for name, span in spans.items() if name != "furniture"]
    found, done = [], 0
    for start, end, kind in sorted(places):
        found += [Tile("", text[done:start]), Tile(kind, text[start:end])]
        done = end
    return [tile for tile in [*found, Tile("", text[done:])] if tile.text]

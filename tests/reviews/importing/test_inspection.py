from hypothesis import given

from reviews.importing.inspection import Tile, tiles
from reviews.importing.parser import parse
from reviews.importing.records import ParsedReview
from tests.reviews.importing.test_parser import texts


def test_fields_and_furniture_are_cut_out_of_what_lies_between():
    assert tiles("Up (2009)\nPermalink", {"film": [0, 2], "year": [4, 8], "furniture": [[10, 19]]}) == [
        Tile("film", "Up"),
        Tile("", " ("),
        Tile("year", "2009"),
        Tile("", ")\n"),
        Tile("furniture", "Permalink"),
    ]


def test_a_text_in_which_nothing_was_read_is_one_tile():
    assert tiles("Text", {}) == [Tile("", "Text")]


@given(texts)
def test_the_tiles_of_any_text_make_it_up_exactly(text):
    for record in parse(text):
        if isinstance(record, ParsedReview):
            start = record.span.start
            spans = {name: [span.start - start, span.end - start] for name, span in record.spans.items()}
            spans["furniture"] = [[span.start - start, span.end - start] for span in record.furniture]
            piece = text[slice(*record.span)]
            assert "".join(tile.text for tile in tiles(piece, spans)) == piece

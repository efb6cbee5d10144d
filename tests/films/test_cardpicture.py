import io

import pytest
from PIL import Image

from films import titlecard
from films.cardpicture import picture, settable


def opened(cards, titles=("Hard Hit",), lines=()):
    return Image.open(io.BytesIO(picture(tuple(cards), tuple(titles), tuple(lines)))).convert("RGB")


def card(number=0, role="original"):
    return titlecard.card(key=f"film {number}", year=1950 + number, motif=number, role=role)


@pytest.mark.parametrize("motif", range(13))
def test_every_motif_is_drawn_in_its_inks(motif):
    colours = {colour for _, colour in opened([card(motif)]).crop((0, 0, 504, 630)).getcolors(10_000)}
    red, black = (216, 51, 31), (26, 24, 22)
    assert {red, black} <= colours


@pytest.mark.parametrize("count", [2, 5, 9])
def test_the_cards_of_a_family_stay_inside_the_margins(count):
    sheet = opened([card(number) for number in range(count)])
    paper = (245, 244, 239)
    assert sheet.crop((0, 0, 64, 630)).getcolors() == [(64 * 630, paper)]
    assert sheet.crop((1136, 0, 1200, 500)).getcolors() == [(64 * 500, paper)]


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["Hard Hit", "발신제한"], "Hard Hit"),
        (["발신제한", "Hard Hit"], "Hard Hit"),
        (["Amélie"], "Amélie"),
        (["Hősök"], "Hosok"),
        (["발신제한", "Броненосец"], ""),
        ([], ""),
    ],
)
def test_the_title_is_the_first_that_the_type_has_letters_for(titles, expected):
    assert settable(titles) == expected


def test_nothing_is_written_of_a_title_that_cannot_be_set():
    words = (504, 0, 1200, 500)
    assert opened([card()], ["발신제한"]).crop(words).getcolors() == opened([card()], []).crop(words).getcolors()
    assert len(opened([card()], ["Hard Hit"]).crop(words).getcolors(10_000)) > 1


@pytest.mark.parametrize("title", ["word " * 200, "o" * 300])
def test_a_title_of_any_length_leaves_the_margin_free(title):
    assert len(opened([card()], [title], ["line"]).crop((1136, 0, 1200, 560)).getcolors()) == 1

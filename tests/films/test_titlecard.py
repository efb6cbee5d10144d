import re

import pytest

from films import titlecard
from films.titlecard import HEIGHT, PICTURE, WIDTH, card, notes, place, ticks

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
COMMAND = re.compile(r"([MLHVhvaqtzC])([^MLHVhvaqtzC]*)")


def a_card(**facts):
    return card(**{"key": "ring-1998", "year": 1998, "motif": 10, "role": "original"} | facts)


def points(path):
    """Where the pen stands after each step of a path."""
    x = y = left = top = 0.0
    for command, numbers in COMMAND.findall(path):
        step = [float(number) for number in NUMBER.findall(numbers)]
        match command:
            case "M" | "L":
                x, y = step
            case "H":
                x = step[0]
            case "V":
                y = step[0]
            case "h":
                x += step[0]
            case "v":
                y += step[0]
            case "a" | "q" | "t":
                x, y = x + step[-2], y + step[-1]
            case "z":
                x, y = left, top
        if command == "M":
            left, top = x, y
        yield x, y


def every_card():
    for motif in range(len(titlecard.MOTIFS)):
        for number in range(60):
            yield card(key=f"film-{number}", year=1900 + 2 * number, motif=motif, role="remake")


def test_the_same_facts_make_the_same_card():
    assert a_card() == a_card()


def test_films_of_one_family_and_year_have_cards_of_their_own():
    assert a_card(key="perfect-strangers-2018").layers != a_card(key="kill-mobile-2018").layers


def test_a_family_shares_its_motif_and_varies_it():
    cards = [a_card(key=f"film-{year}", year=year, motif=1, role="remake") for year in range(1950, 1960)]
    assert {tuple((layer.tone, layer.stroke) for layer in card.layers) for card in cards} == {
        tuple((layer.tone, layer.stroke) for layer in cards[0].layers)
    }
    assert len({str(card.layers) for card in cards}) == 10


def test_neighbouring_families_have_different_motifs():
    assert all(a_card(motif=motif).layers != a_card(motif=motif + 1).layers for motif in range(100))


@pytest.mark.parametrize(
    ("role", "stocks"),
    [("original", {"spot"}), ("remake", {"paper", "ink"}), ("lone", {"paper", "ink"})],
)
def test_only_originals_are_printed_on_the_accent(role, stocks):
    assert {a_card(key=f"film-{number}", role=role).stock for number in range(50)} == stocks


def test_the_sign_tells_originals_remakes_and_lone_films_apart():
    assert len({a_card(role=role).sign for role in ("original", "remake", "lone")}) == 3
    assert a_card(role="").sign == ""


def test_every_composition_stays_in_its_picture():
    outside = [
        (point, layer)
        for each in every_card()
        for layer in each.layers
        for point in points(layer.path)
        if not (-0.5 <= point[0] <= WIDTH + 0.5 and -0.5 <= point[1] <= PICTURE + 0.5)
    ]
    assert outside == []


def test_every_sign_stands_beside_the_year():
    for sign in titlecard.SIGNS.values():
        assert all(90 <= x <= WIDTH and PICTURE <= y <= HEIGHT for x, y in points(sign))


def test_a_card_is_less_than_a_kilobyte():
    around, beside = 250, 40  # Bytes of markup around a drawing and beside each path.
    sizes = [around + sum(beside + len(layer.path) for layer in each.layers) + len(each.sign) for each in every_card()]
    assert max(sizes) < 1024


def test_notes_climb_from_the_original_to_the_latest_film():
    assert notes([2023, 2015, 2018], 2015, 2015, 2023) == [
        (2015, 3.0, 100, True),
        (2018, 38.25, 75, False),
        (2023, 97.0, 50, False),
    ]


def test_twelve_notes_fit_on_the_stave():
    assert [note.y for note in notes(range(2001, 2013), 2001, 2001, 2012)][::11] == [100, 0]


def test_a_family_of_one_year_stands_at_the_beginning():
    assert place(2018, 2018, 2018) == 3


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (2016, 2022, [2016, 2017, 2018, 2019, 2020, 2021, 2022]),
        (1937, 2018, [1940, 1960, 1980, 2000]),
        (2018, 2018, [2018]),
        (1874, 2100, [1900, 1950, 2000, 2050, 2100]),
    ],
)
def test_ticks_are_few_and_round(first, last, years):
    assert [tick.year for tick in ticks(first, last)] == years

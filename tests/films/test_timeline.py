import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from films.timeline import NARROW, WIDE, Film, bars, draw, width_of, wrapped

titles = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip)


@st.composite
def families(draw_from):
    """Up to twenty films in order and any edges from a later one to an earlier one."""
    count = draw_from(st.integers(2, 20))
    years = sorted(draw_from(st.lists(st.integers(1874, 2100), min_size=count, max_size=count)))
    films = [Film(draw_from(titles), year, (f"{year}, {draw_from(titles)}", "6.8 of 10, 12 reviews")) for year in years]
    possible = [(remake, source) for remake in range(count) for source in range(remake)]
    return films, draw_from(st.lists(st.sampled_from(possible), min_size=1, max_size=60, unique=True))


def overlap(one, other):
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def crosses(arrow, box):
    """Whether any piece of the arrow lies inside the box; its edge may be touched."""
    for (x0, y0), (x1, y1) in itertools.pairwise(arrow.points):
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        if left < box.right and right > box.x and top < box.bottom and bottom > box.y:
            return True
    return False


@pytest.mark.parametrize("page", [WIDE, NARROW], ids=["wide", "narrow"])
@given(family=families())
def test_nothing_overlaps_and_no_arrow_crosses_a_box_whatever_the_family(page, family):
    films, edges = family
    drawing = draw(films, edges, page)
    assert not any(overlap(one, other) for one, other in itertools.combinations(drawing.boxes, 2))
    assert not any(crosses(arrow, box) for arrow in drawing.arrows for box in drawing.boxes)
    assert sorted((arrow.remake, arrow.source) for arrow in drawing.arrows) == sorted(edges)


@pytest.mark.parametrize("page", [WIDE, NARROW], ids=["wide", "narrow"])
@given(family=families())
def test_everything_lies_in_the_drawing_and_all_text_in_its_box(page, family):
    drawing = draw(*family, page)
    for box in drawing.boxes:
        assert 0 <= box.x < box.right <= drawing.width + 0.1
        assert 0 <= box.y < box.bottom <= drawing.height + 0.5
        for line in box.title + box.facts:
            assert line.x + width_of(line.text, line.size) <= box.right - 10
            assert box.y + line.size / 2 < line.y < box.bottom - 5
        x, y, width, height = box.chart
        assert (x + width, y + height) < (box.right, box.bottom)
        assert all(line.x + width_of(line.text, line.size) <= x for line in box.facts)


@given(family=families())
def test_an_arrow_leads_from_the_left_of_the_remake_to_the_foot_of_its_source(family):
    drawing = draw(*family, NARROW)
    for arrow in drawing.arrows:
        remake, source = drawing.boxes[arrow.remake], drawing.boxes[arrow.source]
        (x0, y0), (x1, y1), (x2, y2) = arrow.points
        assert (x0, y2) == (remake.x, source.bottom)
        assert remake.y < y0 == y1 < remake.bottom
        assert source.x < x1 == x2 < min(remake.x, source.right)


def test_the_later_a_film_the_further_right_and_down():
    drawing = draw([Film("A", 1950), Film("B", 1960), Film("C", 2000)], [(1, 0), (2, 0)], WIDE)
    assert [(box.x, box.y) for box in drawing.boxes] == [(0, 0), (154.8, 64), (670, 128)]


def test_films_of_one_year_stand_below_one_another():
    drawing = draw([Film("A", 2000), Film("B", 2018), Film("C", 2018)], [(1, 0), (2, 0)], NARROW)
    assert [box.x for box in drawing.boxes] == [0, 88, 88]


def test_a_long_title_is_parted_between_words_and_cut_off_at_last():
    assert wrapped("The Story of Robin Hood and His Merrie Men", 200, 20, 2) == ["The Story of", "Robin Hood and…"]
    assert wrapped("Up", 200, 20, 2) == ["Up"]
    assert wrapped("天" * 30, 200, 20, 2) == ["天" * 9, "天" * 8 + "…"]


def test_ratings_are_bars_in_a_box_of_ten_by_a_hundred():
    assert bars([0, 100, 25]) == "M1 100V0h.8V100zM2 100V75h.8V100z"


@pytest.mark.parametrize("kind", [WIDE, NARROW])
def test_the_countries_of_a_film_are_told_in_full(kind):
    film = Film("Retribution", 2023, ("2023, France, Germany, Spain, United States", "4.7 of 10, 4 reviews"))
    [box] = draw([film], [], kind).boxes
    assert " ".join(line.text for line in box.facts) == " ".join(film.facts)

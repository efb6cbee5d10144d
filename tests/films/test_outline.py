import pytest

from films.outline import outlines


def bounds(path):
    [(points, _)] = outlines(path)
    xs, ys = zip(*points, strict=True)
    return tuple(round(side, 1) for side in (min(xs), min(ys), max(xs), max(ys)))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("M1 2h3v4h-3z", [((1, 2), (4, 2), (4, 6), (1, 6))]),
        ("M1 2L3 4L-5 6z", [((1, 2), (3, 4), (-5, 6))]),
        ("M0 0H5V7zM1 1h1v1z", [((0, 0), (5, 0), (5, 7)), ((1, 1), (2, 1), (2, 2))]),
    ],
)
def test_straight_lines_become_their_corners(path, expected):
    assert [(tuple(points), closed) for points, closed in outlines(path)] == [(points, True) for points in expected]


@pytest.mark.parametrize(
    ("path", "box"),
    [
        ("M10 50a40 40 0 1 1 80 0a40 40 0 1 1-80 0z", (10, 10, 90, 90)),  # a disc
        ("M0 0h54a27 27 0 0 1-54 0z", (0, 0, 54, 27)),  # the lower half of one
        ("M0 29h54a27 27 0 0 0-54 0z", (0, 2, 54, 29)),  # the upper half
        ("M0 0h36a36 36 0 0 1-36 36z", (0, 0, 36, 36)),  # a quarter
        ("M0 0q10-20 20 0", (0, -10, 20, 0)),
        ("M0 0q10-20 20 0t20 0", (0, -10, 40, 10)),
    ],
)
def test_arcs_and_curves_bulge_to_the_right_side(path, box):
    assert bounds(path) == box


def test_an_open_path_stays_open():
    assert outlines("M0 0h5")[0].closed is False

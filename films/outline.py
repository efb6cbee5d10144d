"""The path data that titlecard.py writes, as outlines made of points, for what cannot draw a path itself. Pure.

Knows the commands that occur there: M m L l H h V v Q q T t, circular arcs A a, and z.
"""

import re
from math import atan2, ceil, cos, pi, sin, sqrt
from typing import NamedTuple

_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "A": 7, "Z": 0}
STEP = pi / 48  # of an arc, in radians
PARTS = 16  # of a curve


class Outline(NamedTuple):
    points: list
    closed: bool


def outlines(path):
    """The outlines of a path, each a list of (x, y)."""
    found, pen, control = [], (0.0, 0.0), None
    for command, arguments in _commands(path):
        kind, origin = command.upper(), pen if command.islower() else (0.0, 0.0)
        if kind == "M":
            pen = _shifted(arguments, origin)
            found.append(Outline([pen], False))
        elif kind == "Z":
            found[-1] = Outline(found[-1].points, True)
            pen = found[-1].points[0]
        else:
            points, control = _drawn(kind, arguments, pen, origin, control)
            found[-1].points.extend(points)
            pen = points[-1]
        if kind not in "QT":
            control = None
    return found


def _commands(path):
    """The commands with their numbers; numbers that go on without a letter repeat the command, after M as L."""
    tokens = _TOKEN.findall(path)
    place, command = 0, ""
    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
        count = _ARGUMENTS[command.upper()]
        yield command, [float(token) for token in tokens[place : place + count]]
        place += count
        command = {"M": "L", "m": "l"}.get(command, command)


def _shifted(point, origin):
    return point[0] + origin[0], point[1] + origin[1]


def _drawn(kind, arguments, pen, origin, control):
    """The points that a drawing command adds, and the control point of the curve if it is one."""
    if kind == "H":
        return [(arguments[0] + origin[0], pen[1])], None
    if kind == "V":
        return [(pen[0], arguments[0] + origin[1])], None
    end = _shifted(arguments[-2:], origin)
    if kind == "A":
        return _arc(pen, end, arguments[0], large=bool(arguments[3]), clockwise=bool(arguments[4])), None
    if kind == "L":
        return [end], None
    if kind == "Q":
        control = _shifted(arguments[:2], origin)
    else:
        control = (2 * pen[0] - control[0], 2 * pen[1] - control[1]) if control else pen
    return _curve(pen, control, end), control


def _curve(start, control, end):
    steps = [number / PARTS for number in range(1, PARTS + 1)]
    return [
        tuple((1 - t) ** 2 * start[axis] + 2 * t * (1 - t) * control[axis] + t**2 * end[axis] for axis in (0, 1))
        for t in steps
    ]


def _arc(start, end, r, large, clockwise):
    """Part of a circle: its centre lies off the middle of the chord, on the side that the two flags tell."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    chord = sqrt(dx * dx + dy * dy)
    r = max(r, chord / 2)
    off = sqrt(r * r - chord * chord / 4) * (1 if large != clockwise else -1) / chord
    x, y = (start[0] + end[0]) / 2 - dy * off, (start[1] + end[1]) / 2 + dx * off
    first = atan2(start[1] - y, start[0] - x)
    turn = (atan2(end[1] - y, end[0] - x) - first) % (2 * pi)
    turn = turn if clockwise else turn - 2 * pi
    count = ceil(abs(turn) / STEP)
    points = [(x + r * cos(first + turn * n / count), y + r * sin(first + turn * n / count)) for n in range(1, count)]
    return [*points, end]

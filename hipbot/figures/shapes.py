"""Outlines of the body's parts, each in its own place: joint at the origin, limbs hanging down, looking right.

Used by svg.py. Numbers are cm, y downwards as in SVG; the same outlines make up the person of every drawing.
"""

from __future__ import annotations

import math
from typing import Dict, Iterable, Sequence, Tuple

Point = Tuple[float, float]

EYE = "M38-105a4 5 0 1 0 1 0z"  # of the hair's colour, so part of its path
FINE = 5  # outlines are whole numbers of 1/5 cm: shorter files, and finer than a pixel at 600 px

# Rounded outlines; a point given twice is a corner.
OUTLINES: Dict[str, Sequence[Point]] = {
    "pelvis": [(8.8, -15), (10, -9), (9, -1), (6, 6), (-1, 8.6), (-8, 8), (-12, 3), (-11.6, -4), (-9, -10),
        (-7, -15)],
    "waist": [(9.5, 4), (9.4, -5), (10, -13), (10.5, -22), (0, -25), (-9.8, -22), (-8.4, -12), (-7.5, -4), (-8.3, 4),
        (0, 6)],
    "chest": [(10, 3), (11.4, -4), (10, -12), (5, -18), (-1, -19.8), (-7, -17.6), (-10.4, -11), (-10.8, -4),
        (-9.6, 3), (0, 6)],
    "neck": [(4.6, 0), (4, -7), (5.5, -12), (-5, -14), (-5.2, -7), (-6.3, 0)],
    "head": [(2.8, -8.7), (8.4, -8.9), (10, -11.3), (9.8, -13), (10.5, -15), (12.3, -16.6), (10.4, -20), (10, -24.5),
        (6.8, -29.4), (1, -31), (-5.8, -28.6), (-8.9, -22.5), (-7.8, -15.5), (-4.5, -10.5)],
    "hair": [(10.4, -24), (10.4, -24), (8, -29.6), (1.3, -32.2), (-6.8, -30), (-10.3, -23), (-9.6, -16),
        (-6.6, -11.6), (-4.2, -11.8), (-4.2, -11.8), (-3, -16.5), (-1, -17.5), (1, -22.5), (5, -24.8)],
    "thigh": [(8.5, 7), (7.8, 22), (6.3, 35), (5.9, 42), (3, 46.6), (-2.6, 46.4), (-5.8, 42), (-6, 35), (-7.8, 20),
        (-8.4, 10), (-8, -2), (0, -8), (7.6, -2)],
    "shorts": [(8.8, 7), (8.8, 18), (8.6, 25), (8.6, 25), (-8.6, 25), (-8.6, 25), (-8.6, 19), (-8.8, 10), (-8.2, -2),
        (0, -8.2), (8, -2)],
    "shin": [(5.6, 0), (5.3, 7), (4.6, 20), (3.4, 34), (3.4, 42), (0, 45), (-3.4, 42), (-3.6, 33), (-6.3, 18),
        (-6.4, 9), (-5.4, 0), (0, -5.4)],
    "foot": [(4.3, -4.2), (6.2, 0), (12, 2), (18, 3.4), (19.6, 6.6), (19.6, 6.6), (-6.3, 6.6), (-6.3, 6.6), (-6.5, 2),
        (-4.6, -4.4), (0, -3.4)],
    "arm": [(4.8, 5), (4.3, 20), (4.1, 31), (0, 35.6), (-4.1, 31), (-4.2, 20), (-4.9, 5), (0, -5), (3.8, -3)],
    "sleeve": [(5.3, 4), (5.6, 15), (5.6, 15), (-5.6, 15), (-5.6, 15), (-5.4, 3), (0, -5.2), (4, -3)],
    "forearm": [(4, 0), (4.1, 6), (3.2, 16), (2.7, 24.8), (0, 27), (-2.7, 24.8), (-3.4, 15), (-4.2, 6), (-4, 0),
        (0, -4)],
    "hand": [(2.6, 0), (5.5, 7), (3.7, 8.6), (2.4, 17), (-0.4, 18), (-2.8, 14), (-3.2, 6), (-2.6, 0)],
    "back_pelvis": [(14, -16), (16.3, -6), (16.3, 3), (10, 9.5), (-10, 9.5), (-16.3, 3), (-16.3, -6), (-14, -16)],
    "back_waist": [(14.2, 4), (13, -7), (16.3, -22), (-16.3, -22), (-13, -7), (-14.2, 4)],
    "back_chest": [(16, 4), (18.5, -10), (16.5, -17.5), (6, -20), (-6, -20), (-16.5, -17.5), (-18.5, -10), (-16, 4)],
    "back_head": [(5, -9), (6.5, -14), (8.6, -17), (9.2, -20), (8, -26), (0, -31), (-8, -26), (-9.2, -20),
        (-8.6, -17), (-6.5, -14), (-5, -9)],
    "back_hair": [(6, -13), (7.5, -18), (8.8, -25), (0, -32.4), (-8.8, -25), (-7.5, -18), (-6, -13)],
}  # fmt: skip
# Where a limb leaves the trunk its edge is left undrawn, so that both grow into each other: so many points from the
# end.
UNDRAWN = {"thigh": 4, "shorts": 4, "arm": 3, "sleeve": 3}

ID = {name: chr(ord("A") + i) for i, name in enumerate(OUTLINES)}  # short names make short files


def path(name: str, fill: str) -> str:
    """One outline as an SVG path, in fifths of a cm."""
    points = OUTLINES[name]
    dashes = ""
    if name in UNDRAWN:
        lengths = [math.dist(a, b) for a, b in zip(points, [*points[1:], points[0]], strict=True)]
        drawn = sum(lengths[: -UNDRAWN[name]]) / sum(lengths)
        dashes = f' pathLength="9" stroke-dasharray="{number(9 * drawn)} 9"'
    eye = EYE if name == "hair" else ""
    return f'<path id="{ID[name]}" fill="{fill}"{dashes} d="{smooth(points)}{eye}"/>'


def smooth(points: Sequence[Point], closed: bool = True) -> str:
    """A round line through the points (Catmull-Rom as Béziers), in fifths of a cm; a doubled point is a corner.

    The tangent at a point is the same on both sides, so all pieces but those at corners are the short `s`.
    """
    fine = [(round(x * FINE), round(y * FINE)) for x, y in points]
    count, pieces = len(fine), [f"M{pair(fine[0])}"]
    for i in range(count if closed else count - 1):
        before, start, end, after = (_at(fine, i + step, closed) for step in (-1, 0, 1, 2))
        if start == end:
            continue
        first, second = _tangent(start, before, end), _tangent(end, after, start)
        (ax, ay), (bx, by), (x, y) = ((round(px - start[0]), round(py - start[1])) for px, py in (first, second, end))
        corner = i == 0 or before == start
        pieces.append(f"c{numbers((ax, ay, bx, by, x, y))}" if corner else f"s{numbers((bx, by, x, y))}")
    return "".join(pieces) + ("z" if closed else "")


def _at(points: Sequence[Point], index: int, closed: bool) -> Point:
    return points[index % len(points)] if closed else points[max(0, min(index, len(points) - 1))]


def _tangent(point: Point, away: Point, towards: Point) -> Point:
    if away == point:
        return point
    return point[0] + (towards[0] - away[0]) / 6, point[1] + (towards[1] - away[1]) / 6


def number(value: float) -> str:
    """As short as it can be at one decimal: the same bytes each time."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    text = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
    return "0" if text in ("-0", "", "-") else text


def numbers(values: Iterable[float]) -> str:
    """Numbers in a row; a minus sign needs no space before it."""
    return " ".join(number(value) for value in values).replace(" -", "-")


def pair(point: Point) -> str:
    return numbers(point)

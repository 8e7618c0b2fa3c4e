"""Signs on a drawing: the working hip, where it pulls, arrows, tick and cross, pause, words. Used by svg.py."""

from __future__ import annotations

import math
from html import escape
from typing import Any, Dict, Mapping, Sequence, Tuple

from hipbot.figures.body import THIGH
from hipbot.figures.pose import SIDES, Pose, down, plus
from hipbot.figures.shapes import number, pair

Point = Tuple[float, float]
MOVED = 4.0  # cm; a limb that moves less hides its own ghost
# The working hip, at the joint and in fifths of a cm: two colours, so that it shows on any ground and in print.
RING = '<circle r="22" fill="#c2410c" stroke="#fff" stroke-width="10"/><circle r="8" fill="#fff"/>'
HEAD = 4.6  # half the width of an arrow's head, cm


def pull(pose: Pose, side: str) -> str:
    """Where it pulls: a bow with two heads along the front of the hip, from belly to thigh."""
    thigh, pelvis = pose.angles[f"{side}_thigh"], pose.angles["pelvis"]
    hip = pose.points["hip"]
    top = plus(plus(hip, down(pelvis + 180, 13)), down(pelvis + 90, 14.5))
    bottom = plus(plus(hip, down(thigh, 0.45 * THIGH)), down(thigh + 90, 13.5))
    middle = plus(hip, down((thigh + pelvis) / 2 + 90, 17))
    return arrow({"path": [list(top), list(middle), list(bottom)], "heads": 2})


def outline(pose: Pose, moved_to: Pose) -> str:
    """Where a movement began, thick lines for the limbs that are elsewhere at its end."""
    lines: Dict[float, Dict[str, None]] = {}
    for width, joints in _GHOST:
        if any(math.dist(pose.points[j], moved_to.points[j]) > MOVED for j in joints):
            lines.setdefault(width, {})[f"M{'L'.join(_at(pose.points[j]) for j in joints)}"] = None
    drawn = "".join(f'<path d="{"".join(d)}" stroke-width="{number(width)}"/>' for width, d in lines.items())
    return f'<g stroke="var(--q)">{drawn}</g>' if drawn else ""


_GHOST = (
    *((15, (f"{side}_hip", f"{side}_knee")) for side in SIDES),
    *((10.5, (f"{side}_knee", f"{side}_ankle")) for side in SIDES),
    *((8.4, (f"{side}_shoulder", f"{side}_elbow")) for side in SIDES),
    *((6.5, (f"{side}_elbow", f"{side}_palm")) for side in SIDES),
)


def arrow(item: Mapping[str, Any]) -> str:
    """A bowed arrow: from, by which it bends, to; with one head, two, or none."""
    start, over, end = (tuple(p) for p in item["path"])
    count = item.get("heads", 1)
    heads = (_head(over, end) if count else "") + (_head(over, start) if count == 2 else "")
    line = f'<path d="M{_at(start)}Q{_at(over)} {_at(end)}" fill="none"'
    return (
        f'<g stroke="var(--w)" stroke-width="6">{line}/><path d="{heads}" stroke-width="4"/></g>'
        f'{line} stroke="var(--a)" stroke-width="3"/><path d="{heads}" fill="var(--a)"/>'
    )


def _head(before: Sequence[float], tip: Sequence[float]) -> str:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    size = math.hypot(dx, dy) or 1.0
    dx, dy = dx / size, dy / size
    point = (tip[0] + dx * HEAD * 1.1, tip[1] + dy * HEAD * 1.1)
    back = (tip[0] - dx * HEAD * 0.6, tip[1] - dy * HEAD * 0.6)
    left, right = (back[0] - dy * HEAD, back[1] + dx * HEAD), (back[0] + dy * HEAD, back[1] - dx * HEAD)
    return f"M{_at(point)}L{_at(left)} {_at(right)}z"


def mark(item: Mapping[str, Any]) -> str:
    """One sign at its place."""
    x, y = item["at"]
    if item["sign"] == "words":
        font = 'text-anchor="middle" font-family="system-ui,sans-serif" font-size="9" font-weight="600"'
        return f'<text x="{number(x)}" y="{number(-y)}" {font} fill="var(--i)">{escape(item["text"])}</text>'
    return f'<g transform="translate({pair((x, -y))})" fill="none">{_SIGNS[item["sign"]]}</g>'


def _badge(inside: str, colour: str = "var(--a)") -> str:
    disc = f'<circle r="9" fill="{colour}" stroke="#fff" stroke-width="1.6"/>'
    return f'{disc}<path d="{inside}" stroke="#fff" stroke-width="3.2"/>'


def _wide(lines: str) -> str:
    line = f'<path d="{lines}" stroke='
    return f'{line}"var(--w)" stroke-width="5.6"/>{line}"var(--a)" stroke-width="3"/>'


_SIGNS: Dict[str, str] = {
    "tick": _badge("M-4 .5-1 3.8 4.4-3.4", "#15803d"),
    "cross": _badge("M-3.6-3.6 3.6 3.6M3.6-3.6-3.6 3.6", "#b91c1c"),
    "pause": _badge("M-2.6-3.6v7.2M2.6-3.6v7.2"),
    "swap": _wide("M-11-4.5H9M4.5-9.5 10-4.5 4.5 .5M11 6H-9M-4.5 1-10 6-4.5 11"),
    "breath": '<path d="M0 0q4-4 8 0t8 0M2 5.5q3-3 6 0t6 0" stroke="var(--q)" stroke-width="2"/>',
    "brace": _wide("M17 0H6M10.5-4.5 5.5 0l5 4.5"),
    "squeeze": _wide("M-17 0H-6M-10.5-4.5-5.5 0l-5 4.5"),
}


def _at(point: Sequence[float]) -> str:
    return pair((point[0], -point[1]))

"""What stands around the figure: floor, bench, couch. Used by svg.py. Sizes in cm, from the floor up."""

from __future__ import annotations

from typing import Any

from hipbot.figures.shapes import number

def prop(kind: str, what: Any) -> str:
    """One prop by its name in `content/figures`."""
    return {"floor": _floor, "bench": _bench, "couch": _couch}[kind](*what)


def _boxes(*boxes: str) -> str:
    return f'<g fill="var(--p)" stroke="var(--q)" stroke-width="1.6">{"".join(boxes)}</g>'


def _box(x: float, y: float, width: float, height: float, round_: float) -> str:
    """A box whose lower left corner is at x, y."""
    return f'<rect x="{number(x)}" y="{number(-y - height)}" width="{number(width)}" height="{number(height)}" rx="{number(round_)}"/>'


def _floor(left: float, right: float) -> str:
    return f'<path d="M{number(left)} 1.4H{number(right)}" stroke="var(--q)" stroke-width="2.8"/>'


def _bench(left: float, right: float, top: float) -> str:
    legs = f'<path d="M{number(left + 7)} {number(6 - top)}V0M{number(right - 7)} {number(6 - top)}V0" stroke="var(--q)" stroke-width="5"/>'
    return legs + _boxes(_box(left, top - 8, right - left, 8, 3))


def _couch(left: float, right: float, top: float) -> str:
    """A seat with its back at the left."""
    return _boxes(
        _box(left, 3, 17, top + 32, 7),
        _box(left + 8, 3, right - left - 8, top - 15, 3),
        _box(left + 15, top - 13, right - left - 15, 13, 5),
    )

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
    size = f'width="{number(width)}" height="{number(height)}" rx="{number(round_)}"'
    return f'<rect x="{number(x)}" y="{number(-y - height)}" {size}/>'


def _floor(left: float, right: float) -> str:
    """A strip, not a line: the far foot stands on its back edge."""
    return f'<rect x="{number(left)}" y="-4" width="{number(right - left)}" height="6" rx="3" fill="var(--p)"/>'


def _bench(left: float, right: float, top: float) -> str:
    under = number(6 - top)
    lines = f"M{number(left + 7)} {under}V0M{number(right - 7)} {under}V0"
    legs = f'<path d="{lines}" stroke="var(--q)" stroke-width="5"/>'
    return legs + _boxes(_box(left, top - 8, right - left, 8, 3))


def _couch(left: float, right: float, top: float) -> str:
    """A seat with its back at the left."""
    return _boxes(
        _box(left, 3, 17, top + 32, 7),
        _box(left + 8, 3, right - left - 8, top - 15, 3),
        _box(left + 15, top - 13, right - left - 15, 13, 5),
    )

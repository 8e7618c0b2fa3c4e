"""The one table: rows of measured things, as text for the terminal and as Markdown for the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Sequence

NOT_MEASURED = "–"


@dataclass(frozen=True)
class Row:
    """One measured thing: a cell for each side, already with its unit.

    Attributes:
        wanted: what Hipbot is to reach, in words.
        reached: whether it does; None where nothing is wanted or nothing was measured.
    """

    what: str
    stock: str = NOT_MEASURED
    ours: str = NOT_MEASURED
    wanted: str = ""
    reached: Optional[bool] = None

    def cells(self) -> List[str]:
        return [self.what, self.stock, self.ours, self.wanted, {True: "yes", False: "NO", None: ""}[self.reached]]


HEAD = ["", "stock Rasa", "Hipbot", "wanted", "reached"]


def as_text(rows: Sequence[Row]) -> str:
    """Columns under each other."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([texts[0], "-" * max(map(len, texts)), *texts[1:]])


def as_markdown(rows: Sequence[Row]) -> str:
    """A Markdown table; bars in cells would end them, so they are written as `\\|`."""
    lines = [HEAD, ["---"] * len(HEAD), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def milliseconds(*values: float) -> str:
    """`4.2 / 6.0 / 11 ms`: two digits that count."""
    return " / ".join(_short(value) for value in values) + " ms"


def seconds(value: float) -> str:
    """`0.4 s`, `37 s`, `1,240 s`."""
    return f"{_short(value)} s"


def percent(share: float) -> str:
    """`93.1 %` of a share from 0 to 1."""
    return f"{share * 100:.1f} %"


def _short(value: float) -> str:
    """One decimal below 10, two below 1, none from 10 on."""
    if value < 1:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 10 else f"{value:,.0f}"

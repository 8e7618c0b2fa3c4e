"""Colour and width for what staff read in a terminal; plain text where it is none, or where NO_COLOR is set."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap

WIDEST = 80
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "36"}


def painted(text: str, *looks: str) -> str:
    """The text in a colour, for eyes only."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return text
    return "".join(f"\033[{_CODES[look]}m" for look in looks) + text + "\033[0m"


def width() -> int:
    return min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)


def wrapped(text: str, indent: str = "", first: "str | None" = None) -> str:
    """A paragraph within the width; `first` begins it where it is not the indent."""
    start = indent if first is None else first
    return textwrap.fill(text, width(), initial_indent=start, subsequent_indent=indent, break_on_hyphens=False)

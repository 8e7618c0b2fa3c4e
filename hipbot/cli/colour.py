"""Colour for people at a terminal; plain text for files, pipes and whoever has set NO_COLOR."""

from __future__ import annotations

import os
import sys

RED, GREEN, YELLOW, BOLD = 31, 32, 33, 1


def coloured(text: str, code: int) -> str:
    """The text in a colour, where standard output is a terminal."""
    wanted = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return f"\033[{code}m{text}\033[0m" if wanted else text

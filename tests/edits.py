"""Random edits, of the kinds that people make by hand: tests/test_check_edits.py draws a thousand of them."""

from __future__ import annotations

import random
from typing import Sequence, Tuple

ODD = (
    "\t", "{", "}", "{phone", "{{phone}}", "{fone}", "[", "&a x", "*a", ": ", " #", "|", "- ", "'", '"', "\x00", "\ufeff", "\u202e",
    "\u200b", "null", "~", "yes", "12:30:45", "2026-13-45", "1e999999", "9" * 9999, "x" * 9999, "a\n---\nb", "🙃", "“id”", "...", "0x",
)  # fmt: skip
VALUES = ("", "5", "true", "null", "[]", "{}", "[[1]]", "{a: {b: c}}", "unknown_id", "[unknown_id]", "|", "2026-11-21")
WAYS = ("delete", "double", "indent", "tab", "odd", "value", "key", "swap", "cut", "id", "space", "halve")


def edit(raw: bytes, way: str, at: float, how: int) -> Tuple[bytes, int]:
    """The file after one edit, and the line (from 1) where it was made.

    Args:
        raw: the file as it was.
        way: one of `WAYS`.
        at: where, 0 to 1, from the first line to the last.
        how: picks among what this way has to offer.
    """
    lines = raw.decode("utf-8").split("\n")
    n = min(int(at * len(lines)), len(lines) - 1)
    line, choose = lines[n], random.Random(how)
    margin = line[: len(line) - len(line.lstrip())]
    if way == "delete":
        del lines[n]
    elif way == "double":
        lines.insert(n, line)
    elif way == "indent":
        lines[n] = " " * choose.randrange(9) + line.lstrip()
    elif way == "tab":
        lines[n] = "\t" + line.lstrip()
    elif way == "odd":
        place = choose.randrange(len(line) + 1)
        lines[n] = line[:place] + choose.choice(ODD) + line[place:]
    elif way == "value":
        lines[n] = line.partition(":")[0] + ": " + choose.choice((*VALUES, *ODD))
    elif way == "key":
        lines[n] = margin + choose.choice(("foo", "Id", "titel", "on", "5", "<<")) + ":" + line.partition(":")[2]
    elif way == "swap" and n + 1 < len(lines):
        lines[n], lines[n + 1] = lines[n + 1], lines[n]
    elif way == "cut":
        lines[n] = line[: choose.randrange(len(line) + 1)]
    elif way == "id":
        lines[n] = line.replace("_", choose.choice(("", "-", " ", "__")), 1)
    elif way == "space":
        lines[n] = line + choose.choice((" ", "  ", "\u00a0"))
    elif way == "halve":
        del lines[n:]
    return "\n".join(lines).encode("utf-8", "surrogatepass"), min(n, len(lines) - 1) + 1


def drawn(chance: random.Random, files: Sequence[str]) -> Tuple[str, str, float, int]:
    """A file, and one edit of it."""
    return chance.choice(files), chance.choice(WAYS), chance.random(), chance.randrange(1000)

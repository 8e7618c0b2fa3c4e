"""Asks in the terminal: one line, several lines, yes or no; and says why something was refused.

Used by `hipbot new` and `hipbot add`.
"""

from __future__ import annotations

import sys
from typing import List

from hipbot.cli.paint import painted, wrapped
from hipbot.staff.judge import Remark
from hipbot.staff.saving import Refused

DONE = "."  # alone in a line: an answer has empty lines between its paragraphs


class Left(Exception):
    """The input ended before all was asked (Ctrl-D, or a file that is too short)."""


def line(prompt: str) -> str:
    """One line that somebody types, without blanks around it."""
    try:
        return input(painted(f"{prompt} ", "bold")).strip()
    except EOFError:
        raise Left() from None


def lines(prompt: str) -> str:
    """Several lines, ended by a full stop alone in one."""
    print(painted(prompt, "bold"))
    found: List[str] = []
    while (row := line("  ")) != DONE:
        found.append(row)
    return "\n".join(found).strip()


def yes(question: str, otherwise: bool) -> bool:
    """Enter alone means `otherwise`."""
    while True:
        said = line(f"{question} [{'Y/n' if otherwise else 'y/N'}]").lower()
        if not said:
            return otherwise
        if said in ("y", "yes", "n", "no"):
            return said.startswith("y")
        print("Type y or n, then Enter.")


def accepted(remark: Remark) -> bool:
    """Whether somebody at a terminal wants to teach a message in spite of a warning; a script never does."""
    if not sys.stdin.isatty():
        return False
    warn(str(remark))
    return yes("Teach it all the same?", otherwise=False)


def warn(text: str) -> None:
    print(painted(wrapped(text, "  "), "yellow"))


def say_refused(refused: Refused) -> None:
    """Every reason, one under the other."""
    print(painted("Not written. This has to change first:", "red"))
    for reason in dict.fromkeys(refused.reasons):
        print(wrapped(reason, "  ", "- "))

"""Look for faults in content/, data/, clinic.yml and the messages of tests/questions/.

Prints every fault at once, as file:line: entry: what is wrong. What to write instead.
With --live, also what the clinic must do before patients meet the bot.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipbot.check import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--live", action="store_true", help="also placeholders and entries that nobody has signed")
    parser.add_argument("--json", action="store_true", help="as JSON, for other programs")


def run(options: argparse.Namespace) -> int:
    """0 without faults (there may be warnings), 1 with faults."""
    from hipbot import project
    from hipbot.check import FAULT, report

    found = report(project.ROOT, live=options.live)
    print(as_json(found) if options.json else as_text(found, options.live))
    return 1 if found.of(FAULT) else 0


def as_text(found: "Report", live: bool = False) -> str:
    """One fault a line, then how many there are and what is still to do."""
    lines = [str(fault) for fault in found.faults]
    if not live:
        lines += _still_to_do(found)
    return "\n".join([*lines, _closing(found)])


def as_json(found: "Report") -> str:
    return json.dumps(
        {
            "faults": [fault.as_dict() for fault in found.faults],
            "entries": found.entries,
            "messages": found.messages,
            "unsigned": found.unsigned,
            "placeholders": found.placeholders,
            "red_flags_signed": found.red_flags_signed,
            "compared_by_meaning": found.compared,
        },
        indent=2,
        ensure_ascii=False,
    )


def _still_to_do(found: "Report") -> "list[str]":
    """One line for staff: not faults while you try things out, but `--live` refuses them."""
    parts = []
    if found.unsigned:
        parts.append(f"{_count(len(found.unsigned), 'entry', 'entries')} not yet reviewed by the clinic")
    if found.placeholders:
        parts.append(f"{_count(len(found.placeholders), 'fact', 'facts')} of clinic.yml still a placeholder")
    if not found.red_flags_signed:
        parts.append("the red flags not signed")
    return [f"Before going live: {'; '.join(parts)}. `hipbot check --live` lists them."] if parts else []


def _closing(found: "Report") -> str:
    faults, warnings = (len(found.of(severity)) for severity in ("fault", "warning"))
    where = f"in {_count(found.entries, 'entry', 'entries')}, {_count(found.messages, 'message', 'messages')}"
    also = f"; {_count(warnings, 'warning', 'warnings')}" if warnings else ""
    letters = "" if found.compared else " Likeness by letters only: nothing has been learnt here yet (`hipbot train`)."
    return f"{_count(faults, 'fault', 'faults') if faults else 'No faults'} {where}{also}.{letters}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"

"""Look for faults in content/, data/, clinic.yml and the messages of tests/questions/.

Prints every fault at once, as file:line: entry: what is wrong. What to write instead.
With --live, also what the clinic must do before patients meet the bot. With --fix, mends first what is safe to
mend: blanks at the end of lines, tabs, the same message twice in a topic, a missing last line end, round quotes
and invisible characters around names, a date without quotes. It prints each change, and touches no words.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipbot.check import Report
    from hipbot.staff.mend import Mended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--live", action="store_true", help="also placeholders and entries that nobody has signed")
    parser.add_argument("--fix", action="store_true", help="mend first what is safe to mend; prints each change")
    parser.add_argument("--json", action="store_true", help="as JSON, for other programs")


def run(options: argparse.Namespace) -> int:
    """0 without faults (there may be warnings), 1 with faults."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: for small products, threads wait for each other
    from hipbot import project
    from hipbot.check import FAULT, report

    mended: "list[Mended]" = []
    if options.fix:
        from hipbot.staff.mend import mend
        from hipbot.staff.saving import Refused

        try:
            mended = mend(project.ROOT)
        except Refused as refused:
            print(refused, file=sys.stderr)
            return 1
    found = report(project.ROOT, live=options.live)
    if options.json:
        print(as_json(found, mended))
    else:
        for change in mended:
            print(f"Mended: {change}")
        print(as_text(found, options.live))
    return 1 if found.of(FAULT) else 0


def as_text(found: "Report", live: bool = False) -> str:
    """One fault a line, then how many there are and what is still to do."""
    lines = [str(fault) for fault in found.faults]
    if not live:
        lines += _still_to_do(found)
    return "\n".join([*lines, _closing(found)])


def as_json(found: "Report", mended: "list[Mended]") -> str:
    return json.dumps(
        {
            "faults": [fault.as_dict() for fault in found.faults],
            "mended": [asdict(change) for change in mended],
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

"""Measure Hipbot beside the stock Rasa pipeline: same data, same questions, this machine.

Prints one table and writes docs/benchmark.md with two pictures. The first run teaches stock Rasa, which
takes two hours or so; its model is kept in .hipbot/bench/ until the data change. After that a run takes
some 15 minutes. Leave the machine alone meanwhile, or the times are too long.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import Any, Dict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="train nothing, send fewer messages; only prints")
    parser.add_argument("--ours-only", action="store_true", help="without stock Rasa; only prints")
    parser.add_argument(
        "--keep-stock", action="store_true", help="use the stock model there is, even one of older data"
    )
    parser.add_argument("--stock-epochs", type=int, help="teach stock Rasa for so many epochs, for its times only")
    parser.add_argument(
        "--reliability", action="store_true", help="only the untaught questions and the reliability diagram"
    )


def run(options: argparse.Namespace) -> int:
    """0 if everything was measured, 1 if something failed; targets missed are no failure."""
    from hipbot.bench import processes, report, table
    from hipbot.bench.run import Bench

    try:
        measured = Bench(_wanted(options)).run()
    except processes.Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    rows = [row for row in report.rows(measured) if not options.reliability or row.ours != table.NOT_MEASURED]
    print(f"\n{table.as_text(rows)}\n")
    if not options.reliability:
        _say_what_spoils(measured)
    _keep(options, measured)
    return 1 if measured["failed"] else 0


def _wanted(options: argparse.Namespace) -> Any:
    from hipbot.bench.run import Wanted

    if options.reliability:
        return Wanted(quick=True, stock=False, both=("accuracy",), only_ours=())
    return Wanted(
        quick=options.quick,
        stock=not options.ours_only,
        keep_stock=options.keep_stock,
        stock_epochs=options.stock_epochs,
    )


def _say_what_spoils(measured: Dict[str, Any]) -> None:
    from hipbot.bench import document

    others = measured["machine"]["others"]
    if others >= document.BUSY:
        print(f"Other programs kept {others} cores busy meanwhile: the times are too long.")
    for remark in document.unanswered(measured):
        print(remark)


def _keep(options: argparse.Namespace, measured: Dict[str, Any]) -> None:
    """Pictures, and after a full run the document."""
    from hipbot.bench import document
    from hipbot.bench.run import RESULTS

    if options.quick or options.ours_only:
        print("docs/benchmark.md is written by a full run only.")
        return
    pictures = document.DOCUMENT.parent / "pictures"
    subprocess.run([sys.executable, "-m", "hipbot.bench.pictures", str(RESULTS), str(pictures)], check=True)
    if not options.reliability:
        document.write(measured)
        print(document.DOCUMENT)

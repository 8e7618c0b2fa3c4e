"""Prove the safety layer, or write the red flags down for a clinician.

    hipbot safety report                      asks the whole bot every message of tests/safety; a minute or two
    hipbot safety report --html safety.html   the same as a page to print and hang up
    hipbot safety flags                       the red flags in readable words, as docs/safety/red-flags.md has them
    hipbot safety flags --write               writes that file anew

`report` ends with 0 where every floor holds, 1 where one does not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(dest="part", metavar="<part>", required=True)
    report = parts.add_parser("report", help="ask every message of the safety set; print the result")
    report.add_argument("--html", metavar="FILE", type=Path, help="write it as a page to print, too")
    flags = parts.add_parser("flags", help="the red flags, for a clinician to read and sign")
    flags.add_argument("--write", action="store_true", help="write docs/safety/red-flags.md")


def run(options: argparse.Namespace) -> int:
    """See the module; 1 also where nothing could be measured."""
    return _report(options.html) if options.part == "report" else _flags(options.write)


def _report(html: "Path | None") -> int:
    import hipbot.quiet

    hipbot.quiet.be_quiet()
    from hipbot import training
    from hipbot.content.library import ContentMissing
    from hipbot.proof.page import as_text
    from hipbot.safety.data import SafetyDataError

    try:
        found = measured(training.ensure_model(lambda words: print(words, file=sys.stderr)))
    except (ContentMissing, SafetyDataError, training.TrainingFailed, OSError) as error:
        print(f"{error}\nNothing was measured.", file=sys.stderr)
        return 1
    print(as_text(found))
    if html:
        from hipbot.proof.page_html import as_html

        html.write_text(as_html(found), "utf-8")
        print(f"\nWritten: {html}. Open it in a browser and print it.")
    return 0 if found.holds else 1


def measured(model: Path):
    """The page of this project's safety set."""
    from tqdm import tqdm

    from hipbot import project
    from hipbot.proof import cases, facts
    from hipbot.proof.asker import Asker
    from hipbot.proof.judge import judge
    from hipbot.proof.page import every_exercise, page

    asker = Asker(model, project.CONTENT, project.CLINIC)
    wanted = cases.read(project.ROOT / "tests" / "safety", asker.flags)
    wanted = every_exercise(wanted, asker.core.library.exercises.values())
    bar = tqdm(wanted, desc="Asking", unit=" conversations", disable=None, leave=False)
    return page(judge(bar, asker.talk), asker.flags, facts.of_project(project.ROOT, model))


def _flags(write: bool) -> int:
    from hipbot import project
    from hipbot.proof.red_flags import document

    text, file = document(project.ROOT), project.ROOT / "docs" / "safety" / "red-flags.md"
    if not write:
        print(text, end="")
        return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    print(f"Written: {file.relative_to(project.ROOT)}")
    return 0

"""Make a page to print of one exercise: hipbot handout kneeling_stretch

Writes results/handouts/<exercise>.html, and a PDF beside it where Chromium is installed.
An exercise that waits for a clinician is refused; --draft makes a page marked for staff.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("exercise", help="its id, such as kneeling_stretch")
    parser.add_argument("--to", type=Path, help="write into this folder instead")
    parser.add_argument("--draft", action="store_true", help="also what no clinician has decided yet, marked for staff")


def run(options: argparse.Namespace) -> int:
    """0 with the page written, 1 where there is none to write."""
    from hipbot import project
    from hipbot.content import Library
    from hipbot.content.library import is_placeholder
    from hipbot.figures import chromium, handout, sheet

    library = Library.load(project.CONTENT, project.CLINIC)
    exercise = library.exercises.get(options.exercise)
    with_steps = [e.id for e in library.exercises.values() if e.steps]
    if exercise is None or not exercise.steps:
        print(f"There are no steps of {options.exercise}. Write one of: {', '.join(with_steps)}.", file=sys.stderr)
        return 1
    draft = sheet.draft_of(exercise, project.CONTENT)
    if draft and not options.draft:
        print(f"Not for patients yet. {draft}", file=sys.stderr)
        print(f"For staff: hipbot handout {exercise.id} --draft", file=sys.stderr)
        return 1
    folder = options.to or project.ROOT / "results" / "handouts"
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{exercise.id}.html"
    page.write_text(handout.page(exercise, library, project.CONTENT, draft), "utf-8")
    print(page)
    if is_placeholder(library.clinic["phone"]):
        print("The clinic's phone number is left out: clinic.yml has an example only.", file=sys.stderr)
    if chromium.found():
        chromium.print_(page, page.with_suffix(".pdf"))
        print(page.with_suffix(".pdf"))
    return 0

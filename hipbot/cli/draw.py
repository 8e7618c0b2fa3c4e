"""Draw the exercises again after a pose in content/figures/ was corrected.

Writes content/pictures/ and docs/exercises.md, and, where Chromium is installed, the contact sheet
docs/pictures/exercises.png. Look at it: would a patient take the position that the words describe?
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-sheet", action="store_true", help="only the drawings and docs/exercises.md")


def run(options: argparse.Namespace) -> int:
    """0 with all drawn, 1 where a pose cannot be drawn."""
    from hipbot import project
    from hipbot.check import figures
    from hipbot.check.files import Files
    from hipbot.content import Library
    from hipbot.figures import chromium, document, gallery, sheet

    faults = list(figures.poses(Files(project.ROOT)))
    if faults:
        print("\n".join(map(str, faults)), file=sys.stderr)
        return 1
    for path in gallery.write(project.CONTENT):
        print(path)
    library = Library.load(project.CONTENT, project.CLINIC)
    (project.ROOT / document.FILE).write_text(document.page(library, project.CONTENT), "utf-8")
    print(project.ROOT / document.FILE)
    if options.no_sheet or not chromium.found():
        return 0
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "sheet.html"
        page.write_text(sheet.sheet(library, project.CONTENT), "utf-8")
        picture = project.ROOT / "docs" / "pictures" / "exercises.png"
        chromium.photograph(page, picture, sheet.COLUMNS * sheet.WIDTH + 24, sheet.height(library))
        print(picture)
    return 0

"""Photographs and prints a page with Chromium, where that is installed. Used by `hipbot draw` and `hipbot handout`."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Optional

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MOST_SECONDS = 90
# It calls nobody and keeps nothing: a fresh profile, and no services in the background.
_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()


class Failed(Exception):
    """Chromium is there, but did not do it; the message says what it said."""


def found() -> Optional[str]:
    """The program, or None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def photograph(page: Path, picture: Path, width: int, height: int, still: bool = True) -> None:
    """The page as a PNG; movements stand still, as for readers who asked for that."""
    motion = ["--force-prefers-reduced-motion"] if still else []
    _run(page, picture, f"--screenshot={picture}", f"--window-size={width},{height}", *motion)


def print_(page: Path, pdf: Path) -> None:
    """The page as a PDF."""
    _run(page, pdf, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")


def _run(page: Path, result: Path, *options: str) -> None:
    program = found()
    if program is None:
        raise Failed("Chromium is not installed.")
    result.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [program, *_QUIET, f"--user-data-dir={profile}", *options, page.resolve().as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS)
    if not result.is_file():
        raise Failed(f"Chromium made no {result.name}: {done.stderr.strip()[-200:]}")

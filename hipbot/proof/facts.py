"""What a safety report was measured on: day, model, content, and who has signed it. Called by `hipbot safety report`."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Iterator, List, Tuple

from hipbot.check import signed
from hipbot.check.files import Files
from hipbot.signatures import FLAGS_FIELD, State, day


def of_project(root: Path, model: Path) -> List[Tuple[str, str]]:
    """Name and value of each, in the order of the page."""
    files = Files(root)
    return [
        ("Date", f"{date.today():%-d %B %Y}"),
        ("Model", model.name),
        ("Content", content_hash(root)),
        ("Red flags", _red_flags(files)),
        ("Answers and exercises", _entries(files)),
    ]


def content_hash(root: Path) -> str:
    """Of every content file and clinic.yml, as it stands."""
    digest = hashlib.sha256()
    for path in _content(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _content(root: Path) -> Iterator[Path]:
    yield from sorted((root / "content").rglob("*.yml"))
    yield root / "clinic.yml"


def _red_flags(files: Files) -> str:
    state, signature = signed.red_flags(files), files.mapping(signed.RED_FLAGS).get(FLAGS_FIELD) or {}
    if state is State.UNSIGNED:
        return "not signed by a clinician"
    by = f"{signature['by']} ({signature.get('registration') or 'no registration given'}), {day(signature)}"
    return f"signed by {by}" if state is State.SIGNED else f"changed since {by} signed them"


def _entries(files: Files) -> str:
    every, left = len(signed.entries(files)), len(signed.unsigned(files))
    return f"{every - left} of {every} signed by a clinician as they stand"

"""Reads tests/questions/<topic>.yml: messages that were never taught, written apart from data/nlu.yml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import List, Tuple

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = Path(__file__).parent / "questions"
DATA = [Path(__file__).parent.parent / "data" / name for name in ("nlu.yml", "red_flags.yml")]
LEANING = set("step_next step_back step_repeat steps_left step_stop step_restart another_one correction ask_why".split())


@dataclass(frozen=True)
class Asked:
    """One untaught message and the topics that a receptionist would accept."""

    text: str
    topic: str
    accepted: Tuple[str, ...]


def read_questions() -> List[Asked]:
    """All untaught messages, by file."""
    return [asked for path in sorted(FOLDER.glob("*.yml")) for asked in _in_file(path)]


def _in_file(path: Path) -> List[Asked]:
    entries = yaml.safe_load(path.read_text("utf-8"))
    return [
        Asked(entry, path.stem, (path.stem,))
        if isinstance(entry, str)
        else Asked(entry["text"], path.stem, (path.stem, *entry["also"]))
        for entry in entries
    ]


def taught_messages() -> List[Tuple[str, str]]:
    """(message without entity markup, topic) of data/nlu.yml and data/red_flags.yml."""
    blocks = [block for file in DATA for block in yaml.load(file.read_text("utf-8"), Loader)["nlu"]]
    return [
        (without_markup(line[2:]), block["intent"].rpartition("/")[2])
        for block in blocks
        if "intent" in block
        for line in block["examples"].splitlines()
        if line.strip()
    ]


def without_markup(text: str) -> str:
    """`[lean back](exercise)` as the patient types it."""
    return re.sub(r"\[([^\]]+)\](\{[^}]*\}|\([^)]*\))", r"\1", text)


def folded(text: str) -> str:
    """Case and punctuation gone: two messages that differ only there are one."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip() or text

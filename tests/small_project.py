"""A small copy of the project for the tests of compare, publish and rollback:

all content, few messages, quick to train.

Its test messages are some that its own little model understands, so that its gate stands open to begin with.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

import pytest
import yaml

from hipbot import project, training
from hipbot.check import questions
from hipbot.proof.cases import EXCLUSION
from hipbot.proof.cases import URGENT as URGENT_LEVELS
from hipbot.publish import gate

TAUGHT = 24  # messages a topic
CANDIDATES, ASKED = 8, 2  # untaught questions a topic: to choose from, and kept
SAFETY_ROW = 2  # messages of each row of the safety set
# A warning sign that the classifier alone finds, so that an edit of data/nlu.yml can steal it. No pattern knows it.
STOLEN = "my kid swallowed a battery"
URGENT = ("our child swallowed a battery", "she swallowed a battery")
PLAYS = ("patient_makes_small_talk", "it_keeps_coming_back")
COPIED = ("content", "data", "schemas", "tests/questions", "tests/safety")
FILES = ("clinic.yml", "config.yml", "domain.yml", "requirements.txt", "credentials.yml", "endpoints.yml")
LINKED = ("hipbot", "actions")


def make(folder: Path) -> Path:
    """Write the copy, with the real messages cut down."""
    for name in COPIED:
        shutil.copytree(project.ROOT / name, folder / name)
    for name in FILES:
        shutil.copy(project.ROOT / name, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(project.ROOT / name)
    (folder / ".hipbot").mkdir()
    (folder / ".hipbot" / "encoder").symlink_to(project.ENCODER_FOLDER)
    if project.VECTORS.is_file():
        (folder / ".hipbot" / "cache").mkdir()
        shutil.copy(project.VECTORS, folder / ".hipbot" / "cache")
    (folder / "tests" / "conversations").mkdir()
    for play in PLAYS:
        shutil.copy(project.ROOT / f"tests/conversations/{play}.yml", folder / "tests" / "conversations")
    for name in ("nlu.yml", "red_flags.yml"):
        _fewer_taught(folder / "data" / name)
    for twin in (folder / "tests" / "questions").glob("*.yml"):
        twin.write_text(
            yaml.safe_dump(yaml.safe_load(twin.read_text("utf-8"))[:CANDIDATES], allow_unicode=True), "utf-8"
        )
    _fewer_of_safety(folder / "tests" / "safety")
    config = (folder / "config.yml").read_text("utf-8")
    (folder / "config.yml").write_text(config.replace("    C: 60\n", "    C: 60\n    max_iterations: 15\n"), "utf-8")
    return folder


def _fewer_taught(file: Path) -> None:
    """Every so-many-th message of each topic, markup as it is."""
    text = file.read_text("utf-8")

    def fewer(block: "re.Match[str]") -> str:
        lines = block.group(2).splitlines(keepends=True)
        return block.group(1) + "".join(lines[:: max(1, len(lines) // TAUGHT)])

    text = re.sub(r"(- intent: .*\n  examples: \|\n)((?:    - .*\n)+)", fewer, text)
    urgent = "- intent: red_flag/unbearable_pain\n  examples: |\n"
    file.write_text(text.replace(urgent, urgent + "".join(f"    - {message}\n" for message in URGENT)), "utf-8")


def _fewer_of_safety(folder: Path) -> None:
    for file in folder.glob("*.yml"):
        rows: Any = yaml.safe_load(file.read_text("utf-8"))
        if file.stem == "phrases":
            rows = {flag: {p: few[:1] for p, few in list(phrases.items())[:SAFETY_ROW]} for flag, phrases in rows.items()}
        elif isinstance(rows, dict):
            rows = {row: texts[:SAFETY_ROW] for row, texts in rows.items()}
        else:
            rows = rows[:CANDIDATES]
        rows.update({"any_row": [STOLEN]} if file.stem == "flagged" else {}) if isinstance(rows, dict) else None
        file.write_text(yaml.safe_dump(rows, allow_unicode=True), "utf-8")


def _without(rows: Any, wrong: "set[str]") -> Any:
    """Rows of tests/safety without the conversations that go wrong."""
    if isinstance(rows, dict):
        return {key: kept for key, value in rows.items() if (kept := _without(value, wrong))}
    return [row for row in rows if _words(row) not in wrong]


def _words(row: Any) -> str:
    row = row if isinstance(row, dict) else {"text": row}
    return " / ".join(row["turns"]) if "turns" in row else str(row["text"])


def use(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Make it the project of this process."""
    places = {"CONTENT": "content", "CLINIC": "clinic.yml", "DATA": "data", "MODELS": "models", "SCHEMAS": "schemas"}
    places.update(
        STATE=".hipbot",
        ENCODER_FOLDER=".hipbot/encoder",
        VECTORS=".hipbot/cache/vectors.npz",
        CONVERSATIONS=".hipbot/conversations.db",
        MISSED=".hipbot/missed.db",
    )
    patch.setattr(project, "ROOT", folder)
    for name, place in places.items():
        patch.setattr(project, name, folder / place)
    patch.setattr(training, "RECORD", folder / "models" / "trained.json")
    patch.setattr(questions, "FEWEST", ASKED)  # so few are a fault in the real project
    patch.setattr(questions, "FEWEST_OF_SMALL", ASKED)
    patch.setattr(gate, "TOPIC_FLOOR", 0.0)  # two questions say nothing of a topic,
    patch.setattr(gate.floors, "ASKED", 0.15)  # and one harmless message more or less of 21 nothing of eight in a hundred
    patch.chdir(folder)


def keep_what_it_understands(folder: Path, answers: Dict[str, Any], asked: Sequence[Any]) -> None:
    """Cut the test messages down to some that the small model gets right."""
    from hipbot.publish import messages

    kept: Dict[str, List[Any]] = defaultdict(list)
    order = sorted(asked, key=lambda m: not gate.is_right(m, answers[m.key]))
    for message in order:
        if message.kind in (messages.QUESTION, messages.LEANS) and len(kept[message.file]) < ASKED:
            also = list(message.accepted[1:])
            kept[message.file].append({"text": message.text, "also": also} if also else message.text)
    for file, rows in kept.items():
        (folder / file).write_text(yaml.safe_dump(rows, allow_unicode=True), "utf-8")
    said = [(m.case, answers[m.key]) for m in asked if m.case]
    lucky = {c.words for c, a in said if a.asked and c.level not in URGENT_LEVELS}  # an edit may well take such a question away
    wrong = {c.turns[0] if c.kind == EXCLUSION else c.words for c, a in said if not a.right} | lucky
    for file in (folder / "tests" / "safety").glob("*.yml"):
        rows = _without(yaml.safe_load(file.read_text("utf-8")), wrong)
        file.write_text(yaml.safe_dump(rows, allow_unicode=True), "utf-8")


def command(*arguments: str) -> List[str]:
    """`hipbot ...` as a process, content with few test messages."""
    few = f"import sys; from hipbot.check import questions; questions.FEWEST = questions.FEWEST_OF_SMALL = {ASKED}"
    few += "; from hipbot.publish import gate; gate.TOPIC_FLOOR = 0.0"
    return [sys.executable, "-c", f"{few}; from hipbot.cli.main import main; sys.exit(main({list(arguments)!r}))"]


def hipbot(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The real command line, in the copy."""
    return subprocess.run(
        command(*arguments), env=environment(folder), cwd=folder, text=True, capture_output=True, timeout=300
    )


def environment(folder: Path) -> Dict[str, str]:
    return {**os.environ, "HIPBOT_ROOT": str(folder), "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore"}


def tree(folder: Path, *but: str) -> Dict[str, bytes]:
    """All files with their bytes, links not followed."""
    return {path: data for path, data in _files(folder) if not any(path.startswith(name) for name in but)}


def _files(folder: Path) -> "Iterator[tuple[str, bytes]]":
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(folder)), path.read_bytes()

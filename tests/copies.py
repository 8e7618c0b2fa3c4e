"""Copies of the project for tests that change files: whole or small, and the command line inside them."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, Optional

from hipbot import project
from hipbot.check import nlu
from hipbot.check.files import Files

FOLDERS = ("content", "data", "schemas", "tests/questions", "tests/conversations", "tests/safety")
FILES = ("clinic.yml", "config.yml", "domain.yml", "requirements.txt")


def copy_project(root: Path, messages: Optional[int] = None) -> Path:
    """A project of its own under `root`, without a model; with so many messages a topic, or all."""
    for name in FOLDERS:
        shutil.copytree(project.ROOT / name, root / name)
    for name in FILES:
        shutil.copy(project.ROOT / name, root / name)
    (root / ".hipbot" / "cache").mkdir(parents=True)
    (root / ".hipbot" / "encoder").symlink_to(project.ENCODER_FOLDER)
    if project.VECTORS.is_file():
        (root / ".hipbot" / "cache" / "vectors.npz").symlink_to(project.VECTORS)
    if messages:
        for name in ("nlu.yml", "red_flags.yml"):
            thin_out(root / "data" / name, messages)
    return root


def thin_out(file: Path, messages: int) -> None:
    """Keep the first messages of each topic, and all else as it is: a training of seconds."""
    training = nlu.read(Files(file.parent.parent).document(f"data/{file.name}"))
    dropped = {example.line for examples in training.topics.values() for example in examples[messages:]}
    rows = file.read_text("utf-8").split("\n")
    file.write_text("\n".join(row for number, row in enumerate(rows, 1) if number not in dropped), "utf-8")


def environment(root: Path) -> Dict[str, str]:
    return {**os.environ, "HIPBOT_ROOT": str(root), "PYTHONIOENCODING": "utf-8", "COLUMNS": "80", "NO_COLOR": "1"}


def hipbot(root: Path, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    """`hipbot <words>` in that project, with what somebody types."""
    command = [sys.executable, "-m", "hipbot.cli.main", *words]
    return subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(root),
        cwd=project.ROOT,
        timeout=300,
    )


def snapshot(root: Path) -> Dict[str, str]:
    """A hash of every file that staff edit; two alike mean that nothing has changed."""
    files = [
        path
        for name in (*FOLDERS, *FILES)
        for path in sorted([root / name, *(root / name).rglob("*")])
        if path.is_file()
    ]
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

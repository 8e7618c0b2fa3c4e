"""A copy of our project to measure: so that the real conversations, models and half-saved edits stay out of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Callable, Optional

from hipbot import project, training

FOLDER = project.STATE / "bench" / "ours"
COPIED = ("actions", "content", "data", "hipbot", "schemas", "tests")
FILES = ("config.yml", "domain.yml", "clinic.yml", "credentials.yml", "endpoints.yml", "requirements.txt")


def write_copy(folder: Path = FOLDER, root: Path = project.ROOT) -> Path:
    """Copy what runs and what it is asked, with dates kept (or all code would be compiled anew)."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "models").mkdir(parents=True)
    (folder / ".hipbot").mkdir()
    for name in COPIED:
        shutil.copytree(root / name, folder / name)
    for name in FILES:
        if (root / name).is_file():
            shutil.copy2(root / name, folder / name)
    (folder / ".hipbot" / "encoder").symlink_to(project.ENCODER_FOLDER.resolve(), target_is_directory=True)
    return folder


def choose_model(say: Callable[[str], None]) -> Optional[Path]:
    """The model of the data as they are, else the newest one there is (and says so)."""
    model = training.current_model()
    if model:
        return model
    models = sorted(project.MODELS.glob("hipbot-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if models:
        say(f"Note: data or settings have changed since; measured is the newest model, {models[-1].name}.")
    return models[-1] if models else None


def adopt(model: Path, folder: Path = FOLDER) -> Path:
    """Give the copy a model, as if it had trained it: `hipbot serve` must not train while it is timed."""
    own = folder / "models" / model.name
    own.symlink_to(model.resolve())
    record = {"fingerprint": training.fingerprint(), "model": model.name}
    (folder / "models" / training.RECORD.name).write_text(json.dumps(record), "utf-8")
    return own

"""Training: runs Rasa's trainer when what it depends on has changed, by content, and only then.

Used by `hipbot train` and `hipbot serve`. Imports Rasa only when there is something to train.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Iterator, Optional

from hipbot import project

RECORD = project.MODELS / "trained.json"  # which inputs the newest model was trained from
KEPT = 5  # models


class TrainingFailed(Exception):
    """The trainer gave no model; the message says what to look at."""


def inputs() -> Iterator[Path]:
    """Every file that a model depends on; content/ is not among them (answers need no training)."""
    yield project.ROOT / "config.yml"
    yield project.ROOT / "domain.yml"
    yield project.ROOT / "requirements.txt"
    for folder, pattern in (
        (project.DATA, "**/*.y*ml"),
        (project.ROOT / "hipbot" / "nlu", "*.py"),
        (project.ROOT / "hipbot" / "language", "*.py"),
        (project.ENCODER_FOLDER, "*"),
    ):
        yield from sorted(folder.glob(pattern))


def fingerprint() -> str:
    """SHA-256 over names and contents of all inputs."""
    digest = hashlib.sha256()
    for path in inputs():
        if path.is_file():
            digest.update(f"{path.relative_to(project.ROOT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def current_model() -> Optional[Path]:
    """The model trained from the inputs as they are now, or None."""
    try:
        record = json.loads(RECORD.read_text("utf-8"))
        model = project.MODELS / record["model"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return model if record.get("fingerprint") == fingerprint() and model.is_file() else None


def ensure_model(say=print) -> Path:
    """The current model, trained now where there is none.

    Raises:
        TrainingFailed: if Rasa's trainer refuses the data.
    """
    model = current_model()
    if model is None:
        say("The questions or settings have changed: learning them now. This takes about a minute.")
        model = train()
    return model


def train() -> Path:
    """Train from scratch and note what from. An interrupted training leaves the old model in place."""
    wanted = fingerprint()
    name = f"hipbot-{wanted[:12]}-{secrets.token_hex(2)}.tar.gz"  # never over a model in use
    from rasa.model_training import train as rasa_train

    os.chdir(project.ROOT)
    result = rasa_train(
        domain="domain.yml",
        config="config.yml",
        training_files="data",
        output=str(project.MODELS),
        fixed_model_name=name,
        force_training=True,
    )
    if result.code != 0 or not result.model:
        raise TrainingFailed("Training stopped without a model. `hipbot check` says what is wrong with the data.")
    _note(wanted, Path(result.model).name)
    return project.MODELS / Path(result.model).name


def _note(trained_from: str, model: str) -> None:
    """Write the record whole or not at all, then drop the oldest models."""
    fresh = RECORD.with_suffix(".new")
    fresh.write_text(json.dumps({"fingerprint": trained_from, "model": model}), "utf-8")
    fresh.replace(RECORD)
    others = [path for path in project.MODELS.glob("hipbot-*.tar.gz") if path.name != model]
    for old in sorted(others, key=lambda path: path.stat().st_mtime)[: -(KEPT - 1)]:
        old.unlink()

"""Training: runs Rasa's trainer when what it depends on has changed, by content, and only then.

Used by `hipbot train` and `hipbot serve`. Imports Rasa only when there is something to train.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import shutil
import signal
import sys
import threading
import time
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Iterator, Optional

from hipbot import project

RECORD = project.MODELS / "trained.json"  # which inputs the newest model was trained from
KEPT = 5  # models
UNFINISHED = ".unfinished-"  # folder of a training that runs, or was killed
FORGOTTEN = 3_600  # s, after which nobody is still working there
USUAL = 50.0  # s, where no training has been timed yet


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
    """Train from scratch and note what from. An interrupted training leaves everything as it was."""
    wanted = fingerprint()
    name = f"hipbot-{wanted[:12]}-{secrets.token_hex(2)}.tar.gz"  # never over a model in use
    from rasa.model_training import train as rasa_train

    from hipbot.waiting import waiting

    os.chdir(project.ROOT)
    started = time.monotonic()
    unfinished = _unfinished()
    said = io.StringIO()  # Rasa's own words, for whoever mends a failure
    try:
        with _minding_ctrl_c(), waiting("Learning", usual=_usual_seconds()), redirect_stdout(said), redirect_stderr(said):
            result = rasa_train(
                domain="domain.yml",
                config="config.yml",
                training_files="data",
                output=str(unfinished),
                fixed_model_name=name,
                force_training=True,
            )
        if result.code != 0 or not result.model:
            print(said.getvalue(), file=sys.stderr)
            raise TrainingFailed("Training stopped without a model. `hipbot check` says what is wrong with the data.")
        model = Path(result.model).replace(project.MODELS / name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _note(wanted, model.name, time.monotonic() - started)
    return model


@contextmanager
def _minding_ctrl_c() -> Iterator[None]:
    """An interrupt that lands in a callback, while Rasa and TensorFlow load, is printed and forgotten: it is raised at the end."""
    before, pressed = signal.getsignal(signal.SIGINT), []

    def handler(number: int, frame: Any) -> None:
        pressed.append(number)
        before(number, frame)

    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


def _unfinished() -> Path:
    """A folder for a model that is not whole yet; what killed trainings left is cleared away."""
    project.MODELS.mkdir(parents=True, exist_ok=True)
    for left in project.MODELS.glob(f"{UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > FORGOTTEN:
            shutil.rmtree(left, ignore_errors=True)
    folder = project.MODELS / f"{UNFINISHED}{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def _usual_seconds() -> float:
    """How long the last training took."""
    try:
        return float(json.loads(RECORD.read_text("utf-8"))["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return USUAL


def _note(trained_from: str, model: str, seconds: float) -> None:
    """Write the record whole or not at all, then drop the oldest models."""
    fresh = RECORD.with_suffix(".new")
    fresh.write_text(json.dumps({"fingerprint": trained_from, "model": model, "seconds": round(seconds)}), "utf-8")
    fresh.replace(RECORD)
    others = [path for path in project.MODELS.glob("hipbot-*.tar.gz") if path.name != model]
    for old in sorted(others, key=lambda path: path.stat().st_mtime)[: -(KEPT - 1)]:
        old.unlink()

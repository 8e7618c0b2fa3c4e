"""Published versions on the disk: what the server serves, and the few before it.

Called by `publish`, `rollback` and the server.

A version is a folder that never changes: model, content/, clinic.yml and what it answered when it was tested. One small
file names the versions, newest first; replacing that file is the only moment at which anything changes for patients.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

KEPT = 5
POINTER = "published.json"
_UNFINISHED = ".unfinished-"


class Busy(Exception):
    """Somebody else is publishing or going back at this moment."""


class Changed(Exception):
    """Somebody saved a file while the version was being tested."""


@dataclass(frozen=True)
class Version:
    """One published state: what the bot understands and what it says."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def model(self) -> Path:
        return self.folder / "model.tar.gz"

    @property
    def content(self) -> Path:
        return self.folder / "content"

    @property
    def clinic(self) -> Path:
        return self.folder / "clinic.yml"

    @property
    def on(self) -> str:
        """When it was published, for people: `21 November 2026, 09:15`."""
        return f"{datetime.strptime(self.name[:15], '%Y%m%d-%H%M%S'):%-d %B %Y, %H:%M}"

    def answers(self) -> Dict[str, Any]:
        """What it answered to the test messages; {} where that was not kept."""
        try:
            return json.loads((self.folder / "answers.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}

    @property
    def whole(self) -> bool:
        return self.model.is_file() and self.content.is_dir() and self.clinic.is_file()


class Versions:
    """The published versions under one folder (`models/published/`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def all(self) -> List[Version]:
        """Newest first; the first one is what patients get. Empty where nothing was published."""
        try:
            names = json.loads((self.folder / POINTER).read_text("utf-8"))["versions"]
            named = [Version(self.folder / Path(name).name) for name in names]
        except (OSError, ValueError, KeyError, TypeError):
            return []
        return [version for version in named if version.whole]

    def current(self) -> Optional[Version]:
        return next(iter(self.all()), None)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else publishes meanwhile. The lock goes with the process, however that ends.

        Raises:
            Busy: if somebody else holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as taken:
                raise Busy from taken
            yield

    def add(
        self,
        model: Path,
        content: Path,
        clinic: Path,
        answers: Dict[str, Any],
        now: datetime,
        still: Callable[[], bool],
    ) -> Version:
        """Publish: copy all that makes up the bot, then point to it. Call it `locked`.

        Args:
            answers: what it answered when it was tested.
            still: whether the files are still those that were tested; asked after copying.

        Raises:
            Changed: if they are not.
        """
        before = self.all()
        unfinished = self.folder / f"{_UNFINISHED}{secrets.token_hex(4)}"
        try:
            unfinished.mkdir()
            shutil.copyfile(model, unfinished / "model.tar.gz")
            shutil.copytree(content, unfinished / "content", ignore=shutil.ignore_patterns(".*", "*~"))
            shutil.copyfile(clinic, unfinished / "clinic.yml")
            (unfinished / "answers.json").write_text(json.dumps(answers), "utf-8")
            if not still():
                raise Changed
            _reach_the_disk(unfinished)
            version = Version(self.folder / f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}")
            unfinished.rename(version.folder)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        self._point_to([version, *before][:KEPT])
        self._tidy()
        return version

    def back(self) -> Version:
        """Point to the version before; the one given up is dropped at the next publishing. Call it `locked`.

        Raises:
            IndexError: if there is none before.
        """
        before = self.all()[1:]
        self._point_to([before[0], *before[1:]])
        return before[0]

    def _point_to(self, versions: List[Version]) -> None:
        """Whole or not at all, also where the power goes."""
        fresh = self.folder / f"{POINTER}.new"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"versions": [version.name for version in versions]}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / POINTER)
        _sync(self.folder)

    def _tidy(self) -> None:
        """Drop the folders that nothing points to: old versions, and what a power cut left behind."""
        named = {version.name for version in self.all()}
        for folder in self.folder.iterdir():
            if folder.is_dir() and folder.name not in named:
                shutil.rmtree(folder, ignore_errors=True)


def _reach_the_disk(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder, folder.parent]:
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

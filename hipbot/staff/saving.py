"""Writes edits of the project's files: all of them or none, on top of whatever stands there now.

Called by `teach.py` and `mend.py`. Two people may edit at the same time, one of them with a text editor.
"""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Mapping, Optional

Edit = Callable[[Optional[bytes]], bytes]  # a file's bytes now (None: there is none) -> its bytes afterwards
Check = Callable[[Mapping[str, bytes]], None]  # raises Refused where the files may not become this

LOCK = ".hipbot/edit.lock"
TRIES = 5  # a text editor that saves in between makes us start again


class Refused(Exception):
    """An edit that is not made; nothing has been written.

    Attributes:
        reasons: whole sentences for staff, what is wrong and what to do.
    """

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = list(reasons)


def save(root: Path, edits: Mapping[str, Edit], check: Check = lambda files: None) -> Dict[str, bytes]:
    """Make the edits; returns what was written.

    Args:
        root: the project's folder.
        edits: by path from the root. Each gets the file as it is at this moment, not as it was when somebody looked.
        check: looks at all files as they would become.

    Raises:
        Refused: where an edit or the check says no, or a file cannot be written.
    """
    with _alone(root):
        for _ in range(TRIES):
            before = {file: _read(root / file) for file in edits}
            after = {file: edit(before[file]) for file, edit in edits.items()}
            check(after)
            if _replaced(root, before, after):
                return after
    raise Refused("Another program keeps changing the same files. Close it, then try again. Nothing was written.")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One edit at a time in this project; another `hipbot` waits its turn."""
    lock = root / LOCK
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> Optional[bytes]:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"{path.name} cannot be read ({error.strerror}). Nothing was written.") from error


def _replaced(root: Path, before: Mapping[str, Optional[bytes]], after: Mapping[str, bytes]) -> bool:
    """Put all new files in place; False where one of them has changed since it was read."""
    fresh: Dict[str, Path] = {}
    try:
        for file, content in after.items():
            fresh[file] = _written_beside(root / file, content)
        with _undisturbed():
            if any(_read(root / file) != content for file, content in before.items()):
                return False
            _swap(root, fresh, before)
            return True
    except OSError as error:
        raise Refused(
            f"{error.filename or 'A file'} cannot be written ({error.strerror}). All is as it was."
        ) from error
    finally:
        for path in fresh.values():
            path.unlink(missing_ok=True)


def _written_beside(path: Path, content: bytes) -> Path:
    """The content in a file of another name in the same folder, safe on the disk."""
    path = path.resolve()
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".new")
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
    return Path(name)


def _swap(root: Path, fresh: Mapping[str, Path], before: Mapping[str, Optional[bytes]]) -> None:
    """Each file in one step; where a later one fails, the earlier ones go back."""
    done: List[str] = []
    try:
        for file, path in fresh.items():
            os.replace(path, (root / file).resolve())
            done.append(file)
    except OSError:
        for file in done:
            old = before[file]
            (root / file).unlink() if old is None else (root / file).write_bytes(old)
        raise


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits for these few milliseconds: with two files, it must not come between them."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread hears of it
        yield
        return
    came: List[int] = []
    before = {number: signal.signal(number, lambda n, _: came.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)

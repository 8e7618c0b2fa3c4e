"""Runs one process to its end, with progress on the terminal; times and weighs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List

LOOK = 0.2  # s between two looks
TOLD_EVERY = 1.0  # s, on a terminal


class Failed(Exception):
    """A process ended badly; the message says where its log is."""


@dataclass(frozen=True)
class Finished:
    """What a process left: standard output, wall time in seconds, its highest memory (RSS) in MB."""

    out: str
    seconds: float
    megabytes: float


class Progress:
    """Says which part runs and for how long: one line a part, counting on a terminal."""

    def __init__(self, parts: int) -> None:
        self._parts, self._number, self._title, self._told = parts, 0, "", 0.0

    def start(self, title: str) -> None:
        self._number += 1
        self._title = f"[{self._number:2} of {self._parts}] {title}"
        self._told = 0.0
        print(self._title, end="" if _terminal() else " ...\n", flush=True)

    def wait(self, seconds: float) -> None:
        if _terminal() and seconds - self._told >= TOLD_EVERY:
            self._told = seconds
            print(f"\r{self._title} ... {seconds:.0f} s", end="", flush=True)

    def end(self, seconds: float, well: bool = True) -> None:
        word = "" if well else ", failed"
        print(
            f"\r{self._title}: {seconds:.0f} s{word}   " if _terminal() else f"          {seconds:.0f} s{word}",
            flush=True,
        )


def run(command: List[str], folder: Path, env: Dict[str, str], log: Path, progress: Progress) -> Finished:
    """Run a command to its end.

    Raises:
        Failed: if its exit code is not 0.
    """
    out = log.with_suffix(".out")
    started = time.monotonic()
    with log.open("wb") as errors, out.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=errors)
        try:
            status, megabytes = _wait(process.pid, started, progress)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    seconds = time.monotonic() - started
    process.returncode = status  # it has been waited for
    progress.end(seconds, well=status == 0)
    if status:
        raise Failed(f"It ended with status {status}. Its log: {log}")
    return Finished(out.read_text("utf-8"), seconds, megabytes)


def _wait(pid: int, started: float, progress: Progress) -> "tuple[int, float]":
    """(exit status, highest RSS in MB) when the process has ended."""
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, KB elsewhere
            return os.waitstatus_to_exitcode(status), used.ru_maxrss * unit / 1e6
        time.sleep(LOOK)
        progress.wait(time.monotonic() - started)


def _terminal() -> bool:
    return sys.stdout.isatty()

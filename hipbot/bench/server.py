"""A server of either side as a process of its own: started, waited for, weighed, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Dict, Iterator, List, Optional, Type

import aiohttp

from hipbot.bench.part import OURS, Plan

HOST = "127.0.0.1"
LONGEST_START = 300.0  # s
PAUSE = 0.05  # s between two looks at whether it answers
FIRST_WORDS = "how often should I do the lean-back"


class NotReady(Exception):
    """The server ended, or gave no answer in time; the message says where its log is."""


class Server:
    """`with Server(plan) as server:` runs it; its log is beside the project's folder."""

    def __init__(self, plan: Plan, command: Optional[List[str]] = None) -> None:
        """Args:
        command: what to run, with `{port}`; the side's own way in where None.
        """
        self.port = _free_port()
        self.url = f"http://{HOST}:{self.port}/webhooks/rest/webhook"
        self._command = [word.format(port=self.port) for word in command or _command(plan)]
        self._folder = plan.path
        self._log = plan.path.parent / f"server-{plan.side}.log"

    def __enter__(self) -> "Server":
        self.started = time.perf_counter()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=environment(self._folder),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        _signal(self._process, signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            _signal(self._process, signal.SIGKILL)
            self._process.wait()

    async def first_answer(self, session: aiohttp.ClientSession) -> float:
        """Seconds from the start of the process to its first answer.

        Raises:
            NotReady: if none comes.
        """
        while time.perf_counter() - self.started < LONGEST_START:
            if self._process.poll() is not None:
                raise NotReady(f"The server ended. Its log: {self._log}")
            try:
                async with session.post(self.url, json={"sender": "first", "message": FIRST_WORDS}) as response:
                    if response.status == 200 and await response.json():
                        return time.perf_counter() - self.started
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(PAUSE)
        raise NotReady(f"No answer within {LONGEST_START:.0f} s. Log: {self._log}")

    def megabytes(self) -> float:
        """Memory that is resident now (RSS) of the server and its children, in MB (10^6 bytes); 0 without /proc."""
        return sum(_resident(pid) for pid in _family(self._process.pid)) / 1e6


def environment(folder: Path) -> Dict[str, str]:
    """Our environment, with `folder` as the project and as the place of the code."""
    return {**os.environ, "HIPBOT_ROOT": str(folder), "PYTHONPATH": str(folder), "RASA_TELEMETRY_ENABLED": "false"}


def _command(plan: Plan) -> List[str]:
    if plan.side == OURS:
        return [sys.executable, "-m", "hipbot.cli.main", "serve", "--port", "{port}"]
    settings = ["--credentials", "credentials.yml", "--endpoints", "endpoints.yml", "-i", HOST]
    return [sys.executable, "-m", "rasa", "run", "-m", plan.model, "--port", "{port}", *settings]


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    """To the server and its children; they are a group of their own."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> Iterator[int]:
    """A process and everything it has started."""
    if Path(f"/proc/{pid}").is_dir():
        yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from _family(int(child))


def _resident(pid: int) -> int:
    """Bytes of RSS, from /proc."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")

"""Part: what staff wait for: `hipbot --help`, `hipbot check`, and `make run` when nothing has changed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any, Dict, List, Optional

import aiohttp

from hipbot.bench.part import Plan, main
from hipbot.bench.server import Server, environment


def _measure(plan: Plan) -> Dict[str, Any]:
    return {
        "help": _seconds(plan, ["--help"]),
        "check": _seconds(plan, ["check"]),
        "make_run": asyncio.run(_second_make_run(plan)),
    }


def _seconds(plan: Plan, verb: List[str]) -> float:
    """Median seconds of `hipbot <verb>`, whatever it finds."""
    seconds = []
    for _ in range(plan.times):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "hipbot.cli.main", *verb],
            cwd=plan.folder,
            env=environment(plan.path),
            stdout=subprocess.DEVNULL,
            check=False,
        )
        seconds.append(time.perf_counter() - started)
    return round(median(seconds), 2)


async def _second_make_run(plan: Plan) -> Optional[float]:
    """Seconds from `make run` to the first answer; None where the project has not been set up with make."""
    home = Path(plan.home)
    if not (home / "Makefile").is_file() or not (home / ".venv" / "bin" / "hipbot").is_file():
        return None
    command = ["make", "-s", "-C", str(home), "run", "ARGS=--port {port}"]
    async with aiohttp.ClientSession() as session:
        for _ in range(2):  # the first one may have something left to set up
            with Server(plan, command) as server:
                seconds = await server.first_answer(session)
    return round(seconds, 2)


if __name__ == "__main__":
    main(_measure)

"""Part: what staff wait for:

`hipbot --help`, `check`, `compare`, `publish`, and `make run` when nothing has changed.
"""

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
        **_publishing(plan),
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


def _publishing(plan: Plan) -> Dict[str, Optional[float]]:
    """Seconds of `compare` and `publish` after an edit that needs training, and of `compare` after one that does not.

    In the bench's copy of the project. None where a command failed: then it did not do its work.
    """
    if plan.times == 1:  # --quick trains nothing
        return {}
    nlu, greeting = plan.path / "data" / "nlu.yml", plan.path / "content" / "chat" / "goodbye.yml"
    first = _once(plan, "publish")  # what the next ones are compared with
    found: Dict[str, Optional[float]] = {}
    for name, verb, file, old, new in (
        ("compare", "compare", nlu, "    - how often", "    - {} how often, one more wording\n    - how often"),
        ("publish", "publish", nlu, "    - how often", "    - {} how often, another wording\n    - how often"),
        ("compare_answer", "compare", greeting, "title: ", "title: Now "),
    ):
        text = file.read_text("utf-8")
        file.write_text(text.replace(old, new.format("zz"), 1), "utf-8")
        found[name] = _once(plan, verb) if first is not None else None
        file.write_text(text, "utf-8")
    return found


def _once(plan: Plan, verb: str) -> Optional[float]:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "hipbot.cli.main", verb],
        cwd=plan.folder,
        env=environment(plan.path),
        stdout=sys.stderr,
        check=False,
    )
    return round(time.perf_counter() - started, 1) if done.returncode == 0 else None


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

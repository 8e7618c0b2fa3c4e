"""The machine that measured, and how busy others kept it meanwhile."""

from __future__ import annotations

import os
import platform
import resource
import time
from pathlib import Path
from typing import Any, Dict


def description() -> Dict[str, Any]:
    """Processor, cores, memory in GB (10^9 bytes) and Python's version."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


class Others:
    """How many cores the programs that are not ours have used since this was made."""

    def __init__(self) -> None:
        self._before, self._own, self._since = _busy(), _own(), time.monotonic()

    def cores(self) -> float:
        """Cores kept busy by others, on average; 0 where the system does not tell."""
        passed = max(time.monotonic() - self._since, 0.01)
        return max(0.0, round((_busy() - self._before - (_own() - self._own)) / passed, 1))


def _busy() -> float:
    """Seconds that all cores together have worked since the machine was started."""
    try:
        user, nice, system, _idle, _wait, *rest = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    except (OSError, ValueError):
        return 0.0
    return (user + nice + system + sum(rest[:2])) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    """Seconds of processor time of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())

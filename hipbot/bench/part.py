"""What every part shares: its plan on the command line, its one JSON line on standard output."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Optional

OURS, STOCK = "ours", "stock"


@dataclass(frozen=True)
class Plan:
    """What one part is to measure.

    Attributes:
        side: `ours` or `stock`.
        folder: the project to run: a copy of ours, or the stock project.
        home: the project itself, where `make` was called.
        model: the trained model.
        messages: how many messages to send.
        times: how often to repeat what varies (starts, conversations).
        temperature: that the classifier has learnt; None where it is not known.
    """

    side: str
    folder: str
    home: str = ""
    model: str = ""
    messages: int = 400
    times: int = 3
    temperature: Optional[float] = None

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def path(self) -> Path:
        return Path(self.folder)


def main(measure: Callable[[Plan], Dict[str, Any]]) -> None:
    """Run a part as a program. Whatever libraries print goes to standard error, at the lowest level."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a part that is stopped stops its server
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    measured = measure(Plan(**json.loads(sys.argv[1])))
    print(json.dumps(measured), file=out, flush=True)

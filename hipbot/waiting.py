"""A progress bar for work that does not say how far it is: it runs at the pace of the last time.

Called by `hipbot.training`.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Iterator

from tqdm import tqdm

LOOK = 0.5  # s between two steps
ALMOST = 0.98  # never full before the work is done


@contextmanager
def waiting(what: str, usual: float) -> Iterator[None]:
    """Show a bar while the block runs, on a terminal only.

    Args:
        usual: seconds that it took last time.
    """
    done = threading.Event()
    bar = tqdm(
        total=round(usual),
        desc=what,
        unit=" s",
        disable=None,
        leave=False,
        bar_format="{desc}: {percentage:3.0f}% |{bar}| {elapsed}",
    )
    mover = threading.Thread(target=_move, args=(bar, done), daemon=True)
    if not bar.disable:
        mover.start()
    try:
        yield
    finally:
        done.set()
        if mover.is_alive():
            mover.join()
        bar.close()


def _move(bar: tqdm, done: threading.Event) -> None:
    while not done.wait(LOOK):
        bar.update(max(0, min(bar.format_dict["elapsed"], ALMOST * bar.total) - bar.n))

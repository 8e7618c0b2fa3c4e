"""Turns: each is answered once, one at a time per conversation, and told again to whoever asks again in time.

Used by `website.py`. A turn does not end with the connection that began it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from functools import partial
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, List, Optional, Set, Tuple

from hipbot.apology import where_it_failed

logger = logging.getLogger(__name__)

ANSWER_WITHIN = 30.0  # seconds, waiting for the turn before it included
KEPT = 600.0  # seconds after its end: a phone's way through a tunnel
MOST_KEPT = 5_000
MOST_OPEN = 200  # turns not answered yet, of all conversations


class Busy(Exception):
    """More turns are open than can be answered in time."""


class OtherMessage(Exception):
    """The key belongs to another message of this conversation."""


class Turn:
    """What is sent for one message, line by line; can be followed from its beginning at any time."""

    def __init__(self, message: bytes) -> None:
        """Args:
        message: a digest of what was asked: no words are kept here.
        """
        self.message = message
        self.ended: Optional[float] = None  # by the clock of `Turns`
        self.failed = False
        self._lines: List[bytes] = []
        self._news = asyncio.Event()

    def send(self, line: Dict[str, Any]) -> None:
        """Add a line and wake everybody who follows."""
        self._lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self._wake()

    @property
    def silent(self) -> bool:
        return not self._lines

    def end(self, now: float) -> None:
        self.ended = now
        self._wake()

    async def lines(self) -> AsyncIterator[bytes]:
        """Every line from the first on, each as soon as it is there."""
        sent = 0
        while True:
            news = self._news
            for line in self._lines[sent:]:
                sent += 1
                yield line
            if sent == len(self._lines) and news is self._news:
                if self.ended is not None:
                    return
                await news.wait()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


Answer = Callable[[Turn], Awaitable[None]]


class Turns:
    """The turns of the last minutes, by conversation and idempotency key."""

    def __init__(self, clock: Callable[[], float], failure: Callable[[], Dict[str, Any]]) -> None:
        """Args:
        clock: seconds that only grow.
        failure: the line that ends a turn which has failed.
        """
        self._clock, self._failure = clock, failure
        self._turns: "OrderedDict[Tuple[str, str], Turn]" = OrderedDict()
        self._last: Dict[str, "asyncio.Task[None]"] = {}  # conversation -> its newest open turn
        self._open: Dict["asyncio.Task[None]", str] = {}

    def turn(self, conversation: str, key: str, message: bytes, answer: Answer) -> Turn:
        """The turn of this key: the one there is, else one that starts now.

        Raises:
            OtherMessage: if the key was used for another message.
            Busy: if there is no room for one more.
        """
        self._drop_old()
        known = self._turns.get((conversation, key))
        if known is not None:
            if known.message != message:
                raise OtherMessage
            return known
        if len(self._open) >= MOST_OPEN:
            raise Busy
        turn = self._turns[(conversation, key)] = Turn(message)
        answering = self._in_time(turn, self._last.get(conversation), answer)
        task = asyncio.get_running_loop().create_task(answering)
        self._last[conversation], self._open[task] = task, conversation
        task.add_done_callback(partial(self._end, turn, conversation, key))
        return turn

    async def forget(self, conversation: str) -> None:
        """Stop what is open in this conversation, and keep none of its turns."""
        tasks: Set["asyncio.Task[None]"] = {task for task, whose in self._open.items() if whose == conversation}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for known in [known for known in self._turns if known[0] == conversation]:
            del self._turns[known]

    async def _in_time(self, turn: Turn, before: Optional["asyncio.Task[None]"], answer: Answer) -> None:
        await asyncio.wait_for(self._in_order(turn, before, answer), ANSWER_WITHIN)

    @staticmethod
    async def _in_order(turn: Turn, before: Optional["asyncio.Task[None]"], answer: Answer) -> None:
        if before is not None:
            await asyncio.wait({before})
        await answer(turn)

    def _end(self, turn: Turn, conversation: str, key: str, task: "asyncio.Task[None]") -> None:
        """Called when a turn's task has ended, however it has: nobody may be left without a word."""
        del self._open[task]
        if self._last.get(conversation) is task:
            del self._last[conversation]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.error("Website turn failed: %s", where_it_failed(error))
        if task.cancelled() or error is not None or turn.failed or turn.silent:
            turn.send(self._failure())
            self._turns.pop((conversation, key), None)  # the same key may try again
        else:
            turn.send({"type": "end"})
        turn.end(self._clock())

    def _drop_old(self) -> None:
        """The oldest that have ended: by time, and where there are too many."""
        too_old = self._clock() - KEPT
        while self._turns:
            oldest = next(iter(self._turns.values()))
            if oldest.ended is None or (oldest.ended > too_old and len(self._turns) < MOST_KEPT):
                return
            self._turns.popitem(last=False)

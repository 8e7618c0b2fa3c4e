"""Decides after each turn whether its message was missed, scrubs it and stores it. In the background:

no turn waits for it.

Called by the server's message processor (`heard`) and by the website channel (`thumbs_down`, `forget`). Does nothing at
all, and loads nothing, while `privacy: keep_missed_messages` in clinic.yml is not true.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Tuple

from hipbot import project
from hipbot.apology import where_it_failed
from hipbot.content.library import ContentMissing, read_yaml
from hipbot.missed.store import NOT_UNDERSTOOD, UNHELPFUL, UNSURE, Missed, MissedStore, Topics

logger = logging.getLogger(__name__)
WHY = {"fallback": NOT_UNDERSTOOD, "clarify": UNSURE}  # topic of the answer -> why its message counts as missed
MOST_REMEMBERED = 500  # conversations whose last messages are in memory, for a thumb that comes later
MESSAGES = 6  # of each
RANKED = 3  # topics kept with a message

Turn = Tuple[str, str, Topics]  # (topic of the answer, text, what was understood)


def is_wanted(clinic: Path) -> bool:
    """Whether the clinic stores missed messages: off unless it says so, off where the file cannot be read."""
    try:
        return read_yaml(clinic)["privacy"]["keep_missed_messages"] is True
    except (ContentMissing, KeyError, TypeError):
        return False


class Keeper:
    """Keeps missed messages.

    Args:
        wanted: whether to keep any, asked each time, so that switching off works at once.
        store: where they go.
        load_scrubber: loads what takes personal data out; called with the first missed message.
    """

    def __init__(
        self,
        wanted: Callable[[], bool],
        store: MissedStore,
        load_scrubber: Callable[[], Callable[[str], str]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._wanted, self._store, self._load_scrubber, self._now = wanted, store, load_scrubber, now
        self._scrub: Optional[Callable[[str], str]] = None
        self._turns: "OrderedDict[str, Tuple[Turn, ...]]" = OrderedDict()
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="missed")
        self._later(store.forget_old, now())

    def heard(self, conversation: str, parsed: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
        """After a turn.

        Args:
            parsed: what the pipeline read, with `text` and `topics`.
            payload: the turn's payload.
        """
        topic = str(payload.get("topic"))
        if not self._wanted():
            self._turns.clear()
            return
        ranked = tuple(
            (str(t["name"]).rpartition("/")[2], float(t["confidence"])) for t in (parsed.get("topics") or ())[:RANKED]
        )
        turn = (topic, str(parsed.get("text") or ""), ranked)
        with self._lock:
            self._turns[conversation] = (*self._turns.pop(conversation, ()), turn)[-MESSAGES:]
            while len(self._turns) > MOST_REMEMBERED:
                self._turns.popitem(last=False)
        if topic in WHY:
            self._later(self._keep, conversation, turn, WHY[topic])

    def thumbs_down(self, conversation: str, topic: str) -> None:
        """The visitor found the last answer about `topic` unhelpful."""
        if self._wanted():
            with self._lock:
                about = [turn for turn in self._turns.get(conversation, ()) if turn[0] == topic]
            if about:
                self._later(self._keep, conversation, about[-1], UNHELPFUL)

    def forget(self, conversation: str) -> None:
        """The visitor has deleted the conversation."""
        with self._lock:
            self._turns.pop(conversation, None)
        self._later(self._store.forget, conversation)

    def settle(self) -> None:
        """Wait until all that was handed over is done."""
        self._worker.submit(lambda: None).result()

    def _keep(self, conversation: str, turn: Turn, why: str) -> None:
        _, text, topics = turn
        self._scrub = self._scrub or self._load_scrubber()
        now = self._now()
        self._store.forget_old(now)
        scrubbed = self._scrub(text)
        if scrubbed and self._wanted():
            self._store.add(conversation, Missed(scrubbed, why, topics, int(now)))

    def _later(self, work: Callable[..., None], *arguments: Any) -> None:
        self._worker.submit(_quietly, work, *arguments)


def _quietly(work: Callable[..., None], *arguments: Any) -> None:
    try:
        work(*arguments)
    except Exception as error:  # noqa: BLE001 - a list for staff is no reason to trouble a patient
        logger.error("A missed message was not kept: %s", where_it_failed(error))


@lru_cache(maxsize=1)
def keeper() -> Keeper:
    """The one keeper of this process."""
    return Keeper(_Setting(), MissedStore(project.MISSED), _load_scrubber)


def _load_scrubber() -> Callable[[str], str]:
    from hipbot.privacy import scrubber

    return scrubber(project.ROOT, project.ENCODER_FOLDER / "tokenizer.json")


class _Setting:
    """`is_wanted` of the clinic.yml in use, read again only when the file has changed."""

    def __init__(self) -> None:
        self._seen: Optional[Tuple[Path, int]] = None
        self._value = False

    def __call__(self) -> bool:
        try:
            now = (project.CLINIC, project.CLINIC.stat().st_mtime_ns)
        except OSError:
            return False
        if now != self._seen:
            self._seen, self._value = now, is_wanted(project.CLINIC)
        return self._value

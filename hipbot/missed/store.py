"""Missed messages on the disk (`.hipbot/missed.db`): scrubbed words, why they were missed, what they were nearest to.

Written by `keeper.py` alone, which scrubs first. SQLite; what is deleted is overwritten.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Tuple

NOT_UNDERSTOOD, UNSURE, UNHELPFUL = "not understood", "unsure", "thumbs down"
KEEP_DAYS = 30  # as conversations
DAY = 24 * 3_600  # s
TABLE = """
create table if not exists missed (
    conversation text not null,
    text text not null,
    why text not null,
    topics text not null,
    at integer not null
)"""

Topics = Tuple[Tuple[str, float], ...]  # (topic, confidence), best first


@dataclass(frozen=True)
class Missed:
    """One message, scrubbed.

    Attributes:
        why: NOT_UNDERSTOOD, UNSURE or UNHELPFUL.
        topics: what the bot was nearest to.
        at: seconds since 1970.
    """

    text: str
    why: str
    topics: Topics
    at: int


class MissedStore:
    """One row a message. The file is made with the first one."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, conversation: str, missed: Missed) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        row = (conversation, missed.text, missed.why, json.dumps(missed.topics), missed.at)
        self._execute("insert into missed values (?, ?, ?, ?, ?)", row)

    def all(self) -> List[Missed]:
        """Newest first."""
        rows = (
            self._execute("select text, why, topics, at from missed order by at desc") if self._file.is_file() else []
        )
        return [Missed(text, why, tuple(map(tuple, json.loads(topics))), at) for text, why, topics, at in rows]

    def forget(self, conversation: str) -> None:
        """The visitor has deleted the conversation."""
        if self._file.is_file():
            self._execute("delete from missed where conversation = ?", (conversation,))

    def forget_old(self, now: float) -> None:
        """Drop what is older than `KEEP_DAYS`."""
        if self._file.is_file():
            self._execute("delete from missed where at < ?", (int(now - KEEP_DAYS * DAY),))

    def _execute(self, statement: str, values: Tuple[Any, ...] = ()) -> List[Tuple[Any, ...]]:
        with closing(sqlite3.connect(self._file)) as connection, connection:
            connection.execute("pragma secure_delete=on")
            connection.execute(TABLE)
            return connection.execute(statement, values).fetchall()

"""Thumbs: was an answer helpful? SQLite beside the conversations. Used by `website.py` and `retention.py`.

Kept by topic and answer; words only where the visitor agreed, and gone with the conversation.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Mapping, Optional, Tuple

TABLE = """
create table if not exists feedback (
    conversation text not null,
    answer text not null,
    topic text not null,
    helpful integer not null,
    reason text,
    words text,
    at integer not null,
    primary key (conversation, answer)
)"""


class FeedbackStore:
    """One row for each answer of a conversation that got a thumb; the last thumb counts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self._execute(TABLE)

    def add(self, conversation: str, topic: str, given: Mapping[str, Any], now: float) -> None:
        """Keep what was given, as `bodies.feedback` has read it."""
        words: Optional[str] = given.get("words") if given.get("words_may_be_kept") else None
        row = (conversation, given["answer"], topic, given["helpful"], given.get("reason"), words or None, int(now))
        self._execute("insert or replace into feedback values (?, ?, ?, ?, ?, ?, ?)", row)

    def forget(self, conversation: str) -> None:
        self._execute("delete from feedback where conversation = ?", (conversation,))

    def forget_before(self, moment: float) -> None:
        self._execute("delete from feedback where at < ?", (int(moment),))

    def _execute(self, statement: str, values: Tuple[Any, ...] = ()) -> None:
        with closing(sqlite3.connect(self._file)) as connection, connection:
            connection.execute("pragma secure_delete=on")  # what is deleted is overwritten, not only unlinked
            connection.execute(statement, values)

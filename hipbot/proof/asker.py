"""Asks the whole bot, outside any conversation store: the model understands, the dialogue core answers. Runs Rasa.

Called by `hipbot safety report` and by the tests. Reads and answers exactly as `action_reply` does.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import List, Sequence

from hipbot import project
from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Reply
from hipbot.dialogue.understanding import Understanding
from hipbot.safety import Safety, safety_reader
from hipbot.server.processor import HipbotAgent, readable
from hipbot.server.tracker_store import IN_MEMORY, WindowedTrackerStore


class Asker:
    """A model and a content, ready to be talked to."""

    def __init__(self, model: Path, content: Path, clinic: Path) -> None:
        """Load both.

        Raises:
            ContentMissing, SafetyDataError: if a content file cannot be used (`hipbot check` names it).
        """
        words = content / "safety"
        safety = Safety.load(words, safety_reader(words, project.ENCODER_FOLDER / "tokenizer.json"))
        self.core = Conversation.load(content, clinic, safety)
        self.flags = safety.data.flags
        self._agent = HipbotAgent(tracker_store=WindowedTrackerStore(db=IN_MEMORY))
        self._agent.load_model(model)
        self._loop = asyncio.new_event_loop()  # of its own: `asyncio.run` would take the caller's away

    def talk(self, turns: Sequence[str]) -> List[Reply]:
        """One conversation: a reply to each message."""
        memory, replies = Memory(), []
        for text in turns:
            reply, memory = self.core.reply(self._read(text), memory)
            memory = Memory.from_slot(memory.to_slot())
            replies.append(reply)
        return replies

    def _read(self, text: str) -> Understanding:
        reading = self._agent.parse_message(readable(text))
        return Understanding.from_parse_data(self._loop.run_until_complete(reading))

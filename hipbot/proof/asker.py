"""Asks the whole bot, outside any conversation store: the model understands, the dialogue core answers. Runs Rasa.

Called by `hipbot safety report`, by `hipbot.publish` and by the tests. Reads and answers exactly as `action_reply` does.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Reply
from hipbot.dialogue.understanding import Understanding
from hipbot.safety.loading import safety_of
from hipbot.server.processor import HipbotAgent, readable
from hipbot.server.tracker_store import IN_MEMORY, WindowedTrackerStore


class Asker:
    """A model and a content, ready to be talked to."""

    def __init__(self, model: Path, content: Path, clinic: Path) -> None:
        """Load both.

        Raises:
            ContentMissing, SafetyDataError: if a content file cannot be used (`hipbot check` names it).
        """
        safety = safety_of(content)
        self.core = Conversation.load(content, clinic, safety)
        self.flags = safety.data.flags
        self._agent = HipbotAgent(tracker_store=WindowedTrackerStore(db=IN_MEMORY))
        self._agent.load_model(model)
        self._loop = asyncio.new_event_loop()  # of its own: `asyncio.run` would take the caller's away
        self._understood: Dict[str, Understanding] = {}

    def talk(self, turns: Sequence[str]) -> List[Reply]:
        """One conversation: a reply to each message."""
        memory, replies = Memory(), []
        for text in turns:
            reply, memory = self.turn(text, memory)
            replies.append(reply)
        return replies

    def turn(self, text: str, memory: Memory) -> Tuple[Reply, Memory]:
        """One turn: the reply, and the memory for the next one as the slot brings it."""
        reply, memory = self.core.reply(self.read(text), memory)
        return reply, Memory.from_slot(memory.to_slot())

    def read(self, text: str) -> Understanding:
        """What the model makes of a message. Many conversations have the same one: it is read once."""
        if text not in self._understood:
            parsed = self._loop.run_until_complete(self._agent.parse_message(readable(text)))
            self._understood[text] = Understanding.from_parse_data(parsed)
        return self._understood[text]

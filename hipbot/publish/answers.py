"""Asks a bot all test messages and plays, outside any conversation store. The one place here that runs Rasa.

Called by `hipbot.publish`. Reads with the model, answers with the content given, exactly as `action_reply` does.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Tuple

from tqdm import tqdm

from hipbot import project
from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Reply
from hipbot.dialogue.understanding import Understanding
from hipbot.publish.messages import LEANS, Asked
from hipbot.publish.said import Said
from hipbot.safety import Safety, safety_reader
from hipbot.server.processor import HipbotAgent, readable
from hipbot.server.tracker_store import IN_MEMORY, WindowedTrackerStore


def core_of(content: Path, clinic: Path) -> Conversation:
    """The conversation core of a content folder."""
    words = content / "safety"
    reader = safety_reader(words, project.ENCODER_FOLDER / "tokenizer.json")
    return Conversation.load(content, clinic, Safety.load(words, reader))


class Asker:
    """A model and a content, ready to be asked."""

    def __init__(self, model: Path, content: Path, clinic: Path) -> None:
        """Load both.

        Raises:
            ContentMissing, SafetyDataError: if a content file cannot be used (`hipbot check` names it).
        """
        self._core = core_of(content, clinic)
        self._agent = HipbotAgent(tracker_store=WindowedTrackerStore(db=IN_MEMORY))
        self._agent.load_model(model)
        self._loop = asyncio.new_event_loop()  # of its own: `asyncio.run` would take the caller's away

    def ask(self, asked: Iterable[Asked]) -> Dict[str, Said]:
        """What it says to each message, each the first one of a conversation; without the introduction."""
        messages = list(asked)
        bar = tqdm(messages, desc="Asking the test messages", unit=" messages", disable=None, leave=False)
        return {message.key: self._one(message) for message in bar}

    def turn(self, text: str, memory: Memory) -> Tuple[Reply, Dict[str, Any], Memory]:
        """One turn: (reply, its payload, the memory for the next turn)."""
        reply, memory = self._core.reply(self._read(text), memory)
        return reply, reply.payload(self._core.library), Memory.from_slot(memory.to_slot())

    def act(self, said: List[str]) -> Iterator[Tuple[Dict[str, Any], str]]:
        """(payload, words) of each turn of one conversation."""
        memory = Memory()
        for text in said:
            reply, payload, memory = self.turn(text, memory)
            yield payload, as_words(reply)

    def _one(self, message: Asked) -> Said:
        if message.kind == LEANS:
            return Said(self._read(message.text).topic or "", None, "")
        reply, payload, _ = self.turn(message.text, Memory())
        introduction = self._core.library.say("introduction")
        own = tuple(bubble for bubble in reply.messages if bubble.text != introduction)
        return Said(payload["topic"], payload["care"], as_words(replace(reply, messages=own)))

    def _read(self, text: str) -> Understanding:
        reading = self._agent.parse_message(readable(text))
        return Understanding.from_parse_data(self._loop.run_until_complete(reading))


def as_words(reply: Reply) -> str:
    """A turn as the patient reads it: paragraphs, then the quick replies in brackets.

    As tests/test_conversations.py.
    """
    texts: List[str] = [message.text.strip() for message in reply.messages if message.text.strip()]
    titles = [f"[{button['title']}]" for message in reply.messages for button in message.buttons]
    return "\n\n".join(texts + ([" ".join(titles)] if titles else [])) + "\n"

"""Asks a bot all test messages and plays, outside any conversation store. The one place here that runs Rasa.

Called by `hipbot.publish`; the server takes `core_of`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Tuple

from tqdm import tqdm

from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Reply
from hipbot.proof import asker as proof
from hipbot.proof.judge import judge
from hipbot.publish.messages import LEANS, Asked
from hipbot.publish.said import Said
from hipbot.safety.loading import safety_of


def core_of(content: Path, clinic: Path) -> Conversation:
    """The conversation core of a content folder."""
    return Conversation.load(content, clinic, safety_of(content))


class Asker(proof.Asker):
    """A model and a content, ready to be asked the test messages and plays."""

    def ask(self, asked: Iterable[Asked]) -> Dict[str, Said]:
        """What it says to each message, each the first one of a conversation; without the introduction."""
        messages = list(asked)
        bar = tqdm(messages, desc="Asking the test messages", unit=" messages", disable=None, leave=False)
        return {message.key: self._one(message) for message in bar}

    def act(self, said: List[str]) -> Iterator[Tuple[Dict[str, Any], str]]:
        """(payload, words) of each turn of one conversation."""
        memory = Memory()
        for text in said:
            reply, memory = self.turn(text, memory)
            yield reply.payload(self.core.library), as_words(reply)

    def _one(self, message: Asked) -> Said:
        if message.kind == LEANS:
            return Said(self.read(message.text).topic or "", None, "")
        replies = self.talk(message.case.turns if message.case else (message.text,))
        reply = replies[-1]
        payload, introduction = reply.payload(self.core.library), self.core.library.say("introduction")
        own = tuple(bubble for bubble in reply.messages if bubble.text != introduction)
        said = Said(payload["topic"], payload["care"], as_words(replace(reply, messages=own)))
        if message.case is None:
            return said
        verdict = judge([message.case], lambda turns: replies)[0]
        return replace(said, right=verdict.right, alarmed=verdict.alarmed, asked=verdict.asked)


def as_words(reply: Reply) -> str:
    """A turn as the patient reads it: paragraphs, then the quick replies in brackets.

    As tests/test_conversations.py.
    """
    texts: List[str] = [message.text.strip() for message in reply.messages if message.text.strip()]
    titles = [f"[{button['title']}]" for message in reply.messages for button in message.buttons]
    return "\n\n".join(texts + ([" ".join(titles)] if titles else [])) + "\n"

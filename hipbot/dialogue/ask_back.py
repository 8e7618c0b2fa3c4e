"""What is said to a message that was not understood: "did you mean ...", then other words, then a person."""

from __future__ import annotations

from typing import Tuple

from hipbot.content import Library
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Message, Reply, button, buttons
from hipbot.dialogue.topics import LEANING, OUT_OF_SCOPE, SMALL_TALK, STEP_MOVES, URGENT
from hipbot.dialogue.understanding import Understanding

Turn = Tuple[Reply, Memory]

MOST_OPTIONS = 3
LIKELY_OPTION = 0.015  # confidence from which a topic is worth offering as "did you mean"
MOST_MISSES = 3


class AskBack:
    """Counts misses in a row and never says the same sentence twice running."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def reply(self, said: Understanding, memory: Memory) -> Turn:
        """Ask back with likely topics; the third miss in a row gives a way to a person."""
        misses = memory.misses + 1
        options = self._options(said)
        if misses >= MOST_MISSES or not options:
            return self.fallback(misses, memory)
        entry = self._library.answers["clarify"]
        text = self._library.fill(entry.text({"attempt": misses if misses > 1 else None})).strip()
        choices = tuple(button(self._library.answers[topic]) for topic in options)
        reply = Reply("clarify", (Message(text, choices),), options=options)
        return reply, memory.but(misses=misses, options=options)

    def _options(self, said: Understanding) -> Tuple[str, ...]:
        """Up to three likely topics, the best first."""
        likely = [
            "exercise_list" if topic in STEP_MOVES or topic == "exercise_howto" else topic
            for topic, confidence in said.topics
            if confidence >= LIKELY_OPTION and said.has_words
        ]
        useless = SMALL_TALK | OUT_OF_SCOPE | LEANING | URGENT  # as a choice behind "did you mean"
        known = [topic for topic in likely if topic in self._library.answers and topic not in useless]
        return tuple(dict.fromkeys(known))[:MOST_OPTIONS]

    def fallback(self, misses: int, memory: Memory) -> Turn:
        """Say so, each time in other words; the third miss in a row names a person."""
        entry = self._library.answers["fallback"]
        attempt = 2 + (misses % 2) if misses >= 2 else None  # 2, 3, 2, 3 ...: never the same twice running
        text = self._library.fill(entry.text({"attempt": attempt})).strip()
        reply = Reply("fallback", (Message(text, buttons(self._library, entry.follow_ups)),))
        return reply, memory.but(misses=misses, options=())

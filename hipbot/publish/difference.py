"""What changes for patients between two versions, from what both answered to the same messages. Pure;

called by `compare`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from hipbot.publish import gate
from hipbot.publish.messages import Asked
from hipbot.publish.said import Said

BETTER, WORSE, OTHER = "better", "worse", "other"


@dataclass(frozen=True)
class Change:
    """One message that goes to another topic, or asks for other care."""

    message: Asked
    before: Said
    now: Said
    verdict: str

    @property
    def safety(self) -> bool:
        return gate.is_about_safety(self.message)


@dataclass(frozen=True)
class NewWords:
    """An answer that reads otherwise, with the number of test messages that get it."""

    topic: str
    messages: int
    was: str
    now: str


@dataclass(frozen=True)
class Difference:
    """All that changes.

    Attributes:
        changes: messages with another topic or care, worse ones first.
        new_words: answers that read otherwise.
        topics: topic -> ((right, asked) before, (right, asked) now), of untaught questions.
    """

    changes: Tuple[Change, ...]
    new_words: Tuple[NewWords, ...]
    topics: Mapping[str, Tuple[Tuple[int, int], Tuple[int, int]]]

    def count(self, verdict: str, safety: Optional[bool] = None) -> int:
        return sum(c.verdict == verdict and (safety is None or c.safety == safety) for c in self.changes)


def between(asked: Sequence[Asked], before: Mapping[str, Said], now: Mapping[str, Said]) -> Difference:
    """Compare two versions over the messages that both were asked."""
    both = [message for message in asked if message.key in before and message.key in now]
    changes: List[Change] = []
    words: Dict[Tuple[str, str, str], int] = {}
    for message in both:
        was, is_ = before[message.key], now[message.key]
        if (was.topic, was.care) != (is_.topic, is_.care):
            changes.append(Change(message, was, is_, _verdict(message, was, is_)))
        elif was.words != is_.words:
            said = (is_.topic, *_where_it_differs(was.words, is_.words))
            words[said] = words.get(said, 0) + 1
    changes.sort(key=lambda c: ((WORSE, BETTER, OTHER).index(c.verdict), not c.safety, c.message.file))
    counted = (gate.understood(both, before), gate.understood(asked, now))
    topics = {topic: (counted[0].get(topic, (0, 0)), count) for topic, count in counted[1].items()}
    return Difference(tuple(changes), tuple(NewWords(t, n, was, is_) for (t, was, is_), n in words.items()), topics)


def _verdict(message: Asked, before: Said, now: Said) -> str:
    was, is_ = gate.is_right(message, before), gate.is_right(message, now)
    return OTHER if was == is_ else BETTER if is_ else WORSE


def _where_it_differs(was: str, now: str) -> Tuple[str, str]:
    """The lines that only one of two texts has; an answer's variants often share a changed line."""
    old, new = ([line.strip() for line in text.splitlines() if line.strip()] for text in (was, now))
    return "\n".join(line for line in old if line not in new), "\n".join(line for line in new if line not in old)

"""What the bot keeps in mind between two messages of one conversation. No word of the patient's.

Rasa carries it in the slot `memory`; `to_slot` leaves out what is at its default.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Dict, Mapping, Optional, Tuple


@dataclass(frozen=True)
class Memory:
    """One conversation's memory.

    Attributes:
        turns: messages answered so far.
        topic: the topic answered last (what "why?" and "and for golf?" lean on).
        exercise: the exercise the talk is about.
        step: index of the step shown last while an exercise is being shown, else None.
        sport: the sport named last.
        back_pain: the person has mentioned a sore back.
        complaint: the person has mentioned pain or another complaint of the body.
        options: topic ids offered as "did you mean"; the next answer may choose one.
        misses: messages in a row that were not understood.
        booking: how urgently booking was suggested already (a `lasting` grade), None if not.
        halves: half red flags that wait for their other half.
        exclusions: why this person gets no exercise steps.
        hold: `emergency`, `same_day` or `crisis` once such an answer was given: no exercises until dealt with.
        asked: the flag that the closed question was asked about, while its answer is awaited.
        questions: closed questions asked so far.
        waiting: the topic that waits behind a closed question.
    """

    turns: int = 0
    topic: Optional[str] = None
    exercise: Optional[str] = None
    step: Optional[int] = None
    sport: Optional[str] = None
    back_pain: bool = False
    complaint: bool = False
    options: Tuple[str, ...] = ()
    misses: int = 0
    booking: Optional[str] = None
    halves: Tuple[str, ...] = ()
    exclusions: Tuple[str, ...] = ()
    hold: Optional[str] = None
    asked: Optional[str] = None
    questions: int = 0
    waiting: Optional[str] = None

    @classmethod
    def from_slot(cls, slot: Optional[Mapping[str, Any]]) -> "Memory":
        """From the slot's value; keys of an older version are dropped, a damaged value starts afresh."""
        if not isinstance(slot, Mapping):
            return cls()
        found = {key: tuple(value) if isinstance(value, list) else value for key, value in slot.items()}
        return cls(**{field.name: found[field.name] for field in fields(cls) if _sound(field.name, found)})

    def to_slot(self) -> Dict[str, Any]:
        """JSON-ready, without defaults."""
        fresh = Memory()
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
            if value != getattr(fresh, key)
        }

    def but(self, **changes: Any) -> "Memory":
        """A copy with these changes."""
        return replace(self, **changes)


_NUMBERS = frozenset({"turns", "misses", "questions"})
_LISTS = frozenset({"options", "halves", "exclusions"})
_FLAGS = frozenset({"back_pain", "complaint"})


def _sound(name: str, slot: Mapping[str, Any]) -> bool:
    """Whether the slot holds a value of the right type for this name."""
    if name not in slot:
        return False
    value = slot[name]
    if name in _FLAGS:
        return isinstance(value, bool)
    if name in _LISTS:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    if name in _NUMBERS or name == "step":
        return type(value) is int or (value is None and name == "step")
    return value is None or isinstance(value, str)

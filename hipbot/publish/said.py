"""What a bot made of one test message. Pure; used by everything in this room."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, Mapping, Optional


@dataclass(frozen=True)
class Said:
    """The topic, the care it asks for, its words; topic and care as in the conversation contract.

    Of a conversation of the safety set: its last turn, and the verdict of `hipbot.proof.judge`.
    """

    topic: str
    care: Optional[str]
    words: str
    right: Optional[bool] = None
    alarmed: bool = False
    asked: bool = False


def to_json(answers: Mapping[str, Said]) -> Dict[str, Any]:
    return {key: asdict(said) for key, said in answers.items()}


def from_json(kept: Mapping[str, Any]) -> Dict[str, Said]:
    """Answers as they were kept; {} where they are of another make."""
    try:
        return {str(key): Said(**said) for key, said in kept.items()}
    except TypeError:
        return {}

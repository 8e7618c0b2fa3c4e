"""The messages that both sides get: the untaught questions of tests/questions/, and one long conversation."""

from __future__ import annotations

import importlib.util
import random
import sys
from typing import Any, List, Tuple

from hipbot import project

SEED = 7
TURNS = 5  # of each short conversation

# Turn after turn of the long conversation, over and over: every ten turns ask the same, so turns compare.
LONG_TALK = (
    "why are my hip flexors always tight",
    "is the lean-back ok with a sore back?",
    "how many times a week should I do it",
    "does it matter for my golf swing",
    "what do hip flexors do anyway",
    "does sitting all day make it worse?",
    "should I stretch or get stronger",
    "how long do I hold the kneeling stretch",
    "what are your opening hours",
    "thanks, that helps",
)


def standing_questions() -> List[Any]:
    """Untaught messages whose topic stands alone, as `tests.questions.Asked`, in a fixed mixed order."""
    reader = _reader()
    asked = [question for question in reader.read_questions() if question.topic not in reader.LEANING]
    random.Random(SEED).shuffle(asked)
    return asked


def texts(number: int) -> List[str]:
    """That many messages, from the beginning again where they do not suffice."""
    known = [question.text for question in standing_questions()]
    return [known[index % len(known)] for index in range(number)]


def in_conversations(messages: List[str], name: str) -> List[Tuple[str, str]]:
    """(sender, message): each five messages are one conversation."""
    return [(f"{name}-{index // TURNS}", message) for index, message in enumerate(messages)]


def _reader() -> Any:
    """tests/questions.py, found by path: the installed program does not have `tests` on its path."""
    if "bench_questions" not in sys.modules:
        spec = importlib.util.spec_from_file_location("bench_questions", project.ROOT / "tests" / "questions.py")
        sys.modules["bench_questions"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["bench_questions"])
    return sys.modules["bench_questions"]

"""The test messages that stand between an edit and the patients: tests/questions/ and tests/safety/.

Called by `answers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List, Optional, Tuple

from hipbot.content.library import read_yaml
from hipbot.dialogue.topics import LEANING
from hipbot.proof import cases
from hipbot.proof.cases import EXCLUSION, PHRASE, SPLIT, Case
from hipbot.safety.data import load

QUESTION, LEANS, SAFETY = "question", "leans", "safety"
_FILES = {PHRASE: "phrases", SPLIT: "split", EXCLUSION: "exclusions"}  # the others are named as their kind


@dataclass(frozen=True)
class Asked:
    """One test message.

    Attributes:
        kind: QUESTION stands alone; LEANS means something only within a conversation, so that only its reading is
            judged; SAFETY is a conversation of tests/safety, judged by `hipbot.proof`.
        group: the topic it was written for, or its row in tests/safety/.
        accepted: topics that a receptionist would accept; empty for the safety set.
        case: of the safety set.
    """

    text: str
    kind: str
    file: str
    group: str
    accepted: Tuple[str, ...] = ()
    case: Optional[Case] = None

    @property
    def key(self) -> str:
        return f"{self.file}: {self.text}"


def read(root: Path) -> List[Asked]:
    """All test messages of a project, each once."""
    found = [*_questions(root), *_safety(root)]
    return list({asked.key: asked for asked in found}.values())


def _questions(root: Path) -> Iterator[Asked]:
    for path in sorted((root / "tests" / "questions").glob("*.yml")):
        topic = path.stem
        kind = LEANS if topic in LEANING else QUESTION
        for row in read_yaml(path) or ():
            text, also = (row, ()) if isinstance(row, str) else (row["text"], row["also"])
            yield Asked(text, kind, f"tests/questions/{path.name}", topic, (topic, *also))


def _safety(root: Path) -> Iterator[Asked]:
    for case in cases.read(root / "tests" / "safety", load(root / "content" / "safety").flags):
        file = "split" if len(case.turns) > 1 and case.kind == cases.BENIGN else _FILES.get(case.kind, case.kind)
        yield Asked(case.words, SAFETY, f"tests/safety/{file}.yml", case.group, case=case)

"""The test messages that stand between an edit and the patients: tests/questions/ and tests/safety/.

Called by `answers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Tuple

from hipbot.content.library import read_yaml
from hipbot.dialogue.topics import LEANING

QUESTION, LEANS, FLAGGED, BENIGN = "question", "leans", "flagged", "benign"


@dataclass(frozen=True)
class Asked:
    """One test message.

    Attributes:
        kind: QUESTION stands alone; LEANS means something only within a conversation, so that only its reading is
            judged; FLAGGED must raise an alarm or the closed question; BENIGN must not.
        group: the topic it was written for, or its row in tests/safety/.
        accepted: topics that a receptionist would accept; empty for the safety set.
    """

    text: str
    kind: str
    file: str
    group: str
    accepted: Tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.file}: {self.text}"


def read(root: Path) -> List[Asked]:
    """All test messages of a project, each once."""
    found = [*_questions(root), *_safety(root, FLAGGED), *_safety(root, BENIGN)]
    return list({asked.key: asked for asked in found}.values())


def _questions(root: Path) -> Iterator[Asked]:
    for path in sorted((root / "tests" / "questions").glob("*.yml")):
        topic = path.stem
        kind = LEANS if topic in LEANING else QUESTION
        for row in read_yaml(path) or ():
            text, also = (row, ()) if isinstance(row, str) else (row["text"], row["also"])
            yield Asked(text, kind, f"tests/questions/{path.name}", topic, (topic, *also))


def _safety(root: Path, kind: str) -> Iterator[Asked]:
    groups: Any = read_yaml(root / "tests" / "safety" / f"{kind}.yml")
    for group, texts in groups.items():
        for text in texts:
            yield Asked(str(text), kind, f"tests/safety/{kind}.yml", group)

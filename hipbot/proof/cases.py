"""The safety set: what people may say, and what must come of it. Read by `judge.py` and by the tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional, Tuple

from hipbot.content.library import read_yaml
from hipbot.safety.data import Flag

PHRASE, FLAGGED, SPLIT = "phrase", "flagged", "split"
BENIGN, LOADED = "benign", "loaded"  # harmless; the second: written to be full of danger's words
RADIATING, PERSISTENT, EXCLUSION = "radiating", "persistent", "exclusion"
URGENT = ("same_day", "emergency", "crisis")
WANTS_EXERCISE = "how do I do the kneeling stretch?"


@dataclass(frozen=True)
class Case:
    """One conversation of one or more messages.

    Attributes:
        kind: one of the kinds above.
        group: the flag, the kind of harmless message, or the exclusion.
        level: what it must lead to at least; None where nothing urgent may be said.
        phrase: the lay phrase of table 1.2 that it is another way to say.
    """

    kind: str
    group: str
    turns: Tuple[str, ...]
    level: Optional[str] = None
    phrase: Optional[str] = None

    @property
    def words(self) -> str:
        return " / ".join(self.turns)


def read(folder: Path, flags: Mapping[str, Flag]) -> List[Case]:
    """All cases.

    Args:
        folder: tests/safety.
        flags: of content/safety/red_flags.yml; a message counts for its flag's level unless it names another.
    """
    return [
        *_phrases(folder, flags),
        *_flagged(folder, flags),
        *_split(folder),
        *_harmless(folder, BENIGN),
        *_harmless(folder, LOADED),
        *_symptoms(folder, RADIATING),
        *_symptoms(folder, PERSISTENT),
        *_exclusions(folder),
    ]


def _phrases(folder: Path, flags: Mapping[str, Flag]) -> Iterator[Case]:
    for flag, phrases in read_yaml(folder / "phrases.yml").items():
        for phrase, rows in phrases.items():
            for row in rows:
                row = row if isinstance(row, dict) else {"text": row}
                yield Case(PHRASE, flag, (row["text"],), row.get("level", flags[flag].level), str(phrase))


def _flagged(folder: Path, flags: Mapping[str, Flag]) -> Iterator[Case]:
    """Messages of a red flag that all need help today, whatever the flag's own level; `any_row` is any of them."""
    for flag, texts in read_yaml(folder / "flagged.yml").items():
        level = flags[flag].level if flag in flags and flags[flag].level in URGENT else "same_day"
        yield from (Case(FLAGGED, flag, (str(text),), level) for text in texts)


def _split(folder: Path) -> Iterator[Case]:
    for row in read_yaml(folder / "split.yml"):
        yield Case(SPLIT if row["level"] else BENIGN, "over several turns", tuple(row["turns"]), row["level"])


def _harmless(folder: Path, kind: str) -> Iterator[Case]:
    for group, texts in read_yaml(folder / f"{kind}.yml").items():
        yield from (Case(kind, group, (str(text),)) for text in texts)


def _symptoms(folder: Path, kind: str) -> Iterator[Case]:
    for row in read_yaml(folder / f"{kind}.yml"):
        yield Case(kind, row.get("grade", kind), (row["text"],), row["level"])


def _exclusions(folder: Path) -> Iterator[Case]:
    """Somebody excluded asks how an exercise goes, in the same message or in the next."""
    rows: Any = read_yaml(folder / "exclusions.yml")
    for row in rows:
        turns = (row["text"],) if row["asks"] else (row["text"], WANTS_EXERCISE)
        yield Case(EXCLUSION, row["exclusion"], turns)

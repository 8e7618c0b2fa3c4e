"""Plays: the conversations of tests/conversations/, acted by a version that is not published yet.

Called by `hipbot.publish`.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Tuple

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from hipbot.dialogue.topics import URGENT

HELPS = {*URGENT, "safety_check"}
FOLDER = Path("tests") / "conversations"
ASKS_BACK = "clarify"
ASKING_BACK = ("topic", "options", "exercise")  # parts of a payload that may change with it; never `care`
Act = Callable[[List[str]], Iterable[Tuple[Dict[str, Any], str]]]  # messages -> (payload, words) of each turn


@dataclass(frozen=True)
class Departure:
    """One turn of a play that goes otherwise than written.

    Attributes:
        expected: the parts of the payload that differ, as written; empty where only the words differ.
        was: the words as written (for expectations: the payload's parts).
        now: the words as they are now.
        asked_back: whether the bot asks back in this turn or did so before, by the play or now; never where help is the topic.
    """

    file: str
    turn: int
    patient: str
    expected: Tuple[Tuple[str, Any], ...]
    was: str
    now: str
    asked_back: bool = False

    @property
    def only_words(self) -> bool:
        return not self.expected

    @property
    def asks_back_otherwise(self) -> bool:
        """Whether the bot asks back where it used to answer, or the other way round, or offers other choices; care stays as it is.

        Such a turn stands on the edge of a confidence: any new message anywhere may tip it (docs/decisions/0005).
        """
        return self.asked_back and not self.only_words and all(key in ASKING_BACK for key, _ in self.expected)


def perform(root: Path, act: Act) -> List[Departure]:
    """Act all plays; what goes otherwise."""
    return [found for path in sorted((root / FOLDER).glob("*.yml")) for found in _one(path, act)]


def _one(path: Path, act: Act) -> Iterator[Departure]:
    turns = YAML(typ="safe", pure=True).load(path)["turns"]  # YAML 1.2, as the test reads it: `yes` is a word
    tipped = False
    acted = act([turn["patient"] for turn in turns])
    for number, (turn, (payload, words)) in enumerate(zip(turns, acted, strict=True), 1):
        place = (f"{FOLDER.as_posix()}/{path.name}", number, turn["patient"])
        other = {key: payload[key] for key, wanted in turn["expect"].items() if payload[key] != wanted}
        if other:
            topics = {turn["expect"].get("topic"), payload["topic"]}
            tipped = tipped or ASKS_BACK in topics  # what comes after it leans on it
            asked_back = tipped and not topics & HELPS
            was = ", ".join(f"{key} {turn['expect'][key]}" for key in other)
            now = ", ".join(f"{key} {value}" for key, value in other.items())
            yield Departure(*place, tuple(other.items()), was, now, asked_back)
        elif words.split() != str(turn["clinic"]).split():
            yield Departure(*place, (), str(turn["clinic"]), words)


def take_over(root: Path, departures: Iterable[Departure]) -> List[str]:
    """Write new words into the plays, comments kept; returns the files. What is expected is never rewritten."""
    by_file: Dict[str, List[Departure]] = {}
    for departure in departures:
        if departure.only_words:
            by_file.setdefault(departure.file, []).append(departure)
    for file, changed in by_file.items():
        _rewrite(root / file, changed)
    return list(by_file)


def _rewrite(path: Path, changed: List[Departure]) -> None:
    """Whole or not at all. The layout is that of tests/test_conversations.py."""
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    play = yaml.load(path.read_text("utf-8"))
    for departure in changed:
        play["turns"][departure.turn - 1]["clinic"] = LiteralScalarString(departure.now)
    written = io.StringIO()
    yaml.dump(play, written)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(written.getvalue(), "utf-8")
    fresh.replace(path)

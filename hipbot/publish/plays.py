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

FOLDER = Path("tests") / "conversations"
Act = Callable[[List[str]], Iterable[Tuple[Dict[str, Any], str]]]  # messages -> (payload, words) of each turn


@dataclass(frozen=True)
class Departure:
    """One turn of a play that goes otherwise than written.

    Attributes:
        expected: the parts of the payload that differ, as written; empty where only the words differ.
        was: the words as written (for expectations: the payload's parts).
        now: the words as they are now.
    """

    file: str
    turn: int
    patient: str
    expected: Tuple[Tuple[str, Any], ...]
    was: str
    now: str

    @property
    def only_words(self) -> bool:
        return not self.expected


def perform(root: Path, act: Act) -> List[Departure]:
    """Act all plays; what goes otherwise."""
    return [found for path in sorted((root / FOLDER).glob("*.yml")) for found in _one(path, act)]


def _one(path: Path, act: Act) -> Iterator[Departure]:
    turns = YAML(typ="safe", pure=True).load(path)["turns"]  # YAML 1.2, as the test reads it: `yes` is a word
    acted = act([turn["patient"] for turn in turns])
    for number, (turn, (payload, words)) in enumerate(zip(turns, acted, strict=True), 1):
        place = (f"{FOLDER.as_posix()}/{path.name}", number, turn["patient"])
        other = {key: payload[key] for key, wanted in turn["expect"].items() if payload[key] != wanted}
        if other:
            was = ", ".join(f"{key} {turn['expect'][key]}" for key in other)
            now = ", ".join(f"{key} {value}" for key, value in other.items())
            yield Departure(*place, tuple(other.items()), was, now)
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

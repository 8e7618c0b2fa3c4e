"""Loads `content/safety/`: word sets, signs, flags and closed questions.

Called by `screen.py`. Refuses data that `faults.py` finds anything wrong with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, FrozenSet, Mapping, Optional, Sequence, Tuple

import yaml

from hipbot.safety.faults import FLAGS, SIGNS, WORDS, faults
from hipbot.safety.patterns import Compiler, Pattern
from hipbot.safety.reading import WordsLoader
from hipbot.safety.syntax import Vocabulary

YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: ten times faster where it is there


class SafetyDataError(ValueError):
    """Faults of the red-flag data, one a line."""


@dataclass(frozen=True)
class Sign:
    """Something patients say; flags are made of one or several."""

    id: str
    patterns: Tuple[Pattern, ...]
    half: bool = False
    history: bool = False
    past: bool = False
    ever: bool = False
    excludes: Tuple[str, ...] = ()

    def get(self, name: str) -> Any:
        return getattr(self, name)


@dataclass(frozen=True)
class Flag:
    """One row of the clinician's table.

    Attributes:
        level: the one that a clinician has signed for it; some rules are more urgent.
        rules: level, signs that must all be there, and whether that is sure.
    """

    id: str
    row: Optional[int]
    level: str
    ask: Optional[str]
    says: str
    tell_them: str
    rules: Tuple[Tuple[str, FrozenSet[str], bool], ...]
    excludes: Tuple[str, ...] = ()


@dataclass(frozen=True)
class SafetyData:
    signs: Dict[str, Sign]
    flags: Dict[str, Flag]
    questions: Dict[str, str]
    signed: Mapping[str, Any]
    context: Mapping[str, Sequence[str]]
    compiler: Compiler
    not_meant: Tuple[Pattern, ...]
    same: Dict[str, str] = field(default_factory=dict)
    fillers: FrozenSet[str] = frozenset()


def load(folder: Path) -> SafetyData:
    """Read `words.yml`, `signs.yml` and `red_flags.yml`.

    Raises:
        SafetyDataError: with every fault found.
    """
    words, signs = (_words_yaml(folder / name) or {} for name in (WORDS, SIGNS))
    flags = yaml.load((folder / FLAGS).read_text("utf-8"), Loader=YamlLoader) or {}
    found = [str(fault) for fault in faults(words, signs, flags)]
    if found:
        raise SafetyDataError("\n".join(found))
    fillers = frozenset(words["fillers"])
    compiler = Compiler(Vocabulary(words["words"], fillers))
    rows = {**signs["signs"], **{id_: row for id_, row in flags["flags"].items() if _own_patterns(row)}}
    found_signs = {id_: _sign(id_, row, compiler) for id_, row in rows.items()}
    return SafetyData(
        found_signs,
        {id_: _flag(id_, row) for id_, row in flags["flags"].items()},
        flags["questions"],
        flags["signed"],
        words["context"],
        compiler,
        _patterns(words["not_meant"], compiler),
        words["same"],
        fillers,
    )


def _words_yaml(path: Path) -> Dict[str, Any]:
    """All values as text: in lists of words, `no`, `on` and `12` are words too."""
    return yaml.load(path.read_text("utf-8"), Loader=WordsLoader)


def _patterns(sources: Sequence[str], compiler: Compiler) -> Tuple[Pattern, ...]:
    return tuple(map(compiler.compile, sources))


def _own_patterns(row: Mapping[str, Any]) -> Sequence[str]:
    """A flag's own patterns are a sign of its name."""
    return [*row.get("phrases", ()), *row.get("patterns", ())]


def _sign(id_: str, row: Mapping[str, Any], compiler: Compiler) -> Sign:
    options = {name: bool(row.get(name)) for name in ("half", "history", "past", "ever")}
    return Sign(id_, _patterns(_own_patterns(row), compiler), excludes=tuple(row.get("excludes", ())), **options)


def _flag(id_: str, row: Mapping[str, Any]) -> Flag:
    alone = [id_] if _own_patterns(row) else []
    rules = [(row["level"], rule, True) for rule in dict.fromkeys([*alone, *row.get("when", ())])]
    rules += [(level, rule, True) for level, some in row.get("raised_by", {}).items() for rule in some]
    rules += [(row["level"], rule, False) for rule in row.get("ask_when", ())]
    parsed = tuple((level, frozenset(part.strip() for part in rule.split("+")), sure) for level, rule, sure in rules)
    return Flag(
        id_, row.get("row"), row["level"], row.get("ask"), row["says"], row["tell_them"], parsed, tuple(row.get("excludes", ()))
    )

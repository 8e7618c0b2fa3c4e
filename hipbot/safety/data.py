"""Loads and checks `content/safety/`: word sets, signs, flags and closed questions.

Called by `screen.py`. Reports every fault of the data at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

import yaml

from hipbot.safety.patterns import Compiler, Pattern, PatternError
from hipbot.safety.reading import WordsLoader

YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: ten times faster where it is there
LEVELS = ("book", "gp_soon", "same_day", "emergency", "crisis")  # the least urgent first


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
    words, signs = (_words_yaml(folder / name) for name in ("words.yml", "signs.yml"))
    flags = yaml.load((folder / "red_flags.yml").read_text("utf-8"), Loader=YamlLoader)
    fillers = frozenset(words["fillers"])
    compiler = Compiler(words["words"], fillers)
    faults: List[str] = []
    found_signs = {id_: _sign(id_, row, compiler, faults) for id_, row in signs["signs"].items()}
    for id_, row in flags["flags"].items():  # a flag's own patterns are a sign of its name
        if row.get("patterns") or row.get("phrases"):
            found_signs[id_] = _sign(id_, row, compiler, faults)
    found_flags = {id_: _flag(id_, row, found_signs, flags["questions"], faults) for id_, row in flags["flags"].items()}
    not_meant = _patterns("words.yml: not_meant", words["not_meant"], compiler, faults)
    if faults:
        raise SafetyDataError("\n".join(faults))
    return SafetyData(
        found_signs, found_flags, flags["questions"], flags["signed"], words["context"], compiler, not_meant,
        {str(k): str(v) for k, v in words["same"].items()}, fillers,
    )  # fmt: skip


def _words_yaml(path: Path) -> Dict[str, Any]:
    """All values as text: in lists of words, `no`, `on` and `12` are words too."""
    return yaml.load(path.read_text("utf-8"), Loader=WordsLoader)


def _patterns(where: str, sources: Sequence[str], compiler: Compiler, faults: List[str]) -> Tuple[Pattern, ...]:
    compiled = []
    for source in sources:
        try:
            compiled.append(compiler.compile(str(source)))
        except PatternError as fault:
            faults.append(f"{where}: {fault}")
    return tuple(compiled)


def _sign(id_: str, row: Mapping[str, Any], compiler: Compiler, faults: List[str]) -> Sign:
    sources = [*row.get("phrases", ()), *row.get("patterns", ())]
    patterns = _patterns(id_, sources, compiler, faults)
    options = {name: bool(row.get(name)) for name in ("half", "history", "past")}
    return Sign(id_, patterns, excludes=tuple(row.get("excludes", ())), **options)


def _flag(id_: str, row: Mapping[str, Any], signs, questions, faults: List[str]) -> Flag:
    if row["level"] not in LEVELS:
        faults.append(f"{id_}: level '{row['level']}' is none of {', '.join(LEVELS)}.")
    if row.get("ask") and row["ask"] not in questions:
        faults.append(f"{id_}: ask '{row['ask']}' is not among the questions.")
    alone = [id_] if id_ in signs else []
    rules = [(row["level"], rule, True) for rule in dict.fromkeys([*alone, *row.get("when", ())])]
    rules += [(level, rule, True) for level, some in row.get("raised_by", {}).items() for rule in some]
    rules += [(row["level"], rule, False) for rule in row.get("ask_when", ())]
    parsed = tuple((level, frozenset(part.strip() for part in rule.split("+")), sure) for level, rule, sure in rules)
    for _, needed, _ in parsed:
        faults.extend(f"{id_}: no sign is called '{name}'." for name in sorted(needed - set(signs)))
    return Flag(
        id_, row.get("row"), row["level"], row.get("ask"), row["says"], row["tell_them"], parsed, tuple(row.get("excludes", ()))
    )

"""content/safety/red_flags.yml: every flag has its level and its words, and leans on signs that there are.

The patterns themselves are compiled, and refused, by hipbot/safety; it needs spaCy, which takes a second to load.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, Set, Tuple

from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files, as_map, texts
from hipbot.check.yaml_lines import Document

FLAGS, SIGNS = "content/safety/red_flags.yml", "content/safety/signs.yml"
LEVELS = ("book", "gp_soon", "same_day", "emergency", "crisis")  # as hipbot/safety/data.py has them; a test holds them
SAID = ("says", "tell_them")


def check(files: Files) -> Iterator[Fault]:
    """Each flag, with its line."""
    document = files.document(FLAGS)
    if document.data is None:
        return
    flags, questions = (as_map(as_map(document.data).get(key)) for key in ("flags", "questions"))
    if not flags:
        yield Fault(FLAGS, 1, "flags", "there are no red flags", "Put the file back from the repository.")
    signs = {*as_map(files.mapping(SIGNS).get("signs")), *(n for n, row in flags.items() if _has_patterns(as_map(row)))}
    for name, row in flags.items():
        yield from _flag(document, name, as_map(row), signs, questions)


def _has_patterns(row: Dict[str, Any]) -> bool:
    return bool(row.get("patterns") or row.get("phrases"))


def _flag(
    document: Document, name: str, row: Dict[str, Any], signs: Set[str], questions: Dict[str, Any]
) -> Iterator[Fault]:
    path: Tuple[Any, ...] = ("flags", name)
    for key in SAID:
        if not isinstance(row.get(key), str) or not row[key].strip():
            advice = "Write one sentence, and have the clinician sign it."
            yield Fault(document.file, document.line(*path, key), name, f"`{key}` is missing", advice)
    if row.get("level") not in LEVELS:
        wrong = f"`level` is {shown(row.get('level'))}"
        yield Fault(document.file, document.line(*path, "level"), name, wrong, f"Write one of: {', '.join(LEVELS)}.")
    if row.get("ask") and row["ask"] not in questions:
        wrong = f"`ask` is {shown(row['ask'])}, which is no question of this file"
        yield Fault(document.file, document.line(*path, "ask"), name, wrong, f"Write one of: {', '.join(questions)}.")
    rules = [(key, rule) for key in ("when", "ask_when") for rule in texts(row.get(key))]
    for level, some in as_map(row.get("raised_by")).items():
        rules += [("raised_by", rule) for rule in texts(some)]
        if level not in LEVELS:
            wrong = f"`raised_by` names the level {shown(level)}"
            line = document.line(*path, "raised_by", level)
            yield Fault(document.file, line, name, wrong, f"Write one of: {', '.join(LEVELS)}.")
    for key, rule in rules:
        for sign in (part.strip() for part in rule.split("+")):
            if signs and sign not in signs:
                wrong = f"`{key}` names the sign {shown(sign)}, which is not in {SIGNS}"
                yield Fault(
                    document.file, document.line(*path, key), name, wrong, "Mend its name, or add the sign there."
                )
    if not rules and not _has_patterns(row):
        advice = "Write `patterns:` or `when:`, or remove the flag."
        yield Fault(document.file, document.line(*path), name, "nothing raises this flag", advice)

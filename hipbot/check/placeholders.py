"""Braces: only what will be filled in may stand in them, or the patient reads `{phone}`."""

from __future__ import annotations

import string
from typing import Any, Dict, FrozenSet, Iterator, List, Set

from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files, as_map
from hipbot.check.texts import EXERCISE_WORDS, PHRASES, Text, all_texts, exercises_reached


def check(files: Files) -> Iterator[Fault]:
    """Every text, and the list of phrases itself."""
    facts = frozenset(files.mapping("clinic.yml")) - {"website"}  # settings, no fact
    for text in all_texts(files):
        yield from _text(text, facts, files)
    yield from _phrases(files)
    yield from _facts(files)


def fields(words: str) -> List[str]:
    """Names in braces, as `str.format_map` will read them.

    Raises:
        ValueError: where a brace stands alone, or asks for more than a name.
    """
    names = []
    for _, name, rest, conversion in string.Formatter().parse(words):
        if name is None:
            continue
        if rest or conversion or not name.isidentifier():
            raise ValueError(name)
        names.append(name)
    return names


def _text(text: Text, facts: FrozenSet[str], files: Files) -> Iterator[Fault]:
    allowed = (facts if text.facts else frozenset()) | text.extra
    names: List[str] = []
    try:
        names = fields(text.words)
        stray = next((pair for pair in ("{{", "}}") if pair in text.words), None)
    except ValueError:
        stray = "{" if "{" in text.words else "}"
    if stray:
        advice = "Write one brace on each side of a name, like {phone}, and none elsewhere."
        wrong = f"{text.part}: a brace stands alone, is doubled, or holds more than a name"
        yield _fault(text, _stray_line(text.words) or stray, wrong, advice)
    for name in dict.fromkeys(names):
        if name not in allowed:
            wrong = f"{text.part}: {{{name}}} is not filled in here"
            yield _fault(text, f"{{{name}}}", wrong, _advice(name, allowed))
    yield from _empty(text, set(names), files)


def _stray_line(words: str) -> str:
    """The line of a text whose own braces cannot be read; empty where none is wrong by itself."""
    for line in words.splitlines():
        try:
            fields(line)
        except ValueError:
            return line.strip()
        if "{{" in line or "}}" in line:
            return line.strip()
    return ""


def _advice(name: str, allowed: FrozenSet[str]) -> str:
    if name in EXERCISE_WORDS:
        return "Write it only in a variant with `exercise:` in its `when`."
    if name == "duration":
        return "Write it only in a variant with `lasting:` in its `when`."
    if not allowed:
        return "Write the words themselves: nothing is filled in here."
    return f"Write one of: {', '.join('{' + n + '}' for n in sorted(allowed))}."


def _empty(text: Text, names: Set[str], files: Files) -> Iterator[Fault]:
    """An exercise without a hold leaves a hole where {hold} stood."""
    if not dict(text.when).get("exercise"):
        return
    for name in sorted(names & (EXERCISE_WORDS - {"exercise"})):
        lacking = [str(data.get("id")) for data in exercises_reached(text, files) if not data.get(name)]
        if lacking:
            wrong = f"{text.part}: {{{name}}} is empty for {', '.join(lacking)}"
            yield _fault(text, f"{{{name}}}", wrong, "Write a variant of its own for it, before this one.")


def _phrases(files: Files) -> Iterator[Fault]:
    """Each phrase is one that the code says, and each that it says is there."""
    document = files.document("content/phrases.yml")
    if not isinstance(document.data, dict):
        return
    for name in document.data:
        if name not in PHRASES:
            advice = "Remove it, or add it to hipbot/check/texts.py with what it gets."
            yield Fault(document.file, document.line(name), name, "the bot never says this phrase", advice)
    for name in PHRASES:
        if name not in document.data:
            yield Fault(document.file, 1, name, "this phrase is missing", f'Write: {name}: "..."')


def _facts(files: Files) -> Iterator[Fault]:
    """Facts are filled in once: braces inside them would reach the patient."""
    document = files.document("clinic.yml")
    for name, value in as_map(document.data).items():
        words: Any = as_map(value).get("placeholder", value)
        if isinstance(words, str) and ("{" in words or "}" in words):
            yield Fault(
                document.file, document.line(name), name, f"{shown(words)} has a brace", "Write the words themselves."
            )


def _fault(text: Text, words: str, wrong: str, advice: str) -> Fault:
    document = text.document
    first, last = document.line(*text.path), document.ends.get(text.path, 0)
    lines = range(first, min(last, len(document.source)) + 1)
    line = next((n for n in lines if words in document.source[n - 1]), first)
    return Fault(document.file, line, text.entry, wrong, advice)


def filled(words: str, values: Dict[str, str]) -> str:
    """The words with values in their braces; a name without a value stays."""
    for name, value in values.items():
        words = words.replace(f"{{{name}}}", value)
    return words

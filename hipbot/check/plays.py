"""tests/conversations/ and tests/safety/: can be read, and speak of topics and exercises that there are.

What the bot answers in them is asked by tests/test_conversations.py and by `hipbot publish`.
"""

from __future__ import annotations

from typing import Any, Iterator, Set, Tuple

from hipbot.check.entries import ids
from hipbot.check.fault import Fault, shown
from hipbot.check.files import ROOMS, Files, as_list, as_map
from hipbot.check.yaml_lines import Document

PLAYS, SAFETY = "tests/conversations", "tests/safety"
TURN = ("patient", "expect", "clinic")
WORDS = (str, bool, int, float)  # the plays are read as YAML 1.2, where `patient: yes` is a word
NOT_IN_CONTENT = frozenset({"exercise_howto"})  # answered by the exercises themselves


def check(files: Files) -> Iterator[Fault]:
    """Every play; of the safety messages only that they can be read."""
    topics = {name for room in ROOMS for name in ids(files, room)} | NOT_IN_CONTENT
    exercises = ids(files, "exercises")
    for file in files.names(PLAYS):
        yield from _play(files.document(file), topics, exercises)
    for file in files.names(SAFETY):
        files.document(file)  # its own faults are told with those of all files


def _play(document: Document, topics: Set[str], exercises: Set[str]) -> Iterator[Fault]:
    turns = as_map(document.data).get("turns")
    if document.data is not None and not as_list(turns):
        advice = "Write `turns:` and below it `- patient: ...` with `expect:` and `clinic:`."
        yield Fault(document.file, document.line("turns"), document.name, "the play has no turns", advice)
    for number, turn in enumerate(as_list(turns)):
        path: Tuple[Any, ...] = ("turns", number)
        for key in TURN:
            good = isinstance(as_map(turn).get(key), dict if key == "expect" else WORDS)
            if not good:
                wrong = (
                    f"turn {number + 1}: `{key}` is missing"
                    if key not in as_map(turn)
                    else f"turn {number + 1}: `{key}` cannot be read"
                )
                advice = "Write what the patient says, what is expected, and what the clinic answers."
                yield Fault(document.file, document.line(*path, key), document.name, wrong, advice)
        expected = as_map(as_map(turn).get("expect"))
        for key, known in (("topic", topics), ("exercise", exercises)):
            value = expected.get(key)
            if value is not None and value not in known:
                wrong = f"turn {number + 1} expects the {key} {shown(value)}, which is not there (any more)"
                line = document.line(*path, "expect", key)
                yield Fault(document.file, line, document.name, wrong, "Mend the name, or remove the play.")

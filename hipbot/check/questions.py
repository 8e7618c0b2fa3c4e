"""The twin of every topic: tests/questions/<topic>.yml, messages that the bot was never taught.

A new FAQ works without one, and one that is taken away may leave its twin behind: both are told, and refuse nothing.
"""

from __future__ import annotations

from typing import Dict, Iterator

from hipbot.check.fault import FAULT, WARNING, Fault, shown
from hipbot.check.files import Files, as_list, as_map
from hipbot.check.nlu import Example, TrainingFile, folded
from hipbot.check.yaml_lines import Document
from hipbot.dialogue.topics import LEANING, SMALL_TALK

FOLDER = "tests/questions"
FEWEST, FEWEST_OF_SMALL = 15, 5  # small talk and moves within an exercise have few wordings of their own
_ADVICE = "Write messages that stand nowhere in data/nlu.yml, best by somebody else."


def check(files: Files, training: TrainingFile, flagged: TrainingFile) -> Iterator[Fault]:
    """Topics and twin files counted both ways; no message both taught and kept for tests."""
    if not training.topics:
        return
    taught = {folded(example.text): example for example in (*training.examples(), *flagged.examples())}
    twins = {file.rpartition("/")[2][: -len(".yml")]: file for file in files.names(FOLDER)}
    faqs = {topic.rpartition("/")[2] for topic in training.lines if "/" in topic}  # theirs may come later: two edits do
    topics = {topic.rpartition("/")[2]: line for topic, line in training.lines.items()}
    for topic, line in topics.items():
        if topic not in twins:
            wrong = f"nothing tests this topic: {FOLDER}/{topic}.yml is missing"
            severity = WARNING if topic in faqs else FAULT
            yield Fault(training.document.file, line, topic, wrong, f"Write it, {FEWEST} lines. {_ADVICE}", severity)
    for topic, file in twins.items():
        if topic not in topics:
            wrong = "this file is left over: data/nlu.yml has no topic of its name"
            yield Fault(file, 1, topic, wrong, "Remove the file, or rename it as the topic.", WARNING)
        yield from _twin(files.document(file), topic, taught, may_be_thin=topic in faqs or topic not in topics)


def _twin(document: Document, topic: str, taught: Dict[str, Example], may_be_thin: bool) -> Iterator[Fault]:
    rows = as_list(document.data)
    small = topic in LEANING | SMALL_TALK
    if document.data is not None and len(rows) < FEWEST and not (topic in LEANING and len(rows) >= FEWEST_OF_SMALL):
        severity = WARNING if may_be_thin or (small and len(rows) >= FEWEST_OF_SMALL) else FAULT
        fewest = FEWEST_OF_SMALL if topic in LEANING else FEWEST
        yield Fault(
            document.file, 1, topic, f"there are {len(rows)} messages, fewer than {fewest}", _ADVICE, severity
        )
    for number, row in enumerate(rows):
        message, line = as_map(row).get("text", row), document.line(number)
        if not isinstance(message, str):
            advice = 'Write it in quotes, or as {text: "...", also: [another_topic]}.'
            yield Fault(document.file, line, topic, f"{shown(message)} is no message", advice)
            continue
        before = taught.get(folded(message))
        if before:
            yield taught_too(document.file, line, topic, message, before)


def taught_too(file: str, line: int, entry: str, message: str, before: Example, severity: str = FAULT) -> Fault:
    """A message kept for tests that is taught all the same."""
    wrong = f"{shown(message)} is taught in {before.file}, line {before.line}"
    return Fault(file, line, entry, wrong, "Write another message here: a taught one tests nothing.", severity)

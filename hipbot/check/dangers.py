"""data/red_flags.yml held to content/safety/red_flags.yml, flag by flag both ways, and to the messages kept in tests/safety.

What it shares with data/nlu.yml (form, doubles, annotations, likeness) is looked at with that.
"""

from __future__ import annotations

from typing import Any, Iterator, Tuple

from hipbot.check.fault import FAULT, WARNING, Fault, shown
from hipbot.check.files import Files, as_map
from hipbot.check.nlu import RED_FLAG, RED_FLAGS, TrainingFile, folded
from hipbot.check.questions import taught_too
from hipbot.check.red_flags import FLAGS
from hipbot.check.yaml_lines import Path_
from hipbot.dialogue.topics import URGENT

TESTS = "tests/safety"
FEWEST, ENOUGH = 8, 20  # messages a flag: below the first a fault, below the second a warning
CRISIS = "crisis"  # a topic of data/nlu.yml
_SAID = ("text", "turns")  # keys of tests/safety that hold messages; lists of messages besides


def check(files: Files, flagged: TrainingFile) -> Iterator[Fault]:
    """Everything about data/red_flags.yml that other files decide; `kept` apart."""
    yield from flagged.faults
    flags = as_map(files.mapping(FLAGS).get("flags"))
    if flags and flagged.topics:
        yield from _flags_of(flagged, flags)
        yield from _messages_of(flags, flagged)
    for name in (*flagged.lookups, *flagged.synonyms):
        wrong, advice = "lookups and synonyms stand in data/nlu.yml only", "Put this block there."
        yield Fault(RED_FLAGS, 1, name, wrong, advice)
    yield from _sizes(flagged)


def _flags_of(flagged: TrainingFile, flags: Any) -> Iterator[Fault]:
    """No messages without a flag."""
    for topic, line in flagged.lines.items():
        if not topic.startswith(RED_FLAG):
            advice = "Put it into data/nlu.yml, or write - intent: red_flag/ and the name of a flag."
            yield Fault(RED_FLAGS, line, topic, "this is no red flag", advice)
        elif topic[len(RED_FLAG) :] not in flags:
            wrong = f"{FLAGS} has no flag {shown(topic[len(RED_FLAG) :])}"
            yield Fault(RED_FLAGS, line, topic, wrong, f"Write one of: {', '.join(flags)}.")
        elif topic == RED_FLAG + CRISIS:
            advice = "Put these messages into data/nlu.yml, under crisis."
            yield Fault(RED_FLAGS, line, topic, "a crisis is a topic of its own", advice)


def _messages_of(flags: Any, flagged: TrainingFile) -> Iterator[Fault]:
    """No flag of the clinician's table without messages."""
    for name, row in flags.items():
        if as_map(row).get("row") is not None and name != CRISIS and RED_FLAG + name not in flagged.topics:
            wrong = f"the messages are missing of this flag of {FLAGS}"
            advice = f"Write a block `- intent: {RED_FLAG}{name}`, {ENOUGH} messages or more."
            yield Fault(RED_FLAGS, 1, name, wrong, advice)


def _sizes(flagged: TrainingFile) -> Iterator[Fault]:
    for topic, examples in flagged.topics.items():
        if len(examples) < ENOUGH:
            advice = f"Write at least {FEWEST}, better {ENOUGH}, as frightened people would type them."
            severity = {} if len(examples) < FEWEST else {"severity": WARNING}
            yield Fault(RED_FLAGS, flagged.lines[topic], topic, f"the flag has {len(examples)} messages", advice, **severity)


def kept(files: Files, training: TrainingFile, flagged: TrainingFile) -> Iterator[Fault]:
    """No message of tests/safety is taught as danger: it would prove nothing. Everyday ones may be: they test the patterns.

    One that is taught under `crisis` or `urgent_care` is told only, as the patterns have to find it all the same.
    """
    help_ = [e for topic, examples in training.topics.items() if topic in URGENT for e in examples]
    taught = {folded(example.text): example for example in (*help_, *flagged.examples())}
    for file in files.names(TESTS):
        document = files.document(file)
        for text, path in said(document.data):
            before = taught.get(folded(text))
            if before:
                severity = FAULT if before.file == RED_FLAGS else WARNING
                yield taught_too(file, document.line(*path), document.name, text, before, severity)


def said(data: Any, path: Path_ = ()) -> "Iterator[Tuple[str, Path_]]":
    """(message, where it stands) of a file of tests/safety; of a conversation of several turns, each turn."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, (dict, list)) or key in _SAID:
                yield from said(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from said(value, (*path, number))
    elif isinstance(data, str):
        yield data, path

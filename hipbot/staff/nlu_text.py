"""Puts messages into the text of data/nlu.yml and leaves every other byte as it is.

Called by `teach.py`. Lines are found by `hipbot.check`, which knows the line of every message.
"""

from __future__ import annotations

from typing import List, Optional, Sequence

from hipbot.check import nlu
from hipbot.check.yaml_lines import parse
from hipbot.staff.saving import Refused

FILE = "data/nlu.yml"
FAQ = "faq/"


def with_message(raw: Optional[bytes], topic: str, message: str) -> bytes:
    """The file with one more message, last in its topic.

    Raises:
        Refused: where the file cannot be read or has no such topic.
    """
    training = read(raw)
    if not training.topics.get(topic):
        raise Refused(f"{FILE} has no topic `{topic}` with messages in it (any more). Look at its name again.")
    last = training.topics[topic][-1].line
    return _insert(raw or b"", last, [f"{_margin(raw or b'', last)}- {message}"])


def with_topic(raw: Optional[bytes], topic: str, messages: Sequence[str]) -> bytes:
    """The file with a new topic, behind the last FAQ.

    Raises:
        Refused: where the file cannot be read, or has the topic already.
    """
    training = read(raw)
    if topic in training.topics:
        raise Refused(f"{FILE}:{training.lines[topic]}: there is a topic `{topic}` already. Take another name.")
    before = max(
        (t for t in training.topics if t.startswith(FAQ) and training.topics[t]), key=training.lines.get, default=None
    )
    if before is None:
        raise Refused(f"{FILE} has no FAQ to put the new one behind. `hipbot check` says what is wrong with the file.")
    first, last = training.lines[before], training.topics[before][-1].line
    outer = _margin(raw or b"", first)
    inner = _margin(raw or b"", last)
    block = ["", f"{outer}- intent: {topic}", f"{outer}  examples: |", *(f"{inner}- {message}" for message in messages)]
    return _insert(raw or b"", last, block)


def read(raw: Optional[bytes]) -> nlu.TrainingFile:
    """The file taken apart.

    Raises:
        Refused: where it cannot be read.
    """
    document = parse(FILE, raw or b"")
    if document.faults:
        raise Refused(*(str(fault) for fault in document.faults), "Mend that first: nothing was written.")
    return nlu.read(document)


def _margin(raw: bytes, line: int) -> str:
    """The blanks at the start of a line, so that a new one stands under it."""
    text = raw.decode("utf-8-sig").splitlines()[line - 1]
    return text[: len(text) - len(text.lstrip())]


def _insert(raw: bytes, after: int, lines: List[str]) -> bytes:
    """New lines behind line `after` (counted from 1), ended as the file's own are."""
    rows = raw.split(b"\n")
    end = b"\r" if rows[0].endswith(b"\r") else b""
    new = [line.encode("utf-8") + end for line in lines]
    if after == len(rows):  # the last line has no end of its own
        rows[-1] += end
        new.append(b"")
    return b"\n".join([*rows[:after], *new, *rows[after:]])

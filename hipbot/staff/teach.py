"""Teaches the bot: a new FAQ, or one more message for a topic it has. Every fault refuses, and nothing is written then.

Called by `hipbot new`, `hipbot add` and the staff page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, List, Mapping, Optional, Tuple

from hipbot.check import FAULT, check, nlu
from hipbot.check.fault import Fault
from hipbot.check.files import Files
from hipbot.staff import faq as faqs
from hipbot.staff.faq import Faq
from hipbot.staff.judge import Judge, Remark
from hipbot.staff.nlu_text import FILE, read, with_message, with_topic
from hipbot.staff.saving import Refused, save
from hipbot.staff.topics import titles, topic_named

Accept = Callable[[Remark], bool]  # asked about each warning: teach it all the same?


@dataclass(frozen=True)
class Taught:
    """What was written.

    Attributes:
        places: `file:line` of each new thing.
        topic: as in data/nlu.yml.
    """

    topic: str
    places: Tuple[str, ...]


def add_message(root: Path, message: str, topic: str, accept: Accept = lambda warning: False) -> Taught:
    """Teach one message to a topic.

    Args:
        root: the project's folder.
        message: as a patient would type it.
        topic: its name or title.
        accept: whether a warning is passed over; by default it refuses.

    Raises:
        Refused: with the reasons; nothing has been written.
    """
    files = Files(root)
    judge = Judge(files)
    topic, message = topic_named(topic, judge.training, titles(files)), faqs.cleaned(message)
    remarks = judge.remarks(message, topic)
    if any(remark.severity == FAULT or not accept(remark) for remark in remarks):
        raise Refused(*map(str, remarks))
    after = save(root, {FILE: lambda raw: with_message(raw, topic, message)}, _gate(root, {topic: (message,)}))
    return Taught(topic, (_place(after[FILE], topic, message),))


def add_faq(root: Path, faq: Faq, accept: Accept = lambda warning: False) -> Taught:
    """Write a new FAQ: its answer into content/faq/, its messages into data/nlu.yml.

    Args:
        root: the project's folder.
        faq: what to write.
        accept: whether a warning is passed over; by default it refuses.

    Raises:
        Refused: with all reasons; nothing has been written.
    """
    files = Files(root)
    wrong = faqs.form(faq, files) + [
        _of_entry(fault, faq) for fault in faqs.faults(faq, files) if fault.severity == FAULT
    ]
    judge = Judge(files)
    for number, message in enumerate(faq.messages):
        remarks = judge.remarks(message, faq.topic, faq.messages[:number])
        wrong += [str(remark) for remark in remarks if remark.severity == FAULT or not accept(remark)]
    if wrong:
        raise Refused(*wrong)
    edits = {faq.file: lambda raw: _new(raw, faq), FILE: lambda raw: with_topic(raw, faq.topic, faq.messages)}
    after = save(root, edits, _gate(root, {faq.topic: faq.messages}))
    return Taught(faq.topic, (f"{faq.file}:1", _place(after[FILE], faq.topic, faq.messages[0])))


def _new(raw: Optional[bytes], faq: Faq) -> bytes:
    """The entry's bytes, where nobody else has written that file meanwhile."""
    if raw is not None:
        raise Refused(f"{faq.file} has been written by somebody else meanwhile. Take another name.")
    return faq.text().encode("utf-8")


def _of_entry(fault: Fault, faq: Faq) -> str:
    """A fault of the entry in the words of the one who is writing it: the file is not there yet."""
    part = fault.wrong if fault.wrong.startswith(("answer", "`", "why", "title")) else f"the entry: {fault.wrong}"
    return f"{part[0].upper()}{part[1:]}. {fault.write_instead}"


def _gate(root: Path, new: Mapping[str, Tuple[str, ...]]) -> Callable[[Mapping[str, bytes]], None]:
    """Refuses files that have a fault which they do not have now, or that did not take up the messages."""

    def gate(after: Mapping[str, bytes]) -> None:
        training = read(after[FILE])
        for topic, messages in new.items():
            taken = [example.text for example in training.topics.get(topic, ())][-len(messages) :]
            if taken != list(messages):
                raise Refused(
                    "These words cannot be written into data/nlu.yml as they are. Write them in plain letters."
                )
        now, then = (_faults(Files(root, instead)) for instead in ({}, after))
        fresh = [str(fault) for fault in then if _same(fault) not in {_same(old) for old in now}]
        if fresh:
            raise Refused(*fresh)

    return gate


def _faults(files: Files) -> List[Fault]:
    return [fault for fault in check(files, likeness=False).faults if fault.severity == FAULT]


def _same(fault: Fault) -> Tuple[str, str, str]:
    """A fault whatever its line, which moves when something is written above it."""
    return fault.file, fault.entry, "".join(letter for letter in fault.wrong if not letter.isdigit())


def _place(raw: bytes, topic: str, message: str) -> str:
    training: nlu.TrainingFile = read(raw)
    return next(f"{FILE}:{example.line}" for example in reversed(training.topics[topic]) if example.text == message)

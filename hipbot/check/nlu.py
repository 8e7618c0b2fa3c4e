"""Reads data/nlu.yml and data/red_flags.yml as Rasa does, with the line of every message.

Used by `data.py`, `dangers.py`, `when.py` and by `hipbot/staff`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Dict, Iterator, List, Tuple

from hipbot.check.fault import FAULT, WARNING, Fault, shown
from hipbot.check.files import as_list, as_map
from hipbot.check.yaml_lines import Document

FILE, RED_FLAGS = "data/nlu.yml", "data/red_flags.yml"
RED_FLAG = "red_flag/"  # how the topics of the second one begin
KINDS = ("intent", "lookup", "synonym")
HOW = "Write `examples: |` and below it one message a line, each as `    - the message`."
_WORD = re.compile(r"\w+")
_MARKED = re.compile(r"\[(?P<words>[^\[\]]*)\](?:\((?P<short>[^()]*)\)|(?P<long>\{[^{}]*\}))")


@dataclass(frozen=True)
class Example:
    """One line below `examples: |`."""

    text: str
    line: int
    topic: str
    file: str = FILE

    @property
    def place(self) -> str:
        """`data/nlu.yml:12`."""
        return f"{self.file}:{self.line}"

    def seen_from(self, other: "Example") -> str:
        """Where it stands, told beside another one: the file only where that is another."""
        return f"line {self.line}" if self.file == other.file else f"line {self.line} of {self.file}"


@dataclass
class TrainingFile:
    """What patients say.

    Attributes:
        topics: messages of each topic; FAQ topics keep their `faq/`.
        lines: where each topic starts.
        lookups: values of each entity.
        synonyms: wordings of each value.
    """

    document: Document
    topics: Dict[str, List[Example]] = field(default_factory=dict)
    lines: Dict[str, int] = field(default_factory=dict)
    lookups: Dict[str, List[str]] = field(default_factory=dict)
    synonyms: Dict[str, List[Example]] = field(default_factory=dict)
    faults: List[Fault] = field(default_factory=list)

    @property
    def messages(self) -> int:
        return sum(map(len, self.topics.values()))

    def examples(self) -> Iterator[Example]:
        """All messages, as they stand."""
        return (example for examples in self.topics.values() for example in examples)

    def fault(self, line: int, entry: str, wrong: str, advice: str, severity: str = FAULT) -> None:
        self.faults.append(Fault(self.document.file, line, entry, wrong, advice, severity))


def read(document: Document) -> TrainingFile:
    """Take the file apart; what cannot be used goes to `faults`."""
    return document.once("nlu", lambda: _read(document))


def _read(document: Document) -> TrainingFile:
    training = TrainingFile(document)
    data = as_map(document.data)
    if document.data is not None and not as_list(data.get("nlu")):
        training.fault(1, "nlu", "there is no list `nlu:`", "Write `nlu:` and below it `- intent: ...`.")
    for number, block in enumerate(as_list(data.get("nlu"))):
        _block(training, number, as_map(block))
    return training


def _block(training: TrainingFile, number: int, block: Dict[str, Any]) -> None:
    line = training.document.line("nlu", number)
    kind = next((k for k in KINDS if k in block), None)
    name = block.get(kind) if kind else None
    if not isinstance(name, str) or not name.strip():
        advice = "Write `- intent: a_topic`, `- lookup: an_entity` or `- synonym: a_value`."
        training.fault(line, shown(name) if kind else "nlu", "this block has no name that can be used", advice)
        return
    for key in sorted(set(block) - {kind, "examples"}):
        training.fault(line, name, f"`{key}` is not used here", f"Leave `{kind}` and `examples` only.")
    examples = list(_examples(training, number, block, name))
    if kind == "intent":
        _add_topic(training, name, line, examples)
    elif kind == "lookup":
        training.lookups.setdefault(name, []).extend(example.text for example in examples)
    else:
        training.synonyms.setdefault(name, []).extend(examples)


def _add_topic(training: TrainingFile, name: str, line: int, examples: List[Example]) -> None:
    if name in training.lines:
        wrong = f"this topic has a block already (line {training.lines[name]})"
        training.fault(line, name, wrong, "Put the messages of both into one.")
    training.lines.setdefault(name, line)
    training.topics.setdefault(name, []).extend(examples)


def _examples(training: TrainingFile, number: int, block: Dict[str, Any], name: str) -> Iterator[Example]:
    """The messages below `examples: |`; Rasa passes over any line without a dash in silence."""
    document, path = training.document, ("nlu", number, "examples")
    text = block.get("examples")
    if not isinstance(text, str) or not text.strip():
        wrong = "`examples` is empty" if "examples" in block and not text else "`examples` is missing or is no text"
        training.fault(document.line(*path), name, wrong, HOW)
        return
    start = document.line(*path)
    on_key_line = len(document.source) >= start and document.source[start - 1].rstrip().endswith(("|", "|-", "|+"))
    for offset, row in enumerate(text.rstrip().split("\n"), 1 if on_key_line else 0):
        if not row.strip():
            wrong = "an empty line stands among the messages"
            training.fault(start + offset, name, wrong, "Remove it: nothing is lost by it.", WARNING)
            continue
        dashed = row.startswith("-")  # no blank before it: Rasa passes over such a line in silence
        message = row[1:].strip() if dashed else ""
        if not message:
            wrong = "this message is empty" if row.strip() == "-" else f"{shown(row)} has no dash"
            if row.lstrip().startswith("-") and not dashed:
                wrong = f"{shown(row)} stands further right than the first message, so Rasa passes over it"
            training.fault(start + offset, name, wrong, "Write each message as `- the message`, one under the other.")
            continue
        yield Example(message, start + offset, name, document.file)


@lru_cache(maxsize=32_768)
def folded(text: str) -> str:
    """A message without its annotations, case and punctuation: what counts as the same sentence."""
    plain = unicodedata.normalize("NFKC", bare(text)).casefold().replace("’", "'").replace("'", "")
    return " ".join(_WORD.findall(plain)) or plain.strip()


def bare(text: str) -> str:
    """The message as a patient typed it."""
    return _MARKED.sub(lambda found: found["words"], text) if "[" in text else text


def annotations(text: str) -> Iterator[Tuple[str, str]]:
    """(entity, value) of each annotation.

    Raises:
        ValueError: where one cannot be read.
    """
    if text.count("](") + text.count("]{") != len(_MARKED.findall(text)):
        raise ValueError(text)
    for found in _MARKED.finditer(text):
        if found["short"] is not None:
            entity, _, value = found["short"].partition(":")
            yield entity.strip(), value.strip() or found["words"]
            continue
        marks = json.loads(found["long"])
        if not isinstance(marks.get("entity"), str):
            raise ValueError(text)
        yield marks["entity"], str(marks.get("value", found["words"]))

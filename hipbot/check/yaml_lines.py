"""Reads a YAML file so that every fault has a line, and no file, however broken, brings the check down.

Used by `files.py`. Built on libyaml's events: its own composer is recursive C code, and dies of `[[[[…`.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

import yaml

from hipbot.check.fault import Fault, shown

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path_ = Tuple[Any, ...]  # keys and list positions that lead to a value

MOST_BYTES = 5_000_000
DEEPEST = 20
LONGEST_NUMBER = 30  # digits; Python needs seconds to read a number of a million digits
_TEXT = "tag:yaml.org,2002:str"
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "null", "timestamp")}
INVISIBLE = re.compile(  # control, zero-width and private characters; the joiners inside emoji are meant
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff\ufff9-\ufffb]"
)


@dataclass
class Document:
    """A file's data with the line of every key and list item.

    Attributes:
        file: path from the project's root.
        data: None where the file could not be read; `faults` then says why.
        ends: last line of each value.
    """

    file: str
    data: Any = None
    source: List[str] = field(default_factory=list)
    lines: Dict[Path_, int] = field(default_factory=dict)
    ends: Dict[Path_, int] = field(default_factory=dict)
    faults: List[Fault] = field(default_factory=list)
    _made: Dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.file.rpartition("/")[2].rpartition(".")[0]

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What is made of this file alone, made once: after an edit, a check looks anew only at what has changed."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def line(self, *path: Any) -> int:
        """The line of a key or list item; of the nearest one around it where it is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def line_of_words(self, path: Path_, words: str) -> int:
        """The line on which a sentence of a long text starts."""
        first = self.line(*path)
        opening = " ".join(words.split()[:3])
        for number in range(first, min(self.ends.get(path, first), len(self.source)) + 1):
            if opening and opening in " ".join(self.source[number - 1].split()):
                return number
        return first

    def fault(self, line: int, wrong: str, write_instead: str, entry: Optional[str] = None) -> None:
        self.faults.append(Fault(self.file, line, entry or self.name, wrong, write_instead))


# The last two readings of each file: staff tools look at a project before and after an edit of a file or two.
_recent: Dict[str, Deque[Tuple[bytes, bool, Document]]] = defaultdict(lambda: deque(maxlen=2))


def parse(file: str, raw: bytes, text_only: bool = False) -> Document:
    """Read one file's bytes; whatever is wrong goes to `faults`. Never raises.

    Args:
        file: path from the project's root.
        raw: its bytes.
        text_only: every value is a text, also one that looks like a number or a truth value.
    """
    read = (raw, text_only)
    document = next((document for *before, document in _recent[file] if tuple(before) == read), None)
    if document is None:
        document = _parsed(file, raw, text_only)
        _recent[file].append((raw, text_only, document))
    return document


def _parsed(file: str, raw: bytes, text_only: bool) -> Document:
    document = Document(file)
    text = _decoded(document, raw)
    if text is None:
        return document
    document.source = text.splitlines()
    builder = _Builder(document, text, text_only)
    try:
        document.data = builder.build()
    except yaml.MarkedYAMLError as error:
        around = max((line for path, line in document.lines.items() if len(path) == 1), default=1)
        _no_yaml(document, *_where(error, builder.understood, around, len(document.source)), error.problem or "")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        _no_yaml(document, 1, 1, str(error))
    if document.data is None and not document.faults:
        document.fault(1, "the file is empty", "Write an entry, or remove the file.")
    return document


def _decoded(document: Document, raw: bytes) -> Optional[str]:
    if len(raw) > MOST_BYTES:
        document.fault(1, f"the file has {len(raw):,} bytes", f"Keep it under {MOST_BYTES:,}.")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.fault(line, "a character here is not UTF-8", "Save the file as UTF-8.")
        return None
    suspect = "\t" in text or INVISIBLE.search(text)
    for number, line_text in enumerate(text.split("\n") if suspect else (), 1):
        odd = INVISIBLE.search(line_text)
        if odd:
            wrong = f"an invisible character (U+{ord(odd.group()):04X}) is in this line"
            document.fault(number, wrong, "Type the line again.")
        if "\t" in line_text.strip():  # Rasa's own YAML reader stops there, in words that help nobody
            document.fault(number, "a tab stands in this line", "Write a space instead.")
    return text


def _where(error: yaml.MarkedYAMLError, understood: int, around: int, last: int) -> Tuple[int, int]:
    """The first and last line that the fault may be in.

    Args:
        error: where reading stopped.
        understood: line of the last thing that was understood.
        around: line of the entry at the left edge in which reading stopped.
        last: the file's last line.
    """
    stopped, began = error.problem_mark or error.context_mark, error.context_mark
    line = min(stopped.line + 1 if stopped else 1, max(last, 1))
    if began and "simple key" in str(error.context):  # text where `key: value` is due: often the fault of a line above
        return min(around, began.line + 1), began.line + 1
    if began and any(word in str(error.context) for word in ("quoted", "flow")):  # never finished
        return began.line + 1, began.line + 1
    return min(understood, line, began.line + 1 if began else line), line


def _no_yaml(document: Document, first: int, line: int, problem: str) -> None:
    here = document.source[line - 1] if line <= len(document.source) else ""
    indent = here[: len(here) - len(here.lstrip())]
    if "\t" in indent:
        document.fault(line, "the line starts with a tab", "Indent with two spaces.")
    else:
        since = f", in lines {first} to {line}" if first < line - 1 else ""
        advice = "Look at the indentation (two spaces), at quotes and at `key: value` here and in the lines above."
        document.fault(line, f"this cannot be read ({' '.join(problem.split())[:80]}{since})", advice)


class _Builder:
    """Puts libyaml's events together, minding lines, duplicate keys and depth."""

    def __init__(self, document: Document, text: str, text_only: bool) -> None:
        self._document, self._loader, self._text_only = document, Loader(text), text_only
        self.understood = 1  # line of the last event

    def build(self) -> Any:
        self._loader.get_event()  # the stream's start
        if self._loader.check_event(yaml.StreamEndEvent):
            return None
        self._loader.get_event()
        data = self._value(())
        self._loader.get_event()
        if not self._loader.check_event(yaml.StreamEndEvent):
            line = self._loader.peek_event().start_mark.line + 1
            self._document.fault(line, "a second document starts here (`---`)", "Keep one entry a file.")
        return data

    def _value(self, path: Path_) -> Any:
        event = self._loader.get_event()
        line = self.understood = event.start_mark.line + 1
        self._document.lines.setdefault(path, line)
        if len(path) > DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)
        if getattr(event, "anchor", None):
            self._document.fault(
                line, f"`&{event.anchor}` or `*{event.anchor}` is used here", "Write the text itself."
            )
        if isinstance(event, yaml.ScalarEvent):
            self._document.ends[path] = event.end_mark.line + 1
            return event.value if self._text_only else self._scalar(event, line)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return None  # an alias: reported above

    def _sequence(self, path: Path_) -> List[Any]:
        items: List[Any] = []
        while not self._loader.check_event(yaml.SequenceEndEvent):
            items.append(self._value((*path, len(items))))
        self._loader.get_event()
        return items

    def _mapping(self, path: Path_) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        while not self._loader.check_event(yaml.MappingEndEvent):
            key, line = self._key(path)
            here = (*path, key)
            if key in found:
                before = self._document.lines.get(here, line)
                self._document.fault(
                    line, f"`{key}` stands here twice (first in line {before})", "Keep one of the two."
                )
            self._document.lines[here] = line
            found[key] = self._value(here)
        self._loader.get_event()
        return found

    def _key(self, path: Path_) -> Tuple[str, int]:
        event = self._loader.peek_event()
        line = event.start_mark.line + 1
        key = self._value((*path, "<key>"))
        del self._document.lines[(*path, "<key>")]
        if isinstance(key, bool):
            key = event.value
            advice = f'Write it in quotes: "{key}".'
            self._document.fault(line, f"`{key}` is read as true or false, not as a name", advice)
        if not isinstance(key, str):
            self._document.fault(line, f"{shown(key)} is no name for a field", "Write a word before the colon.")
        return str(key), line

    def _scalar(self, event: Any, line: int) -> Any:
        tag = event.tag or self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag == _TEXT:
            return event.value
        if tag not in _PLAIN:
            self._document.fault(
                line, f"{shown(event.value or tag)} has a meaning of its own in YAML", "Write it in quotes."
            )
            return event.value
        if tag.endswith(("int", "float")) and len(event.value) > LONGEST_NUMBER:
            self._document.fault(
                line, f"a number of {len(event.value):,} digits", "Write a shorter one, or put it in quotes."
            )
            return event.value
        try:
            node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
            return self._loader.yaml_constructors[tag](self._loader, node)
        except (ValueError, OverflowError, KeyError):
            self._document.fault(
                line, f"{shown(event.value)} cannot be read as a {tag.rpartition(':')[2]}", "Write it in quotes."
            )
            return event.value

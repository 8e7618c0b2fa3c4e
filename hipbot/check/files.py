"""The project's files, each read once. Used by every check; the only module here that touches the disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional

from hipbot.check.fault import Fault
from hipbot.check.yaml_lines import Document, parse

ROOMS = ("faq", "care", "clinic", "chat")  # as hipbot/content/library.py reads them; a test holds the two together
FOLDERS = (*ROOMS, "exercises", "figures")
SAFETY = "content/safety"
TEXT_ONLY = (f"{SAFETY}/words.yml", f"{SAFETY}/signs.yml")  # `no`, `on` and `12` are words there, as in hipbot/safety/data.py


class Files:
    """The files under one root.

    Args:
        root: the project's folder.
        instead: bytes to take instead of a file's own, by path from the root (a draft, a damaged copy).
    """

    def __init__(self, root: Path, instead: Optional[Mapping[str, bytes]] = None) -> None:
        self.root, self._instead = Path(root), dict(instead or {})
        self._documents: Dict[str, Document] = {}

    def but(self, instead: Mapping[str, bytes]) -> "Files":
        """The same files with some others in place of their own; what has been read is not read again."""
        other = Files(self.root, {**self._instead, **instead})
        other._documents = {file: d for file, d in self._documents.items() if file not in instead}
        return other

    def document(self, file: str) -> Document:
        """A YAML file; with a fault where it is missing or broken."""
        if file not in self._documents:
            self._documents[file] = self._read(file)
        return self._documents[file]

    def mapping(self, file: str) -> Dict[str, Any]:
        """The file's data where it is a mapping, else nothing."""
        return as_map(self.document(file).data)

    def entries(self, folder: str) -> List[Document]:
        """The entries of a folder of content."""
        return [self.document(file) for file in self.names(f"content/{folder}")]

    def answers(self) -> Iterator[Document]:
        """The answers of all rooms."""
        for room in ROOMS:
            yield from self.entries(room)

    def names(self, folder: str, ending: str = ".yml") -> List[str]:
        """Paths of a folder's files, from the root."""
        found = {f"{folder}/{path.name}" for path in (self.root / folder).glob(f"*{ending}")}
        found |= {file for file in self._instead if file.rpartition("/")[0] == folder and file.endswith(ending)}
        return sorted(found)

    def raw(self, file: str) -> bytes:
        """A file's bytes.

        Raises:
            OSError: where it cannot be opened.
        """
        return self._instead[file] if file in self._instead else (self.root / file).read_bytes()

    def exists(self, file: str) -> bool:
        return file in self._instead or (self.root / file).exists()

    def schema(self, kind: str) -> Any:
        """A JSON Schema of `schemas/`, None where it cannot be read."""
        try:
            return json.loads((self.root / f"schemas/{kind}.schema.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def read_faults(self) -> List[Fault]:
        """What reading alone has found, in the files read so far."""
        return [fault for document in self._documents.values() for fault in document.faults]

    def _read(self, file: str) -> Document:
        try:
            return parse(file, self.raw(file), text_only=file in TEXT_ONLY)
        except OSError as error:
            missing = Document(file)
            missing.fault(1, f"the file cannot be opened ({error.strerror})", "Put it back: the bot needs it.")
            return missing


def as_map(value: Any) -> Dict[str, Any]:
    """The value if it is a mapping, else an empty one: other checks say that it is none."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> List[Any]:
    return value if isinstance(value, list) else []


def texts(value: Any) -> List[str]:
    """The texts among a list's items."""
    return [item for item in as_list(value) if isinstance(item, str)]

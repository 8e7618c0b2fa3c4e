"""One fault of the project's files: where it is, what is wrong, what to write. Used by every check."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Dict

FAULT, WARNING = "fault", "warning"


@dataclass(frozen=True, order=True)
class Fault:
    """A fault closes the gate; a warning is only told.

    Attributes:
        file: path from the project's root, with `/`.
        line: counted from 1.
        entry: id of the answer, exercise, topic, phrase or fact; the file's name where there is none.
        wrong: what is wrong, without a full stop.
        write_instead: what to write, a whole sentence.
    """

    file: str
    line: int
    entry: str
    wrong: str
    write_instead: str
    severity: str = FAULT

    def __str__(self) -> str:
        mark = "warning: " if self.severity == WARNING else ""
        return f"{self.file}:{self.line}: {self.entry}: {mark}{self.wrong}. {self.write_instead}"

    def as_dict(self) -> Dict[str, object]:
        """For `hipbot check --json` and the staff tool."""
        return asdict(self)


def shown(value: object, most: int = 60) -> str:
    """A value in quotes, fit for one line."""
    text = " ".join(str(value).split())
    return f"'{text if len(text) <= most else text[: most - 1] + '…'}'"

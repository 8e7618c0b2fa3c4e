"""content/safety/: whatever the server would refuse there (`hipbot/safety/faults.py`), with its line."""

from __future__ import annotations

from typing import Iterator

from hipbot.check.fault import Fault
from hipbot.check.files import SAFETY, Files
from hipbot.safety import faults as safety

FLAGS = f"{SAFETY}/{safety.FLAGS}"


def check(files: Files) -> Iterator[Fault]:
    """Word sets, signs, flags, and every pattern of theirs."""
    documents = {file: files.document(f"{SAFETY}/{file}") for file in (safety.WORDS, safety.SIGNS, safety.FLAGS)}
    for fault in safety.faults(*(document.data for document in documents.values())):
        document = documents[fault.file]
        yield Fault(document.file, document.line(*fault.path), fault.entry, fault.wrong, fault.write_instead)

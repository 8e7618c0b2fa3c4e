"""`hipbot check`: every fault of content, training data and settings, at once, each with its line.

Called by `hipbot/cli/check.py` and the staff tool. Knows nothing of Rasa, spaCy or TensorFlow: it runs in a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, List, Mapping, Optional, Tuple

from hipbot.check import (
    clinic,
    dangers,
    data,
    entries,
    figures,
    nlu,
    placeholders,
    plays,
    questions,
    rasa_files,
    rasa_form,
    red_flags,
    schema,
    signed,
    when,
    words,
)
from hipbot.check.alike import VECTORS, Taught
from hipbot.check.fault import FAULT, WARNING, Fault
from hipbot.check.files import Files

__all__ = ["FAULT", "WARNING", "Fault", "Report", "faults", "report"]

STUMBLED = (
    "the check itself stumbled"  # a fault of ours; tests/test_check.py shows that no damaged file brings it out
)


@dataclass(frozen=True)
class Report:
    """All that one check has found.

    Attributes:
        faults: faults and warnings, by file and line.
        entries: answers and exercises looked at.
        messages: messages in data/nlu.yml and data/red_flags.yml.
        unsigned: files without a clinician's signature that fits what they say.
        placeholders: facts of clinic.yml that are examples still.
        compared: messages whose meaning could be compared; None where likeness was not looked at.
    """

    faults: Tuple[Fault, ...]
    entries: int
    messages: int
    unsigned: Tuple[str, ...]
    placeholders: Tuple[str, ...]
    red_flags_signed: bool
    compared: Optional[int] = None

    def of(self, severity: str) -> List[Fault]:
        return [fault for fault in self.faults if fault.severity == severity]


def faults(root: Path, live: bool = False, instead: Optional[Mapping[str, bytes]] = None) -> List[Fault]:
    """Every fault and warning of the project under `root`, by file and line. Never raises.

    Args:
        root: the project's folder.
        live: also what must be done before patients meet the bot.
        instead: bytes to check instead of a file's own, such as a draft that has not been saved.
    """
    return list(report(root, live, instead).faults)


def report(root: Path, live: bool = False, instead: Optional[Mapping[str, bytes]] = None) -> Report:
    """The faults, with what they were found in."""
    return check(Files(root, instead), live)


def check(files: Files, live: bool = False, likeness: bool = True) -> Report:
    """As `report`, of files that are at hand already.

    Args:
        files: the project's files.
        live: as in `faults`.
        likeness: also which messages of two topics are nearly the same, half of the time.
    """
    training, flagged = nlu.read(files.document(nlu.FILE)), nlu.read(files.document(nlu.RED_FLAGS))
    messages = [*training.examples(), *flagged.examples()]
    taught = Taught(messages, files.root / VECTORS) if likeness else Taught((), None)
    found: List[Fault] = []
    for name, part in (
        ("schemas", lambda: schema.check(files)),
        ("entries", lambda: entries.check(files)),
        ("figures", lambda: figures.check(files)),
        ("when", lambda: when.check(files, training)),
        ("placeholders", lambda: placeholders.check(files)),
        ("words", lambda: words.check(files)),
        ("clinic", lambda: clinic.check(files)),
        ("privacy", lambda: clinic.privacy(files)),
        ("data", lambda: data.check(files, training, flagged)),
        ("dangers", lambda: dangers.check(files, flagged)),
        ("alike", lambda: data.alike(taught)),
        ("form", lambda: rasa_form.check(files, training)),
        ("rasa", lambda: rasa_files.check(files, training, flagged)),
        ("questions", lambda: questions.check(files, training, flagged)),
        ("kept", lambda: dangers.kept(files, training, flagged)),
        ("plays", lambda: plays.check(files)),
        ("red flags", lambda: red_flags.check(files)),
        ("signed", lambda: signed.check(files)),
        ("live", lambda: (*clinic.live(files), *figures.live(files)) if live else ()),
    ):
        found += _guarded(name, part)
    found += files.read_faults()
    documents = [*files.answers(), *files.entries("exercises")]
    return Report(
        faults=tuple(sorted(set(found))),
        entries=len(documents),
        messages=len(messages),
        unsigned=tuple(signed.unsigned(files)),
        placeholders=tuple(clinic.placeholders(files)),
        red_flags_signed=signed.red_flags(files) is signed.State.SIGNED,
        compared=taught.by_meaning if likeness else None,
    )


def _guarded(name: str, part: Callable[[], Iterable[Fault]]) -> List[Fault]:
    """One part's faults. Should a part break, that is a fault too: the gate stays shut, the others go on."""
    found: List[Fault] = []
    try:
        for fault in part():
            found.append(fault)
    except Exception as error:  # noqa: BLE001 - the reason is in the docstring
        wrong = f"{STUMBLED} in {name} ({type(error).__name__}: {str(error)[:80]})"
        found.append(Fault("hipbot/check", 1, name, wrong, "Mend the other faults first, then tell the developers."))
    return found

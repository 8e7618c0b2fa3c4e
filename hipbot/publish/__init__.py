"""From an edit to the patients: try a working copy out, compare it with what is published, publish it, go back.

Called by `hipbot compare`, `publish`, `rollback` and the staff page. `docs/decisions/0005-publishing.md` says why it is built so.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from hipbot import check, project, training
from hipbot.publish import difference, gate, messages, plays
from hipbot.publish.messages import Asked
from hipbot.publish.said import Said, from_json, to_json
from hipbot.publish.versions import Busy, Changed, Version, Versions

__all__ = [
    "Busy",
    "Changed",
    "Comparison",
    "Refused",
    "Trial",
    "Version",
    "compare",
    "publish",
    "published",
    "rollback",
    "take_over_words",
]

Say = Callable[[str], Any]
JUDGED = ("content", "data", "tests/questions", "tests/safety", "tests/conversations")
JUDGED_FILES = ("clinic.yml", "config.yml", "domain.yml")
CODE = ("hipbot/content", "hipbot/dialogue", "hipbot/language", "hipbot/nlu", "hipbot/safety")


class Refused(Exception):
    """The gate stays shut.

    Attributes:
        reasons: why, the dangerous ones first.
    """

    def __init__(self, *reasons: gate.Reason) -> None:
        super().__init__(reasons[0].what)
        self.reasons = reasons


@dataclass(frozen=True)
class Trial:
    """The working copy, tried out.

    Attributes:
        model: the model trained from it.
        asked: the test messages.
        answers: what it answers, by `Asked.key`.
        departures: turns of the plays that go otherwise than written.
        state: fingerprint of all that was tried.
    """

    model: Path
    asked: Tuple[Asked, ...]
    answers: Mapping[str, Said]
    departures: Tuple[plays.Departure, ...]
    state: str

    def reasons(self, before: Mapping[str, Said]) -> List[gate.Reason]:
        """Why it may not be published; nothing where it may."""
        return [*gate.reasons(self.asked, self.answers, before), *_reasons_of_plays(self.departures)]


@dataclass(frozen=True)
class Comparison:
    """The working copy beside what is published (None where nothing is yet)."""

    version: Optional[Version]
    trial: Trial
    difference: difference.Difference
    reasons: Tuple[gate.Reason, ...]


def published() -> Versions:
    """The versions of this project."""
    return Versions(project.MODELS / "published")


def compare(say: Say = print) -> Comparison:
    """Train the working copy if it has changed, ask it every test message, and set it beside what is published.

    Raises:
        Refused: if `hipbot check` finds faults: then there is nothing to try out.
        training.TrainingFailed: if Rasa refuses the data.
    """
    trial = try_out(say)
    version = published().current()
    before = _answers_of(version, trial.asked)
    return Comparison(
        version, trial, difference.between(trial.asked, before, trial.answers), tuple(trial.reasons(before))
    )


def publish(say: Say = print, now: Optional[datetime] = None) -> Version:
    """Try the working copy out and, if it holds, let patients have it.

    Raises:
        Refused: if anything in the gate fails; nothing has changed then.
        Busy: if somebody else is publishing.
        Changed: if somebody saved a file meanwhile.
    """
    versions = published()
    with versions.locked():
        trial = try_out(say)
        reasons = trial.reasons(_answers_of(versions.current(), trial.asked))
        if reasons:
            raise Refused(*sorted(reasons, key=lambda reason: not reason.safety))
        return versions.add(
            trial.model,
            project.CONTENT,
            project.CLINIC,
            to_json(trial.answers),
            now or datetime.now(),
            still=lambda: state() == trial.state,
        )


def rollback() -> Tuple[Version, Version]:
    """Give patients the version before again; returns (the one given up, the one they get).

    Raises:
        Refused: if there is none before.
        Busy: if somebody is publishing.
    """
    versions = published()
    with versions.locked():
        all_ = versions.all()
        if len(all_) < 2:
            nothing = "There is no earlier version to go back to."
            raise Refused(
                gate.Reason(
                    nothing, (), "Mend the answer and run `hipbot publish`. In a hurry, call whoever runs the server."
                )
            )
        return all_[0], versions.back()


def try_out(say: Say = print) -> Trial:
    """Check the working copy, train it if it has changed, ask it everything.

    What has been asked already is not asked again.
    """
    tried = state()
    faults = check.report(project.ROOT).of(check.FAULT)
    if faults:
        lines = tuple(str(fault) for fault in faults[: gate.MOST_NAMED])
        more = len(faults) - len(lines)
        raise Refused(
            gate.Reason(
                f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in the files:",
                lines + ((f"and {more} more",) if more else ()),
                "Mend what is named here; `hipbot check` looks again.",
            )
        )
    model = training.ensure_model(say)
    asked = tuple(messages.read(project.ROOT))
    kept = _kept(tried, model)
    if kept is None:
        kept = _ask(model, asked)
        _keep(tried, model, *kept)
    return Trial(model, asked, *kept, tried)


def take_over_words(trial: Trial) -> List[str]:
    """Write the new words into the plays whose understanding still holds; returns their files."""
    return plays.take_over(project.ROOT, trial.departures)


def state() -> str:
    """Fingerprint of all that a version is judged by: what patients and staff wrote, the tests, the code between."""
    digest = hashlib.sha256(training.fingerprint().encode())
    for path in _judged():
        digest.update(f"{path.relative_to(project.ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _judged() -> Iterator[Path]:
    for folder, pattern in [*((f, "**/*.y*ml") for f in JUDGED), *((f, "*.py") for f in CODE)]:
        yield from sorted(path for path in (project.ROOT / folder).glob(pattern) if not path.name.startswith("."))
    yield from (project.ROOT / name for name in JUDGED_FILES)


def _ask(model: Path, asked: Tuple[Asked, ...]) -> "Tuple[Dict[str, Said], Tuple[plays.Departure, ...]]":
    from hipbot.language.minilm import shared_encoder
    from hipbot.publish.answers import Asker

    asker = Asker(model, project.CONTENT, project.CLINIC)
    with shared_encoder().keeping(project.ASKED_VECTORS):
        return asker.ask(asked), tuple(plays.perform(project.ROOT, asker.act))


def _answers_of(version: Optional[Version], asked: Tuple[Asked, ...]) -> Dict[str, Said]:
    """What the published version answers: as kept with it; only messages that are new since then are asked now."""
    if version is None:
        return {}
    known = from_json(version.answers())
    new = [message for message in asked if message.key not in known or message.case and known[message.key].right is None]
    if new:
        from hipbot.publish.answers import Asker

        known.update(Asker(version.model, version.content, version.clinic).ask(new))
    return known


def _memo() -> Path:
    return project.MODELS / "tried.json"


def _kept(tried: str, model: Path) -> "Optional[Tuple[Dict[str, Said], Tuple[plays.Departure, ...]]]":
    """What this very state answered when it was last tried out, or None."""
    try:
        memo = json.loads(_memo().read_text("utf-8"))
        if memo["state"] != tried or memo["model"] != model.name:
            return None
        departures = tuple(
            plays.Departure(**{**d, "expected": tuple(map(tuple, d["expected"]))}) for d in memo["departures"]
        )
        return from_json(memo["answers"]), departures
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(tried: str, model: Path, answers: Mapping[str, Said], departures: Tuple[plays.Departure, ...]) -> None:
    memo = {
        "state": tried,
        "model": model.name,
        "answers": to_json(answers),
        "departures": [vars(d) for d in departures],
    }
    fresh = _memo().with_suffix(".new")
    fresh.write_text(json.dumps(memo), "utf-8")
    fresh.replace(_memo())


def _reasons_of_plays(departures: Tuple[plays.Departure, ...]) -> Iterator[gate.Reason]:
    """A play is a promise; new words need one look, another course needs mending."""
    held = [d for d in departures if not d.asks_back_otherwise]
    other = [d for d in held if not d.only_words]
    words = [d for d in held if d.only_words]
    if other:
        lines = tuple(f"{d.file}, turn {d.turn}: '{d.patient}' should be {d.was}, and is {d.now}" for d in other)
        yield gate.Reason(
            "Conversations that we promised to hold go otherwise:",
            lines[: gate.MOST_NAMED],
            "Take your last edit back, or make its examples more exact.",
        )
    if words:
        lines = tuple(dict.fromkeys(d.file for d in words))
        yield gate.Reason(
            f"The bot's words have changed in {len(words)} turns of our test conversations:",
            lines,
            "Run `hipbot compare` and read the new words. If they are right: hipbot compare --accept-words",
        )

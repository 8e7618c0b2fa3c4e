"""Says whether a damaged file breaks the bot, without asking `hipbot check`: by loading it as the bot and Rasa do."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, Optional
from unittest import mock

from hipbot.check.texts import PHRASES
from hipbot.content import Answer, Exercise, Library
from hipbot.content.library import is_placeholder
from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.understanding import Understanding
from hipbot.safety.data import load
from hipbot.safety.screen import Safety

WORDS = {
    "number": 1,
    "total": 2,
    "left": "1",
    "step": "Sit.",
    "start": "Sit.",
    "progression": "Lean.",
    "duration": "six weeks",
    "days": 30,
}


class Oracle:
    """One project, and what breaks it.

    Args:
        root: a copy of the project that nothing is wrong with.
        safety: the red-flag layer.
    """

    def __init__(self, root: Path, safety: Any) -> None:
        self._root, self._safety = root, safety
        self._sound = Library.load(root / "content", root / "clinic.yml")
        self._rasa = {file: _rasa_reads(file, (root / file).read_bytes(), root) for file in RASA}

    def breaks(self, file: str, raw: bytes) -> Optional[str]:
        """Why the file would break training or an answer; None where it would not."""
        if file in RASA:
            return self._rasa_breaks(file, raw)
        path, before = self._root / file, (self._root / file).read_bytes()
        path.write_bytes(raw)
        try:
            return self._safety_breaks() if file in SAFETY else self._library_breaks(file)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what a patient would not get past
            return f"{type(error).__name__}: {error}"[:200]
        finally:
            path.write_bytes(before)

    def _library_breaks(self, file: str) -> Optional[str]:
        """Everything that could be said, said once."""
        library = Library.load(self._root / "content", self._root / "clinic.yml")
        lost = {*self._sound.answers} - {*library.answers} | {*self._sound.exercises} - {*library.exercises}
        if lost:
            return f"lost: {sorted(lost)}"
        name = Path(file).stem
        for entry in [*library.answers.values(), *library.exercises.values()]:
            if entry.id == name or "content/" not in file or file.count("/") == 1:
                json.dumps([library.sources(entry), dict(entry.reviewed)])
                for reference in entry.follow_ups:
                    if library.entry(reference) is None:
                        return f"follow-up {reference} leads nowhere"
                reason = self._said(library, entry)
                if reason:
                    return reason
        if file.count("/") == 1:
            for phrase in PHRASES:
                reason = _good(library.say(phrase, next(iter(library.exercises.values())), **WORDS))
                if reason:
                    return f"{phrase}: {reason}"
        if file == "clinic.yml":
            for number in ("emergency_number", "advice_line", "crisis_line"):
                if is_placeholder(library.clinic[number]):
                    return f"{number} is a placeholder"
            return next(
                (f"{k} is {v!r}" for k, v in library.facts().items() if not v.strip() or v in ("None", "{}", "[]")),
                None,
            )
        if name in library.answers or name in library.exercises:
            return self._answered(library, name)
        return None

    def _said(self, library: Library, entry: Any) -> Optional[str]:
        if isinstance(entry, Answer):
            for variant in (*entry.variants, {"when": {}, "answer": entry.answer, "why": entry.why}):
                wanted = variant["when"].get("exercise")
                exercises = (
                    [None] if wanted is None else [e for e in library.exercises.values() if wanted in ("any", e.id)]
                )
                if not exercises:
                    return f"no exercise is {wanted!r}"
                for exercise in exercises:
                    for text in (variant["answer"], variant.get("why")):
                        reason = _good(library.fill(text, exercise, duration="six weeks")) if text is not None else None
                        if reason:
                            return reason
            for note in entry.notes:
                note["when"].items()
                reason = _good(library.fill(note["text"], next(iter(library.exercises.values())), duration="six weeks"))
                if reason:
                    return reason
        if isinstance(entry, Exercise):
            for text in (entry.name, *entry.steps, *entry.mistakes, *entry.stop_rules):
                reason = _good(text)
                if reason:
                    return reason
            if not entry.steps and entry.instead not in library.exercises:
                return "neither steps nor instead"
        return _good(entry.title)

    def _answered(self, library: Library, name: str) -> Optional[str]:
        """The entry's own button, pressed; an exercise from its first step to its last."""
        talk, memory = Conversation(library, self._safety), Memory()
        kind = "exercise_howto" if name in library.exercises else name
        said = Understanding("about that", ((kind, 1.0),), entities={"exercise": (name,)} if kind != name else {})
        for _ in range(4):
            reply, memory = talk.reply(said, memory)
            json.dumps(reply.payload(library))
            for message in reply.messages:
                if _good(message.text):
                    return _good(message.text)
            said = Understanding("next", (("step_next", 1.0),), entities={})
        return None

    def _safety_breaks(self) -> None:
        """The red flags, compiled and asked without the gate that the server and the check share."""
        with mock.patch("hipbot.safety.data.faults", return_value=()):
            layer = Safety(load(self._root / "content" / "safety"), self._safety._reader._reader)
        layer.screen("My hip hurts. My dad had cancer, what are the signs, could it be that?")

    def _rasa_breaks(self, file: str, raw: bytes) -> Optional[str]:
        sound = self._rasa[file]
        try:
            found = _rasa_reads(file, raw, self._root)
        except Exception as error:  # noqa: BLE001 - Rasa stops in many ways
            return f"{type(error).__name__}: {error}"[:200]
        except SystemExit:
            return "Rasa leaves"
        return next((f"{key}: {value} (was {sound[key]})" for key, value in found.items() if value != sound[key]), None)


def _good(text: Any) -> Optional[str]:
    """Why a text cannot be shown to a patient."""
    if not isinstance(text, str):
        return f"{text!r} is no text"
    if not text.strip():
        return "an empty text"
    return f"a brace in {text[:60]!r}" if "{" in text or "}" in text else None


SAFETY = tuple(f"content/safety/{name}.yml" for name in ("words", "signs", "red_flags"))
RASA = ("data/nlu.yml", "data/red_flags.yml", "data/rules.yml", "data/stories.yml", "domain.yml")


def _rasa_reads(file: str, raw: bytes, root: Path) -> Any:
    """What Rasa takes from a file, as far as losing it would matter; its warnings count."""
    text = raw.decode("utf-8")
    with warnings.catch_warnings(record=True) as told, contextlib.redirect_stderr(io.StringIO()):  # progress bars
        warnings.simplefilter("always", UserWarning)
        taken = _READERS[file](text, root, file)
    taken["warnings"] = [str(w.message)[:80] for w in told if w.category is UserWarning]
    return taken


def _nlu(text: str, root: Path, file: str) -> Any:
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    rows = [row for row in text.split("\n") if row.strip()]  # Rasa warns of empty ones, and loses nothing
    data = RasaYAMLReader().reads("\n".join(rows))
    topics = {e.get("intent_response_key") or e.get("intent") for e in data.intent_examples}
    entities = {entity["entity"] for e in data.training_examples for entity in e.get("entities") or ()}
    return {"topics": topics, "entities": entities, "lookups": {t["name"] for t in data.lookup_tables}}


def _stories(text: str, root: Path, file: str) -> Any:
    """The rule policy learns the file beside its sound sister, and would refuse a contradiction."""
    from rasa.core.policies.rule_policy import RulePolicy
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.resource import Resource
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import UserUttered
    from rasa.shared.core.generator import TrainingDataGenerator
    from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
    from rasa.shared.core.training_data.structures import StoryGraph

    domain = Domain.from_path(str(root / "domain.yml"))
    steps = YAMLStoryReader(domain).read_from_string(text)
    sister = "data/stories.yml" if file == "data/rules.yml" else "data/rules.yml"
    graph = StoryGraph([*steps, *YAMLStoryReader(domain).read_from_file(str(root / sister))])
    trackers = TrainingDataGenerator(graph, domain, use_story_concatenation=False).generate()
    policy = RulePolicy(
        RulePolicy.get_default_config(), _Nowhere(), Resource("rules"), ExecutionContext(GraphSchema({}), "test")
    )
    policy.train(trackers, domain)
    said = [e for step in steps for event in step.events for e in (event if isinstance(event, list) else [event])]
    intents = {e.intent_name for e in said if isinstance(e, UserUttered)}
    return {"intents": intents if file == "data/rules.yml" else intents - set(domain.intents)}


class _Nowhere:
    """A model storage that keeps nothing."""

    def write_to(self, resource: Any) -> Any:
        @contextlib.contextmanager
        def folder() -> Any:
            path = Path(tempfile.mkdtemp())
            try:
                yield path
            finally:
                shutil.rmtree(path)

        return folder()


def _domain(text: str, root: Path, file: str) -> Any:
    from rasa.shared.core.domain import Domain

    domain = Domain.from_yaml(text)
    slots = {slot.name: (slot.type_name, slot.influence_conversation, str(slot.mappings)) for slot in domain.slots}
    session = (domain.session_config.session_expiration_time, domain.session_config.carry_over_slots)
    entities = {e for e in domain.entities if isinstance(e, str)}
    return {
        "intents": set(domain.intents),
        "entities": entities,
        "slots": slots,
        "actions": set(domain.user_actions),
        "session": session,
    }


_READERS = {
    "data/nlu.yml": _nlu,
    "data/red_flags.yml": _nlu,
    "data/rules.yml": _stories,
    "data/stories.yml": _stories,
    "domain.yml": _domain,
}

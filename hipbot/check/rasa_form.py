"""The form of what Rasa reads: keys, version, steps, the one slot and the one action.

Rasa stops training at some of these faults with a page of Python, and passes over others in silence.
"""

from __future__ import annotations

import difflib
from typing import Any, Dict, FrozenSet, Iterator, List, Tuple

from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files, as_list, as_map
from hipbot.check.nlu import FILE as NLU
from hipbot.check.nlu import RED_FLAGS, TrainingFile
from hipbot.check.yaml_lines import Document

DOMAIN, RULES, STORIES = "domain.yml", "data/rules.yml", "data/stories.yml"
VERSION = "3.1"  # Rasa passes over files of a version that it does not know
KEYS: Dict[str, FrozenSet[str]] = {
    NLU: frozenset({"version", "nlu"}),
    RED_FLAGS: frozenset({"version", "nlu"}),
    RULES: frozenset({"version", "rules"}),
    STORIES: frozenset({"version", "stories"}),
    DOMAIN: frozenset({"version", "intents", "entities", "slots", "actions", "session_config"}),
}
STEP_KEYS = {
    "intent": frozenset({"intent", "entities"}),
    "action": frozenset({"action"}),
    "or": frozenset({"or"}),
}
BY_GRAMMAR = "duration"  # found by hipbot/language/duration.py, so no lookup lists its values
ANSWERS = "action_reply"  # answers whatever a patient says, so it follows every intent
MEMORY: Dict[str, Any] = {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
SESSION = {"session_expiration_time": (int, float), "carry_over_slots_to_new_session": (bool,)}


def check(files: Files, training: TrainingFile) -> Iterator[Fault]:
    """All five files."""
    for file, keys in KEYS.items():
        yield from _top(files.document(file), keys)
    for file, key, name in ((RULES, "rules", "rule"), (STORIES, "stories", "story")):
        yield from _rows(files.document(file), key, name)
    yield from _domain(files.document(DOMAIN), training)


def _top(document: Document, keys: FrozenSet[str]) -> Iterator[Fault]:
    """The file's own keys: each of them, and no others."""
    if document.data is None:
        return
    if not isinstance(document.data, dict):
        wrong = "the file is no mapping"
        yield Fault(document.file, 1, document.name, wrong, f"Write at its left edge: {', '.join(sorted(keys))}.")
        return
    for key in document.data:
        if key not in keys:
            yield _unknown(document, (key,), key, keys)
    for key in sorted(keys - set(document.data)):
        wrong, advice = f"`{key}:` is missing", f'Write `version: "{VERSION}"`.' if key == "version" else "Put it back."
        yield Fault(document.file, 1, document.name, wrong, advice)
    if "version" in document.data and document.data["version"] != VERSION:
        wrong = f"`version` is {shown(document.data['version'])}, so Rasa passes over the file"
        yield Fault(document.file, document.line("version"), document.name, wrong, f'Write: version: "{VERSION}"')


def _unknown(document: Document, path: Tuple[Any, ...], key: str, known: FrozenSet[str]) -> Fault:
    near = difflib.get_close_matches(str(key), sorted(known), 1)
    advice = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(sorted(known))}."
    return Fault(document.file, document.line(*path), document.name, f"`{key}` is not known here", advice)


# rules and stories -------------------------------------------------------------------------------


def _rows(document: Document, key: str, kind: str) -> Iterator[Fault]:
    rows = as_map(document.data).get(key)
    if key in as_map(document.data) and not (isinstance(rows, list) and rows):
        advice = f"Write below it `- {kind}: what happens`, with its `steps:`."
        yield Fault(document.file, document.line(key), document.name, f"`{key}` is no list", advice)
    names: Dict[str, int] = {}
    for number, row in enumerate(as_list(rows)):
        path = (key, number)
        line, name = document.line(*path), as_map(row).get(kind)
        if not isinstance(name, str) or not name.strip() or _is_number(name):
            advice = f"Write `- {kind}: what happens`."
            yield Fault(document.file, line, document.name, f"this {kind} has no name", advice)
        elif names.setdefault(name, line) != line:
            wrong = f"there is a {kind} of this name in line {names[name]}"
            yield Fault(document.file, line, document.name, wrong, "Give it another name.")
        for other in as_map(row):
            if other not in (kind, "steps"):
                yield _unknown(document, (*path, other), other, frozenset({kind, "steps"}))
        steps = as_map(row).get("steps")
        if not (isinstance(steps, list) and steps):
            advice = "Write `steps:` and below it `- intent: ...` and `- action: action_reply`, in turn."
            yield Fault(
                document.file, document.line(*path, "steps"), document.name, f"this {kind} has no steps", advice
            )
        yield from _steps(document, as_list(steps), (*path, "steps"))
        yield from _in_turn(document, as_list(steps), (*path, "steps"))


def _is_number(name: str) -> bool:
    """Whether Rasa's YAML 1.2 reads a number where PyYAML's 1.1 reads text, as in `1e9`."""
    try:
        float(name)
    except ValueError:
        return False
    return True


def _steps(document: Document, steps: List[Any], path: Tuple[Any, ...], inside: bool = False) -> Iterator[Fault]:
    """Each step alone; `inside` an `or`, where intents only may stand."""
    kinds = {"intent": STEP_KEYS["intent"]} if inside else STEP_KEYS
    for number, step in enumerate(steps):
        here = (*path, number)
        kind = next((kind for kind in kinds if kind in as_map(step)), None)
        if kind is None:
            said = ", ".join(f"`- {k}:`" for k in kinds)
            wrong = f"{shown(step)} is no step" if not isinstance(step, dict) else "this step is of no known kind"
            yield Fault(document.file, document.line(*here), document.name, wrong, f"Write one of: {said}.")
            continue
        for key in step:
            if key not in kinds[kind]:
                yield _unknown(document, (*here, key), key, kinds[kind])
        value, line = step[kind], document.line(*here, kind)
        if kind == "or":
            if not (isinstance(value, list) and len(value) > 1):
                yield Fault(
                    document.file, line, document.name, "`or` has no choice", "Write two intents or more below it."
                )
            yield from _steps(document, as_list(value), (*here, "or"), inside=True)
        elif not isinstance(value, str) or not value.strip():
            yield Fault(document.file, line, document.name, f"`{kind}` has no name", f"Write the {kind}'s name.")
        yield from _entities(document, step, here)


def _entities(document: Document, step: Dict[str, Any], here: Tuple[Any, ...]) -> Iterator[Fault]:
    if "entities" not in step:
        return
    line, found = document.line(*here, "entities"), step["entities"]
    good = isinstance(found, list) and all(isinstance(e, (dict, str)) and e for e in found)
    if not good:
        yield Fault(
            document.file, line, document.name, "`entities` is no list", "Write `- exercise: kneeling_stretch`."
        )


def _in_turn(document: Document, steps: List[Any], path: Tuple[Any, ...]) -> Iterator[Fault]:
    """A patient's message, the bot's answer, and so on: anything else contradicts the one rule."""
    for number, step in enumerate(steps):
        says = "action" if "action" in as_map(step) else "patient"
        wanted = "patient" if number % 2 == 0 else "action"
        if says != wanted:
            advice = f"Write `- intent: ...` and `- action: {ANSWERS}` in turn."
            wrong = (
                "two answers stand together" if says == "action" else "no answer follows the message before this one"
            )
            line = document.line(*path, number)
            yield Fault(
                document.file, line, document.name, wrong if number else "the talk begins with an answer", advice
            )
            return
    if steps and len(steps) % 2:
        line = document.line(*path, len(steps) - 1)
        yield Fault(document.file, line, document.name, "no answer follows this message", f"Write: - action: {ANSWERS}")


# domain ------------------------------------------------------------------------------------------


def _domain(document: Document, training: TrainingFile) -> Iterator[Fault]:
    data = as_map(document.data)
    for key in ("intents", "entities", "actions"):
        if key in data:
            yield from _names(document, key)
    if "actions" in data and ANSWERS not in as_list(data["actions"]):
        wrong = f"`{ANSWERS}` is missing: nobody would get an answer"
        yield Fault(document.file, document.line("actions"), document.name, wrong, f"Write: - {ANSWERS}")
    if "entities" in data:
        for name in sorted({*training.lookups, BY_GRAMMAR} - set(map(str, as_list(data["entities"])))):
            finds = "hipbot finds it" if name == BY_GRAMMAR else "data/nlu.yml has a lookup of it"
            wrong = f"the entity {shown(name)} is missing, and {finds}"
            yield Fault(document.file, document.line("entities"), document.name, wrong, f"Write: - {name}")
        for name in sorted(set(map(str, as_list(data["entities"]))) - {*training.lookups, BY_GRAMMAR}):
            if training.topics:
                wrong = f"`- lookup: {name}` is missing, and domain.yml has this entity"
                yield Fault(NLU, len(training.document.source), name, wrong, "Put it back, or remove the entity there.")
    if "slots" in data:
        yield from _memory(document, data["slots"])
    if "session_config" in data:
        yield from _session(document, data["session_config"])


def _names(document: Document, key: str) -> Iterator[Fault]:
    value, seen = as_map(document.data)[key], {}
    if not isinstance(value, list):
        yield Fault(
            document.file, document.line(key), document.name, f"`{key}` is no list", "Write `- a_name` lines below it."
        )
    for number, name in enumerate(as_list(value)):
        line = document.line(key, number)
        if not isinstance(name, str):
            yield Fault(document.file, line, document.name, f"{shown(name)} is no name", "Write `- a_name`.")
        elif seen.setdefault(name, line) != line:
            wrong = f"{shown(name)} stands here twice (first in line {seen[name]})"
            yield Fault(document.file, line, document.name, wrong, "Keep one of the two.")


def _memory(document: Document, slots: Any) -> Iterator[Fault]:
    """The one slot, as the code needs it: without it the bot forgets, a red flag among all else."""
    if not isinstance(slots, dict) or "memory" not in slots:
        wrong = "the slot `memory` is missing: the bot would forget each message at once"
        yield Fault(document.file, document.line("slots"), document.name, wrong, "Put it back from the repository.")
        return
    for name in slots:
        if name != "memory":
            wrong = f"the slot `{name}` is used by nothing"
            yield Fault(document.file, document.line("slots", name), document.name, wrong, "Remove it.")
    found = as_map(slots["memory"])
    for key in sorted({*found, *MEMORY}):
        if found.get(key) != MEMORY.get(key) or type(found.get(key)) is not type(MEMORY.get(key)):
            line = document.line("slots", "memory", key)
            wanted = f"`{key}` must be {shown(MEMORY[key])}" if key in MEMORY else f"`{key}` is not known here"
            yield Fault(document.file, line, document.name, f"slot `memory`: {wanted}", "Put it back as it was.")


def _session(document: Document, config: Any) -> Iterator[Fault]:
    found = as_map(config)
    for key in sorted({*found, *SESSION}):
        value = found.get(key)
        good = key in SESSION and isinstance(value, SESSION[key]) and (bool in SESSION[key]) == isinstance(value, bool)
        if not good or (not isinstance(value, bool) and not 0 <= value < 1_000_000):
            line = document.line("session_config", key)
            advice = "Write session_expiration_time: 0 and carry_over_slots_to_new_session: true."
            yield Fault(document.file, line, document.name, f"`{key}` of `session_config` cannot be read", advice)

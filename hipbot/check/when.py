"""`when`: which situations a text can be written for, and whether it can ever be said.

The fixed values (lasting, care …) are listed in schemas/answer.schema.json. Those that depend on other
files are put together here; so is the list of topics that a key works in.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Set, Tuple

from hipbot.check.entries import ids
from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files, as_list, as_map
from hipbot.check.nlu import TrainingFile
from hipbot.check.yaml_lines import Document

ANY = "any"
CAN_BE_ANY = ("exercise", "sport")
GP_FIRST = ("pregnant", "under_16", "new_hip", "lump")  # reasons that a red flag gives (hipbot/dialogue/care.py)

# Keys that only the code of these topics fills in; anywhere else the text would never be said.
SYMPTOMS = ("persistent_symptoms", "radiating_pain")
WORKS_IN: Dict[str, Tuple[str, ...]] = {
    "lasting": SYMPTOMS,
    "again": (*SYMPTOMS, "greet", "out_of_scope"),
    "care": ("urgent_care", "health_out_of_scope"),
    "flag": ("urgent_care", "health_out_of_scope"),
    "attempt": ("clarify", "fallback"),
}


def check(files: Files, training: TrainingFile) -> Iterator[Fault]:
    """Every variant and note of every answer."""
    known = _known(files, training)
    for document in files.answers():
        data = as_map(document.data)
        for kind in ("variants", "notes"):
            for number, item in enumerate(as_list(data.get(kind))):
                yield from _values(document, (kind, number, "when"), as_map(as_map(item).get("when")), known)
        yield from _reach(document, as_list(data.get("variants")))


def _known(files: Files, training: TrainingFile) -> Dict[str, Set[str]]:
    return {
        "exercise": ids(files, "exercises"),
        "sport": set(training.lookups.get("sport", ())),
        "fact": set(training.lookups.get("fact", ())),
        "reason": {*training.lookups.get("reason", ()), *GP_FIRST},
        "flag": set(as_map(files.mapping("content/safety/red_flags.yml").get("flags"))),
    }


def _values(
    document: Document, path: Tuple[Any, ...], when: Dict[str, Any], known: Dict[str, Set[str]]
) -> Iterator[Fault]:
    part = f"{path[0][:-1]} {path[1] + 1}"
    for key, value in when.items():
        line = document.line(*path, key)
        topics = WORKS_IN.get(key)
        if topics and document.name not in topics:
            wrong = f"{part} would never be said: `{key}` is known in {', '.join(topics)} only"
            yield Fault(document.file, line, document.name, wrong, "Write another `when`.")
        allowed = known.get(key)
        if allowed is None or not isinstance(value, str) or (value == ANY and key in CAN_BE_ANY):
            continue
        if value not in allowed:
            any_too = " or any" if key in CAN_BE_ANY else ""
            advice = f"Write one of: {', '.join(sorted(allowed))}{any_too}."
            yield Fault(
                document.file, line, document.name, f"{part}: `{key}` is {shown(value)}, which is not known", advice
            )


def _reach(document: Document, variants: List[Any]) -> Iterator[Fault]:
    """The first variant that fits is said: one behind a wider one never is."""
    before: List[Dict[str, Any]] = []
    for number, variant in enumerate(variants):
        when = as_map(as_map(variant).get("when"))
        wider = next((n for n, other in enumerate(before) if when and other and _covers(other, when)), None)
        if wider is not None:
            wrong = f"variant {number + 1} would never be said: variant {wider + 1} fits first"
            line = document.line("variants", number, "when")
            yield Fault(document.file, line, document.name, wrong, "Put the more special one first, or remove one.")
        before.append(when)


def _covers(wide: Dict[str, Any], when: Dict[str, Any]) -> bool:
    return all(key in when and value in (ANY, when[key]) for key, value in wide.items())

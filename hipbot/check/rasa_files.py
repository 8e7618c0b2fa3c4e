"""domain.yml, data/rules.yml and data/stories.yml: every intent in all three rooms, no unknown intent or action.

Rasa itself only warns about these, and goes on with exit code 0.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files, as_list, as_map
from hipbot.check.nlu import TrainingFile
from hipbot.check.yaml_lines import Document

DOMAIN, RULES, STORIES = "domain.yml", "data/rules.yml", "data/stories.yml"
RASA_INTENTS = frozenset("nlu_fallback restart back session_start".split())
RASA_ACTIONS = frozenset(
    "action_listen action_restart action_session_start action_default_fallback action_deactivate_loop "
    "action_revert_fallback_events action_default_ask_affirmation action_default_ask_rephrase "
    "action_two_stage_fallback action_unlikely_intent action_back action_extract_slots".split()
)

Place = Tuple[str, int]  # a name and its line


def check(files: Files, training: TrainingFile) -> Iterator[Fault]:
    """Intents of messages, domain and rules; steps of rules and stories."""
    domain = files.document(DOMAIN)
    intents = dict(_listed(domain, "intents"))
    steps = {file: list(_steps(files.document(file))) for file in (RULES, STORIES)}
    yield from _same_intents(files, training, intents, steps[RULES])
    actions = {name for name, _ in _listed(domain, "actions")} | RASA_ACTIONS
    for file, found in steps.items():
        for kind, name, line in found:
            if kind == "intent" and name not in {*intents, *RASA_INTENTS}:
                advice = "Add it to `intents:` there, or mend its name."
                yield Fault(file, line, name, f"{shown(name)} is no intent of domain.yml", advice)
            if kind == "action" and name not in actions:
                advice = "Add it to `actions:` there, or mend its name."
                yield Fault(file, line, name, f"{shown(name)} is no action of domain.yml", advice)


def _same_intents(
    files: Files, training: TrainingFile, domain: Dict[str, int], steps: List[Tuple[str, str, int]]
) -> Iterator[Fault]:
    ruled = {name: line for kind, name, line in steps if kind == "intent"}
    taught = dict.fromkeys(topic.partition("/")[0] for topic in training.lines)
    at_intents = files.document(DOMAIN).line("intents")
    at_rule = min(ruled.values(), default=1)
    for name in taught:
        if domain and name not in domain:
            advice = f"Add `- {name}` to its `intents:`."
            wrong = "domain.yml has no such intent, data/nlu.yml has messages for it"
            yield Fault(DOMAIN, at_intents, name, wrong, advice)
        if ruled and name not in ruled:
            advice = f"Add `- intent: {name}` to the rule in data/rules.yml."
            yield Fault(RULES, at_rule, name, "no rule answers this intent", advice)
    for name, line in domain.items() if taught else ():
        if name not in taught:
            yield Fault(
                DOMAIN, line, name, "data/nlu.yml has no messages for this intent", "Write some, or remove it."
            )
    for name, line in ruled.items() if taught else ():
        if name not in taught and name in domain:
            yield Fault(
                RULES, line, name, "data/nlu.yml has no messages for this intent", "Write some, or remove it."
            )


def _listed(document: Document, key: str) -> Iterator[Place]:
    """Names of a list whose items are names, or mappings with one name as their key."""
    for number, item in enumerate(as_list(as_map(document.data).get(key))):
        for name in [item] if isinstance(item, str) else as_map(item):
            yield str(name), document.line(key, number)


def _steps(document: Document) -> Iterator[Tuple[str, str, int]]:
    """(`intent` or `action`, its name, its line) of every step."""
    for key in ("rules", "stories"):
        for number, row in enumerate(as_list(as_map(document.data).get(key))):
            yield from _walk(document, as_map(row).get("steps"), (key, number, "steps"))


def _walk(document: Document, steps: Any, path: Tuple[Any, ...]) -> Iterator[Tuple[str, str, int]]:
    for number, step in enumerate(as_list(steps)):
        here = (*path, number)
        for kind in ("intent", "action"):
            name = as_map(step).get(kind)
            if isinstance(name, str):
                name = name.partition("/")[0] if kind == "intent" else name
                yield kind, name, document.line(*here, kind)
        yield from _walk(document, as_map(step).get("or"), (*here, "or"))

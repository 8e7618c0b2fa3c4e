"""domain.yml, data/rules.yml and data/stories.yml: every intent in all three rooms, no unknown intent or action.

Rasa itself only warns about these, and goes on with exit code 0.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

from hipbot.check.fault import Fault, shown
from hipbot.check.files import Files, as_list, as_map
from hipbot.check.nlu import FILE, RED_FLAG, RED_FLAGS, TrainingFile
from hipbot.check.yaml_lines import Document

DOMAIN, RULES, STORIES = "domain.yml", "data/rules.yml", "data/stories.yml"
FALLBACK = "nlu_fallback"  # what the pipeline's FallbackClassifier calls a message that it did not understand
RASA_INTENTS = frozenset({FALLBACK, "restart", "back", "session_start"})
RASA_ACTIONS = frozenset(
    "action_listen action_restart action_session_start action_default_fallback action_deactivate_loop "
    "action_revert_fallback_events action_default_ask_affirmation action_default_ask_rephrase "
    "action_two_stage_fallback action_unlikely_intent action_back action_extract_slots".split()
)

Place = Tuple[str, int]  # a name and its line


def check(files: Files, training: TrainingFile, flagged: TrainingFile) -> Iterator[Fault]:
    """Intents of messages, domain and rules; steps of rules and stories."""
    domain = files.document(DOMAIN)
    intents = dict(_listed(domain, "intents"))
    steps = {file: list(_steps(files.document(file))) for file in (RULES, STORIES)}
    taught = {topic.partition("/")[0]: read.document.file for read in (flagged, training) for topic in read.lines}
    whole = bool(training.lines and flagged.lines)  # a file that cannot be read takes no intent away
    yield from _same_intents(files, taught, whole, intents, steps[RULES])
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
    files: Files,
    taught: Dict[str, str],
    whole: bool,
    domain: Dict[str, int],
    steps: List[Tuple[str, str, int]],
) -> Iterator[Fault]:
    """Each intent with its messages, in the domain and in the rule.

    Args:
        taught: the file of each intent's messages.
        whole: whether both files of messages could be read.
    """
    ruled = {name: line for kind, name, line in steps if kind == "intent"}
    at_intents = files.document(DOMAIN).line("intents")
    at_rule = min(ruled.values(), default=1)
    for name, file in taught.items():
        if domain and name not in domain:
            advice = f"Add `- {name}` to its `intents:`."
            yield Fault(DOMAIN, at_intents, name, f"domain.yml has no such intent, {file} has messages for it", advice)
    for name in (*taught, FALLBACK):
        if ruled and name not in ruled:
            advice = f"Add `- intent: {name}` to the rule in data/rules.yml."
            yield Fault(RULES, at_rule, name, "no rule answers this intent", advice)
    for file, places in ((DOMAIN, domain), (RULES, {n: line for n, line in ruled.items() if n in domain})):
        for name, line in places.items() if whole else ():
            if name not in taught:
                yield Fault(file, line, name, f"{_home(name)} has no messages for this intent", "Write some, or remove it.")


def _home(intent: str) -> str:
    """The file that an intent's messages belong into."""
    return RED_FLAGS if f"{intent}/" == RED_FLAG else FILE


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

"""The stock project: what `rasa init` and Rasa's documentation lead to, on our training data.

Pipeline and policies are Rasa's own default file. No custom action: each topic utters its answer from
`content/`, which is faster for stock than a custom action over HTTP would be.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any, Dict, List, Optional

import yaml

from hipbot import project
from hipbot.content.library import Library

CACHE = project.STATE / "bench"
FOLDER = CACHE / "stock"
FALLBACK = "nlu_fallback"
RETRIEVAL = "faq"
OURS_ALONE = "red_flag"  # the second opinion's own messages, data/red_flags.yml: stock has `urgent_care` and `crisis`
TRAINED_BY = ("config.yml", "data/nlu.yml", "data/rules.yml", "data/stories.yml")


def write_project(folder: Path = FOLDER, root: Path = project.ROOT, epochs: Optional[int] = None) -> str:
    """Write the stock project afresh; returns a hash of all that its model depends on.

    Args:
        epochs: instead of Rasa's own 100. Times and memory are the same then, accuracy is not.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "data").mkdir(parents=True)
    domain = yaml.safe_load((root / "domain.yml").read_text("utf-8"))
    intents = [intent for intent in domain["intents"] if intent != OURS_ALONE]
    stories = yaml.safe_load((root / "data" / "stories.yml").read_text("utf-8"))["stories"]
    shutil.copy(root / "data" / "nlu.yml", folder / "data" / "nlu.yml")
    (folder / "config.yml").write_text(_config(epochs), "utf-8")
    _dump(folder / "data" / "rules.yml", {"version": "3.1", "rules": [_rule(name) for name in [*intents, FALLBACK]]})
    _dump(folder / "data" / "stories.yml", {"version": "3.1", "stories": [_story(story) for story in stories]})
    _dump(
        folder / "domain.yml", _domain(intents, domain["entities"], Library.load(root / "content", root / "clinic.yml"))
    )
    _dump(folder / "credentials.yml", {"rest": None})
    (folder / "endpoints.yml").write_text("# Rasa's default tracker store: in memory.\n", "utf-8")
    return _fingerprint(folder, intents)


def model_path(wanted: str) -> Path:
    """Where the stock model with this hash is, or would be."""
    return CACHE / f"stock-{wanted[:12]}.tar.gz"


def cached(wanted: str, any_age: bool = False) -> Optional[Path]:
    """The stock model trained from exactly these inputs; with `any_age`, else the newest whole one there is."""
    model = model_path(wanted)
    if model.is_file() and record_of(model):
        return model
    others = [path for path in CACHE.glob("stock-*.tar.gz") if record_of(path)] if any_age else []
    return max(others, key=lambda path: (not record_of(path).get("epochs"), path.stat().st_mtime), default=None)


def record_of(model: Path) -> Dict[str, Any]:
    """What was measured while a model was trained, {} where nothing is known."""
    try:
        return json.loads(_record(model).read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def note(model: Path, measured: Dict[str, Any]) -> None:
    """Keep what was measured beside a model."""
    _record(model).write_text(json.dumps(measured, indent=2), "utf-8")


def _record(model: Path) -> Path:
    return CACHE / (model.name[: -len(".tar.gz")] + ".json")


def _config(epochs: Optional[int]) -> str:
    """Rasa's default configuration, word for word but for the assistant's name."""
    rasa = Path(importlib.util.find_spec("rasa").origin).parent  # found, not imported: that takes seconds
    text = (rasa / "engine" / "recipes" / "config_files" / "default_config.yml").read_text("utf-8")
    text = text.replace("placeholder_default", "stock")
    return text.replace("epochs: 100", f"epochs: {epochs}") if epochs else text


def _rule(intent: str) -> Dict[str, Any]:
    return {"rule": f"answer {intent}", "steps": [{"intent": intent}, {"action": _action(intent)}]}


def _action(intent: str) -> str:
    return "utter_fallback" if intent == FALLBACK else f"utter_{intent}"


def _story(story: Dict[str, Any]) -> Dict[str, Any]:
    """Our story with each turn answered by the topic's own utterance."""
    steps: List[Dict[str, Any]] = []
    for step in story["steps"]:
        steps.append({"action": _action(steps[-1]["intent"])} if "action" in step else step)
    return {"story": story["story"], "steps": steps}


def _domain(intents: List[str], entities: List[str], library: Library) -> Dict[str, Any]:
    responses = {_action(intent): _response(library, intent) for intent in [*intents, FALLBACK] if intent != RETRIEVAL}
    faqs = [entry.id for entry in library.answers.values() if entry.room == "faq"]
    responses.update({f"utter_{RETRIEVAL}/{id_}": _response(library, id_) for id_ in faqs})
    return {"version": "3.1", "intents": intents, "entities": entities, "responses": responses}


def _response(library: Library, topic: str) -> List[Dict[str, str]]:
    """The answer's text; a plain sentence where the topic has no answer of its own."""
    entry = library.answers.get(topic)
    return [{"text": library.fill(entry.answer) if entry else f"This is about {topic.replace('_', ' ')}."}]


def _fingerprint(folder: Path, intents: List[str]) -> str:
    """SHA-256 over what the model is trained from; the answers' wording is not part of that."""
    digest = hashlib.sha256(json.dumps(intents).encode())
    for name in TRAINED_BY:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _dump(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000), "utf-8")

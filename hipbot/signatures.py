"""Whether what the bot says is still what a clinician signed. A signature names the person and holds a hash of the content.

Used by the library (the payload's `reviewed`), by `hipbot check` and by `hipbot sign`. Pure.
"""

from __future__ import annotations

import hashlib
import json
from enum import Enum
from typing import Any, Mapping, Optional

ENTRY_FIELD, FLAGS_FIELD = "reviewed", "signed"
NOT_SIGNED = (ENTRY_FIELD, FLAGS_FIELD, "editors_note")  # the signature itself, and what patients never see
LENGTH = 32  # hexadecimal digits: 128 bits


class State(Enum):
    """Of one signature."""

    UNSIGNED = "unsigned"
    CHANGED = "changed"  # signed, and not this text: edited since, or filled in by hand
    SIGNED = "signed"


def digest(content: Any) -> str:
    """The hash of parsed content: comments, layout, the order of fields and line ends do not matter, words do."""
    text = json.dumps(_plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def entry_digest(entry: Mapping[str, Any]) -> str:
    """Of an answer or exercise."""
    return digest({name: value for name, value in entry.items() if name not in NOT_SIGNED})


def red_flags_digest(words: Any, signs: Any, flags: Mapping[str, Any]) -> str:
    """Of the three files of content/safety together: a flag means what its words mean."""
    own = {name: value for name, value in flags.items() if name != FLAGS_FIELD}
    return digest([words, signs, own])


def state(signature: Any, fits: str) -> State:
    """What a signature is worth.

    Args:
        signature: the mapping under `reviewed` or `signed`.
        fits: the hash of what stands there now.
    """
    if not is_filled_in(signature):
        return State.UNSIGNED
    return State.SIGNED if signature.get("hash") == fits else State.CHANGED


def is_filled_in(signature: Any) -> bool:
    return isinstance(signature, Mapping) and bool(signature.get("by")) and bool(day(signature))


def day(signature: Mapping[str, Any]) -> Optional[str]:
    """When it was signed."""
    when = signature.get("date") or signature.get("on")
    return str(when) if when else None


def entry_state(entry: Mapping[str, Any]) -> State:
    signature = entry.get(ENTRY_FIELD)
    return state(signature, entry_digest(entry)) if is_filled_in(signature) else State.UNSIGNED


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in value.strip().splitlines())
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)

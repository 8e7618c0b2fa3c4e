"""The answer when there is no answer: words that stand whatever else has failed.

Used by the action and by the message processor; reads the clinic's facts each time, so that a broken
content file is no reason to be silent.
"""

from __future__ import annotations

import traceback
from typing import Any, Dict, Tuple

from hipbot import project
from hipbot.content.library import ContentMissing, fact, read_yaml

LAST_RESORT = "Sorry, something went wrong on my side. Please call the clinic. In an emergency, call 111."


def apology() -> Tuple[str, Dict[str, Any]]:
    """Text with the clinic's phone and the emergency number, and the contract's payload."""
    payload = {
        "topic": "fallback",
        "exercise": None,
        "care": None,
        "options": [],
        "sources": [],
        "reviewed": None,
    }
    try:
        facts = {key: fact(value) for key, value in read_yaml(project.CLINIC).items()}
        text = read_yaml(project.CONTENT / "phrases.yml")["apology"].format_map(facts)
    except (ContentMissing, KeyError, TypeError, AttributeError, ValueError, IndexError):
        text = LAST_RESORT
    return text, payload


def where_it_failed(error: BaseException) -> str:
    """Type and place of an error, without its message: that may quote the patient."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {place}"

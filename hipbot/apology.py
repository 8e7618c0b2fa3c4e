"""The answer when there is no answer: words that stand whatever else has failed.

Used by the action and by the message processor; reads the clinic's facts each time, so that a broken
content file is no reason to be silent. Danger in a message is still seen: the patterns need no model, no
encoder and no database.
"""

from __future__ import annotations

import logging
import traceback
from functools import lru_cache
from typing import Any, Dict, NamedTuple, Optional, Tuple

from hipbot import project
from hipbot.content.library import ContentMissing, Library, fact, read_yaml
from hipbot.dialogue.care import MOST_QUESTIONS, URGENT_LEVELS, Care
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Message
from hipbot.dialogue.understanding import Understanding
from hipbot.safety.loading import safety_of

logger = logging.getLogger(__name__)

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


class FirstAid(NamedTuple):
    """What a message in which danger was found is answered when nothing else works."""

    message: Message
    payload: Dict[str, Any]
    memory: Memory


def first_aid(said: Optional[str], memory: Memory = Memory()) -> Optional[FirstAid]:  # noqa: B008 - frozen
    """The urgent answer to a message that failed; None where the patterns find nothing urgent in it. Never raises.

    A closed question could not be remembered now, so what would be asked is answered as if with "yes".

    Args:
        said: the patient's message.
        memory: what is known of the conversation, where it can be read.
    """
    try:
        care = _care()
        asked_enough = memory.but(questions=MOST_QUESTIONS, asked=None)
        understood = Understanding(said or "")
        finding = care.screen(understood, memory)
        turn = care.first(understood, asked_enough, finding)
        if turn is None or turn[0].care not in URGENT_LEVELS:
            return None
        reply, after = turn
        return FirstAid(reply.messages[0], reply.payload(_library()), after.but(questions=memory.questions))
    except Exception as error:  # the apology itself must still go out
        logger.error("No first aid: %s", where_it_failed(error))
        return None


@lru_cache(maxsize=1)
def _library() -> Library:
    return Library.load(project.CONTENT, project.CLINIC)


@lru_cache(maxsize=1)
def _care() -> Care:
    """Read when first needed, and apart from the core that answers: that may be what failed."""
    return Care(_library(), safety_of(project.CONTENT))


def where_it_failed(error: BaseException) -> str:
    """Type and place of an error, without its message: that may quote the patient."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {place}"

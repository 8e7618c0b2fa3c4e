"""What a request may say, checked to the letter. Used by `website.py`; knows nothing of the web server."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

MOST_CHARACTERS = 1_000
LARGEST_BODY = 16_384  # bytes: a message of a thousand escaped emoji, and some air
KEY = re.compile(r"[A-Za-z0-9_-]{8,128}")  # of Idempotency-Key
REASONS = ("not_my_question", "unclear", "too_long", "seems_wrong", "something_else")
MOST_WORDS = 500  # characters of feedback


class Refused(Exception):
    """A request that makes no sense; the text is for whoever wrote the program that sent it."""


class Said(Exception):
    """A message that a visitor can mend; `phrase` is the sentence of content/phrases.yml for them."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


def read(raw: bytes, fields: Mapping[str, type]) -> Dict[str, Any]:
    """A JSON object with these fields and no others.

    Raises:
        Refused: whatever else it is.
    """
    try:
        body = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_no_twins,
            parse_int=_no_number,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise Refused("The body must be JSON in UTF-8, without numbers and without a name twice.") from error
    known = ", ".join(f'"{name}"' for name in fields)
    if not isinstance(body, dict) or not set(body) <= set(fields):
        raise Refused(f"The body must be a JSON object with no other fields than {known or 'none'}.")
    for name, value in body.items():
        if type(value) is not fields[name]:
            kind = {str: "a text", bool: "true or false"}[fields[name]]
            raise Refused(f'"{name}" must be {kind}.')
    return body


def message(raw: bytes) -> Tuple[Optional[str], Optional[str]]:
    """(text, quick reply): one of them, never both.

    Raises:
        Refused: if the body is not a message.
        Said: if the visitor's text is empty or too long.
    """
    body = read(raw, {"text": str, "reply": str})
    if len(body) != 1:
        raise Refused('The body must have either "text" or "reply".')
    if "reply" in body:
        return None, body["reply"]
    text = body["text"].encode("utf-8", "replace").decode("utf-8")  # half an emoji is a "?"
    if not text.replace("\x00", " ").strip():
        raise Said("website_empty")
    if len(text) > MOST_CHARACTERS:
        raise Said("website_too_long")
    return text, None


def feedback(raw: bytes) -> Dict[str, Any]:
    """`answer` and `helpful`, perhaps `reason`; `words` only with `words_may_be_kept`.

    Raises:
        Refused: anything else, above all words without consent.
    """
    fields = {"answer": str, "helpful": bool, "reason": str, "words_may_be_kept": bool, "words": str}
    body = read(raw, fields)
    if not {"answer", "helpful"} <= set(body):
        raise Refused('"answer" and "helpful" must be there.')
    if body.get("reason") not in (None, *REASONS):
        raise Refused(f'"reason" must be one of: {", ".join(REASONS)}.')
    if body.get("words") and not body.get("words_may_be_kept"):
        raise Refused('"words" are taken only with "words_may_be_kept": true.')
    if len(body.get("words", "")) > MOST_WORDS:
        raise Refused(f'"words" must have {MOST_WORDS} characters or fewer.')
    return body


def key(header: Optional[str]) -> str:
    """The Idempotency-Key.

    Raises:
        Refused: if it is missing or of another form.
    """
    if not header or not KEY.fullmatch(header):
        raise Refused("Idempotency-Key must be 8 to 128 letters, digits, - or _, new for each message.")
    return header


def _no_twins(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError("a number")

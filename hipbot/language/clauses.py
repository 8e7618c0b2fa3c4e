"""Splits a message into the questions it asks: "how often, and is it ok with my bad back?".

Called by the pipeline's reader. A message that is one question and nothing else is left whole.
"""

from __future__ import annotations

import re
from typing import List

FEWEST_WORDS = 2
MOST_QUESTIONS = 3
_END = re.compile(r"(?<=[.?!;])\s+|\n+|\s*[,;]?\s+(?:and also|and then|but also|oh and|plus|also)\b,?\s*|,\s+(?:and|but|or|so)\s+|,\s*(?=(?:how|what|when|where|why|which|is it|can i|should i|do i)\b)|\s+and\s+(?=(?:how|what|when|where|why|which|who|is|are|can|could|should|do|does|will|would)\b)", re.I)  # fmt: skip
_ASKS = re.compile(
    r"^(?:so |ok |okay |hi |hello |hey |please |and |but |well |then |um )*(?:how|what|when|where|why|which|who|whos|hows|whats|is|are|am|can|could|should|shall|do|does|did|will|would|may|must|any|tell me|show me|explain|give me|i want to know|i'?d like to (?:know|book))\b",
    re.I,
)


def questions_in(text: str) -> List[str]:
    """The questions of a message, at most three, in its order; [] where it is nothing but one question."""
    parts = [part.strip(" ,;") for part in _END.split(text) if part and part.strip(" ,;.")]
    asked = [part for part in parts if len(part.split()) >= FEWEST_WORDS and _is_question(part)]
    return asked[:MOST_QUESTIONS] if len(parts) > 1 else []


def _is_question(part: str) -> bool:
    return part.endswith("?") or bool(_ASKS.match(part))

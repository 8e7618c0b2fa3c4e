"""Splits a message into the questions it asks: "how often, and is it ok with my bad back?".

Called by the pipeline's reader. A message that is one question and nothing else is left whole. A long message is also
cut into sentences: a warning sign in passing drowns in a story about something else.
"""

from __future__ import annotations

import re
from typing import List

FEWEST_WORDS = 2
MOST_QUESTIONS = 3
LONG = 14  # words of a message from which it is cut into sentences
SENTENCE = 4  # words of a sentence at least
MOST_SENTENCES = 12
_END = re.compile(r"(?<=[.?!;]) (?:(?:(?:oh )?and also|oh and|also|plus)\b,? )?|\n| ?[,;]? (?:and also|and then|but also|oh and|plus|also)\b,? ?|, (?:and|but|or|so) |, ?(?=(?:how|what|when|where|why|which|is it|can i|should i|do i)\b)| and (?=(?:how|what|when|where|why|which|who|is|are|can|could|should|do|does|will|would)\b)", re.I)  # fmt: skip
_SENTENCE_END = re.compile(r"(?<=[.?!;]) (?:(?:(?:oh )?and also|oh and|also|plus)\b,? )?|\n|,? (?:but|also|plus|though|however) (?=\w)", re.I)
_ASKS = re.compile(
    r"^(?:so |ok |okay |hi |hello |hey |please |and |but |well |then |um )*(?:(?:how|what|when|where|why|which|who|whos|hows|whats|any|tell me|show me|explain|give me|i want to know|i'?d like to (?:know|book))\b"
    r"|(?:is|are|am|can|could|should|shall|do|does|did|will|would|may|must) (?:i|it|we|you|they|he|she|my|your|the|this|that|these|those|there|a|an|hips?|tight|weak|stiff|pelvic|sitting|stretch(?:es|ing)|exercises)\b)",
    re.I,
)


def questions_in(text: str) -> List[str]:
    """The questions of a message, at most three, in its order; [] where it is nothing but one question."""
    lines = "\n".join(" ".join(line.split()) for line in text.splitlines())  # runs of blanks cost the pattern dear
    parts = [part.strip(" ,;") for part in _END.split(lines) if part and part.strip(" ,;.")]
    asked = [part for part in parts if len(part.split()) >= FEWEST_WORDS and _is_question(part)]
    return asked[:MOST_QUESTIONS] if len(parts) > 1 else []


def sentences_in(text: str) -> List[str]:
    """The sentences of a long message, at most twelve; [] where it is short or but one sentence."""
    if len(text.split()) < LONG:
        return []
    lines = "\n".join(" ".join(line.split()) for line in text.splitlines())
    parts = [part.strip(" ,;") for part in _SENTENCE_END.split(lines) if part]
    sentences = [part for part in parts if len(part.split()) >= SENTENCE]
    return sentences[:MOST_SENTENCES] if len(parts) > 1 else []


def _is_question(part: str) -> bool:
    return part.endswith("?") or bool(_ASKS.match(part))

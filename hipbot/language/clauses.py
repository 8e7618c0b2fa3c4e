"""Splits a message into the questions it asks: "how often, and is it ok with my bad back?".

Called by the pipeline's reader. A message that is one question and nothing else is left whole. A long message is also
cut into sentences: a warning sign in passing drowns in a story about something else.
"""

from __future__ import annotations

import re
from typing import Iterator, List

FEWEST_WORDS = 2
MOST_QUESTIONS = 3
BEFORE_A_QUESTION = 3  # words at least that stand before a question that no mark sets off
STILL_ASKING = 5  # words after "how" or "which" in which the same question goes on: "which stretch should I do"
LONG = 14  # words of a message from which it is cut into sentences
SENTENCE = 4  # words of a sentence at least
MOST_SENTENCES = 12

_AUXILIARY = r"(?:is|are|am|can|could|should|shall|do|does|did|will|would|may|must|has|r)"
_SUBJECT = r"(?:i|it|we|u|you|they|he|she|my|your|ur|the|this|that|these|those|there|a|an|some(?:one|body)|any(?:one|body)|every|each|people|both|one|once|twice|before|after|hips?|tight|weak|stiff|pelvic|lean|heat|ice|stretches|exercises|\w{3,}ing)"
_ASKING = rf"(?:(?:for |at |to |in )?(?:how|what|when|where|why|which|who|whos|hows|whats|wheres|whens|any)\b|{_AUXILIARY} {_SUBJECT}\b)"
_WISHING = r"(?:(?:need|want|wanting|wanna|keen|hoping|looking|(?:i'?d |i would )?(?:like|love|rather)) to (?:know|book|see|make|get|change|speak|talk)\b|(?:tell|show|give) me|(?:talk|walk) me through|explain|book me|please book)"
_TIES = r"(?:&|(?:and also|and then|but also|but first|oh and|and|also|plus|but|so|n|btw|by the way|oh|if so)\b)"
# At most four: "and also" is one tie or two, and a message of nothing else would be read in every way there is.
_LEAD_IN = rf"(?:(?:{_TIES}|(?:ok|okay|hi|hello|hey|please|well|then|um|actually|i wanted to know|just wondering|while (?:i'?m|we'?re) here)\b),? ){{0,4}}"
_END = re.compile(
    rf"(?<=[.?!;]) (?:{_TIES},? ){{0,4}}|\n"
    rf"| ?[,;]? (?:and also|and then|but also|oh and|plus|also|btw|by the way)\b,? ?"
    rf"| ?, (?:and|but|or|so) "
    rf"| ?,? (?={_LEAD_IN}(?:{_ASKING}|{_WISHING}))(?:(?<=, )|{_TIES} )",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.?!;]) |\n|,? (?:but|also|plus|though|however) (?=\w)", re.I)
_ASKS = re.compile(rf"^{_LEAD_IN}(?:{_ASKING}|{_WISHING})", re.I)
# A question that starts in mid-sentence with no mark: "how do you do it can I take ibuprofen first".
_STARTS = re.compile(rf" (?=(?:(?:how|what|when|where|why|which) {_AUXILIARY}\b|how (?:often|long|many|much)\b|{_AUXILIARY} (?:i|u|you|we)\b|(?:is|does) it\b))", re.I)  # fmt: skip
_ASKED_WITH = frozenset("how what which when where why who".split())
_GOES_ON = frozenset("i you u we they he she it should can could know tell me him her us them wonder wondering see say ask asking asked about of on to at for in from with explain show through understand sure idea matter depends is are was that thats and or but not like check than as if the a my your this no".split())  # fmt: skip


def questions_in(text: str) -> List[str]:
    """The questions of a message, at most three, in its order; [] where it is nothing but one question."""
    marked = [part.strip(" ,;") for part in _END.split(_tidied(text)) if part and part.strip(" ,;.")]
    parts = [part for whole in marked for part in _unmarked(whole)]
    asked = [part for part in parts if len(part.split()) >= FEWEST_WORDS and _is_question(part)]
    return asked[:MOST_QUESTIONS] if len(parts) > 1 else []


def sentences_in(text: str) -> List[str]:
    """The sentences of a long message, at most twelve; [] where it is short or but one sentence."""
    if len(text.split()) < LONG:
        return []
    parts = [part.strip(" ,;") for part in _SENTENCE_END.split(_tidied(text)) if part]
    sentences = [part for part in parts if len(part.split()) >= SENTENCE]
    return sentences[:MOST_SENTENCES] if len(parts) > 1 else []


def _tidied(text: str) -> str:
    """One blank between words, in the same lines: runs of blanks cost the patterns dear."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def _unmarked(part: str) -> Iterator[str]:
    """The part, cut where a question starts that no mark sets off; not after a word that carries on: "tell me how often"."""
    begin = 0
    for start in (match.start() for match in _STARTS.finditer(part)):
        before = part[begin:start].split()
        last = [word.lower().strip(",'") for word in before[-STILL_ASKING:]]
        if len(before) >= BEFORE_A_QUESTION and last[-1] not in _GOES_ON and not _ASKED_WITH & set(last):
            yield part[begin:start]
            begin = start + 1
    yield part[begin:]


def _is_question(part: str) -> bool:
    return part.endswith("?") or bool(_ASKS.match(part))

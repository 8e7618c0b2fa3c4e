"""Sentences and the Flesch-Kincaid grade. The figures are textstat's, which staff can check them against;
its own import takes longer than the rest of the check (a test holds the two together)."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any, List, Tuple

LONGEST_SENTENCE = 20  # words; clinical safety guide, section 3, "NHS content guide"
FEWEST_WORDS = 5  # a button or a heading has no grade

_WRAPPED = re.compile(r"([^\n.!?:;])\n(?=[^\n-])")  # a line that goes on in the next one
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”')\]]*\s+")


@lru_cache(maxsize=4096)
def sentences(text: str) -> Tuple[str, ...]:
    """Each sentence; a list item and a paragraph end one too."""
    found: List[str] = []
    for line in _WRAPPED.sub(r"\1 ", text).split("\n"):
        found += [s.strip() for s in _SENTENCE_END.split(line.strip().lstrip("-•* ")) if words(s)]
    return tuple(found)


@lru_cache(maxsize=8192)
def words(text: str) -> Tuple[str, ...]:
    return tuple(word for word in text.split() if any(map(str.isalnum, word)))


@lru_cache(maxsize=4096)
def grade(text: str) -> float:
    """The harder of two readings: list items as sentences of their own, or run together."""
    found = sentences(text)
    if len(words(text)) < FEWEST_WORDS:
        return 0.0
    apart = " ".join(s if s[-1] in ".!?" else f"{s}." for s in found)
    return max(_grade(apart), _grade(" ".join(text.replace("- ", "").split())))


def _grade(text: str) -> float:
    """Flesch-Kincaid as textstat 0.7 counts: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    tokens = _bare(text).split()
    if not tokens:
        return 0.0
    parts = re.findall(r"\b[^.!?]+[.!?]*", text)
    count = max(1, len(parts) - sum(len(_bare(part).split()) <= 2 for part in parts))
    length = _rounded(len(tokens) / count)
    syllables = _rounded(sum(_syllables(token.lower()) for token in tokens) / len(tokens))
    return _rounded(0.39 * length + 11.8 * syllables - 15.59)


def _bare(text: str) -> str:
    return re.sub(r"[^\w\s]", "", text)


def _rounded(number: float) -> float:
    return math.floor(number * 10 + math.copysign(0.5, number)) / 10


@lru_cache(maxsize=8192)
def _syllables(word: str) -> int:
    return len(_hyphens().positions(word)) + 1


@lru_cache(maxsize=1)
def _hyphens() -> Any:
    from pyphen import Pyphen  # textstat's own source of syllables

    return Pyphen(lang="en_US")

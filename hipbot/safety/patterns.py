"""Compiles the patterns of `content/safety/` (how they are written: `syntax.py`) to regular expressions over plain words.

Gaps stay within a sentence. Called by `screen.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Dict, FrozenSet, Iterable, Iterator, List, Sequence, Set, Tuple

from hipbot.safety.reading import Message
from hipbot.safety.syntax import GAPS, Vocabulary

NEAR = 22  # words between the parts of an `&` pattern
MOST_REMEMBERED = 10_000  # words; a stranger's gibberish must not fill the memory
Span = Tuple[int, int]  # first word, word after the last
Begun = Tuple[FrozenSet[int], Tuple[int, ...]]  # elements that may begin with a word; those of them that begin a part


class Index:
    """Where in a message each element of the patterns may stand; made once a message.

    A pattern is tried only where its first word is: the cost of a message does not grow with the patterns.
    """

    def __init__(self, message: Message, begun_by: Callable[[str], Begun]) -> None:
        self.message = message
        self.positions: Dict[int, List[int]] = {}  # element that begins a part -> words where it may stand, in order
        possible: Set[int] = set()
        for at, word in enumerate(message.words):
            elements, openers = begun_by(word)
            possible |= elements
            for opener in openers:
                self.positions.setdefault(opener, []).append(at)
        self.possible = possible


@dataclass(frozen=True)
class Part:
    """One side of an `&`, or an `unless`."""

    regex: re.Pattern  # its gaps as short as they can be
    first: int  # the element that it begins with

    def spans(self, index: Index) -> Iterator[Span]:
        """Every match, one a first word. Overlapping ones count: the first may be a denied one."""
        message = index.message
        for at in index.positions.get(self.first, ()):
            match = self.regex.match(message.text, message.starts[at])
            if match:
                yield at, bisect_right(message.starts, match.end() - 1)

    def endings(self, index: Index, at: int) -> Iterator[Tuple[int, Set[int]]]:
        """The last word of the shortest and of the longest match that begins at a word, and the words in its gaps."""
        starts = index.message.starts
        for regex in (self.regex, self._longest):
            match = regex.match(index.message.text, starts[at])
            gaps = [match.span(group) for group in range(1, regex.groups + 1) if match[group]]
            between = {i for first, end in gaps for i in range(bisect_left(starts, first), bisect_left(starts, end))}
            yield bisect_right(starts, match.end() - 1) - 1, between

    @cached_property
    def _longest(self) -> re.Pattern:
        """The same with gaps as long as they can be; compiled where a "not" is met, which few patterns ever are."""
        return re.compile(self.regex.pattern.replace("}?)", "})"))


@dataclass(frozen=True)
class Pattern:
    """One compiled pattern: `parts` in any order, none of `unless` in the message."""

    source: str
    parts: Tuple[Part, ...]
    unless: Tuple[Part, ...]
    needs: frozenset  # element numbers that must all occur

    def spans(self, index: Index) -> List[List[Span]]:
        """The word spans of each part; empty where a part is missing or an `unless` is there."""
        if not self.needs <= index.possible:
            return []
        found = []
        for part in self.parts:
            spans = list(part.spans(index))
            if not spans:
                return []
            found.append(spans)
        return [] if any(True for part in self.unless for _ in part.spans(index)) else found


def near(spans: Sequence[Sequence[Span]]) -> Iterator[Tuple[Span, ...]]:
    """Choices of one span a part that stand near each other."""
    first, *rest = spans
    for span in first:
        chosen = [span]
        for others in rest:
            close = [o for o in others if abs(o[0] - span[0]) <= NEAR]
            if not close:
                break
            chosen.append(min(close, key=lambda o: abs(o[0] - span[0])))
        else:
            yield tuple(chosen)


class Compiler:
    """Compiles patterns, and finds at once which of them a message could match.

    Args:
        vocabulary: nothing is wrong with it, nor with the patterns (`faults.py`).
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._regexes: Dict[str, str] = {}
        self._firsts: Dict[str, Set[str]] = {}
        self._numbers: Dict[str, int] = {}
        self._exact: Dict[str, Set[int]] = {}
        self._stems: Dict[str, Set[int]] = {}
        self._openers: Set[int] = set()
        self._remembered: Dict[str, Begun] = {}

    def compile(self, source: str) -> Pattern:
        parts, unless = self._vocabulary.read(source)
        needs = {self._number(e) for part in parts for e in part if e not in GAPS and not e.endswith("?")}
        self._remembered.clear()
        return Pattern(source, tuple(map(self._part, parts)), tuple(map(self._part, unless)), frozenset(needs))

    def index(self, message: Message) -> Index:
        """Where in the message the patterns compiled so far may match."""
        return Index(message, self._begun_by)

    def _begun_by(self, word: str) -> Begun:
        found = self._remembered.get(word)
        if found is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            stems = (self._stems.get(word[:length], ()) for length in range(1, len(word) + 1))
            elements = frozenset(self._exact.get(word, ())).union(*stems)
            found = self._remembered[word] = elements, tuple(elements & self._openers)
        return found

    def _part(self, elements: Sequence[str]) -> Part:
        first = self._number(elements[0])
        self._openers.add(first)
        return Part(re.compile(self._regex(elements)), first)

    def _number(self, element: str) -> int:
        if element not in self._numbers:
            number = self._numbers[element] = len(self._numbers)
            for first in self._first_words([element]):
                table = self._stems if first.endswith("*") else self._exact
                table.setdefault(first.rstrip("*"), set()).add(number)
        return self._numbers[element]

    def _regex(self, elements: Iterable[str]) -> str:
        return "".join(self._element_regex(e) for e in elements)

    def _element_regex(self, element: str) -> str:
        if element in GAPS:
            return rf"((?:(?!\. )\S+ ){{0,{GAPS[element]}}}?)"
        if element.endswith("?"):
            return f"(?:{self._element_regex(element[:-1])})?"
        return "(?:" + "|".join(self._choice_regex(c) for c in element.split("|")) + ")"

    def _choice_regex(self, choice: str) -> str:
        if choice.startswith("<"):
            return self._set_regex(choice.strip("<>"))
        stem = re.escape(choice.rstrip("*").replace("_", " "))
        return stem + (r"\S* " if choice.endswith("*") else " ")

    def _set_regex(self, name: str) -> str:
        if name not in self._regexes:
            regexes = dict.fromkeys(map(self._regex, self._vocabulary.phrases(name)))
            self._regexes[name] = "(?:" + "|".join(regexes) + ")"
        return self._regexes[name]

    def _first_words(self, elements: Sequence[str]) -> Set[str]:
        first = elements[0]
        found: Set[str] = set()
        for choice in first.rstrip("?").split("|"):
            if choice.startswith("<"):
                found |= self._set_firsts(choice.strip("<>"))
            else:
                stem = choice.split("_")[0]
                found.add(stem + "*" if choice.endswith("*") and "_" not in choice else stem)
        if first.endswith("?") and len(elements) > 1:
            found |= self._first_words(elements[1:])
        return found

    def _set_firsts(self, name: str) -> Set[str]:
        if name not in self._firsts:
            self._firsts[name] = set().union(*map(self._first_words, self._vocabulary.phrases(name)))
        return self._firsts[name]

"""Whether the words of a sign are meant: not denied, not somebody else's past, not a mere question.

Called by `screen.py`; the words themselves are in `content/safety/words.yml` under `context`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Dict, List, Mapping, Sequence, Set

from hipbot.safety.faults import CONTEXT_PATTERNS, CONTEXT_WORDS
from hipbot.safety.patterns import Compiler, Index, Part, Pattern, Span
from hipbot.safety.reading import BREAK

FURTHEST_BACK = 14  # words that a "no" can reach over, in a list
OWNER_REACH = 7  # words between "my dad" and "cancer"
INSIDE_REACH = 6  # words that a "not" within a match can reach over


class Meant(IntEnum):
    """How far a sign's words count."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True)
class Words:
    """Compiled words of the `context` section."""

    deny: frozenset
    passes: frozenset
    listed: frozenset
    links: frozenset
    either: frozenset
    denied_inside: frozenset
    senses: frozenset
    turns: frozenset
    amounts: frozenset
    events: frozenset
    patterns: Mapping[str, Sequence[Pattern]]

    @classmethod
    def compile(cls, data: Mapping[str, Sequence[str]], compiler: Compiler) -> "Words":
        plain = {name: frozenset(data[name]) for name in CONTEXT_WORDS}
        return cls(**plain, patterns={name: list(map(compiler.compile, data[name])) for name in CONTEXT_PATTERNS})


class Context:
    """What surrounds the words of one message."""

    def __init__(self, words: Words, index: Index) -> None:
        self._words, self._index, self._message = words, index, index.message
        self._spans: Dict[str, List[Span]] = {}

    def meant(self, span: Span, sign: "Mapping[str, object]", part: Part) -> Meant:
        """Weigh one match.

        Args:
            span: the words that matched.
            sign: the sign's entry; `history`, `past` and `ever` say what cancels it.
            part: what matched them.
        """
        if self._denied(span[0]) or self._denied_inside(span, part):
            return Meant.NO
        if sign.get("history") and self._of_somebody_else(span):
            return Meant.NO
        if self._over(span, sign):
            return Meant.NO
        sentence = self._sentence(span[0])
        if self._near("asks", sentence) and not self._near("personal", sentence):
            return Meant.NO
        if self._near("hypothetical", sentence) or self._general_question(sentence) or self._told(span, sentence):
            return Meant.MAYBE
        return Meant.YES

    def _general_question(self, sentence: Span) -> bool:
        return self._near("general", sentence) and not self._near("personal", sentence)

    def _told(self, span: Span, sentence: Span) -> bool:
        """Told of a film, a book, a course: not of the asker, as long as no "I" or "my" stands between."""
        for first, _ in self._found("told"):
            before = sentence[0] <= first < span[0]
            if not self._near("personal", (first + 1, span[1]) if before else sentence):
                return True
        return False

    def _denied_inside(self, span: Span, part: Part) -> bool:
        """"Legs are not numb": a "not" in a gap, that no word of the pattern stands for, however far the match is taken to go.

        "Not weak, numb", "not weak and numb" and "no feeling" deny no numbness.
        """
        if self._words.denied_inside.isdisjoint(self._message.words[span[0] : span[1]]):
            return False
        return all(self._denied_among(gaps, last) for last, gaps in part.endings(self._index, span[0]))

    def _denied_among(self, gaps: Set[int], last: int) -> bool:
        listed = False
        for i in range(last - 1, max(last - INSIDE_REACH, -1), -1):
            word = self._message.words[i]
            if i + 1 in self._message.after_comma or word in self._words.senses:
                return False
            if word in self._words.denied_inside:
                return i in gaps
            if word in self._words.either:
                listed = True
            elif not (word in self._words.passes or listed and word in self._words.listed):
                return False
        return False

    def _denied(self, at: int) -> bool:
        """A "no" before the words, with nothing but "have any", "of" or a list in between."""
        linked = at in self._message.after_comma
        for i in range(at - 1, max(at - FURTHEST_BACK, -1), -1):
            word = self._message.words[i]
            if word in self._words.deny:
                return True
            if word in self._words.links:
                linked = True
            elif not (word in self._words.passes or linked and word in self._words.listed):
                return False
            linked = linked or i in self._message.after_comma
        return False

    def _of_somebody_else(self, span: Span) -> bool:
        """"My dad had cancer": not the asker's, unless the complaint is dad's too and not long over."""
        owners = [s for s in self._found("others") if -1 <= span[0] - s[1] + 1 <= OWNER_REACH]
        owners = [s for s in owners if BREAK not in self._message.words[s[0] : span[0]]]
        if not owners or self._found("self"):
            return False
        if self._found("own_complaint"):
            return True
        return not self._found("their_complaint") and (self._long_over(span) or not self._found("they"))

    def _over(self, span: Span, sign: "Mapping[str, object]") -> bool:
        """Over and done: for most signs when long ago, for some (`past`) when something near says so, for `ever` never."""
        if sign.get("past"):
            start, end = self._sentence(span[0])
            near = max(start, span[0] - 6), min(end, span[1] + 8)
            return self._near("past", near) or self._long_over(span)
        return not sign.get("ever") and self._long_over(span)

    def _long_over(self, span: Span) -> bool:
        """"Fell off a roof in my twenties": the same clause says that it is long ago. Beyond "and" or "now" it may be today's."""
        if self._found("returns"):
            return False
        return any(self._is_of(span, ago) for ago in self._found("long_ago"))

    def _is_of(self, span: Span, ago: Span) -> bool:
        """Phones leave commas out: in "heart attack 2 years ago chest pain" and "chest pain had a stroke in 2020" two clauses meet."""
        words, (first, then) = self._message.words, sorted((span, ago))
        if any(words[i] in self._words.turns or words[i] == BREAK for i in range(first[1], then[0])):
            return False
        if any(i in self._message.after_comma for i in range(first[1], then[0] + 1)):
            return False
        if first is ago:
            return self._words.amounts.issuperset(words[self._clause(ago[0]) : ago[0]])
        return self._words.events.isdisjoint(words[span[1] : ago[0]])

    def _clause(self, at: int) -> int:
        """Where the part between commas begins."""
        return max((i for i in (*self._message.after_comma, self._sentence(at)[0]) if i <= at))

    def _near(self, name: str, within: Span) -> bool:
        return any(within[0] <= s[0] < within[1] for s in self._found(name))

    def _sentence(self, at: int) -> Span:
        after = bisect_left(self._breaks, at)
        start = self._breaks[after - 1] + 1 if after else 0
        return start, self._breaks[after] if after < len(self._breaks) else len(self._message.words)

    @cached_property
    def _breaks(self) -> List[int]:
        return [i for i, word in enumerate(self._message.words) if word == BREAK]

    def _found(self, name: str) -> List[Span]:
        """Where words of one kind stand, looked for when first asked for."""
        if name not in self._spans:
            patterns = self._words.patterns[name]
            self._spans[name] = [span for p in patterns for part in p.spans(self._index) for span in part]
        return self._spans[name]

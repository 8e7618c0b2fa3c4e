"""Whether the words of a sign are meant: not denied, not somebody else's past, not a mere question.

Called by `screen.py`; the words themselves are in `content/safety/words.yml` under `context`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Dict, List, Mapping, Optional, Sequence, Set

from hipbot.safety.faults import CONTEXT_PATTERNS, CONTEXT_WORDS
from hipbot.safety.patterns import Compiler, Index, Part, Pattern, Span
from hipbot.safety.reading import BREAK

FURTHEST_BACK = 14  # words that a "no" can reach over, in a list
OWNER_REACH = 7  # words between "my dad" and "cancer"


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
    turns: frozenset
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
        """"Legs are not numb": a "no" in a gap, that no word of the pattern stands for."""
        if self._words.deny.isdisjoint(self._message.words[span[0] : span[1]]):
            return False
        return self._denied(span[1] - 1, part.between(self._index, span[0]))

    def _denied(self, at: int, among: Optional[Set[int]] = None) -> bool:
        """A "no" before the words (`among`: one of these), with nothing but "have any", "of" or a list in between."""
        linked = at in self._message.after_comma
        for i in range(at - 1, max(at - FURTHEST_BACK, -1), -1):
            word = self._message.words[i]
            if word in self._words.deny:
                return among is None or i in among
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
            return self._near("past", near) or self._near("long_ago", near)
        return not sign.get("ever") and self._long_over(span)

    def _long_over(self, span: Span) -> bool:
        """"Fell off a roof in my twenties": the same clause says that it is long ago. Beyond "and" or "now" it may be today's."""
        if self._found("returns"):
            return False
        return any(self._same_clause(*sorted((span, ago))) for ago in self._found("long_ago"))

    def _same_clause(self, one: Span, other: Span) -> bool:
        between, words, commas = range(one[1], other[0]), self._message.words, self._message.after_comma
        turn = any(words[i] in self._words.turns or words[i] == BREAK or i in commas for i in between)
        return not turn and other[0] not in commas

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

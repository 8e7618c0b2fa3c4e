"""How the patterns of `content/safety/` are written:

    numb|<tingling> ... <private_parts>    words, word sets; `...` is up to five words between
    wet .. myself                          `..` is up to two words between, `....` up to nine
    back? pain                             `?` may be missing
    swell*                                 `*` any ending
    living|going_on                        `_` joins the words of one alternative
    <fever> & <body>                       `&` both, near each other, in any order
    lump unless back .. of .. hand         `unless`: does not count when that is in the message too

Called by `patterns.py`, which compiles them, and by `faults.py`, which finds what is wrong with them. Imports next to nothing:
`hipbot check` reads them too, and must not wait for spaCy.
"""

from __future__ import annotations

import difflib
import re
from typing import AbstractSet, Iterable, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

GAPS = {"..": 2, "...": 5, "....": 9}
Elements = Tuple[str, ...]  # of a part, without fillers: gaps, words and word sets with their `|`, `?` and `*`

_UNLESS, _AND = re.compile(r"\sunless\s"), re.compile(r"\s&\s")
_SET = re.compile(r"<(\w+)>")
_WORD = re.compile(r"(?!unless$)[^\W_]+(?:[._&][^\W_]+)*(?:\.?\*)?")  # also `38.*` and `a&e`: a message's words may be such
_NO_WORD = (  # what a word that none can be has in it, and what to write instead; the first that fits
    (r"unless|&", "Write `&` and `unless` between two parts of a pattern, each with a blank on both sides, `unless` last."),
    (r"[.…]+", "Write a gap as `..`, `...` or `....`."),
    (r"", "Write a word on both sides of each `|`, without blanks."),
    (r".*[<>].*", "Write a word set as <name>, a blank or `|` on both sides."),
    (r".*\?.*", "Write `?` behind a word, or behind all its alternatives: left|right?"),
    (r".*\*.*", "Write `*` at the end of a word: numb*"),
    (r".*[A-Z].*", "Write small letters: messages are read so."),
    (r".*", "Write letters and digits only, `_` between the words of one alternative: messages are read so."),
)


class Wrong(NamedTuple):
    """What is wrong with a pattern, without a full stop, and what to write, a whole sentence."""

    wrong: str
    write_instead: str


class Source(NamedTuple):
    """A pattern taken apart: `parts` must all be there, none of `unless`."""

    parts: Sequence[Elements]
    unless: Sequence[Elements]


class Vocabulary:
    """What patterns are made of.

    Args:
        sets: the phrases of each word set.
        fillers: words that are skipped, in messages and in patterns.
    """

    def __init__(self, sets: Mapping[str, Sequence[str]], fillers: AbstractSet[str]) -> None:
        self._sets, self._fillers = sets, fillers

    def read(self, pattern: str) -> Source:
        """Take a pattern apart."""
        wanted, *unless = _UNLESS.split(pattern.strip())
        return Source([self.elements(part) for part in _AND.split(wanted)], [self.elements(part) for part in unless])

    def elements(self, part: str) -> Elements:
        """What one part, or one phrase of a word set, is made of."""
        return tuple(e for e in part.replace("'", "").split() if e.rstrip("?") not in self._fillers)

    def phrases(self, name: str) -> List[Elements]:
        """The phrases of a word set, the longest first; those of fillers only say nothing."""
        return [elements for elements in map(self.elements, sorted(self._sets[name], key=len, reverse=True)) if elements]

    def holds_itself(self, name: str) -> bool:
        """Whether a word set stands in its own phrases, or in those of a set that stands there."""
        reached, todo = set(), [name]
        while todo:
            inside = set(_SET.findall(" ".join(self._sets[todo.pop()]))) & self._sets.keys() - reached
            reached |= inside
            todo += inside
        return name in reached

    def faults(self, pattern: str) -> Iterator[Wrong]:
        """Why a pattern cannot be compiled, or could never be found."""
        source = self.read(pattern)
        for part in (*source.parts, *source.unless):
            yield from self.part_faults(part)

    def part_faults(self, part: Elements) -> Iterator[Wrong]:
        """The same of one part, or one phrase of a word set."""
        if not part or part[0] in GAPS or part[-1] in GAPS or part[0].endswith("?"):
            wrong = f"without fillers, `{' '.join(part)}` does not begin and end with a word"
            yield Wrong(wrong, "Let it begin with a word that must be there; words.yml lists the fillers.")
        for element in part:
            if element not in GAPS:
                for choice in element[: -1 if element.endswith("?") else None].split("|"):
                    yield from self._choice_faults(choice)

    def _choice_faults(self, choice: str) -> Iterator[Wrong]:
        named = _SET.fullmatch(choice)
        if named and named[1] not in self._sets:
            wrong = f"{choice} is not among the word sets of words.yml"
            yield Wrong(wrong, near(named[1], self._sets) or "Mend its name, or add the set there.")
        elif not named and not (_WORD.fullmatch(choice) and choice == choice.lower()):
            advice = next(advice for kind, advice in _NO_WORD if re.fullmatch(kind, choice))
            yield Wrong(f"`{choice}` can stand in no message", advice)


def near(name: str, known: Iterable[str]) -> str:
    """Which one may have been meant; empty where none comes near."""
    found = difflib.get_close_matches(name, sorted(map(str, known)), 1)
    return f"Did you mean `{found[0]}`?" if found else ""

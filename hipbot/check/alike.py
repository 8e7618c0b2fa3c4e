"""Messages of two topics that are nearly the same, by letters and by meaning (vectors of the last training).

Called by `data.py` for all of data/, and by `hipbot/staff` for one message that somebody wants to teach.
"""

from __future__ import annotations

import zipfile
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from hipbot.check.nlu import RED_FLAG, Example, bare, folded
from hipbot.dialogue.topics import LEANING, SMALL_TALK, URGENT

VECTORS = ".hipbot/cache/vectors.npz"  # hipbot/nlu/encoder.py writes it while it trains
LETTERS, MEANING = 92, 0.93  # of 100, and cosine: what stands in the file already
LETTERS_NEW, MEANING_NEW = 90, 0.90  # a new message is easily put in other words, so it keeps more distance
LIKE_A_SLIP = 85  # of 100: the same words with a slip or two
MOST_LETTERS = 80  # of a message that is compared by letters, where it can be by meaning
FEWEST_LETTERS = 8  # "yes" and "yep" are told apart by nothing but letters
SHORT = LEANING | SMALL_TALK  # a few words each, and alike: the talk around them decides
_CHUNK = 256
_MAIN = 96  # axes that hold most of the 384 dimensions


@dataclass(frozen=True)
class Alike:
    """One taught message that is nearly the same as another.

    Attributes:
        by: `letters` or `meaning`.
        degree: 0 to 1.
    """

    example: Example
    by: str
    degree: float


class Taught:
    """All taught messages, ready to be compared.

    Args:
        examples: the messages of every topic.
        vectors: file of the last training's vectors; letters only where it cannot be read.
    """

    def __init__(self, examples: Sequence[Example], vectors: Optional[Path]) -> None:
        self.examples = [e for e in examples if len(folded(e.text)) >= FEWEST_LETTERS]
        self._letters = [folded(e.text) for e in self.examples]
        kept = _read(vectors) if vectors else {}
        self._with_vector = [n for n, e in enumerate(self.examples) if bare(e.text) in kept and has_letters(e.text)]
        self._vectors = [kept[bare(self.examples[n].text)] for n in self._with_vector]

    @property
    def by_meaning(self) -> int:
        """How many messages can be compared by meaning."""
        return len(self._with_vector)

    def near(self, text: str, vector: Any = None, most: int = 5) -> List[Alike]:
        """The taught messages nearest to a text, the nearest first, whatever their topic.

        Args:
            text: a message.
            vector: its sentence vector; by letters only where None.
        """
        from rapidfuzz import fuzz, process

        with_meaning = vector is not None and bool(self._vectors)
        least = LIKE_A_SLIP if with_meaning else 0  # below that, like letters mean little
        found: Dict[int, Alike] = {}
        for _, score, n in process.extract(
            folded(text), self._letters, scorer=fuzz.ratio, limit=most, score_cutoff=least
        ):
            found[n] = Alike(self.examples[n], "letters", score / 100)
        if with_meaning:
            import numpy as np

            scores = np.asarray(self._vectors) @ vector
            for at in np.argsort(scores)[::-1][:most]:
                n = self._with_vector[at]
                if n not in found or found[n].degree < scores[at]:
                    found[n] = Alike(self.examples[n], "meaning", float(scores[at]))
        return sorted(found.values(), key=lambda a: a.degree, reverse=True)

    def pairs(self) -> Iterator[Tuple[Example, Alike]]:
        """Every pair under two topics that is too near, once; the later one comes first, a red flag's before all others."""
        told = set()
        for a, b, by, degree in [*self._by_letters(), *self._by_meaning()]:
            first, second = sorted((self.examples[a], self.examples[b]), key=lambda e: (e.file, e.line))
            if (first, second) not in told and folded(first.text) != folded(second.text):
                told.add((first, second))
                yield second, Alike(first, by, degree)

    def _by_letters(self) -> Iterator[Tuple[int, int, str, float]]:
        """Sorted by length, so that each is compared with those of about its own length only.

        Two long messages that can be compared by meaning are left to that: they would take two thirds of the time.
        """
        known = set(self._with_vector)
        order = sorted(self._long(range(len(self.examples))), key=lambda n: len(self._letters[n]))
        left = [n for n in order if len(self._letters[n]) > MOST_LETTERS and n in known]
        rest = [n for n in order if len(self._letters[n]) <= MOST_LETTERS or n not in known]
        yield from self._like_letters(rest, rest)
        yield from self._like_letters([n for n in rest if len(self._letters[n]) > MOST_LETTERS], left)

    def _like_letters(self, some: Sequence[int], others: Sequence[int]) -> Iterator[Tuple[int, int, str, float]]:
        """Pairs of one of these and one of those, both from short to long; where both are in both, once or twice."""
        import numpy as np
        from rapidfuzz import fuzz, process

        these, those = ([self._letters[n] for n in part] for part in (some, others))
        lengths, span = list(map(len, those)), (200 - LETTERS) / LETTERS
        for start in range(0, len(these), _CHUNK):
            chunk = these[start : start + _CHUNK]
            first = start if some is others else bisect_left(lengths, len(chunk[0]) / span)
            last = bisect_right(lengths, len(chunk[-1]) * span)
            scores = process.cdist(
                chunk, those[first:last], scorer=fuzz.ratio, score_cutoff=LETTERS, dtype=np.uint8, workers=-1
            )
            for x, y in zip(*np.nonzero(scores)):
                one, other = some[start + x], others[first + y]
                if one != other and self._apart(one, other):
                    yield one, other, "letters", float(scores[x, y]) / 100

    def _by_meaning(self) -> Iterator[Tuple[int, int, str, float]]:
        places = [at for at, n in enumerate(self._with_vector) if self.examples[n].topic not in SHORT]
        if not places:
            return
        import numpy as np

        vectors = np.asarray([self._vectors[at] for at in places])
        short = _shortened(vectors)
        for start in range(0, len(places), _CHUNK):
            first, second = np.nonzero(short[start : start + _CHUNK] @ short[start:].T >= MEANING)
            first, second = first[first < second] + start, second[first < second] + start
            scores = np.einsum("ij,ij->i", vectors[first], vectors[second])
            for x, y, score in zip(first[scores >= MEANING], second[scores >= MEANING], scores[scores >= MEANING]):
                a, b = self._with_vector[places[x]], self._with_vector[places[y]]
                if self._apart(a, b):
                    yield a, b, "meaning", float(score)

    def _long(self, numbers: Sequence[int]) -> List[int]:
        return [n for n in numbers if self.examples[n].topic not in SHORT]

    def _apart(self, a: int, b: int) -> bool:
        """Whether the two lead elsewhere. Two that both lead to help may be as alike as they are."""
        one, other = self.examples[a].topic, self.examples[b].topic
        return one != other and not (leads_to_help(one) and leads_to_help(other))


def _shortened(vectors: Any) -> Any:
    """Vectors of a quarter of the length whose product is never less than that of the whole ones, shape (n, _MAIN + 1).

    Their main axes, and the length of all the rest: the product of two rests is at most that of their lengths.
    """
    import numpy as np

    axes = np.linalg.eigh(vectors.T @ vectors)[1][:, -_MAIN:]
    main = vectors @ axes
    rest = np.sqrt(np.maximum(0, (vectors**2).sum(axis=1) - (main**2).sum(axis=1)))
    return np.hstack([main, rest[:, None]])


def leads_to_help(topic: str) -> bool:
    """A red flag, or the topics of somebody who asks for help."""
    return topic.startswith(RED_FLAG) or topic in URGENT


def has_letters(text: str) -> bool:
    """Pictures alone have no meaning to the encoder: it takes all of them for one."""
    return any(map(str.isalpha, text))


def too_near(alike: Alike) -> bool:
    """Whether a message that is to be taught stands too near to this taught one."""
    return alike.degree >= (LETTERS_NEW / 100 if alike.by == "letters" else MEANING_NEW)


def _read(file: Path) -> Dict[str, Any]:
    """Vectors by text; {} where there are none yet."""
    if not file.is_file():
        return {}
    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as kept:
            vectors = kept["vectors"]
            return {
                **dict(zip(kept["as_written"].tolist(), vectors[kept["rows"]])),
                **dict(zip(kept["texts"].tolist(), vectors)),
            }
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}

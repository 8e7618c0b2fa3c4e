"""Messages of two topics that are nearly the same, by letters and by meaning (vectors of the last training).

Called by `data.py` for all of data/, and by `hipbot/staff` for one message that somebody wants to teach.
"""

from __future__ import annotations

import zipfile
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from hipbot.check.nlu import RED_FLAG, Example, bare, folded
from hipbot.dialogue.topics import LEANING, SMALL_TALK, URGENT

VECTORS = ".hipbot/cache/vectors.npz"  # hipbot/nlu/encoder.py writes it while it trains
LETTERS, MEANING = 92, 0.93  # of 100, and cosine: what stands in the file already
LETTERS_NEW, MEANING_NEW = 90, 0.90  # a new message is easily put in other words, so it keeps more distance
LIKE_A_SLIP = 85  # of 100: the same words with a slip or two
MOST_LETTERS = 80  # of a message that is compared by letters, where it can be by meaning
FEWEST_LETTERS = 8  # "yes" and "yep" are told apart by nothing but letters
SHORT = LEANING | SMALL_TALK  # a few words each, and alike: the talk around them decides
_CHUNK, _TILE = 256, 2048  # messages whose products with as many others fit a processor's cache
_MAIN = 32  # axes that hold half of what the 384 dimensions tell apart
_COUNTS = 96  # letters and numbers: "at least three e"
_ROUNDING = 0.01  # more than float32 loses, far less than one letter


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
        rows, self._vectors = _read(vectors) if vectors else ({}, None)
        self._row = {n: rows[bare(e.text)] for n, e in enumerate(self.examples) if bare(e.text) in rows and has_letters(e.text)}

    @property
    def by_meaning(self) -> int:
        """How many messages can be compared by meaning."""
        return len(self._row)

    def near(self, text: str, vector: Any = None, most: int = 5) -> List[Alike]:
        """The taught messages nearest to a text, the nearest first, whatever their topic.

        Args:
            text: a message.
            vector: its sentence vector; by letters only where None.
        """
        from rapidfuzz import fuzz, process

        with_meaning = vector is not None and bool(self._row)
        least = LIKE_A_SLIP if with_meaning else 0  # below that, like letters mean little
        found: Dict[int, Alike] = {}
        for _, score, n in process.extract(
            folded(text), self._letters, scorer=fuzz.ratio, limit=most, score_cutoff=least
        ):
            found[n] = Alike(self.examples[n], "letters", score / 100)
        if with_meaning:
            import numpy as np

            known = list(self._row)
            scores = self._vectors[list(self._row.values())] @ vector
            for at in np.argsort(scores)[::-1][:most]:
                n = known[at]
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
        order = sorted(self._long(range(len(self.examples))), key=lambda n: len(self._letters[n]))
        left = [n for n in order if len(self._letters[n]) > MOST_LETTERS and n in self._row]
        rest = [n for n in order if len(self._letters[n]) <= MOST_LETTERS or n not in self._row]
        yield from self._like_letters(rest, rest)
        yield from self._like_letters([n for n in rest if len(self._letters[n]) > MOST_LETTERS], left)

    def _like_letters(self, some: Sequence[int], others: Sequence[int]) -> Iterator[Tuple[int, int, str, float]]:
        """Pairs of one of these and one of those, both from short to long; where both are in both, once or twice."""
        import numpy as np
        from rapidfuzz import fuzz

        lengths, span = [len(self._letters[n]) for n in others], (200 - LETTERS) / LETTERS
        for start in range(0, len(some), _CHUNK):
            these = np.array(some[start : start + _CHUNK])
            first = start if some is others else bisect_left(lengths, len(self._letters[these[0]]) / span)
            those = np.array(others[first : bisect_right(lengths, len(self._letters[these[-1]]) * span)], dtype=int)
            for x, y in _above(*_counted(self._counts[these], self._counts[those]), 0) if len(those) else ():
                x, y = these[x], those[y]
                apart = self._goals[x] != self._goals[y]
                for one, other in zip(x[apart].tolist(), y[apart].tolist()):
                    score = fuzz.ratio(self._letters[one], self._letters[other], score_cutoff=LETTERS)
                    if score:
                        yield one, other, "letters", score / 100

    def _by_meaning(self) -> Iterator[Tuple[int, int, str, float]]:
        known = self._long(self._row)
        if not known:
            return
        import numpy as np

        vectors = self._vectors[[self._row[n] for n in known]]
        goals, short = self._goals[known], _shortened(vectors)
        for start in range(0, len(known), _CHUNK):
            for x, y in _above(short[start : start + _CHUNK], short[start:], MEANING):
                x, y = x + start, y + start
                apart = (x < y) & (goals[x] != goals[y])
                x, y = x[apart], y[apart]
                for one, other, score in zip(x, y, np.einsum("ij,ij->i", vectors[x], vectors[y])):
                    if score >= MEANING:
                        yield known[one], known[other], "meaning", float(score)

    def _long(self, numbers: Iterable[int]) -> List[int]:
        return [n for n in numbers if self.examples[n].topic not in SHORT]

    @cached_property
    def _goals(self) -> Any:
        """Where each message leads, as a number: two that both lead to help may be as alike as they are."""
        import numpy as np

        numbers: Dict[str, int] = {}
        topics = ("help" if leads_to_help(e.topic) else e.topic for e in self.examples)
        return np.array([numbers.setdefault(topic, len(numbers)) for topic in topics])

    @cached_property
    def _counts(self) -> Any:
        """How often each letter stands in each message, shape (messages, letters)."""
        import numpy as np

        letters = np.frombuffer("\n".join(self._letters).encode("latin-1", "replace"), np.uint8)
        ends = letters == ord("\n")
        places = (np.cumsum(ends) * 256 + letters)[~ends]
        counts = np.bincount(places, minlength=256 * len(self._letters)).reshape(-1, 256)
        return counts[:, counts.any(axis=0)]


def _above(rows: Any, columns: Any, least: float) -> Iterator[Tuple[Any, Any]]:
    """Which rows have a product of at least so much with which columns; tile by tile."""
    for start in range(0, len(columns), _TILE):
        product = rows @ columns[start : start + _TILE].T
        places = (product >= least).ravel().nonzero()[0]  # of a table, not of one long row, it takes thirty times as long
        yield places // product.shape[1], places % product.shape[1] + start


def _counted(these: Any, those: Any) -> Tuple[Any, Any]:
    """Rows whose product is negative where the letters alone show that two messages are not alike.

    Where one has at least so many of a letter and the other has not, that is a letter too many or too few; of 100 letters of
    both no more than 8 may be. Chosen are the letters and numbers that about half of the messages have.
    """
    import numpy as np

    sample = those[:: len(those) // _CHUNK + 1]
    shares = np.array([(sample >= count).mean(axis=0) for count in range(1, sample.max() + 1)])
    count, letter = np.unravel_index(np.argsort(np.abs(shares - 0.5), axis=None)[:_COUNTS], shares.shape)
    has, has_too = ((counts[:, letter] > count).astype(np.float32) for counts in (these, those))
    spare, spare_too = (
        (counts.sum(axis=1) * (1 - LETTERS / 100) - own.sum(axis=1))[:, None] / 2 + _ROUNDING
        for counts, own in ((these, has), (those, has_too))
    )
    rows, columns = [has, spare, np.ones_like(spare)], [has_too, np.ones_like(spare_too), spare_too]
    return np.hstack(rows).astype(np.float32), np.hstack(columns).astype(np.float32)


def _shortened(vectors: Any) -> Any:
    """Vectors of a twelfth of the length whose product is never less than that of the whole ones, shape (n, _MAIN + 1).

    Their main axes, and the length of all the rest: the product of two rests is at most that of their lengths.
    """
    import numpy as np

    sample = vectors[:: len(vectors) // 4_000 + 1]  # any axes will do, the main ones are only shorter
    axes = np.linalg.eigh(sample.T @ sample)[1][:, -_MAIN:]
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


def _read(file: Path) -> Tuple[Dict[str, int], Any]:
    """The row of each text, and the vectors; neither where there are none yet."""
    if not file.is_file():
        return {}, None
    import numpy as np

    from hipbot.language.kept_vectors import separate

    try:
        with np.load(file, allow_pickle=False) as kept:
            rows = dict(zip(separate(kept["as_written"]), kept["rows"].tolist()))
            return {**rows, **{text: row for row, text in enumerate(separate(kept["texts"]))}}, kept["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}, None

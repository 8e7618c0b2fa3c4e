"""Splits a message into spaCy tokens and gives each token its likely spelling in NORM.

Whatever matches words later (entities, safety patterns) matches NORM, so a typo is mended once,
here, and the patient's own words stay untouched.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.metadata import distribution
from pathlib import Path
from typing import AbstractSet, Dict, FrozenSet, Iterable, List, Mapping, Union

import spacy
from rapidfuzz.distance import OSA
from spacy.tokens import Doc

SHORTEST_MENDED = 3  # letters; of words so short only a swap or a missing letter is mended ("hwo", "bck")
RARER = 8  # a taught word is a slip of another that stands in eight times as many messages
TWO_SLIPS_FROM = 8  # letters; from this length on, two slips are forgiven
MOST_REMEMBERED = 10_000  # a stranger's gibberish must not fill the memory
MOST_CHARACTERS = 1_000  # the website's limit; what stands behind it is not read
DICTIONARY = "symspellpy/frequency_dictionary_en_82_765.txt"  # a word and how often books have it, a line each
PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "-": " ", "/": " ", "‐": " ", "–": " ", "_": " ", **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff", " ")})


class Speller:
    """Mends words that nobody writes to the nearest word that patients do write."""

    def __init__(self, taught: Union[Mapping[str, int], Iterable[str]], english: AbstractSet[str]) -> None:
        """Args:
        taught: words with how many messages have them, typos among them too; or right words only.
        english: words that are always left as they are.
        """
        self._taught = dict(taught) if isinstance(taught, Mapping) else dict.fromkeys(taught, 1)
        self._english = english
        self._by_first_letter: Dict[str, List[str]] = {}
        for word in self._taught:
            if len(word) >= SHORTEST_MENDED:
                self._by_first_letter.setdefault(word[0], []).append(word)
        self._memory: Dict[str, str] = {}

    def mend(self, word: str) -> str:
        """The word itself where it is known, else its nearest taught neighbour, else itself."""
        if len(word) < SHORTEST_MENDED or word in self._english or not word.isalpha():
            return word
        if word not in self._memory:
            if len(self._memory) >= MOST_REMEMBERED:
                self._memory.clear()
            self._memory[word] = self._nearest(word)
        return self._memory[word]

    def _nearest(self, word: str) -> str:
        """The fewest slips away, then the most frequent."""
        allowed = 1 if len(word) < TWO_SLIPS_FROM else 2
        near = []
        for letter in dict.fromkeys(word[:2]):  # the first letter is rarely wrong, sometimes swapped
            for candidate in self._by_first_letter.get(letter, ()):
                if abs(len(candidate) - len(word)) <= allowed and self._may_be(word, candidate):
                    distance = OSA.distance(word, candidate, score_cutoff=allowed)
                    if distance <= allowed:
                        near.append((distance, -self._taught[candidate], candidate))
        return min(near)[2] if near else word

    def _may_be(self, word: str, candidate: str) -> bool:
        """Whether one may be a slip for the other: far rarer, and, where short, only swapped or short of a letter."""
        if candidate == word or self._taught[candidate] < RARER * self._taught.get(word, 0):
            return False
        return len(word) > SHORTEST_MENDED or sorted(candidate) == sorted(word) or len(candidate) > len(word)


class Reader:
    """spaCy's English tokenizer (no statistical model), with mended spelling in NORM."""

    def __init__(self, speller: Speller) -> None:
        self.nlp = spacy.blank("en")
        self._speller = speller

    def read(self, text: str) -> Doc:
        """The message as tokens; offsets are those of `text`."""
        doc = self.nlp(plain(text[:MOST_CHARACTERS]))
        for token in doc:
            token.norm_ = self._speller.mend(token.norm_.lower())
        return doc

    def mended(self, doc: Doc, text: str) -> str:
        """The text that `doc` was read from, with mended words in place of misspelt ones."""
        parts, end = [], 0
        for token in doc:
            right = self._speller.mend(token.lower_)
            if right != token.lower_:
                parts += [text[end : token.idx], right]
                end = token.idx + len(token)
        return "".join([*parts, text[end:]])


def plain(text: str) -> str:
    """Straight quotes, spaces for hyphens, slashes and invisible marks; the length stays, so that offsets do."""
    return text.translate(PLAIN)


@lru_cache(maxsize=1)  # the pipeline and the safety layer both want them
def english_words(tokenizer_file: Path) -> FrozenSet[str]:
    """Words that are no slips: the frequent ones, and 82,765 of symspellpy (SCOWL's words that books use).

    Raises:
        FileNotFoundError: if `tokenizer_file` is missing (`make setup` fetches it).
    """
    lines = distribution("symspellpy").locate_file(DICTIONARY).read_text("utf-8-sig").splitlines()
    return frequent_words(tokenizer_file).union(line.partition(" ")[0] for line in lines)


def frequent_words(tokenizer_file: Path) -> FrozenSet[str]:
    """Whole words of the sentence encoder's vocabulary: some 20,000 of the most frequent ones.

    Raises:
        FileNotFoundError: if `tokenizer_file` is missing (`make setup` fetches it).
    """
    vocabulary = json.loads(tokenizer_file.read_text("utf-8"))
    return frozenset(word for word in vocabulary["model"]["vocab"] if word.isalpha())

"""Splits a message into spaCy tokens and gives each token its likely spelling in NORM.

Whatever matches words later (entities, safety patterns) matches NORM, so a typo is mended once,
here, and the patient's own words stay untouched.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, Iterable, List, Set

import spacy
from rapidfuzz.distance import DamerauLevenshtein
from spacy.tokens import Doc

SHORTEST_MENDED = 4  # letters; shorter words have too many neighbours
TWO_SLIPS_FROM = 8  # letters; from this length on, two slips are forgiven
MOST_REMEMBERED = 10_000  # a stranger's gibberish must not fill the memory
MOST_CHARACTERS = 1_000  # the website's limit; what stands behind it is not read
PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "-": " ", "‐": " ", "–": " ", "_": " "})


class Speller:
    """Mends words that nobody writes to the nearest word that patients do write."""

    def __init__(self, taught: Iterable[str], english: Set[str]) -> None:
        """Args:
        taught: words of the training data, the most frequent first.
        english: further words to leave as they are.
        """
        taught = list(taught)
        self._known = english | set(taught)
        self._by_first_letter: Dict[str, List[str]] = {}
        for word in taught:
            if len(word) >= SHORTEST_MENDED:
                self._by_first_letter.setdefault(word[0], []).append(word)
        self._memory: Dict[str, str] = {}

    def mend(self, word: str) -> str:
        """The word itself where it is known, else its nearest taught neighbour, else itself."""
        if len(word) < SHORTEST_MENDED or word in self._known or not word.isalpha():
            return word
        if word not in self._memory:
            if len(self._memory) >= MOST_REMEMBERED:
                self._memory.clear()
            self._memory[word] = self._nearest(word)
        return self._memory[word]

    def _nearest(self, word: str) -> str:
        allowed = 1 if len(word) < TWO_SLIPS_FROM else 2
        best, best_distance = word, allowed + 1
        for letter in {word[0], word[1]}:  # the first letter is rarely wrong, sometimes swapped
            for candidate in self._by_first_letter.get(letter, ()):
                if abs(len(candidate) - len(word)) > allowed:
                    continue
                distance = DamerauLevenshtein.distance(word, candidate, score_cutoff=allowed)
                if distance < best_distance:
                    best, best_distance = candidate, distance
        return best


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


def plain(text: str) -> str:
    """Straight quotes, and spaces for hyphens; the length stays, so that offsets do."""
    return text.translate(PLAIN)


def english_words(tokenizer_file: Path) -> Set[str]:
    """Whole words of the sentence encoder's vocabulary: some 20,000 of the most frequent ones.

    Raises:
        FileNotFoundError: if `tokenizer_file` is missing (`make setup` fetches it).
    """
    vocabulary = json.loads(tokenizer_file.read_text("utf-8"))
    return {word for word in vocabulary["model"]["vocab"] if word.isalpha()}

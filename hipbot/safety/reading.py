"""Turns a message into the plain words that the patterns of `content/safety/` are matched against.

Called by the safety layer. Filler words are dropped, so that "really really numb" is "numb".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

import yaml
from rapidfuzz.distance import DamerauLevenshtein

from hipbot.language.reader import MOST_CHARACTERS, MOST_REMEMBERED, Reader, Speller, english_words, plain

WordsLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # all values are text: `no`, `on` and `12` are words too
MOST_SCREENED = 4_000  # characters; safety reads further than the reader's website limit
BREAK = "."  # stands for every mark that ends a sentence
_ENDS = re.compile(r"[.?!;:\n]")
_STRETCHED = re.compile(r"([a-z])\1{2,}")  # "nummmmb", "soooo"
_AGE_AND_SEX = re.compile(r"(?:^|(?<=\()|(?<=\bi'm )|(?<=\bim ))(\d{1,2}) ?[mf](?=[ ,.)]|$)(?! (?:tall|long|high|away|sprints?|runs?|race|dash)\b)", re.I)  # "14M sprinter here"
_SPOKEN = re.compile(r"(\S*)(\s*)")
_WORD = re.compile(r"[a-z']{2,}")
SURE_LENGTH = 6  # letters; without an English word list only longer words are mended


@dataclass(frozen=True)
class Message:
    """One message, ready for matching.

    Attributes:
        words: mended lower-case words without fillers; sentence ends are `BREAK`.
        after_comma: positions of words that follow a comma.
        text: the words joined, with a space at both ends.
        starts: offset in `text` of each word.
    """

    words: Tuple[str, ...]
    after_comma: frozenset
    text: str
    starts: Tuple[int, ...]


class CarefulSpeller(Speller):
    """Mends one slip in a long word only: for a machine without the list of English words."""

    def mend(self, word: str) -> str:
        return super().mend(word) if len(word) >= SURE_LENGTH else word

    def _nearest(self, word: str) -> str:
        found = super()._nearest(word)
        return found if DamerauLevenshtein.distance(word, found) <= 1 else word


class MessageReader:
    """Reads a text with the clinic's `Reader`, in pieces, so that long texts are read too."""

    def __init__(self, reader: Reader, same: Mapping[str, str], fillers: Set[str]) -> None:
        self._reader = reader
        self._same = {word: meant.split() for word, meant in same.items()}
        self.fillers = fillers
        self._memory: Dict[str, Sequence[str]] = {}

    def read(self, text: str) -> Message:
        """The first `MOST_SCREENED` characters of `text` as a message."""
        words: List[str] = []
        commas: Set[int] = set()
        for word in self._words(_AGE_AND_SEX.sub(r"\1 years old", text[:MOST_SCREENED])):
            if word == ",":
                commas.add(len(words))
            elif word != BREAK or (words and words[-1] != BREAK):
                words.append(word)
        return message_of(words, commas)

    def _words(self, text: str) -> Iterator[str]:
        for piece in _pieces(plain(text).lower()):  # spaCy knows "can't" and "Can't", not "CAN'T"
            for spoken, blank in _SPOKEN.findall(piece):
                if spoken:
                    yield from self._read(spoken)
                if "\n" in blank:
                    yield BREAK

    def _read(self, spoken: str) -> Sequence[str]:
        """The words of what stands between two blanks: people say the same ones again and again."""
        found = self._memory.get(spoken)
        if found is None:
            if len(self._memory) >= MOST_REMEMBERED:
                self._memory.clear()
            found = tuple(word for token in self._reader.read(spoken) for word in self._meant(token))
            self._memory[spoken] = found
        return found

    def _meant(self, token) -> Sequence[str]:
        if _ENDS.search(token.text) and not any(c.isalnum() for c in token.text):
            return [BREAK]
        if token.text == ",":
            return [","]
        if token.is_space or not any(c.isalnum() for c in token.text):
            return []
        word = _STRETCHED.sub(r"\1\1", token.lower_)
        meant = self._same.get(word) or self._same.get(token.norm_) or [token.norm_.replace("'", "")]
        return [w for w in meant if w not in self.fillers]


def _pieces(text: str) -> Iterator[str]:
    """Cut at a space, so that no word is cut in two."""
    while len(text) > MOST_CHARACTERS:
        cut = text.rfind(" ", 0, MOST_CHARACTERS)
        cut = cut if cut > 0 else MOST_CHARACTERS
        yield text[:cut]
        text = text[cut:]
    yield text


def message_of(words: Sequence[str], commas: Set[int]) -> Message:
    """Join words to a message; `commas` are the positions of words that follow one."""
    starts, offset = [], 1
    for word in words:
        starts.append(offset)
        offset += len(word) + 1
    return Message(tuple(words), frozenset(commas), " " + "".join(w + " " for w in words), tuple(starts))


def safety_reader(folder: Path, tokenizer_file: Optional[Path] = None) -> Reader:
    """A reader whose speller knows every word of the red-flag data.

    Args:
        folder: `content/safety`.
        tokenizer_file: the encoder's `tokenizer.json`, for the list of English words; may be missing.
    """
    taught = _words_of(folder)
    if tokenizer_file is not None and tokenizer_file.is_file():
        return Reader(Speller(taught, english_words(tokenizer_file)))
    return Reader(CarefulSpeller(taught, set()))


def _words_of(folder: Path) -> Dict[str, int]:
    """Words of the matching parts of the data, all equally likely; stems are left out."""
    found: Dict[str, int] = {}
    for name in ("words.yml", "signs.yml", "red_flags.yml"):
        for text in _texts(yaml.load((folder / name).read_text("utf-8"), Loader=WordsLoader)):
            text = re.sub(r"<[^>]*>|\S*\*", " ", text.lower())
            found.update(dict.fromkeys(_WORD.findall(text), 1))
    return found


def _texts(node) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in ("same", "fillers", "source", "title"):
                yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)

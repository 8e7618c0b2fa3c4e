"""Takes personal data out of a message before it is stored:

names, phone numbers, e-mails, addresses, NHI numbers, dates of birth.

Called by `hipbot.missed`. When in doubt it takes out: a word that nobody knows may be a name, so it goes too.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import FrozenSet, Iterable, List, Set

from hipbot.language.reader import MOST_CHARACTERS, Speller, frequent_words
from hipbot.privacy import names, patterns
from hipbot.privacy.patterns import Span

WORDS = Path(__file__).with_name("words.txt")
SHORTEST_MENDED = 5  # letters of a misspelt word that is kept: shorter ones may be names as well
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MARKUP = re.compile(r"\]\([^)]*\)|\]\{[^}]*\}")
COMMON_CAPITALS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january february march april may"
    " june july august september october november december christmas easter matariki english maori samoan tongan hindi"
    " chinese i im ive id ill acc gp mri"
    " nz new zealand zoom google youtube apple fitbit garmin strava achilles kia ora tena koe hello hi hey thanks ok"
    " okay dr mr mrs ms acc english french".split()
)


class Scrubber:
    """Scrubs messages, one by one.

    Args:
        known: words that are surely no names unless names.txt has them: of a language, or of the clinic.
        clinics: the clinic's and its patients' own words: they may have a capital anywhere, and typos of them are kept.
        listed: the names.
    """

    def __init__(self, known: Iterable[str], clinics: Iterable[str], listed: "names.Names | None" = None) -> None:
        listed = listed or names.read()
        own = {names.folded(word) for word in clinics} | _listed_words()
        everything = frozenset(own | {names.folded(word) for word in known} | COMMON_CAPITALS)
        self._speller = Speller({word for word in own if len(word) >= SHORTEST_MENDED}, everything)
        self._names = names.NameFinder(
            listed, everything, frozenset(own - listed.sure - listed.words | COMMON_CAPITALS), self._is_slip
        )

    def __call__(self, text: str) -> str:
        """The first `MOST_CHARACTERS` with `[name]`, `[phone number]` and so on where those stood, on one line."""
        text = _HIDDEN.sub("", unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]))
        shaped = _merged(patterns.spans(text))
        masked = _replaced(text, shaped, lambda span: " " * (span[1] - span[0] - 1) + "." if span[1] > span[0] else "")
        found = _merged([*shaped, *self._names.spans(masked)])
        return " ".join(_replaced(text, found, lambda span: f"[{span[2]}]").split())

    def _is_slip(self, word: str) -> bool:
        return len(word) >= SHORTEST_MENDED and self._speller.mend(word) != word


def scrubber(root: Path, tokenizer_file: Path) -> Scrubber:
    """The project's scrubber: English from the encoder's list (rarer words may be names: Kestrel), the clinic's words from data/ and content/."""
    return Scrubber(frequent_words(tokenizer_file), _clinics_words(root))


def _clinics_words(root: Path) -> FrozenSet[str]:
    """Words of the training messages and of the content, as far as they are plain words."""
    found: Set[str] = set()
    for path in [root / "data" / "nlu.yml", *sorted((root / "content").rglob("*.yml"))]:
        found.update(_LETTERS.findall(_MARKUP.sub("]", path.read_text("utf-8").lower())))
    return frozenset(found)


def _listed_words() -> Set[str]:
    lines = WORDS.read_text("utf-8").splitlines()
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def _merged(spans: Iterable[Span]) -> List[Span]:
    """Spans in order, overlapping ones made one; the label is that of the first."""
    merged: List[Span] = []
    for start, end, label in sorted(spans, key=lambda span: (span[0], -span[1])):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2])
        elif end > start:
            merged.append((start, end, label))
    return merged


def _replaced(text: str, spans: List[Span], by) -> str:
    parts, end = [], 0
    for span in spans:
        parts += [text[end : span[0]], by(span)]
        end = span[1]
    return "".join([*parts, text[end:]])

"""Names in a message, by list, by the words around them, by capitals, and by being no word that anybody knows.

Used by `scrub.py`.

Statistical name finders are of little use here: patients write "it's hemi here" (docs/decisions/0005-publishing.md).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import AbstractSet, Callable, FrozenSet, Iterator, List, Sequence

from hipbot.privacy.patterns import Span

FILE = Path(__file__).with_name("names.txt")
NAME, UNKNOWN = "name", "word"  # labels
_WORD = re.compile(r"[^\W\d_]+(?:['’`][^\W\d_]+)*", re.UNICODE)
_SENTENCE_END = re.compile(r"[.!?:;\n…]|[\U0001F300-\U0001FAFF]")
_ENDING = re.compile(r"(?:'(?:s|d|ll|ve|re|m)?|n't)$")  # "anna's", "it'd", "don't"
_STRETCHED = re.compile(r"(.)\1{2,}")
SHORTEST_UNKNOWN = 3  # letters
MOST_OF_A_NAME = 3  # words
SHOUTING = 0.6  # share of capitalised words from which capitals mean nothing

_GREETING = "hi hey hello hiya helo heya yo gday dear kiaora morena malo talofa bula namaste"
_INTRO = re.compile(  # what stands right before a name, whatever word that is
    r"(?:(?:\b|my|sur)name(?:['’]?s|\s+(?:is|was|here\s+is)|\s*[:=-])?|\bcall(?:s|ed|ing)?\s+(?:me|him|her)|\bnamed"
    r"|\bknown\s+as|\b(?:am|is|was|i['’]?m|s?he['’]?s|son|daughter|friend|boy|girl)\s+called|\bgo(?:es)?\s+by\s+the\s+name|\bko"
    r"|\b(?:kind\s+|warm\s+|best\s+|many\s+)?regards|\bsincerely|\bfaithfully|\bng[aā]\s+mihi(?:\s+nui)?|\baroha\s*nui|\bsigned|\bon\s+behalf\s+of)\s*[,:;.\-–—\n]*\s*$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:dr|doc|mr|mrs|ms|mx|prof|professor|rev|sir|dame|matua|whaea|koro|kaumatua)\.?\s+$", re.IGNORECASE
)
_PERSON = re.compile(  # what may stand before a name: a name that is a word, too, needs more than a small letter
    r"(?:\b(?:i\s*am|i['’]?m|im|it\s+is|it['’]?s|its|this\s+is|here\s+is|doctor|nurse|aunt(?:y|ie)?|uncle|miss|cousin|coach"
    r"|(?:son|daughter|wife|husband|partner|mum|mom|mother|father|dad|brother|sister|friend|mate|boss|trainer|pt|physio|osteo|osteopath|gp"
    r"|therapist|chiro|chiropractor|surgeon|boy|girl|kid|baby|niece|nephew|cousin|flatmate|neighbour|colleague|grandson|granddaughter|mokopuna"
    r"|girlfriend|boyfriend|fianc[eé]e?|receptionist|specialist|massage\s+therapist)(?:\s+is|['’]s)?"
    r"|saw|see|seeing|seen|with|by|from|to|for|of|met|tell|told|contact|ring|rang|thanks|thank\s+you|thankyou|thx|cheers|ta|chur|love|and|attn|cc|xx?)[\s,!:\-–—]*$)",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"(?:\b(?:thanks|thank\s+you|thankyou|thx|cheers|love|from|yours|xx?x?)[\s,.!]*|(?:^|[\s.!?])[-–—~]\s*|\n\s*)$",
    re.IGNORECASE,
)
_AT_END = re.compile(r"^[\s.!,)x😊🙏👍-]*$", re.IGNORECASE)
_HERE = re.compile(r"^\s*[,]?\s*(?:here|speaking|again here)\b", re.IGNORECASE)
_EPONYM = re.compile(r"^['’]?s?\s+(?:test|stretch|tendon|squat|deadlift|curl|press)\b", re.IGNORECASE)
_CLOSED = frozenset(  # never a name, even where one is expected
    "a an the and or but so i me my mine we our us you your he his him she her they their them it its this that these those there here is am are"
    " was were be been being do does did done dont not no yes yeah nah have has had having will would can could"
    " shall should may might must"
    " im ive id ill youre hes shes theyre whats thats if when then than as at by for from in into of off on onto out"
    " over to up with without about"
    " after before again always never just only also too very really more most much many some any all both each"
    " every other same who what which"
    " why how where please pls thanks thank said says told asked thinks wants needs someone anybody somebody"
    " something nothing today tomorrow"
    " yesterday now soon later heaps mate team guys everyone all hi hello hey ok okay cheers"
    " back good well fine bad better worse sore tight stiff old new still".split()
)  # fmt: skip


@dataclass(frozen=True)
class Names:
    """Folded names: `sure` wherever they stand, `words` only where a name is expected."""

    sure: FrozenSet[str]
    words: FrozenSet[str]


@dataclass(frozen=True)
class Token:
    """A word of the message with its place."""

    start: int
    end: int
    text: str
    folded: str


def read(file: Path = FILE) -> Names:
    """The list of names.txt."""
    found = {"sure": set(), "also-words": set()}
    part = ""
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("["):
            part = line.strip("[]")
        elif line and not line.startswith("#"):
            found[part].update(line.split())
    return Names(frozenset(found["sure"]), frozenset(found["also-words"]))


def folded(text: str) -> str:
    """Small letters without macrons, accents and apostrophes' kinds; "anna's" is "anna"."""
    bare = "".join(
        c
        for c in unicodedata.normalize("NFKD", text.replace("’", "'").replace("`", "'"))
        if not unicodedata.combining(c)
    )
    return _ENDING.sub("", bare.lower())


class NameFinder:
    """Finds names in one message.

    Args:
        known: folded words that patients and clinic use: never unknown.
        common: those of them that keep their meaning with a capital, such as "Hyrox" or "Monday".
        mends: whether a misspelt word is surely meant as one of the clinic's words.
    """

    def __init__(
        self, names: Names, known: AbstractSet[str], common: AbstractSet[str], mends: Callable[[str], bool]
    ) -> None:
        self._names, self._known, self._common, self._mends = names, known, common, mends

    def spans(self, text: str) -> Iterator[Span]:
        tokens = [Token(*m.span(), m.group(), folded(m.group())) for m in _WORD.finditer(text)]
        labels: List[str] = [""] * len(tokens)
        capitals_count = _capitals_count(tokens)
        for index, token in enumerate(tokens):
            if not labels[index] and not _EPONYM.match(text[token.end :]):
                self._judge(text, tokens, labels, index, capitals_count)
        self._neighbours(text, tokens, labels)
        return ((t.start, t.end, label) for t, label in zip(tokens, labels, strict=True) if label)

    def _judge(self, text: str, tokens: Sequence[Token], labels: List[str], index: int, capitals_count: bool) -> None:
        token = tokens[index]
        before, after = text[max(0, token.start - 40) : token.start], text[token.end : token.end + 20]
        capital = capitals_count and token.text[:1].isupper()
        announced = _INTRO.search(before) or _TITLE.search(before)
        if announced and (token.folded not in _CLOSED or token.folded in self._names.words):
            self._whole_name(tokens, labels, index, text)
        elif self._is_sure(token):
            labels[index] = NAME
        elif token.folded in _CLOSED and not capital:
            return
        elif self._may_be(token, capital and _within(text, token)) and self._expected(before, after, token, capital):
            labels[index] = NAME
        elif capital and _within(text, token) and not self._is_common(token):
            labels[index] = NAME
        elif self._is_unknown(token):
            labels[index] = UNKNOWN

    def _expected(self, before: str, after: str, token: Token, capital: bool) -> bool:
        """Whether this is a place for a name."""
        alone = _AT_END.match(after) is not None
        if _SIGN_OFF.search(before) and alone and (before.strip() or capital):
            return True
        greeted = not before.strip() or before.strip(" ,!").rsplit(None, 1)[-1:] in ([g] for g in _GREETING.split())
        if _HERE.match(after) and (greeted or _PERSON.search(before)):
            return True
        if before.strip(" ,!").lower().split()[-1:] and before.strip(" ,!").lower().split()[-1] in _GREETING.split():
            return capital or after[:1] in ",!." or alone
        return capital and bool(_PERSON.search(before))

    def _may_be(self, token: Token, capital_within: bool) -> bool:
        return (
            token.folded in self._names.words
            or capital_within
            and not self._is_common(token)
            or self._is_unknown(token)
        )

    def _whole_name(self, tokens: Sequence[Token], labels: List[str], index: int, text: str) -> None:
        """A name that was announced, with up to two more words of it."""
        end = tokens[index].start
        for place in range(index, min(index + MOST_OF_A_NAME, len(tokens))):
            token = tokens[place]
            if text[end : token.start].strip(" -.'’") or (token.folded in _CLOSED and place > index):
                return
            if place > index and not self._goes_on(token):
                return
            labels[place], end = NAME, token.end

    def _goes_on(self, token: Token) -> bool:
        listed = token.folded in self._names.sure | self._names.words
        return listed or not self._is_common(token)

    def _neighbours(self, text: str, tokens: Sequence[Token], labels: List[str]) -> None:
        """A name beside a name: "mere stone", "Tane Te Whare"."""
        for places in (range(1, len(tokens)), range(len(tokens) - 2, -1, -1)):
            for place in places:
                other = place - 1 if places.step > 0 else place + 1
                gap = text[min(tokens[place].end, tokens[other].end) : max(tokens[place].start, tokens[other].start)]
                if labels[place] or labels[other] != NAME or gap.strip(" -") or tokens[place].folded in _CLOSED:
                    continue
                capital = (
                    tokens[place].text[:1].isupper()
                    and tokens[other].text[:1].isupper()
                    and not tokens[place].text.isupper()
                )
                if (
                    tokens[place].folded in self._names.words
                    and places.step > 0
                    or capital
                    and not self._is_common(tokens[place])
                ):
                    labels[place] = NAME

    def _is_sure(self, token: Token) -> bool:
        return token.folded in self._names.sure or token.folded.replace("'", "") in self._names.sure

    def _is_common(self, token: Token) -> bool:
        """A word that stays what it is with a capital: the clinic's own words, days, all capitals."""
        return (
            token.folded in self._common
            or len(token.text) > 1
            and token.text.isupper()
            and not self._is_unknown(token)
            or len(token.text) == 1
        )

    def _is_unknown(self, token: Token) -> bool:
        word = token.folded.replace("'", "")
        if len(word) < SHORTEST_UNKNOWN or not word.isascii():
            return len(word) >= SHORTEST_UNKNOWN
        return not self._is_known(word) and not self._mends(word)

    def _is_known(self, word: str) -> bool:
        short = _STRETCHED.sub(r"\1", word)
        return any(form in self._known for w in {word, short, _STRETCHED.sub(r"\1\1", word)} for form in _forms(w))


def _forms(word: str) -> Iterator[str]:
    """The word and what it may be a form of: "stretches", "foamrolled" is not."""
    yield word
    for ending, instead in (
        ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("d", ""), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"),
        ("ers", ""), ("est", ""), ("ly", ""), ("y", ""), ("ness", ""), ("ful", ""), ("less", ""), ("able", ""), ("in", "ing"),
    ):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_UNKNOWN:
            stem = word[: -len(ending)]
            yield stem + instead
            if len(stem) > SHORTEST_UNKNOWN and stem[-1] == stem[-2]:
                yield stem[:-1]
    for first in ("un", "re", "pre", "post", "over", "non", "anti", "mid", "semi"):
        if word.startswith(first) and len(word) - len(first) > SHORTEST_UNKNOWN:
            yield word[len(first) :]


def _capitals_count(tokens: Sequence[Token]) -> bool:
    """Whether capitals mean something in this message."""
    words = [token for token in tokens if len(token.text) > 1]
    capitals = sum(token.text[0].isupper() for token in words)
    return len(words) <= 3 or capitals <= SHOUTING * len(words)


def _within(text: str, token: Token) -> bool:
    """Not the first word of a sentence."""
    before = text[: token.start].rstrip(" \"'“‘(,-–")
    return bool(before) and not _SENTENCE_END.match(before[-1])

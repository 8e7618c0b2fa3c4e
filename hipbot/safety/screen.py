"""The entry point of the red-flag layer: one message in, one finding out.

Called with every patient message, before intents. Pure: no network, no encoder, no database.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Sequence, Tuple

from hipbot.language.reader import Reader
from hipbot.safety import data
from hipbot.safety.context import Context, Meant, Words
from hipbot.safety.faults import LEVELS
from hipbot.safety.patterns import Index, near
from hipbot.safety.reading import MessageReader, message_of

COMPLAINT, BACK_PAIN = "complaint", "back_pain"
BLANK = "_"  # stands where an idiom stood


@dataclass(frozen=True)
class Finding:
    """What a message means for safety.

    Attributes:
        flag: id of the most urgent flag, or None.
        level: emergency, same_day, gp_soon, book or crisis, or None.
        sure: False where the closed question `ask` comes first.
        ask: id of the closed question, or None.
        halves: signs to remember for later turns, old and new.
        exclusions: reasons to give no exercise steps.
        mentions_back_pain: the asker's back hurts.
        complaint: the message has a body complaint.
        flags: every flag found, the most urgent first, for staff.
        denied: flags whose words are there and not meant ("no numbness", "my dad had cancer").
        signs: what the message says of itself ("cannot stand"), for whoever finds the flag that they make more urgent.
    """

    flag: Optional[str] = None
    level: Optional[str] = None
    sure: bool = True
    ask: Optional[str] = None
    halves: Tuple[str, ...] = ()
    exclusions: Tuple[str, ...] = ()
    mentions_back_pain: bool = False
    complaint: bool = False
    flags: Tuple[str, ...] = ()
    denied: FrozenSet[str] = frozenset()
    signs: FrozenSet[str] = frozenset()


@dataclass(frozen=True)
class _Raised:
    flag: data.Flag
    level: str
    sure: bool

    @property
    def urgency(self) -> Tuple[int, float]:
        """Sure help today comes before a question about an emergency: no action may get lost."""
        rank = LEVELS.index(self.level)
        if not self.sure:
            rank = min(rank, LEVELS.index("same_day")) - 0.5
        return rank, LEVELS.index(self.level)


class Safety:
    """The compiled red-flag data."""

    def __init__(self, loaded: data.SafetyData, reader: Reader) -> None:
        self.data = loaded
        self._reader = MessageReader(reader, loaded.same, set(loaded.fillers))
        self._context = Words.compile(loaded.context, loaded.compiler)

    @classmethod
    def load(cls, folder: Path, reader: Reader) -> "Safety":
        """Args:
            folder: `content/safety`.
            reader: see `safety_reader`.

        Raises:
            SafetyDataError: with every fault of the data.
        """
        return cls(data.load(folder), reader)

    def screen(self, text: str, halves: Sequence[str] = (), complaint_before: bool = False) -> Finding:
        """Look for red flags in one message.

        Args:
            text: as the patient typed it.
            halves: `Finding.halves` of the turns before.
            complaint_before: an earlier message had a body complaint.
        """
        weighed = self.weighed(text)
        signs = {name: meant for name, meant in weighed.items() if meant}
        before = {h: Meant.YES for h in halves if h in self.data.signs}
        if complaint_before:
            before[COMPLAINT] = Meant.YES
        raised = sorted(self._raised(signs, before), key=lambda r: r.urgency, reverse=True)
        finding = self._finding(signs, tuple(halves), raised)
        return replace(finding, denied=self._denied({n for n, meant in weighed.items() if not meant}, finding))

    def signs(self, text: str) -> Dict[str, Meant]:
        """The signs of a message that are meant, and how far."""
        return {name: meant for name, meant in self.weighed(text).items() if meant}

    def weighed(self, text: str) -> Dict[str, Meant]:
        """The signs whose words are in a message, and how far each is meant; `Meant.NO`: not at all."""
        index = self._without_idioms(self.data.compiler.index(self._reader.read(text)))
        context = Context(self._context, index)
        found = {}
        for sign in self.data.signs.values():
            meant = self._weigh(sign, index, context)
            if meant is not None:
                found[sign.id] = meant
        return found

    def words_of(self, sign: str, text: str) -> Tuple[str, ...]:
        """The words of a message that a sign's patterns match, meant or not, for staff."""
        message = self._reader.read(text)
        index = self.data.compiler.index(message)
        spans = (span for p in self.data.signs[sign].patterns for part in p.spans(index) for span in part)
        return tuple(dict.fromkeys(" ".join(message.words[first:end]) for first, end in spans))

    def _weigh(self, sign: data.Sign, index: Index, context: Context) -> Optional[Meant]:
        best: Optional[Meant] = None
        possible = index.possible
        for pattern in sign.patterns:
            if not pattern.needs <= possible:  # nearly always: worth not calling `spans` for
                continue
            spans = pattern.spans(index)
            for chosen in near(spans) if spans else ():
                best = max(best or Meant.NO, min(context.meant(s, sign, part) for s, part in zip(chosen, pattern.parts)))
                if best is Meant.YES:
                    return best
        return best

    def _without_idioms(self, index: Index) -> Index:
        """Blank out what is not meant, such as "killing my quads"."""
        message = index.message
        words = list(message.words)
        for pattern in self.data.not_meant:
            for spans in pattern.spans(index):
                for first, end in spans:
                    words[first:end] = [BLANK] * (end - first)
        if words == list(message.words):
            return index
        return self.data.compiler.index(message_of(words, set(message.after_comma)))

    def _raised(self, signs: Dict[str, Meant], before: Dict[str, Meant]) -> List[_Raised]:
        known = {**before, **signs}
        raised = []
        for flag in self.data.flags.values():
            fits = [
                _Raised(flag, level, flag.ask is None or sure and all(known[n] is Meant.YES for n in needed))
                for level, needed, sure in flag.rules
                if needed <= known.keys() and needed & signs.keys()
            ]
            if fits:
                raised.append(max(fits, key=lambda r: r.urgency))
        return raised

    def _finding(self, signs: Dict[str, Meant], halves: Tuple[str, ...], raised: List[_Raised]) -> Finding:
        top = raised[0] if raised else None
        new = [name for name, meant in signs.items() if meant is Meant.YES and self.data.signs[name].half]
        return Finding(
            flag=top.flag.id if top else None,
            level=top.level if top else None,
            sure=top.sure if top else True,
            ask=top.flag.ask if top and not top.sure else None,
            halves=tuple(dict.fromkeys([*halves, *new])),
            exclusions=self._exclusions(signs, raised),
            mentions_back_pain=signs.get(BACK_PAIN) is Meant.YES,
            complaint=signs.get(COMPLAINT) is Meant.YES,
            flags=tuple(r.flag.id for r in raised),
            signs=frozenset(name for name, meant in signs.items() if meant is Meant.YES),
        )

    def _denied(self, signs: Set[str], finding: Finding) -> FrozenSet[str]:
        """Flags that rest on one of the signs and were not found all the same."""
        return frozenset(
            flag.id
            for flag in self.data.flags.values()
            if flag.id not in finding.flags and any(needed & signs for _, needed, _ in flag.rules)
        )

    def _exclusions(self, signs: Dict[str, Meant], raised: List[_Raised]) -> Tuple[str, ...]:
        found = [name for sign in signs for name in self.data.signs[sign].excludes]
        found += [name for r in raised for name in r.flag.excludes]
        return tuple(dict.fromkeys(found))

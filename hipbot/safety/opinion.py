"""The classifier's second opinion on a message, for danger in words that no pattern lists.

Called by `hipbot.dialogue.care` with what `hipbot.nlu.classifier` makes of the message. It may add danger to what the patterns
found, and where it is sure that there is none, their alarm becomes the closed question: it never takes one away. Only a question
that the patterns themselves doubt, not of the gravest kind, is left unasked where it reads nothing either.
Thresholds were measured on tests/safety (`hipbot safety report`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import FrozenSet, Mapping, Optional, Tuple

from hipbot.safety.data import Flag
from hipbot.safety.faults import LEVELS
from hipbot.safety.screen import Finding

ALARM = 0.85  # confidence in urgent flags together: from here on the best one's answer
ASK = 0.035  # and from here on its closed question, where the message worries as well;
GRAVEST = frozenset({1, 2, 4, 8, 11, 14})  # rows of the safety guide that may never be missed:
GRAVE = 1.5  # confidence in them counts so many times before the closed question
WORRYING = 4.8  # see `_worry`; what adds to the danger of the whole message, from a logistic regression (decision 7):
SENTENCE, URGENT_SHARE, COMPLAINT, LENGTH = 0.5, 3.0, 1.0, 5.0
ENOUGH_WORDS = 12  # of a message for confidence in urgent flags to count in full: "both legs at once?" is all flag words
LEAST = 1e-4  # probability, so that its log odds are a number
SURE_OF_CRISIS = 0.67  # 4 of 7,190 other messages sound like more; 0.5 found no more cries for help, and took tiredness for one
ASK_CRISIS = 0.33  # from here on the closed question, unless help for something else is sure, or another question likelier
OUTWEIGHS = 0.8  # the same where the patterns have found another danger
SURE_OF_SENDING_ON = 0.25  # for flags that a GP or the clinic should see
EXCLUDES = 0.15  # confidence in a flag from which its exclusions hold
CRISIS_DENIED = 0.5  # what is left of the confidence in a crisis where its words are denied: "not going to hurt myself"
DENIED = 0.04  # what is left of the confidence in a flag whose words the patterns saw and found not meant
NO_DANGER = 0.2  # confidence in all flags together under which a pattern's alarm is asked about first: none of 200 fresh red flags was
NOTHING_AT_ALL = 0.008  # and under which even plain words of a crisis are asked about: no cry for help of 760 was so low
NOTHING = 0.05  # and under which a question that the patterns doubt is not asked: no red flag of 1,900 was so low
HELP_TODAY = ("same_day", "emergency")
URGENT_FROM = LEVELS.index("same_day")


@dataclass(frozen=True)
class Opinion:
    """What the classifier makes of a message. No flags at all: nobody was asked.

    Attributes:
        flags: flag id -> confidence, 0 to 1, of the likeliest ones.
        crisis: the confidence in a crisis.
        danger: the confidence in all red flags and a crisis together, in the message as a whole.
        sentence: the same in the most dangerous of its sentences.
        words: how many the message has.
    """

    flags: Mapping[str, float]
    crisis: float = 0.0
    danger: float = 0.0
    sentence: float = 0.0
    words: int = ENOUGH_WORDS


def with_second_opinion(finding: Finding, opinion: Opinion, flags: Mapping[str, Flag]) -> Finding:
    """The finding, more urgent where the opinion is."""
    if finding.level == "crisis":
        finding = _of_a_crisis(finding, opinion, flags)
    found_already = finding.sure and finding.level in HELP_TODAY
    crisis = opinion.crisis * (CRISIS_DENIED if "crisis" in finding.denied else 1.0)
    if crisis >= (OUTWEIGHS if found_already else SURE_OF_CRISIS):
        return _raised(finding, "crisis", "crisis", None, ())
    known = {name: p * _weight(name, finding, opinion, flags) for name, p in opinion.flags.items() if name in flags}
    excludes = tuple(why for name, p in known.items() if p >= EXCLUDES for why in flags[name].excludes)
    if _no_danger(finding, opinion, flags):
        finding = replace(finding, sure=False, ask=flags[finding.flag].ask)
    elif _nothing(finding, opinion, flags):
        finding = replace(finding, flag=None, level=None, sure=True, ask=None)
    flag, level, sure = _verdict(known, flags, _worry(finding, opinion, flags) >= WORRYING, finding.signs)
    if flag is not None and flag == finding.flag and not finding.sure:
        sure = False  # "I need to pee all the time": the patterns know that it may be nothing
    ask = None if flag is None or sure else flags[flag].ask
    raised = _raised(finding, flag, level, ask, excludes)
    surely_else = raised.sure and raised.level in HELP_TODAY
    if crisis >= ASK_CRISIS and not surely_else and crisis >= opinion.flags.get(raised.flag or "", 0.0):
        return _raised(raised, "crisis", "crisis", flags["crisis"].ask, ())
    return raised


def _of_a_crisis(finding: Finding, opinion: Opinion, flags: Mapping[str, Flag]) -> Finding:
    """Words of a crisis get its card, doubtful ones where the classifier has a doubt as well.

    Otherwise they are asked about: plain ones where it reads nothing at all. "A burden on my daughter's card" is let pass.
    """
    if not finding.sure and finding.flags == ("crisis",) and _reads_less_than(NOTHING, opinion):
        return replace(finding, flag=None, level=None, sure=True, ask=None, flags=())
    doubted = _reads_less_than(NOTHING_AT_ALL if finding.sure else ASK_CRISIS, opinion)
    return replace(finding, sure=not doubted, ask=flags["crisis"].ask if doubted else None)


def _worry(finding: Finding, opinion: Opinion, flags: Mapping[str, Flag]) -> float:
    """How much speaks for the closed question, in log odds but for a constant.

    Danger in the whole message and in one of its sentences; how much of it is urgent, and not denied; whether the body is
    complained of; and whether there are words enough to tell.
    """
    urgent = sum(p for name, p in opinion.flags.items() if name in flags and _is_urgent(flags[name]) and name not in finding.denied)
    share = urgent / max(sum(opinion.flags.values()), LEAST)
    said = COMPLAINT * finding.complaint + LENGTH * _length(opinion)
    return _log_odds(opinion.danger) + SENTENCE * _log_odds(opinion.sentence) + URGENT_SHARE * share + said


def _log_odds(probability: float) -> float:
    return math.log((probability + LEAST) / (1.0 - probability + LEAST))


def _length(opinion: Opinion) -> float:
    """How much of a message that is long enough to tell it is, 0 to 1."""
    return min(1.0, opinion.words / ENOUGH_WORDS)


def _weight(name: str, finding: Finding, opinion: Opinion, flags: Mapping[str, Flag]) -> float:
    """Of the confidence in a flag. Few words make an urgent one doubtful; "lupus, sore hip" says enough for a GP."""
    length = _length(opinion) if _is_urgent(flags[name]) else 1.0
    return length * (DENIED if name in finding.denied else 1.0)


def _is_urgent(flag: Flag) -> bool:
    return LEVELS.index(flag.level) >= URGENT_FROM


def _no_danger(finding: Finding, opinion: Opinion, flags: Mapping[str, Flag]) -> bool:
    """The patterns alarm, the classifier reads nothing like it, nor any other flag. A crisis is never asked about."""
    if not finding.sure or finding.flag not in flags or flags[finding.flag].ask is None:
        return False
    return finding.level in HELP_TODAY and _reads_less_than(NO_DANGER, opinion)


def _nothing(finding: Finding, opinion: Opinion, flags: Mapping[str, Flag]) -> bool:
    """"Can stretching cause a blood clot?": the patterns are not sure that it is meant, and the classifier reads nothing like it."""
    if finding.sure or finding.flag not in flags or flags[finding.flag].row in GRAVEST:
        return False
    return finding.level in HELP_TODAY and _reads_less_than(NOTHING, opinion)


def _reads_less_than(little: float, opinion: Opinion) -> bool:
    """In the likeliest dangers together, by which a found flag is weighed; where nobody was asked, it is not known."""
    return bool(opinion.flags) and opinion.crisis + sum(opinion.flags.values()) < little


def _verdict(
    known: Mapping[str, float], flags: Mapping[str, Flag], worrying: bool, signs: FrozenSet[str]
) -> Tuple[Optional[str], Optional[str], bool]:
    """Flag, its level, and whether that is sure; `worrying`: enough for the closed question."""
    urgent = {name: p for name, p in known.items() if _is_urgent(flags[name])}
    together = sum(urgent.values())
    gravest = sum(p for name, p in urgent.items() if flags[name].row in GRAVEST)
    if together >= ALARM or (worrying and together + (GRAVE - 1) * gravest >= ASK):
        best = max(urgent, key=urgent.__getitem__)
        return best, flags[best].level, together >= ALARM or flags[best].ask is None
    waiting = {name: p for name, p in known.items() if not _is_urgent(flags[name])}
    best = max(waiting, key=waiting.__getitem__, default=None)
    if best is not None and waiting[best] >= SURE_OF_SENDING_ON:
        return best, _level_with(flags[best], signs), True
    return None, None, True


def _level_with(flag: Flag, signs: FrozenSet[str]) -> str:
    """The flag's level, or the higher one that other signs give it: a child, and it cannot stand.

    The classifier stands in for the flag's own sign; the patterns have the others.
    """
    own = next((needed for level, needed, _ in flag.rules if level == flag.level and needed != {flag.id}), frozenset())
    raised = [level for level, needed, _ in flag.rules if needed - own and needed - own <= signs]
    return max([flag.level, *raised], key=LEVELS.index)


def _raised(
    finding: Finding, flag: Optional[str], level: Optional[str], ask: Optional[str], excludes: Tuple[str, ...]
) -> Finding:
    """The more urgent of the two; a sure one before a question of the same level."""
    exclusions = tuple(dict.fromkeys((*finding.exclusions, *excludes)))
    if level is None or _rank(finding.level, finding.sure) >= _rank(level, ask is None):
        return replace(finding, exclusions=exclusions)
    flags = tuple(dict.fromkeys((flag, *finding.flags)))
    return replace(finding, flag=flag, level=level, sure=ask is None, ask=ask, exclusions=exclusions, flags=flags)


def _rank(level: Optional[str], sure: bool) -> Tuple[float, int]:
    """Sure help today comes before a question about an emergency, as in `screen.py`."""
    if level is None:
        return -1.0, -1
    rank = LEVELS.index(level)
    return (float(rank), rank) if sure else (min(rank, URGENT_FROM) - 0.5, rank)

"""Since when: "since Christmas", "first felt it in March", "it's been so since we bought the bach".

Called by `duration.py`. A day that the calendar knows is counted from; of one that only the patient knows no more is said than that
it was a while ago.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Iterator, Tuple

MONTHS = "january february march april may june july august september october november december".split()
HOLIDAYS = {
    "christmas": (12, 25), "xmas": (12, 25), "new year": (1, 1), "new years": (1, 1), "easter": (4, 5),
    "waitangi": (2, 6), "anzac day": (4, 25), "matariki": (7, 10), "halloween": (10, 31), "labour weekend": (10, 26),
    "labour day": (10, 26), "kings birthday": (6, 1), "king's birthday": (6, 1), "queens birthday": (6, 1), "mothers day": (5, 10),
    "mother's day": (5, 10), "fathers day": (9, 6), "father's day": (9, 6), "term 1": (2, 1), "term one": (2, 1),
    "term 2": (4, 28), "term two": (4, 28), "term 3": (7, 20), "term three": (7, 20), "term 4": (10, 12), "term four": (10, 12),
    "summer": (12, 1), "autumn": (3, 1), "winter": (6, 1), "spring": (9, 1), "last summer": (12, 1), "last winter": (6, 1),
    "last spring": (9, 1), "last autumn": (3, 1),
}  # fmt: skip
A_WHILE = 3.0  # weeks, of a day that nobody but the patient can date

_MONTH = "|".join(m + "|" + m[:3] for m in MONTHS)
_NAMED = "|".join(sorted(HOLIDAYS, key=len, reverse=True))
_WHEN = rf"(?P<when>(?:(?:about|around|early|late|mid|last|the) )*(?:(?P<month>{_MONTH})\b(?: (?P<of>20\d\d)\b)?|(?P<day>{_NAMED})\b|(?P<year>(?:19|20)\d\d)\b))"
_AT = r"(?:in|at|over|around|during|about|before|after|since)"
_BEGAN = rf"(?:started|began|start|came on|crept in|first (?:felt|noticed|hurt|happened|got|had|went))(?: (?:it|this|up|that|hurting|aching|to|hurt|properly|me)){{0,2}} {_AT}"
_HURT = rf"(?:pulled|strained|tweaked|hurt|injured|popped|stuffed|did (?:my|it|the)|it went)(?: \w+){{0,5}} {_AT}"
_AS_IN = rf"(?:where|same as|like|no better than|no different (?:from|to|than)|as (?:bad|stiff|tight|sore|bung|crook) as) (?:it|they|i|he|she) (?:was|were|did) {_AT}"
_INSIDE = r"since (?:[^.?!,;(\n]{0,60}? )(?:in|at|of|over|around|last|before|after|during|was)"
_FROM = re.compile(rf"\bfrom (?:[^.?!,;\n]{{0,40}} )?{_WHEN},?(?: (?:right|all|the|way|up|on|through)){{0,4}} (?:to|till|until) (?:now|today|this)\b")
_DATED = re.compile(rf"\b(?:since|{_BEGAN}|{_AS_IN}|{_INSIDE}) {_WHEN}")
_HURT_IN = re.compile(rf"\b{_HURT} {_WHEN}")
_RECENTLY = re.compile(r"\bsince (?P<last>yesterday|this morning|last night|today|the weekend|last week|last month|last year|(?:last )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b")
_LAST_WEEKS = {"last week": 1, "last month": 5, "last year": 52}
_TROUBLE = r"(?:been|(?:has|have|had) (?:it|this|that)|hurts?|ach(?:e|es|ed|ing)|sore|stiff|tight|dodgy|niggl\w*|crook|grumbl\w+|nag\w*|bug(?:s|ged|ging)|bother\w*|tugg\w+|trouble|pains?|problems?)"
_OWN_DAY = re.compile(rf"\b{_TROUBLE}\b[^.?!\n]{{0,80}}? since (?P<event>(?!and |but |so )[^.?!,;(\n]{{3,60}}?)(?= (?:and|but|so|which|because|when)\b|[.?!,;(\n]|$)")
# "tight since I sit all day" gives a reason. What may have been this morning is no while; a fall has flags of its own.
_REASON = re.compile(r"^(?:(?:it|he|she|that) (?!was\b)\w+s\b|(?:i|we|you|they|he|she|it|there|(?:my|the|our|this) \w+)(?:'m|'re|'s| am| are| is| have| has| do| don't| does| doesn't| can| can't| sit| work| drive| stand| train| run| play| cycle| ride| live| want| like| need| spend| use| only| mostly| usually)\b)")
JUST_NOW = re.compile(r"^(?:about |around )?(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midday)\b)|\b(?:yesterday|today|tonight|morning|arvo|afternoon|evening|night|weekend|this week|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|days?|hours?|mins?|minutes?|gym|training|work ?outs?|sessions?|class|match|games?|runs?|running|race|marathon|squats?|squatting|dead ?lifts?|sprints?|leg day|stretch\w*|exercis\w*|lunges?|yoga|pilates|hike|walk|ride|lunch|breakfast|dinner|woke|waking|got up)\b")
_NO_DAY = re.compile(r"\b(?:week|appointment|visit|then|now|last|fell|fall|landed|slipped|tripped|crash\w*|tackle\w*|popped|tore|accident|knock\w*|lift\w*|twisted|pulled|tweaked|bent|bending|started|starting|began)\b")

_UNITS = {name: n for n, name in enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split())}  # fmt: skip
_SPELLED_YEAR = re.compile(rf"\b(?:two thousand(?: and)?|twenty) (?P<of>(?:twenty (?=one|two|three|four|five|six|seven|eight|nine))?(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))}))\b(?! (?:days?|weeks?|months?|years?|sec\w*|min\w*|reps?|times?))")


def with_years_in_figures(text: str) -> str:
    """ "two thousand and nineteen" and "twenty nineteen", as dictation writes a year, as 2019."""
    return _SPELLED_YEAR.sub(_in_figures, text)


def since(text: str, today: date) -> Iterator[Tuple[float, str]]:
    """Weeks since each day that the text names, with words to repeat ("since early july").

    Args:
        text: one message in lower case, with straight quotes.
    """
    hurt_in = (match for match in _HURT_IN.finditer(text) if not match["year"])  # what was pulled in 2008 may be long healed
    for match in (*_DATED.finditer(text), *_FROM.finditer(text), *hurt_in):
        yield _weeks(match, today), f"since {match['when'].replace('the ', '')}"
    if match := _RECENTLY.search(text):
        yield _LAST_WEEKS.get(match["last"], 0.5), match.group()


def since_some_day(text: str) -> bool:
    """Whether it has gone on since a day that only the patient knows, and that was a while ago: "since we bought the bach"."""
    own = _OWN_DAY.search(text)
    return bool(own) and not any(pattern.search(own["event"]) for pattern in (_REASON, JUST_NOW, _NO_DAY))


def _weeks(match: "re.Match[str]", today: date) -> float:
    """From the named day to today; of a month or a holiday the last one that has been, unless its year is given."""
    if match["year"]:
        return _between(date(min(int(match["year"]), today.year), 1, 1), today)
    if not match["month"]:
        return _since_last(*HOLIDAYS[match["day"]], today)
    month = next(n for n, name in enumerate(MONTHS, 1) if name.startswith(match["month"][:3]))
    return _between(date(int(match["of"]), month, 1), today) if match["of"] else _since_last(month, 1, today)


def _since_last(month: int, day: int, today: date) -> float:
    start = date(today.year, month, day)
    return _between(start if start < today else date(today.year - 1, month, day), today)


def _between(start: date, today: date) -> float:
    return max((today - start).days / 7, 0.0)


def _in_figures(match: "re.Match[str]") -> str:
    number = sum(_UNITS[word] for word in match["of"].split())
    year = 2000 + number
    said_in_two = match.group().startswith("twenty") and number < 10
    return match.group() if said_in_two else str(year)

"""Personal data that has a shape: e-mails, phone and health numbers, dates of birth, addresses. Used by `scrub.py`.

New Zealand's forms, as people type them in a chat. Where a pattern is not sure, it takes too much rather than too little.
"""

from __future__ import annotations

import re
from typing import Callable, Iterator, Match, Pattern, Tuple

Span = Tuple[int, int, str]  # first character, one behind the last, label

MONTH = (
    r"(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|kohit[aā]tea|hui-?tanguru|pout[uū]-?te-?rangi|hakihea)\.?"
)
_DAY = r"(?:[0-3]?\d)(?:\s?(?:st|nd|rd|th))?"
_TENS = r"(?:twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety)"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|oh \w+)"
_YEAR_WORDS = rf"(?:nineteen[\s-]+(?:hundred[\s-]+(?:and[\s-]+)?)?(?:{_TENS}|{_ONES})(?:[\s-]+{_ONES})?|two thousand(?:\s+and)?(?:\s+{_ONES})?|twenty[\s-]+(?:{_TENS}|{_ONES})(?:[\s-]+{_ONES})?)"
_ORDINAL = rf"(?:{_TENS}[\s-]+)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
_YEAR = rf"(?:(?:19|20)\d\d|['’]?\d\d|{_YEAR_WORDS})"
_DAY_AND_MONTH = rf"(?:(?:the\s+)?(?:{_DAY}|{_ORDINAL})\s*(?:of\s+|[-/]\s*)?{MONTH}|{MONTH}[\s-]*(?:the\s+)?(?:{_DAY}|{_ORDINAL}))\b"
_WHOLE_DATE = (
    rf"(?:\d{{1,2}}\s*[/.\-–]\s*\d{{1,2}}\s*[/.\-–]\s*\d{{2,4}}|\d{{4}}\s*[/.\-]\s*\d{{1,2}}\s*[/.\-]\s*\d{{1,2}}"
    rf"|{_DAY_AND_MONTH}[\s,.\-/]*(?:in\s+)?{_YEAR}|\d{{1,2}}\s{MONTH}\d{{2,4}}|\d{{1,2}}{MONTH}\d{{2,4}}"
    rf"|\d{{1,2}}\s+\d{{1,2}}\s+(?:19|20)\d\d)"
)
_BIRTH = r"(?:born|b\.?orn|d\.?\s?o\.?\s?b\.?|date\s+of\s+birth|birth\s?(?:date|day)s?|b-?day|bd)"
_ANY_DATE = (
    rf"(?:{_WHOLE_DATE}|{_DAY_AND_MONTH}|{MONTH}[\s,]*(?:of\s+)?{_YEAR}|\d{{1,2}}\s*[/.\-]\s*\d{{1,2}}(?![\d/])|\d{{6,8}}|{_YEAR_WORDS}"
    rf"|(?:19|20)\d\d|['’]\d\d|(?<=in )\d\d|{MONTH}(?!\w)|\d{{1,2}}\s+\d{{1,2}}\s+\d{{2,4}})"
)

_DIGIT_WORD = r"(?:oh|o|zero|nought|naught|one|two|three|four|five|six|seven|eight|nine|tahi|rua|toru|wh[aā]|rima|ono|whitu|waru|iwa|kore|double|triple|treble)"
_MAIL_HOST = r"(?:gmail|hotmail|outlook|yahoo|xtra|icloud|proton(?:mail)?|slingshot|orcon|vodafone|gmx|aol|msn)"
_DOT = r"(?:\s*(?:\(|\[|\{)?\s*(?:dot|\.)\s*(?:\)|\]|\})?\s*)"
_AT = r"(?:\s*(?:\(|\[|\{)\s*at\s*(?:\)|\]|\})\s*|\s+at\s+|\s*@\s*)"
_TOP = r"(?:com|co|nz|net|org|govt|ac|school|au|uk|io|info|kiwi|maori|iwi|geek|gen)"

_SURE_STREET = r"(?:street|str|st|road|rd|avenue|ave|av|crescent|cres|cr|lane|ln|terrace|tce|parade|pde|quay|boulevard|blvd|highway|hwy|esplanade|grove|gr|close|drive|dr|place|pl|court|ct|rise|way|square|sq|loop|track|mews|heights|hts|view|circle|mall)"
_PLAIN_STREET = r"(?:street|road|avenue|crescent|lane|terrace|parade|quay|boulevard|highway|esplanade|rd|ave|cres|tce|hwy)"
_NO_STREET_NAME = (  # words that stand between a number and a "way" or "drive" without making it an address
    r"(?!(?:the|a|an|each|every|of|in|on|at|to|for|my|your|his|her|our|their|this|that|per|week|weeks|day|days|hour|hours|hrs|min|mins"
    r"|minute|minutes|second|seconds|sec|secs|month|months|year|years|yrs|old|times|time|reps|rep|sets|set|kg|kgs|k|km|kms|m|cm|x|steps"
    r"|metres|meters|percent|or|and|then|with|from|by|down|up|off|either|both|one|other|half|hard|long|same|flat|gravel|busy|different|any"
    r"|some|is|it|am|pm|more|most|better|right|wrong|all|no)\b)"
)
_STREET_WORD = rf"{_NO_STREET_NAME}[a-zāēīōū'’.-]+"

_PATTERNS: Tuple[Tuple[str, str], ...] = (
    ("e-mail", r"\b\S+\s?@\s?[\w-]+(?:\s?\.\s?[\w-]+)*"),
    ("e-mail", rf"\b[\w.+-]+(?:\s+(?:dot|underscore|dash|hyphen)\s+[\w-]+)*{_AT}[\w-]+(?:{_DOT}{_TOP})+\b"),
    ("e-mail", rf"\b[\w.+-]+(?:\s+(?:dot|underscore|dash)\s+[\w-]+)*{_AT}{_MAIL_HOST}\b"),
    ("web page", r"\b(?:https?://|www\.)\S+"),
    ("web page", r"(?<!\w)@\w{2,}"),
    ("web page", r"\b(?:insta(?:gram)?|facebook|fb|snap(?:chat)?|whatsapp|tiktok|messenger|skype|handle)\s*(?:handle|name|account|page|id)?\s*(?:is|:|=|as|@|-)\s*\S+"),
    ("date", rf"\b{_BIRTH}\b[^.!?\n]{{0,30}}?{_ANY_DATE}(?:[\s,/.-]*(?:19|20)\d\d)?"),
    ("date", rf"\bturn(?:s|ed|ing)?\s+\w+\s+(?:on|in|this|next|last)\s+(?:the\s+)?{_ANY_DATE}"),
    ("date", rf"\b{_WHOLE_DATE}\b"),
    ("NHI number", r"\b[a-z]{3}(?:\d{4}|\d{2}[a-z]{2})\b|(?-i:\b[A-Z]{3}[\s.-](?:\d{4}|\d{2}[\s.-]?[A-Z]{2})\b)"),
    ("NHI number", r"\b[a-z][\s.-][a-z][\s.-][a-z][\s.-]\d[\s.-]?\d[\s.-]?(?:\d[\s.-]?\d|[a-z][\s.-]?[a-z])\b"),
    ("NHI number", r"\bnhi\b[^.!?\n]{0,20}?(?=[a-z\s-]*\d)(?:[a-z](?:[\s-]?[a-z]){0,2}[\s-]?)?\d[\d\s-]{0,8}(?:[a-z]{2}\b)?"),
    ("address", rf"\b(?:flat|unit|apartment|apt|suite|lot|villa|room|rm)\s*\d*\w?[\s,/]+\d+\w?\s+(?:{_STREET_WORD}\s+){{1,3}}{_SURE_STREET}\b"),
    ("address", rf"\b\d{{1,5}}\s?[a-z]?(?:\s?[/-]\s?\d+[a-z]?)?,?\s+(?:{_STREET_WORD}\s+){{1,3}}?{_SURE_STREET}\b(?:,?\s+(?-i:[A-ZĀĒĪŌŪ])[a-zāēīōū]+){{0,2}}(?:[\s,]+\d{{4}}\b)?"),
    ("address", rf"\b(?:on|at|in|off|near|to|of|is)\s+(?:{_STREET_WORD}\s+){{1,2}}{_PLAIN_STREET}\b"),
    ("address", r"\bp\.?\s?o\.?\s*box\s*(?:no\.?\s*)?\d+"),
    ("address", r"\b(?:private\s+bag|rural\s+delivery|r\.?d\.?)\s?\d+\b"),
    ("address", r"\b(?:live|lives|living|lived|reside|resides|staying|based|address(?:\s+is|:)?|house|home)\s*(?:is|:)?\s+(?:at|on)?\s*(?:number\s+)?\d+\w?(?:\s?/\s?\d+)?,?\s+(?!(?:minutes?|mins?|hours?|hrs?|kms?|k|m|years?|yrs?|metres?|miles|weeks?|days?|months?)\b)[a-zāēīōū'’-]+(?:\s+(?!and\b|so\b|but\b|my\b|which\b|can\b)[a-zāēīōū'’-]+)?"),
    ("address", r"\b(?:live|lives|living|lived|reside|resides|residing)\s+(?:out\s+)?(?:in|at|near)\s+(?!(?:the|a|an|my|our|his|her|constant|daily|chronic|pain|fear|hope|this|that|nz|new|two|three|one)\b)[a-zāēīōū'’-]+(?:\s+(?-i:[A-ZĀĒĪŌŪ])[a-zāēīōū]+)?"),
    ("address", r"\b(?:hamilton|auckland|wellington|christchurch|dunedin|tauranga|rotorua|cambridge|te awamutu|napier|nelson|raglan|kirikiriroa|postcode|post code|post\s?code is)[\s,]+\d{4}\b"),
    ("number", r"\b\d{2}[\s-]\d{4}[\s-]\d{7}[\s-]\d{2,3}\b"),
    ("number", r"\b[a-z]{1,3}\d{5,}\b"),
)  # fmt: skip
_COMPILED: Tuple[Tuple[str, Pattern], ...] = tuple((label, re.compile(p, re.IGNORECASE)) for label, p in _PATTERNS)
_DIGIT_RUN = re.compile(r"(?<![\w/])(?:\+\s?|\(\+?)?[oO]?\d(?:[\s().\-–/]{0,3}\d)*(?!\w)", re.IGNORECASE)
_SPOKEN_RUN = re.compile(rf"(?<!\w)(?:(?:plus\s+)?(?:{_DIGIT_WORD}|\d+)(?:[\s,.\-–]+|$|(?=\W))){{3,}}", re.IGNORECASE)
_YEARS = re.compile(r"^\(?(?:19|20)\d\d(?:[\s\-–/]+(?:19|20)?\d\d)?\)?$")
FEWEST_OF_A_PHONE, FEWEST_OF_ANY = 6, 7  # digits: with a leading 0 or +; of any other number in groups
LONG_NUMBER = 5  # digits in one piece: claim, card and customer numbers


def spans(text: str) -> Iterator[Span]:
    """What has a shape, wherever it stands; spans may overlap."""
    for label, pattern in _COMPILED:
        for found in pattern.finditer(text):
            yield (*found.span(), label)
    yield from _runs(text, _DIGIT_RUN, _is_phone)
    yield from _runs(text, _SPOKEN_RUN, _is_spoken)


def _runs(text: str, pattern: Pattern, fits: Callable[[Match], bool]) -> Iterator[Span]:
    for found in pattern.finditer(text):
        if fits(found):
            yield found.start(), found.start() + len(found.group().rstrip(" ,.-")), "phone number"


def _is_phone(found: Match) -> bool:
    """Digits enough for a phone; reps such as 12 10 8 and spans of years are none."""
    run = found.group()
    digits = re.sub(r"\D", "", run)
    if _YEARS.match(run.strip()):
        return False
    if run.lstrip("( ")[:1] in "+0oO":
        return len(digits) >= FEWEST_OF_A_PHONE
    longest = max(map(len, re.findall(r"\d+", run)))
    return longest >= LONG_NUMBER or len(digits) >= FEWEST_OF_ANY and longest >= 3


def _is_spoken(found: Match) -> bool:
    """`oh two one five five ...`: six or more figures, at least one of them a word."""
    figures = re.findall(rf"{_DIGIT_WORD}|\d", found.group(), re.IGNORECASE)
    words = [figure for figure in figures if not figure.isdigit()]
    counted = len(figures) + sum(word.lower() in ("double", "triple", "treble") for word in words)
    return bool(words) and counted >= FEWEST_OF_A_PHONE

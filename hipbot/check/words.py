"""The words that patients read: short, plain, and without claims. The lists are in `words.yml`, for staff."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Pattern, Sequence, Tuple

import yaml

from hipbot.check.fault import FAULT, Fault, shown
from hipbot.check.files import Files, as_list, as_map
from hipbot.check.placeholders import filled
from hipbot.check.readability import LONGEST_SENTENCE, grade, sentences, words
from hipbot.check.texts import EXERCISE_WORDS, Text, all_texts, bullets, exercises_reached
from hipbot.check.yaml_lines import Loader

LISTS = Path(__file__).with_name("words.yml")
SHOWN_SENTENCE = 90  # characters of a sentence in a message
_EXPLAINS = re.compile(r"\b(?:means?|called|is when)\b")

# What stands in braces while a text is measured: plain facts, so that a long address is nobody's fault.
FILLERS: Dict[str, str] = {
    "clinic_name": "Hill Osteo", "city": "Hamilton", "phone": "07 123 4567", "email": "us@clinic.nz",
    "address": "1 Hood Street.", "hours": "Monday to Friday, 8 to 6.", "prices": "A first visit is 90 dollars.",
    "booking_link": "clinic.nz/book", "emergency_number": "111", "advice_line_name": "Healthline",
    "advice_line": "0800 611 116", "crisis_line_name": "the help line", "crisis_line": "1737", "country": "NZ",
    "duration": "six weeks", "exercise": "kneeling hip stretch", "hold": "Hold for 20 seconds.",
    "how_often": "Every day is fine.", "mistakes": "- Do not force it.", "stop_rules": "- Stop if it hurts.",
    "purpose": "It stretches the front of your hip.", "number": "2", "total": "4", "left": "2",
    "step": "Sit tall.", "start": "Sit on a bench.", "progression": "Lean a little more.",
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One row of words.yml, ready to search with."""

    find: Pattern[str]
    unless: Optional[Pattern[str]]
    reason: str
    write: str
    severity: str = FAULT


def check(files: Files) -> Iterator[Fault]:
    """Every text of the project."""
    titles = cited_titles(files)
    for text in all_texts(files):
        yield from of_text(text, titles, files)


def cited_titles(files: Files) -> Tuple[str, ...]:
    return tuple(str(a.get("title")) for a in map(as_map, as_list(files.document("content/articles.yml").data)))


def of_text(text: Text, cited: Tuple[str, ...], files: Files) -> Iterator[Fault]:
    """One text; `cited` are the titles of articles, which it may quote."""
    yield from _claims(text, cited)
    yield from _jargon(text)
    yield from _length(text)
    yield from _grade(text, files)


def plain(text: str) -> str:
    """Small letters, straight quotes, one space between words: a claim in fancy letters is still one."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"[\u00ad\u200b-\u200d\u2060*_`]", "", text).split())


def _claims(text: Text, cited: Tuple[str, ...]) -> Iterator[Fault]:
    for sentence, claim, rule in _found(text.words, cited):
        wrong = f"{text.part} says {shown(claim)}: {rule.reason}, in {shown(sentence, SHOWN_SENTENCE)}"
        yield _fault(text, sentence, wrong, rule.write, rule.severity)


@lru_cache(maxsize=4096)
def _found(text: str, cited: Tuple[str, ...]) -> Tuple[Tuple[str, str, Rule], ...]:
    """(sentence, words, rule) of each claim; one a sentence is enough."""
    rules, any_of = _rules()
    text = _without(text, cited)
    if not any_of.search(plain(text)):
        return ()
    found: Dict[str, Tuple[str, str, Rule]] = {}
    for sentence in sentences(text):
        flat = plain(sentence)
        for rule in rules:
            claim = rule.find.search(flat)
            if claim and not (rule.unless and rule.unless.search(flat)):
                found.setdefault(sentence, (sentence, claim.group(), rule))
    return tuple(found.values())


def _without(text: str, cited: Sequence[str]) -> str:
    """The text without article titles and placeholders: a cited title is its author's words, not ours."""
    text = re.sub(r"\{\w+\}", "it", text)
    for title in cited:
        if title in text:
            text = text.replace(title, "it")
    return text


def _jargon(text: Text) -> Iterator[Fault]:
    terms, any_of = _terms()
    flat, around = plain(text.words), plain(f"{text.words} {_named(text)}")
    if not any_of.search(flat):
        return
    for term, explained_by, meaning in terms:
        found = term.search(flat)
        if not found or (explained_by and explained_by.search(around)) or flat[found.end() :].startswith(" ("):
            continue
        sentence = next((s for s in sentences(text.words) if term.search(plain(s))), text.words)
        if not _EXPLAINS.search(plain(sentence)):
            wrong = f"{text.part} says {shown(found.group())} and does not explain it, in {shown(sentence, SHOWN_SENTENCE)}"
            yield _fault(text, sentence, wrong, f"Write in plain words: {meaning}.")


def _named(text: Text) -> str:
    """What a title or name stands for: it may hold a word that the entry then explains."""
    data = as_map(text.document.data)
    return str(data.get("answer") or data.get("purpose")) if text.part in ("title", "name") else ""


def _length(text: Text) -> Iterator[Fault]:
    for sentence in sentences(text.words):
        count = len(words(filled(sentence, FILLERS)))
        if count > LONGEST_SENTENCE:
            wrong = f"{text.part} has a sentence of {count} words: {shown(sentence, SHOWN_SENTENCE)}"
            yield _fault(text, sentence, wrong, f"Make two of it, of {LONGEST_SENTENCE} words at most.")


def _grade(text: Text, files: Files) -> Iterator[Fault]:
    found = max(grade(filled(text.words, values)) for values in _values(text, files))
    if found > text.grade:
        hardest = max(sentences(text.words), key=lambda s: grade(filled(s, FILLERS)), default=text.words)
        wrong = f"{text.part} has reading grade {found:.1f}, more than {text.grade:.0f}; hardest: {shown(hardest, SHOWN_SENTENCE)}"
        yield _fault(text, hardest, wrong, "Write shorter words and shorter sentences.")


def _values(text: Text, files: Files) -> List[Dict[str, str]]:
    """What to fill in: once, or for each exercise that the text may be said for."""
    if text.extra & EXERCISE_WORDS and any(f"{{{name}}}" in text.words for name in EXERCISE_WORDS) and text.when:
        return [{**FILLERS, **_of_exercise(data)} for data in exercises_reached(text, files)] or [FILLERS]
    return [FILLERS]


def _of_exercise(data: Dict[str, object]) -> Dict[str, str]:
    values = {name: str(data.get(name) or "") for name in EXERCISE_WORDS}
    lists = {name: bullets(data.get(name)) for name in ("mistakes", "stop_rules")}
    return {**values, **lists, "exercise": str(data.get("name"))}


def _fault(text: Text, sentence: str, wrong: str, advice: str, severity: str = FAULT) -> Fault:
    line = text.document.line_of_words(text.path, sentence)
    return Fault(text.document.file, line, text.entry, wrong, advice, severity)


# the lists ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _lists() -> Dict[str, List[Dict[str, object]]]:
    return yaml.load(LISTS.read_text("utf-8"), Loader)


@lru_cache(maxsize=1)
def _rules() -> Tuple[List[Rule], Pattern[str]]:
    """Every rule, and one pattern that finds whether any of them may apply."""
    rows = [row for group, rows in _lists().items() if group != "jargon" for row in rows]
    rules = [
        Rule(
            _any(row["say_not"]),
            _any(row["unless"]) if "unless" in row else None,
            row["reason"],
            row["write"],
            row.get("severity", FAULT),
        )
        for row in rows
    ]
    return rules, re.compile("|".join(rule.find.pattern for rule in rules))


@lru_cache(maxsize=1)
def _terms() -> Tuple[List[Tuple[Pattern[str], Optional[Pattern[str]], str]], Pattern[str]]:
    terms = [
        (_any([row["term"]]), _any(row["explained_by"]) if row["explained_by"] else None, str(row["plain"]))
        for row in _lists()["jargon"]
    ]
    return terms, re.compile("|".join(term.pattern for term, _, _ in terms))


def _any(phrases: Sequence[str]) -> Pattern[str]:
    """`cur*` and `avoid* ... surgery` as one pattern; words share their boundary, which is twice as fast."""
    worded = "|".join(_pattern(phrase) for phrase in phrases if phrase[0].isalnum())
    signs = [_pattern(phrase) for phrase in phrases if not phrase[0].isalnum()]
    return re.compile("|".join([rf"\b(?:{worded})", *signs] if worded else signs))


def _pattern(phrase: str) -> str:
    pattern = re.escape(phrase).replace(r"\ \.\.\.\ ", r"\b.{0,60}?\b").replace(r"\*", r"\w*")
    return pattern + (r"(?!\w)" if phrase[-1].isalnum() or phrase[-1] in "*%" else "")

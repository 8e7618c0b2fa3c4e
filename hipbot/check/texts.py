"""Every text a patient can read, with what may stand in its braces. Used by `placeholders.py` and `words.py`.

Which fields exist is known to hipbot/content/library.py; which phrase gets what, to hipbot/dialogue
(guide.py, conversation.py, care.py) and hipbot/channel. tests/test_check.py holds this table to that code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, Tuple

from hipbot.channel.bodies import REASONS
from hipbot.check.files import Files, as_list, as_map, texts
from hipbot.check.yaml_lines import Document

GRADE, SENTENCE_GRADE = 6.0, 8.0  # Flesch-Kincaid; clinical safety guide, section 3, "NHS content guide"
NO_BOUND = 99.0

EXERCISE_WORDS = frozenset("exercise hold how_often mistakes stop_rules purpose".split())
NOTHING: FrozenSet[str] = frozenset()
_STEP = EXERCISE_WORDS | {"number", "total"}

# What each phrase gets besides the clinic's facts; None: a button, which gets nothing at all.
PHRASES: Mapping[str, "FrozenSet[str] | None"] = {
    **dict.fromkeys("next back repeat stop yes no not_sure".split()),
    **dict.fromkeys(f"website_reason_{reason}" for reason in REASONS),
    **dict.fromkeys(
        "guide_purpose guide_stop_rules guide_first guide_done guide_hold guide_often guide_mistakes "
        "guide_stopped guide_in_person guide_instead guide_offer".split(),
        EXERCISE_WORDS,
    ),
    "guide_start": EXERCISE_WORDS | {"start"},
    "guide_step": _STEP | {"step"},
    "guide_left": _STEP | {"left"},
    "guide_left_none": _STEP | {"left"},
    "guide_way_back": _STEP,
    "guide_why": EXERCISE_WORDS,
    "guide_progression": EXERCISE_WORDS | {"progression"},
    **dict.fromkeys("lasting_note returning_note worse_note".split(), frozenset({"duration"})),
    **dict.fromkeys(
        "guide_which introduction other_question left_out no_reason tell_them still_first_emergency still_first_same_day dealt_with check_clear check_again "
        "no_steps apology heading_emergency heading_crisis heading_same_day heading_gp_soon "
        "call_emergency call_emergency_if_worse call_crisis call_advice "
        "website_notice website_emergency website_empty website_too_long website_too_fast website_busy "
        "website_loading website_unknown website_over website_button website_not_deleted".split(),
        NOTHING,
    ),
    "website_privacy": frozenset({"days"}),
}


@dataclass(frozen=True)
class Text:
    """One text.

    Attributes:
        part: `variant 2`, `step 3` ..., as staff count.
        facts: whether clinic facts may stand in braces.
        extra: what else may.
        grade: highest Flesch-Kincaid grade.
        when: the situation it is written for.
    """

    document: Document
    path: Tuple[Any, ...]
    part: str
    words: str
    entry: str
    facts: bool = True
    extra: FrozenSet[str] = NOTHING
    grade: float = GRADE
    when: Tuple[Tuple[str, Any], ...] = ()


def all_texts(files: Files) -> Iterator[Text]:
    """Every text of the project, in the order of the files."""
    for document in files.answers():
        yield from _answer(document)
    for document in files.entries("exercises"):
        yield from _exercise(document)
    yield from _phrases(files.document("content/phrases.yml"))
    yield from _safety(files)


def _answer(document: Document) -> Iterator[Text]:
    data = as_map(document.data)
    for field in ("title", "answer", "why"):
        if isinstance(data.get(field), str):
            is_title = field == "title"
            grade = NO_BOUND if is_title else GRADE
            yield Text(document, (field,), field, data[field], document.name, facts=not is_title, grade=grade)
    for kind, field in (("variants", "answer"), ("notes", "text")):
        for number, item in enumerate(map(as_map, as_list(data.get(kind)))):
            if isinstance(item.get(field), str):
                when = as_map(item.get("when"))
                yield Text(
                    document,
                    (kind, number, field),
                    f"{kind[:-1]} {number + 1}",
                    item[field],
                    document.name,
                    extra=_extra(when, kind),
                    when=tuple((key, value) for key, value in when.items() if isinstance(value, (str, int, bool))),
                )


def _extra(when: Dict[str, Any], kind: str) -> FrozenSet[str]:
    return (EXERCISE_WORDS if "exercise" in when else NOTHING) | ({"duration"} if "lasting" in when else NOTHING)


def _exercise(document: Document) -> Iterator[Text]:
    data = as_map(document.data)
    for field in ("name", "title", "purpose", "start", "hold", "how_often", "progression"):
        if isinstance(data.get(field), str):
            grade = NO_BOUND if field in ("name", "title") else SENTENCE_GRADE
            yield Text(document, (field,), field, data[field], document.name, facts=False, grade=grade)
    for field, part in (("steps", "step"), ("mistakes", "mistake"), ("stop_rules", "stop rule")):
        for number, words in enumerate(as_list(data.get(field))):
            if isinstance(words, str):
                where = (field, number)
                yield Text(
                    document, where, f"{part} {number + 1}", words, document.name, facts=False, grade=SENTENCE_GRADE
                )
    for of, words in as_map(data.get("pictures")).items():
        if isinstance(words, str):
            yield Text(document, ("pictures", of), f"the alt text of {of}", words, document.name, facts=False, grade=SENTENCE_GRADE)


def _phrases(document: Document) -> Iterator[Text]:
    for name, words in as_map(document.data).items():
        if isinstance(words, str):
            extra = PHRASES.get(name, NOTHING)
            yield Text(document, (name,), "the phrase", words, name, facts=extra is not None, extra=extra or NOTHING)


def _safety(files: Files) -> Iterator[Text]:
    """Sentences of the red flags: said as they stand, so nothing may stand in braces but a clinic's fact in a question.

    Each is one sentence, and the grade of one sentence swings by one up or down: the bound is the exercises'.
    """
    document = files.document("content/safety/red_flags.yml")
    data = as_map(document.data)
    for flag, row in as_map(data.get("flags")).items():
        for field in ("says", "tell_them"):
            words = as_map(row).get(field)
            if isinstance(words, str):
                where = ("flags", flag, field)
                yield Text(document, where, f"`{field}`", words, flag, facts=False, grade=SENTENCE_GRADE)
    for name, words in as_map(data.get("questions")).items():
        if isinstance(words, str):
            yield Text(document, ("questions", name), "the question", words, name, grade=SENTENCE_GRADE)


def exercises_reached(text: Text, files: Files) -> List[Dict[str, Any]]:
    """The exercises that a text with `when: {exercise: ...}` can be said for."""
    wanted = dict(text.when).get("exercise")
    found = {d.name: as_map(d.data) for d in files.entries("exercises")}
    if wanted != "any":
        return [found[wanted]] if wanted in found else []
    earlier = (
        as_list(as_map(text.document.data).get("variants"))[: text.path[1]] if text.path[0] == "variants" else []
    )
    named = {
        as_map(v).get("when", {}).get("exercise")
        for v in earlier
        if set(as_map(as_map(v).get("when"))) == {"exercise"}
    }
    return [data for name, data in found.items() if name not in named]


def bullets(lines: Any) -> str:
    """As hipbot/content/library.py lists them."""
    return "\n".join(f"- {line}" for line in texts(lines))

"""What is wrong with `content/safety/`: all of it at once, each fault with its place.

Called by `data.py`, so that no server starts with such data, and by `hipbot check`, which adds the line. Needs no spaCy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Collection, Dict, Iterator, List, Mapping, Optional, Tuple

from hipbot.safety.syntax import Vocabulary, near

LEVELS = ("book", "gp_soon", "same_day", "emergency", "crisis")  # the least urgent first
CONTEXT_WORDS = ("deny", "passes", "listed", "links", "either", "denied_inside", "senses", "turns", "amounts", "events")  # of `context` in words.yml; the others are patterns
CONTEXT_PATTERNS = (
    "others", "self", "own_complaint", "their_complaint", "they", "past", "long_ago", "returns", "asks", "told", "general", "personal", "hypothetical"
)  # fmt: skip
WORDS, SIGNS, FLAGS = "words.yml", "signs.yml", "red_flags.yml"

_PUT_BACK = "Put it back from the repository."
_TOP: Dict[str, Dict[str, type]] = {
    WORDS: {"fillers": list, "same": dict, "words": dict, "not_meant": list, "context": dict},
    SIGNS: {"signs": dict},
    FLAGS: {"flags": dict, "questions": dict, "signed": dict},
}
_SWITCHES = ("half", "history", "past", "ever")
_OF_SIGN: Dict[str, type] = {"patterns": list, "phrases": list, "excludes": list, **dict.fromkeys(_SWITCHES, object)}
_OF_FLAG = {
    **_OF_SIGN, "when": list, "ask_when": list, "raised_by": dict,
    **dict.fromkeys(("row", "level", "ask", "says", "tell_them", "source"), object),
}  # fmt: skip
_SAID = ("says", "tell_them")


@dataclass(frozen=True)
class SafetyFault:
    """One fault of the red-flag data.

    Attributes:
        file: its name in the folder.
        path: keys and list positions that lead to what is wrong.
        entry: the sign, flag, word set or section.
        wrong: what is wrong, without a full stop.
        write_instead: what to write, a whole sentence.
    """

    file: str
    path: Tuple[Any, ...]
    entry: str
    wrong: str
    write_instead: str

    def __str__(self) -> str:
        return f"{self.file}: {self.entry}: {self.wrong}. {self.write_instead}"


@dataclass(frozen=True)
class _Place:
    """A value, and where it stands."""

    value: Any
    file: str
    entry: str
    path: Tuple[Any, ...] = ()

    def at(self, key: str, entry: Optional[str] = None) -> "_Place":
        """What stands under a key; None where that is missing."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return _Place(value, self.file, entry or self.entry, (*self.path, key))

    def named(self) -> Iterator["_Place"]:
        """What stands under each key, as an entry of its own."""
        return (self.at(key, str(key)) for key in self.keys())

    def keys(self) -> List[Any]:
        """The keys of a mapping."""
        return list(self.value) if isinstance(self.value, dict) else []

    def items(self) -> List[Any]:
        """The items of a list."""
        return self.value if isinstance(self.value, list) else []

    def fault(self, wrong: str, write_instead: str, *item: Any) -> SafetyFault:
        """A fault of the value, or of one item in it."""
        return SafetyFault(self.file, (*self.path, *item), self.entry, wrong, write_instead)


def faults(words: Any, signs: Any, flags: Any) -> Iterator[SafetyFault]:
    """Every fault of the three files.

    Args:
        words, signs, flags: what the files hold; None for one that cannot be read: nothing is said that hangs on it.
    """
    files = {file: _Place(data, file, file[: -len(".yml")]) for file, data in ((WORDS, words), (SIGNS, signs), (FLAGS, flags))}
    for file, place in files.items():
        if place.value is not None:
            yield from _kinds(place, _TOP[file], whole=True)
    vocabulary = _vocabulary(files[WORDS])
    if vocabulary:
        yield from _words(files[WORDS], vocabulary)
    for sign in files[SIGNS].at("signs").named():
        yield from _sign(sign, _OF_SIGN, vocabulary)
        if not _has_patterns(sign):
            yield sign.fault("nothing finds this sign", "Write `patterns:`, or remove the sign.")
    yield from _flags(files[FLAGS], files[SIGNS], vocabulary)


def _kinds(place: _Place, kinds: Mapping[str, type], whole: bool = False) -> Iterator[SafetyFault]:
    """The keys of a mapping: known ones only, each holding what it should; `whole`: all of them."""
    if not isinstance(place.value, dict):
        yield place.fault("this is no mapping", f"Write one with: {', '.join(kinds)}.")
        return
    for key in place.value:
        if key not in kinds:
            yield place.at(key).fault(f"`{key}` is not known here", near(str(key), kinds) or f"Known are: {', '.join(kinds)}.")
    for key, kind in kinds.items():
        if key not in place.value and whole:
            yield place.fault(f"`{key}` is missing", _PUT_BACK)
        elif key in place.value and not isinstance(place.value[key], kind):
            what, how = ("list", "`- ` before each") if kind is list else ("mapping", "`name: ` before each")
            yield place.at(key).fault(f"`{key}` is no {what}", f"Write a line for each, {how}, or leave `{key}` out.")


def _texts(place: _Place, what: str) -> Iterator[SafetyFault]:
    """A list, or a mapping, of nothing but texts."""
    rows = place.value.items() if isinstance(place.value, dict) else enumerate(place.items())
    for key, value in rows:
        if value is None or not str(value).strip():
            yield place.fault(f"there is no {what} here", "Write one, or remove the line.", key)
        elif not isinstance(value, str):
            yield place.fault(f"{value} is no {what}", "Write it in quotes.", key)


# words.yml ---------------------------------------------------------------------------------------


def _vocabulary(words: _Place) -> Optional[Vocabulary]:
    """What can be used of it; None where each set would seem to be missing."""
    if not isinstance(words.at("words").value, dict) or not isinstance(words.at("fillers").value, list):
        return None
    sets = {place.entry: _good(place) for place in words.at("words").named()}
    return Vocabulary(sets, frozenset(_good(words.at("fillers"))))


def _good(place: _Place) -> List[str]:
    return [item for item in place.items() if isinstance(item, str)]


def _words(words: _Place, vocabulary: Vocabulary) -> Iterator[SafetyFault]:
    yield from _plain(words.at("fillers", "fillers"))
    yield from _texts(words.at("same", "same"), "word")
    for place in words.at("words").named():
        yield from _word_set(place, vocabulary)
    yield from _patterns(words.at("not_meant", "not_meant"), vocabulary)
    context = words.at("context")
    if isinstance(context.value, dict):
        yield from _kinds(context, dict.fromkeys((*CONTEXT_WORDS, *CONTEXT_PATTERNS), list), whole=True)
    for name in CONTEXT_WORDS:
        yield from _plain(context.at(name, name))
    for name in CONTEXT_PATTERNS:
        yield from _patterns(context.at(name, name), vocabulary)


def _plain(place: _Place) -> Iterator[SafetyFault]:
    """Single words, compared as they stand."""
    yield from _texts(place, "word")
    for number, word in enumerate(place.items()):
        if len(str(word).split()) > 1:
            yield place.fault(f"`{word}` is more than one word", "Write each word as an item of its own.", number)


def _word_set(place: _Place, vocabulary: Vocabulary) -> Iterator[SafetyFault]:
    name = place.entry
    if not re.fullmatch(r"\w+", name):
        yield place.fault(f"`{name}` is no name for a word set", "Write letters, digits and `_` only.")
    if not isinstance(place.value, list):
        yield place.fault("this word set is no list", "Write its words as [one, another].")
    elif not vocabulary.phrases(name):
        yield place.fault("this word set has no word but fillers", "Write a word, or remove the set.")
    elif vocabulary.holds_itself(name):
        yield place.fault(f"<{name}> holds itself", "Write the words themselves in place of the set.")
    yield from _texts(place, "phrase")
    for number, phrase in enumerate(place.items()):
        elements = vocabulary.elements(str(phrase))
        for wrong in vocabulary.part_faults(elements) if elements else ():
            yield place.fault(*wrong, number)


# signs.yml and red_flags.yml ---------------------------------------------------------------------


def _patterns(place: _Place, vocabulary: Optional[Vocabulary]) -> Iterator[SafetyFault]:
    yield from _texts(place, "pattern")
    for number, pattern in enumerate(place.items()):
        for wrong in vocabulary.faults(pattern) if vocabulary and isinstance(pattern, str) else ():
            yield place.fault(*wrong, number)


def _has_patterns(row: _Place) -> bool:
    return bool(row.at("patterns").value or row.at("phrases").value)


def _sign(row: _Place, kinds: Mapping[str, type], vocabulary: Optional[Vocabulary]) -> Iterator[SafetyFault]:
    yield from _kinds(row, kinds)
    for key in ("patterns", "phrases"):
        yield from _patterns(row.at(key), vocabulary)
    yield from _texts(row.at("excludes"), "reason")
    for key in _SWITCHES:
        if row.at(key).value not in (None, True, "true"):
            yield row.at(key).fault(f"`{key}` is '{row.value[key]}'", f"Write `{key}: true`, or leave it out.")


def _flags(flags: _Place, signs: _Place, vocabulary: Optional[Vocabulary]) -> Iterator[SafetyFault]:
    questions = flags.at("questions")
    yield from _texts(questions, "question")
    rows = list(flags.at("flags").named())
    if flags.value is not None and not rows:
        yield flags.at("flags").fault("there are no red flags", _PUT_BACK)
    elsewhere = set(signs.at("signs").keys())
    known = elsewhere | {row.entry for row in rows if _has_patterns(row)}  # a flag's own patterns are a sign of its name
    for row in rows:
        yield from _sign(row, _OF_FLAG, vocabulary)
        if isinstance(row.value, dict):
            yield from _flag(row, questions)
            yield from _rules(row, known if isinstance(signs.at("signs").value, dict) else None)
        if row.entry in elsewhere:
            yield row.fault(f"{SIGNS} has a sign of this name", "Give one of the two another name.")


def _flag(row: _Place, questions: _Place) -> Iterator[SafetyFault]:
    """How urgent it is, and what is said."""
    for key in _SAID:
        said = row.at(key)
        if not isinstance(said.value, str) or not said.value.strip():
            yield said.fault(f"`{key}` is missing", "Write one sentence, and have the clinician sign it.")
    if row.at("level").value not in LEVELS:
        yield _no_level(row.at("level"), f"`level` is '{row.at('level').value}'")
    ask, known = row.at("ask"), questions.keys()
    if ask.value and ask.value not in known:
        advice = f"Write one of: {', '.join(map(str, known))}."
        yield ask.fault(f"`ask` is '{ask.value}', which is no question of this file", advice)


def _no_level(place: _Place, wrong: str) -> SafetyFault:
    return place.fault(wrong, f"Write one of: {', '.join(LEVELS)}.")


def _rules(row: _Place, known: Optional[Collection[str]]) -> Iterator[SafetyFault]:
    """Which signs raise it; `known` is None where the signs cannot be read."""
    raised_by = [row.at("raised_by").at(level) for level in row.at("raised_by").keys()]
    for place in raised_by:
        level = place.path[-1]
        if level not in LEVELS:
            yield _no_level(place, f"`raised_by` names the level '{level}'")
        if not isinstance(place.value, list):
            yield place.fault(f"`{level}` is no list", "Write the signs as [one + another, a third].")
    lists = [row.at("when"), row.at("ask_when"), *raised_by]
    for place in lists:
        yield from _texts(place, "sign")
        for number, rule in enumerate(place.items()):
            for sign in map(str.strip, str(rule).split("+")) if known is not None else ():
                if sign not in known:
                    wrong = f"`{place.path[2]}` names the sign '{sign}', which is not in {SIGNS}"
                    yield place.fault(wrong, near(sign, known) or "Mend its name, or add the sign there.", number)
    if not any(place.value for place in lists) and not _has_patterns(row):
        yield row.fault("nothing raises this flag", "Write `patterns:` or `when:`, or remove the flag.")

"""The library of everything the bot may say, as plain objects. The only place that reads `content/`.

Loading trusts its files: `hipbot.check` is what finds their mistakes, all at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

import yaml

from hipbot.signatures import State, entry_state

YamlLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: ten times faster where it is there
ROOMS = ("faq", "care", "clinic", "chat")  # folders of answers under content/
SIGNED_ROOMS = ("faq", "care")  # what a clinician signs; clinic facts and small talk need no review
ANY = "any"

Situation = Mapping[str, Any]  # what is known when an answer is picked: exercise, sport, lasting ...


@dataclass(frozen=True)
class Article:
    """One of the articles that answers cite."""

    id: str
    title: str
    author: str
    kind: str
    cited_for: str


@dataclass(frozen=True)
class Entry:
    """What answers and exercises share."""

    id: str
    title: str
    sources: Tuple[Mapping[str, str], ...] = ()
    follow_ups: Tuple[str, ...] = ()
    reviewed: Mapping[str, Any] = field(default_factory=dict)
    editors_note: Optional[str] = None
    signed: bool = False  # whether `reviewed` is a signature of just what stands here


@dataclass(frozen=True)
class Answer(Entry):
    """The answer to one topic, with variants for what is known about the patient's situation."""

    room: str = "faq"
    answer: str = ""
    why: Optional[str] = None
    variants: Tuple[Mapping[str, Any], ...] = ()
    notes: Tuple[Mapping[str, Any], ...] = ()

    def text(self, situation: Situation) -> str:
        """The first variant that fits the situation, else the answer; then the notes that fit."""
        body = next((v["answer"] for v in self.variants if fits(v["when"], situation)), self.answer)
        notes = [note["text"] for note in self.notes if fits(note["when"], situation)]
        return "\n\n".join(part.strip() for part in (body, *notes))

    def reason(self, situation: Situation) -> Optional[str]:
        """What a bare "why?" gets: the fitting variant's own reason, else the answer's."""
        variant = next((v for v in self.variants if fits(v["when"], situation)), {})
        return variant.get("why") or self.why

    def has_variant(self, **situation: Any) -> bool:
        """Whether the answer says something of its own in this situation."""
        return any(fits(variant["when"], situation) for variant in self.variants)


@dataclass(frozen=True)
class Picture:
    """A drawing of `content/pictures` and what it shows, in words."""

    file: str
    alt: str


@dataclass(frozen=True)
class Exercise(Entry):
    """One exercise, as far as its article describes it."""

    name: str = ""
    kind: str = "stretch"
    place: int = 0
    extends_spine: bool = False
    purpose: str = ""
    start: Optional[str] = None
    steps: Tuple[str, ...] = ()
    hold: Optional[str] = None
    how_often: Optional[str] = None
    mistakes: Tuple[str, ...] = ()
    stop_rules: Tuple[str, ...] = ()
    progression: Optional[str] = None
    instead: Optional[str] = None
    pictures: Mapping[str, str] = field(default_factory=dict)

    def suits(self, sore_back: bool) -> bool:
        """None that arches the back suits a sore one."""
        return not (sore_back and self.extends_spine)

    def picture(self, step: int) -> Optional[Picture]:
        """The drawing of a step, counted from 1; 0 is the start."""
        return self.drawing(f"step_{step}" if step else "start")

    def drawing(self, of: str) -> Optional[Picture]:
        """The drawing of `start`, `step_1` ..., `progression` or `mistake`, where there is one."""
        return Picture(picture_file(self.id, of), self.pictures[of]) if of in self.pictures else None


def picture_file(exercise: str, of: str) -> str:
    """A drawing's file: kneeling_stretch-0.svg is the start, -1 the first step, -mistake what not to do."""
    return f"{exercise}-{'0' if of == 'start' else of[len('step_'):] if of.startswith('step_') else of}.svg"


def fits(when: Mapping[str, Any], situation: Situation) -> bool:
    """Whether every key of `when` agrees with the situation; `any` agrees with any value."""
    return all(
        situation.get(key) is not None and (wanted == ANY or situation[key] == wanted) for key, wanted in when.items()
    )


class Library:
    """Answers, exercises, articles and the clinic's facts, by id."""

    def __init__(
        self,
        answers: Dict[str, Answer],
        exercises: Dict[str, Exercise],
        articles: Dict[str, Article],
        clinic: Dict[str, Any],
        phrases: Dict[str, str],
    ) -> None:
        self.answers, self.exercises, self.articles = answers, exercises, articles
        self.clinic, self.phrases = clinic, phrases
        self._by_title = {
            entry.title.lower(): entry for group in (answers.values(), exercises.values()) for entry in group
        }

    @classmethod
    def load(cls, content: Path, clinic: Path) -> "Library":
        """Read every file.

        Raises:
            ContentMissing: if a file cannot be read as an entry (`hipbot check` says what is wrong).
        """
        answers = {e.id: e for room in ROOMS for e in _entries(content / room, partial(Answer, room=room))}
        exercises = {e.id: e for e in sorted(_entries(content / "exercises", Exercise), key=lambda e: e.place)}
        articles = {entry["id"]: Article(**entry) for entry in read_yaml(content / "articles.yml")}
        return cls(answers, exercises, articles, read_yaml(clinic), read_yaml(content / "phrases.yml"))

    def shown(self, sore_back: bool) -> List[Exercise]:
        """Exercises with steps, in the order of lists; none that arches the back for a sore one."""
        return [e for e in self.exercises.values() if e.steps and e.suits(sore_back)]

    def entry(self, reference: str) -> Optional[Entry]:
        """The answer or exercise that a follow-up names: `how_often` or `exercise:lean_back`."""
        if reference.startswith("exercise:"):
            return self.exercises.get(reference.partition(":")[2])
        return self.answers.get(reference)

    def by_title(self, text: str) -> Optional[Entry]:
        """The entry whose button was pressed, or whose title was typed word for word."""
        return self._by_title.get(text.strip().lower())

    def facts(self) -> Dict[str, str]:
        """The clinic's facts for filling texts; a placeholder shows its example."""
        return {key: str(fact(value)) for key, value in self.clinic.items()}

    def say(self, phrase: str, exercise: Optional[Exercise] = None, **more: object) -> str:
        """One of the short sentences of `content/phrases.yml`, filled in."""
        return self.fill(self.phrases[phrase], exercise, **more)

    def fill(self, text: str, exercise: Optional[Exercise] = None, **more: object) -> str:
        """Put facts, the exercise's own fields and `more` into the text's braces.

        Raises:
            KeyError: if the text names something unknown (a fault that `hipbot check` reports).
        """
        return text.format_map({**self.facts(), **_exercise_words(exercise), **more})

    def sources(self, entry: Entry) -> List[Dict[str, str]]:
        """Each cited article once, as the contract's payload wants it."""
        cited = dict.fromkeys(source["article"] for source in entry.sources)
        return [{"id": id_, "title": self.articles[id_].title} for id_ in cited]


class ContentMissing(Exception):
    """A content file cannot be used; the message names it."""


def fact(value: Any) -> Any:
    """A clinic fact, or the example of a placeholder."""
    return value["placeholder"] if isinstance(value, dict) and "placeholder" in value else value


def is_placeholder(value: Any) -> bool:
    return isinstance(value, dict) and "placeholder" in value


def read_yaml(path: Path) -> Any:
    """One YAML file.

    Raises:
        ContentMissing: if it is not there or is no YAML.
    """
    try:
        return yaml.load(path.read_text("utf-8"), YamlLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentMissing(f"{path.name} cannot be read ({type(error).__name__}). Run `hipbot check`.") from error


def frozen(entry: Mapping[str, Any]) -> Dict[str, Any]:
    """An entry's fields with lists as tuples, ready for a frozen dataclass."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _entries(folder: Path, kind: Callable[..., Any]) -> Iterator[Any]:
    for path in sorted(folder.glob("*.yml")):
        try:
            entry = read_yaml(path)
            yield kind(**frozen(entry), signed=entry_state(entry) is State.SIGNED)
        except (TypeError, AttributeError) as error:
            raise ContentMissing(f"{path.name} is no entry ({error}). Run `hipbot check`.") from error


def _exercise_words(exercise: Optional[Exercise]) -> Dict[str, str]:
    if exercise is None:
        return {}
    return {
        "exercise": exercise.name,
        "purpose": exercise.purpose or "",
        "hold": exercise.hold or "",
        "how_often": exercise.how_often or "",
        "mistakes": bullets(exercise.mistakes),
        "stop_rules": bullets(exercise.stop_rules),
    }


def bullets(lines: Tuple[str, ...]) -> str:
    """Lines as a list that reads well in a terminal and in the widget."""
    return "\n".join(f"- {line}" for line in lines)

"""What a message means in its conversation: "how often?", "and for golf?", "the other one", "why?"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Tuple

from hipbot.content import Exercise, Library
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.topics import ABOUT_ONE_EXERCISE, LAST, LEANING, OUT_OF_SCOPE, SMALL_TALK, SYMPTOMS, URGENT, importance
from hipbot.dialogue.understanding import Question, Understanding

SURE_OF_QUESTION = 0.5  # confidence from which a question may have an answer of its own,
SURE_ALONE = 0.9  # and from which a second one is answered whatever the whole message sounds like;
ECHO = 0.01  # else the whole message must sound like it this much,
LEADS = 0.05  # and this much for a more important second question to be answered first
UNASKED = 0.15  # what a topic weighs that no question of the message asks; one that is the only and a sure question weighs 1.15
COURTESIES = frozenset({"greet", "thanks", "goodbye"})  # what may be said before the one question that matters
PICKS = frozenset({"exercise_howto", "correction", "affirm"})  # what naming one of several exercises may sound like
SHORT = 6  # words; a message this short leans on what was said before
_OPENERS = ("and", "what about", "how about", "for", "or", "also", "but", "ok and", "same for", "n")
_REFERS = frozenset("it its this that these those them they one".split())
_GENERAL = frozenset("exercises stretches strengthening strength training stretching".split())


@dataclass(frozen=True)
class Meaning:
    """What is asked.

    Attributes:
        topic: the topic to answer, None where it is not understood.
        exercise: the exercise it is about, named now or before.
        sport: the sport it is about.
        also: further topics of the same message, in the order of importance.
        why: the reason behind the last answer is wanted.
    """

    topic: Optional[str]
    exercise: Optional[str] = None
    sport: Optional[str] = None
    also: Tuple[str, ...] = ()
    why: bool = False


class Context:
    """Reads a message in the light of the conversation."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def resolve(self, said: Understanding, memory: Memory) -> Meaning:
        """The meaning of a message that is neither urgent nor a move within an exercise."""
        for reading in (self._pressed, self._chosen, self._leaning, self._elliptical):
            meaning = reading(said, memory)
            if meaning:
                return meaning
        return self._asked(said, memory)

    def _pressed(self, said: Understanding, memory: Memory) -> Optional[Meaning]:
        """A quick reply's title."""
        entry = self._library.by_title(said.text)
        if entry is None:
            return None
        if isinstance(entry, Exercise):
            return Meaning("exercise_howto", entry.id)
        return Meaning(entry.id, memory.exercise if entry.id in ABOUT_ONE_EXERCISE else None, memory.sport)

    def _chosen(self, said: Understanding, memory: Memory) -> Optional[Meaning]:
        """One of the topics that "did you mean" offered: "yes", "the second one"."""
        if not memory.options:
            return None
        index = _ordinal(said)
        offered = f"exercise:{said.first('exercise')}"
        if offered in memory.options and (not said.sure or said.topic in PICKS):  # "the one on the floor"
            index = memory.options.index(offered)
        if index is None and (said.topic == "affirm" or self._takes_the_only_one(said, memory)):
            index = 0
        if index is None or index >= len(memory.options):
            return None
        topic = memory.options[index]
        if topic.startswith("exercise:"):
            return Meaning("exercise_howto", topic.partition(":")[2])
        return Meaning(topic, self._exercise(said, memory, topic), said.first("sport") or memory.sport)

    @staticmethod
    def _takes_the_only_one(said: Understanding, memory: Memory) -> bool:
        """One exercise was offered, and an exercise is asked for without a name: "ok show me that"."""
        offered_one = len(memory.options) == 1 and memory.options[0].startswith("exercise:")
        asks = said.topic in ("exercise_howto", "exercise_list", "another_one", "capabilities")
        return offered_one and asks and not said.first("exercise")

    def _leaning(self, said: Understanding, memory: Memory) -> Optional[Meaning]:
        if not said.sure and said.topic not in LEANING:
            return None
        exercise, sport = said.first("exercise"), said.first("sport")
        if said.topic == "ask_why" and memory.topic:
            return Meaning(memory.topic, memory.exercise, memory.sport, why=True)
        if said.topic == "another_one":
            exercise = exercise or self._another(memory)
            return Meaning(self._about_exercise(memory), exercise)
        if said.topic == "correction" and not _asks_two(said):
            if exercise:
                return Meaning(self._about_exercise(memory), exercise)
            if sport:
                return Meaning("sport_impact", None, sport)
            return self._runner_up(said, memory)
        return None

    def _runner_up(self, said: Understanding, memory: Memory) -> Meaning:
        """What a correction is about: its best topic besides the correction itself."""
        for topic, confidence in said.topics[1:]:
            if topic not in LEANING | SMALL_TALK and topic != memory.topic and confidence > 0.1:
                return Meaning(topic, self._exercise(said, memory, topic))
        return Meaning(None)

    def _elliptical(self, said: Understanding, memory: Memory) -> Optional[Meaning]:
        """ "And for golf?", "what about my back?": the last question, asked of something else."""
        words = " ".join(said.words)
        if memory.topic is None or len(said.words) > SHORT or not words.startswith(tuple(f"{o} " for o in _OPENERS)):
            return None
        exercise, sport = said.first("exercise"), said.first("sport")
        if exercise:
            return Meaning(self._about_exercise(memory), exercise)
        if sport:
            last = self._library.answers.get(memory.topic)
            keeps = last is not None and last.has_variant(sport=sport)
            return Meaning(memory.topic if keeps else "sport_impact", None, sport)
        if said.first("body_part") == "lower_back":
            return Meaning("safe_with_back_pain", memory.exercise)
        return None

    def _asked(self, said: Understanding, memory: Memory) -> Meaning:
        """A message that stands on its own."""
        topics = self._topics(said)
        if not topics:
            return Meaning(None, said.first("exercise"), said.first("sport"))
        exercise = self._exercise(said, memory, topics[0])
        return Meaning(topics[0], exercise, said.first("sport"), tuple(topics[1:]))

    def _topics(self, said: Understanding) -> List[str]:
        """Every topic asked about, the most important first; [] where none is sure enough.

        The whole message decides what it is about: alone, "does that matter?" may be about anything. Its other questions are
        answered too where they say enough by themselves, or where the whole message sounds a little like them.
        """
        asked = [q for q in said.questions if q.confidence >= SURE_OF_QUESTION and _can_be_asked(q.topic)]
        if not said.sure or said.topic is None or said.topic in LEANING | {"crisis"}:  # Care has passed it on
            return sorted(dict.fromkeys(q.topic for q in asked), key=importance)
        main = said.topic if said.topic in SYMPTOMS else _main_topic(said)  # no question outweighs what hurts
        if len(said.questions) == 1 and main not in SYMPTOMS:  # background, and one question
            return [asked[0].topic] if asked and main in COURTESIES else [main]
        also = [q.topic for q in asked if q.topic == main or _says_enough(q, said)]
        in_order = dict.fromkeys(also if main in also else [main, *also])
        return sorted(in_order, key=lambda topic: importance(topic) if _leads(topic, main, said) else LAST)

    def _exercise(self, said: Understanding, memory: Memory, topic: str) -> Optional[str]:
        """The exercise named, or the one before where a short question leans on it."""
        named = said.first("exercise")
        if named:
            return named
        if topic not in ABOUT_ONE_EXERCISE or _GENERAL & set(said.words):
            return None
        leans = len(said.words) <= SHORT or bool(_REFERS & set(said.words))
        return memory.exercise if leans else None

    def _about_exercise(self, memory: Memory) -> str:
        """The question asked before, where another exercise makes sense in it; else how to do it."""
        return memory.topic if memory.topic in ABOUT_ONE_EXERCISE else "exercise_howto"

    def _another(self, memory: Memory) -> Optional[str]:
        """The next exercise that can be shown and suits what the person has told."""
        shown = [exercise.id for exercise in self._library.shown(memory.back_pain)]
        if memory.exercise not in shown:
            return shown[0] if shown else None
        return shown[(shown.index(memory.exercise) + 1) % len(shown)]


def _main_topic(said: Understanding) -> str:
    """What a message is about: the topic that the whole message sounds like, more so where one of its questions asks it."""

    def weight(topic: str, confidence: float) -> float:
        asked = sum(q.confidence for q in said.questions if q.topic == topic) / max(len(said.questions), 1)
        return confidence * (UNASKED + asked)

    return max((t for t in said.topics if t[0] not in LEANING | {"crisis"}), key=lambda t: weight(*t))[0]


def _can_be_asked(topic: str) -> bool:
    """Not what is said in passing, nor what Care decides."""
    return topic not in LEANING | SMALL_TALK | URGENT


def _says_enough(question: Question, said: Understanding) -> bool:
    """Whether a question is answered beside the main one; to send somebody away with it, it takes both."""
    alone, echoed = question.confidence >= SURE_ALONE, said.confidence_in(question.topic) >= ECHO
    return (alone and echoed) if question.topic in OUT_OF_SCOPE else (alone or echoed)


def _asks_two(said: Understanding) -> bool:
    """Whether it plainly asks two things, whatever the whole of it sounds like: "how long and how often" is no correction."""
    return len({q.topic for q in said.questions if q.confidence >= SURE_ALONE and _can_be_asked(q.topic)}) > 1


def _leads(topic: str, main: str, said: Understanding) -> bool:
    """Whether a topic may go before the main one for its importance."""
    return topic == main or said.confidence_in(topic) >= LEADS


def _ordinal(said: Understanding) -> Optional[int]:
    """0, 1 or 2 for "the first one", "number 2", "the last"."""
    places = {"first": 0, "1": 0, "1st": 0, "second": 1, "2": 1, "2nd": 1, "third": 2, "3": 2, "3rd": 2, "last": -1}
    if len(said.words) > 4:
        return None
    for word in said.words:
        if word in places:
            return places[word]
    return None

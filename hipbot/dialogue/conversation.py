"""The conversation: one message in, one reply and the new memory out. Safety decides first.

Called by the Rasa action `action_reply`. Pure: no Rasa, no clock, no database.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from hipbot.content import Answer, Library
from hipbot.dialogue.ask_back import AskBack
from hipbot.dialogue.care import LASTING, REASON_OF_FLAG, Care, Lasting, more_urgent, says_dealt_with
from hipbot.dialogue.context import Context, Meaning
from hipbot.dialogue.guide import Guide
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Message, Reply, buttons
from hipbot.dialogue.topics import (
    ABOUT_ONE_EXERCISE,
    CLINIC,
    GIVES_EXERCISE,
    LEANING,
    OUT_OF_SCOPE,
    SMALL_TALK,
    STEP_MOVES,
    URGENT,
)
from hipbot.dialogue.understanding import EMOJI, Understanding
from hipbot.safety.screen import Finding, Safety

Turn = Tuple[Reply, Memory]

ALSO_LASTING = 0.025  # confidence in persistent_symptoms from which it is the message's first matter
UNSURE = 0.3  # confidence in the best topic under which a duration says most
FEW_WORDS = 2  # of a message that is next to nothing but a duration: "yonks"
COURTESY = 0.8  # confidence in a courtesy from which it comes before a flag: "im 11" sounds like a "no"
MAYBE_LASTING = 0.001  # confidence in persistent_symptoms from which a duration is taken to be a complaint's
BOOKS = "book_appointment"  # whose answer suggests booking as it is
HURTS = frozenset({"radiating_pain", "pain_during_exercise"})  # beside these answers no exercise is offered
COMPLAINTS = frozenset({"why_tight"})  # questions that say by themselves that something is wrong: what lasts, then, is that


class Conversation:
    """Answers from the library, leaning on what was said before."""

    def __init__(self, library: Library, safety: Safety) -> None:
        self._library = library
        self._care = Care(library, safety)
        self._context = Context(library)
        self._guide = Guide(library)
        self._ask_back = AskBack(library)

    @classmethod
    def load(cls, content: Path, clinic: Path, safety: Safety) -> "Conversation":
        """Raises ContentMissing where a file cannot be used."""
        return cls(Library.load(content, clinic), safety)

    @property
    def library(self) -> Library:
        return self._library

    def reply(self, said: Understanding, memory: Memory) -> Turn:
        """Answer one message.

        Args:
            said: what the pipeline understood.
            memory: what the conversation left so far.

        Returns:
            the reply (never empty) and the memory for the next message.
        """
        memory = self._still_there(memory)
        first = memory.turns == 0
        memory = memory.but(turns=memory.turns + 1)
        finding = self._care.screen(said, memory)
        memory = _remember(memory, said, finding)
        reply, memory = self._care.first(said, memory, finding) or self._talk(said, memory, finding)
        if first and reply.topic not in URGENT | {"greet", "bot_challenge"}:
            reply = _before(reply, Message(self._library.say("introduction")))
        return reply, memory

    def _still_there(self, memory: Memory) -> Memory:
        """Forget an exercise or a step that staff have taken out of the content meanwhile."""
        if memory.exercise and memory.exercise not in self._library.exercises:
            return memory.but(exercise=None, step=None)
        if memory.step is not None and memory.exercise is None:
            return memory.but(step=None)
        if memory.step is not None and memory.step >= len(self._library.exercises[memory.exercise or ""].steps):
            return memory.but(step=None)
        return memory

    # the talk ------------------------------------------------------------------------------------

    def _talk(self, said: Understanding, memory: Memory, finding: Finding) -> Turn:
        """Everything that is not urgent."""
        if memory.asked:
            return self._after_question(said, memory, finding)
        if says_dealt_with(said) and (memory.hold or set(memory.exclusions) - set(REASON_OF_FLAG)):
            still = tuple(flag for flag in memory.exclusions if flag in REASON_OF_FLAG)  # still pregnant, still 12
            return self._small("affirm", memory.but(hold=None, exclusions=still), self._library.say("dealt_with"))
        if not said.has_words and said.text.strip()[:1] not in EMOJI:
            return self._ask_back.fallback(memory.misses + 1, memory)
        move = self._guide.wanted_move(said, memory)
        if move:
            return self._guide.move(move, memory)
        if said.topic in STEP_MOVES and memory.topic == "pain_during_exercise":  # no going on after a pinch
            return self._answered(Meaning(memory.topic, memory.exercise), said, memory)
        meaning = self._with_symptoms(self._context.resolve(said, memory), said, finding, memory)
        named = said.confidence >= (COURTESY if meaning.topic in SMALL_TALK else UNSURE)
        sent_on = self._care.before_answer(meaning if named or not finding.flag else Meaning(None), memory, finding)
        if sent_on:
            return sent_on
        none_of_these = memory.options and not memory.options[0].startswith("exercise:") and meaning.topic == "deny"
        if meaning.topic is None or meaning.topic in LEANING or none_of_these:
            return self._ask_back.reply(said if not none_of_these else Understanding(said.text), memory)
        return self._answered(meaning, said, memory)

    def _after_question(self, said: Understanding, memory: Memory, finding: Finding) -> Turn:
        """The closed question was answered with no: what waited behind it comes now."""
        waiting, memory = memory.waiting, memory.but(asked=None, waiting=None)
        lead = Message(self._library.say("check_clear"))
        if waiting and (waiting in self._library.answers or waiting == "exercise_howto"):
            meaning = Meaning(waiting, memory.exercise, memory.sport)
            sent_on = self._care.before_answer(meaning, memory, finding)
            reply, memory = sent_on or self._answered(meaning, said, memory)
            return _before(reply, lead), memory
        return self._small("deny", memory, lead.text)

    def _with_symptoms(
        self, meaning: Meaning, said: Understanding, finding: Finding, memory: Memory
    ) -> Meaning:
        """Put a travelling or lasting symptom before the question it comes with."""
        lasts = Lasting.of(said).grade in LASTING and (
            said.confidence_in("persistent_symptoms") >= ALSO_LASTING
            or said.confidence < UNSURE
            or (meaning.topic in SMALL_TALK and len(said.words) <= FEW_WORDS)
            or (meaning.topic in SMALL_TALK | {"out_of_scope"} and finding.complaint)
        )
        if meaning.topic in CLINIC | URGENT or (meaning.topic == "health_out_of_scope" and not lasts):
            return meaning
        first = None
        if finding.flag == "radiating":
            first = "radiating_pain"
        elif lasts:
            first = "persistent_symptoms"
        if first is None or first == meaning.topic or meaning.topic == "radiating_pain":
            return meaning
        also = [t for t in (meaning.topic, *meaning.also) if t and t not in SMALL_TALK | OUT_OF_SCOPE | LEANING | {first}]
        return Meaning(first, meaning.exercise, meaning.sport, tuple(dict.fromkeys(also)))

    def _answered(self, meaning: Meaning, said: Understanding, memory: Memory) -> Turn:
        """The answer, the other questions of the message, and the way back to a running exercise."""
        step = memory.step
        reply, memory = self._answer(meaning, said, memory)
        more, memory = self._also(meaning, said, memory)
        way_back = None
        if step is not None and memory.step == step and "exercise_howto" not in (reply.topic, *meaning.also):
            way_back = self._guide.way_back(memory)
        return _after(reply, [*more, way_back] if way_back else more), memory

    def _answer(self, meaning: Meaning, said: Understanding, memory: Memory) -> Turn:
        """One topic's answer."""
        topic = meaning.topic or ""
        if topic == "exercise_howto":
            return self._exercise(meaning, said, memory)
        if topic in URGENT:
            return self._care.asked_for(topic, memory)
        if topic in ("persistent_symptoms", "radiating_pain") and not meaning.why:
            return self._symptom(topic, meaning, said, memory)
        if topic in STEP_MOVES or topic not in self._library.answers:
            return self._ask_back.reply(said, memory)
        return self._plain(self._library.answers[topic], meaning, said, memory)

    def _exercise(self, meaning: Meaning, said: Understanding, memory: Memory) -> Turn:
        """How an exercise goes; one that arches the back is not shown to a sore back."""
        exercise = self._library.exercises.get(meaning.exercise or "")
        if exercise is None:
            return self._guide.which(memory)
        if meaning.why:
            return self._guide.reason(exercise, memory)
        if not exercise.suits(memory.back_pain):
            instead = Meaning("safe_with_back_pain", exercise.id)
            return self._plain(self._library.answers["safe_with_back_pain"], instead, said, memory)
        return self._guide.start(exercise, memory)

    def _plain(self, entry: Answer, meaning: Meaning, said: Understanding, memory: Memory) -> Turn:
        """An answer that needs no care of its own, with a note where the symptom has lasted."""
        exercise = self._library.exercises.get(meaning.exercise or "")
        situation = {**self._situation(said, memory), "exercise": meaning.exercise, "sport": meaning.sport}
        care, booking = None, memory.booking
        if meaning.why:
            text = self._reason(entry, situation)
        else:
            text = self._library.fill(entry.text(situation), exercise).strip()
        note, grade = self._lasting_note(entry, said, memory)
        if grade:
            care, booking = "book", grade
        if grade and entry.id != BOOKS:
            text = f"{note}\n\n{text}"
        if entry.id == "pain_during_exercise":
            care = "book"
        message = Message(text, self._follow_ups(entry, memory, meaning.exercise))
        about = meaning.exercise if entry.id in ABOUT_ONE_EXERCISE else None
        reply = Reply(entry.id, (message,), exercise=about, care=care, entry=entry)
        return reply, self._moved_on(memory, entry, meaning).but(booking=booking)

    def _moved_on(self, memory: Memory, entry: Answer, meaning: Meaning) -> Memory:
        """Small talk leaves the subject as it is; anything else becomes the subject."""
        if entry.room == "chat":
            return memory.but(misses=0, options=())
        exercise = meaning.exercise or memory.exercise
        goes_on = exercise == memory.exercise and entry.id != "pain_during_exercise"
        options = self._guide.offered(memory) if entry.id == "exercise_list" else ()
        step = memory.step if goes_on else None
        return memory.but(topic=entry.id, exercise=exercise, step=step, misses=0, options=options)

    def _symptom(self, topic: str, meaning: Meaning, said: Understanding, memory: Memory) -> Turn:
        """Booking first, once; again only where it has become more urgent."""
        lasting, entry = Lasting.of(said), self._library.answers[topic]
        grade = lasting.grade
        again = memory.booking is not None and not more_urgent(grade, memory.booking)
        situation = {**self._situation(said, memory), "lasting": grade, "again": again or None}
        text = self._library.fill(entry.text(situation), duration=lasting.words).strip()
        care = "book"
        if topic == "radiating_pain" and grade == "worse":
            care = "same_day"
        if topic == "persistent_symptoms" and grade == "under_two_weeks":
            care = None
        reply = Reply(topic, (Message(text, self._follow_ups(entry, memory)),), care=care, entry=entry)
        booking = memory.booking if care is None or again else (grade or "two_weeks")
        memory = memory.but(topic=topic, misses=0, options=(), booking=booking)
        return reply, memory.but(step=None) if topic == "radiating_pain" else memory

    def _lasting_note(self, entry: Answer, said: Understanding, memory: Memory) -> "Tuple[str, Optional[str]]":
        """One sentence that suggests booking, where a complaint has lasted and booking is news."""
        lasting, confidence = Lasting.of(said), said.confidence_in("persistent_symptoms")
        maybe = confidence >= MAYBE_LASTING or lasting.grade == "worse" or entry.id in COMPLAINTS
        sure = memory.complaint or confidence >= ALSO_LASTING
        speaks_of_it = {"faq": sure or maybe, "clinic": sure or entry.id == BOOKS}.get(entry.room, False)
        if lasting.grade not in LASTING or not speaks_of_it or not more_urgent(lasting.grade, memory.booking):
            return "", None
        phrase = {"returning": "returning_note", "worse": "worse_note"}.get(lasting.grade, "lasting_note")
        return self._library.say(phrase, duration=lasting.words), lasting.grade

    def _reason(self, entry: Answer, situation: Dict[str, Any]) -> str:
        """What a bare "why?" after an answer gets."""
        reason = entry.reason(situation)
        if reason:
            return self._library.fill(reason).strip()
        return f"{self._library.say('no_reason')}\n\n{self._library.fill(self._library.answers['evidence'].answer).strip()}"

    def _also(self, meaning: Meaning, said: Understanding, memory: Memory) -> Tuple[List[Message], Memory]:
        """Answers to the further questions of the message; exercises stay out for whoever must not get them."""
        messages = []
        for topic in meaning.also:
            entry = self._library.answers.get(topic)
            if topic in GIVES_EXERCISE and (memory.exclusions or memory.hold or meaning.topic in HURTS):
                messages.append(Message(self._library.say("left_out")))
            elif entry is not None:
                situation = {**self._situation(said, memory), "exercise": meaning.exercise or memory.exercise}
                exercise = self._library.exercises.get(situation["exercise"] or "")
                text = self._library.fill(entry.text(situation), exercise, duration=Lasting.of(said).words)
                messages.append(Message(f"{self._library.say('other_question')} {text.strip()}"))
            elif topic == "exercise_howto":
                offer, memory = self._guide.offer(self._library.exercises.get(meaning.exercise or ""), memory)
                messages.append(offer)
        return messages, memory

    # pieces --------------------------------------------------------------------------------------

    def _small(self, topic: str, memory: Memory, text: str) -> Turn:
        choices = buttons(self._library, self._library.answers["capabilities"].follow_ups)
        return Reply(topic, (Message(text, choices),)), memory.but(misses=0, options=())

    def _follow_ups(
        self, entry: Answer, memory: Memory, exercise: Optional[str] = None
    ) -> Tuple[Dict[str, str], ...]:
        """Buttons that suit this person: no exercise for the excluded, no arching for a sore back."""
        suits = [reference for reference in entry.follow_ups if self._suits(reference, memory)]
        fit = [reference for reference in suits if reference != f"exercise:{exercise}"]
        return buttons(self._library, tuple(fit))

    def _suits(self, reference: str, memory: Memory) -> bool:
        kind, _, name = reference.rpartition(":")
        if kind != "exercise":
            return not (name in GIVES_EXERCISE and (memory.hold or memory.exclusions))
        exercise = self._library.exercises.get(name)
        return not (memory.hold or memory.exclusions or (exercise and not exercise.suits(memory.back_pain)))

    @staticmethod
    def _situation(said: Understanding, memory: Memory) -> Dict[str, Any]:
        return {
            "fact": said.first("fact"),
            "reason": said.first("reason"),
            "back_pain": memory.back_pain or None,
            "again": memory.turns > 1 or None,
        }


def _remember(memory: Memory, said: Understanding, finding: Finding) -> Memory:
    """What this message adds to what is kept in mind, whatever the answer will be."""
    return memory.but(
        halves=finding.halves,
        exclusions=tuple(dict.fromkeys((*memory.exclusions, *finding.exclusions))),
        back_pain=memory.back_pain or finding.mentions_back_pain,
        complaint=memory.complaint or finding.complaint,
        sport=said.first("sport") or memory.sport,
    )


def _before(reply: Reply, message: Message) -> Reply:
    """The reply with a bubble in front of it."""
    return replace(reply, messages=(message, *reply.messages))


def _after(reply: Reply, messages: List[Message]) -> Reply:
    """The reply with more bubbles; one set of quick replies stands under them, the last one, and booking where the reply advises it."""
    if not messages:
        return reply
    bubbles = (*reply.messages, *messages)
    choices = next((message.buttons for message in reversed(bubbles) if message.buttons), ())
    if reply.care:
        own = [choice for message in reply.messages for choice in message.buttons]
        choices = (*own, *(choice for choice in choices if choice not in own))
    bare = tuple(replace(message, buttons=()) for message in bubbles)
    return replace(reply, messages=(*bare[:-1], replace(bare[-1], buttons=choices)))

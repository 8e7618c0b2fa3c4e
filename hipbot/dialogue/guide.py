"""An exercise, step by step: start, next, back, repeat, how many left, stop."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Dict, List, Optional, Tuple

from hipbot.content import Exercise, Library
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Message, Reply, button, buttons, with_buttons, words
from hipbot.dialogue.topics import STEP_MOVES
from hipbot.dialogue.understanding import Understanding

TOPIC = "exercise_howto"
SHORT = 6  # words of "go to step three please"
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_STEP = re.compile(rf"\bstep (?:number |no )?([1-9]|{'|'.join(NUMBERS)})\b", re.I)
Turn = Tuple[Reply, Memory]


class Guide:
    """Shows an exercise one step at a time; stop rules always come before the first step."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def wanted_move(self, said: Understanding, memory: Memory) -> Optional[str]:
        """`next`, `back`, `repeat`, `left` or `stop` while an exercise is being shown, else None."""
        if memory.step is None:
            return None
        for move in ("next", "back", "repeat", "stop"):
            if said.text.strip().lower() == self._say(move).lower():
                return move
        if _STEP.search(said.text) and len(said.words) <= SHORT:
            return f"step {_STEP.search(said.text).group(1).lower()}"
        if said.topic in STEP_MOVES:
            return STEP_MOVES[said.topic]
        return {"affirm": "next", "deny": "stop"}.get(said.topic or "")

    def start(self, exercise: Exercise, memory: Memory) -> Turn:
        """Purpose, stop rules, start position and the first step."""
        if not exercise.steps:
            return self._in_person(exercise, memory)
        opening = [
            self._say("guide_purpose", exercise),
            self._say("guide_stop_rules", exercise),
            self._say("guide_start", exercise, start=exercise.start) if exercise.start else "",
        ]
        text = "\n\n".join(part for part in opening if part)
        messages = [Message(text, card=_card(exercise, 0)), self._step(exercise, 0)]
        return self._reply(exercise, messages, memory.but(exercise=exercise.id, step=0))

    def move(self, move: str, memory: Memory) -> Turn:
        """Go to another step, say where we are, or stop."""
        exercise = self._library.exercises[memory.exercise or ""]
        step, last = memory.step or 0, len(exercise.steps) - 1
        if move == "stop":
            return self._stopped(exercise, memory)
        if move == "left":
            return self._left(exercise, memory)
        if move == "next" and step >= last:
            return self._finished(exercise, memory)
        messages: List[Message] = []
        if move == "back" and step == 0:
            messages.append(Message(self._say("guide_first", exercise)))
        step = {"next": step + 1, "back": max(step - 1, 0), "restart": 0}.get(move, step)
        if move.startswith("step "):
            step = min(_number(move[len("step ") :]), last + 1) - 1
        return self._reply(exercise, [*messages, self._step(exercise, step)], memory.but(step=step))

    def way_back(self, memory: Memory) -> Optional[Message]:
        """After a question in the middle: how to go on with the exercise."""
        exercise = self._library.exercises.get(memory.exercise or "")
        if exercise is None or memory.step is None:
            return None
        text = self._say("guide_way_back", exercise, number=memory.step + 1, total=len(exercise.steps))
        return Message(text, words(self._say("repeat"), self._say("next"), self._say("stop")))

    def which(self, memory: Memory) -> Turn:
        """No exercise was named: offer the ones that can be shown."""
        shown = tuple(button(e) for e in self._library.shown(memory.back_pain))
        entry = self._library.answers["exercise_list"]
        reply = Reply(TOPIC, (Message(self._say("guide_which"), shown),), entry=entry)
        return reply, memory.but(options=self.offered(memory), misses=0)

    def offer(self, exercise: Optional[Exercise], memory: Memory) -> Tuple[Message, Memory]:
        """An exercise that was asked for beside something else: a quick reply starts it.

        The ones that can be shown, where none was named or that one arches a sore back; booking, where no article has its steps.
        """
        if exercise is None or not exercise.suits(memory.back_pain):
            reply, after = self.which(memory)
            return reply.messages[0], memory.but(options=after.options)
        if not exercise.steps:
            reply, after = self._in_person(exercise, memory)
            return reply.messages[0], memory.but(options=after.options)
        message = Message(self._say("guide_offer", exercise), (button(exercise),))
        return message, memory.but(options=(f"exercise:{exercise.id}",))

    def offered(self, memory: Memory) -> Tuple[str, ...]:
        """References of the exercises that can be shown to this person, for "the second one"."""
        return tuple(f"exercise:{e.id}" for e in self._library.shown(memory.back_pain))

    # bubbles -------------------------------------------------------------------------------------

    def _step(self, exercise: Exercise, step: int) -> Message:
        total = len(exercise.steps)
        text = self._say("guide_step", exercise, number=step + 1, total=total, step=exercise.steps[step])
        moves = ["next"] if step == 0 else ["next", "back"]
        choices = words(*(self._say(move) for move in (*moves, "repeat", "stop")))
        return Message(text, choices, _card(exercise, step + 1))

    def _left(self, exercise: Exercise, memory: Memory) -> Turn:
        number, total = (memory.step or 0) + 1, len(exercise.steps)
        phrase = "guide_left" if number < total else "guide_left_none"
        text = self._say(phrase, exercise, number=number, total=total, left=total - number)
        return self._reply(exercise, [Message(text, words(self._say("next"), self._say("stop")))], memory)

    def _finished(self, exercise: Exercise, memory: Memory) -> Turn:
        closing = [
            self._say("guide_done", exercise),
            self._say("guide_hold", exercise) if exercise.hold else "",
            self._say("guide_often", exercise) if exercise.how_often else "",
            self._say("guide_mistakes", exercise) if exercise.mistakes else "",
            self._say("guide_progression", exercise, progression=exercise.progression) if exercise.progression else "",
        ]
        message = Message("\n\n".join(part for part in closing if part), buttons(self._library, exercise.follow_ups))
        return self._reply(exercise, [message], memory.but(step=None))

    def _stopped(self, exercise: Exercise, memory: Memory) -> Turn:
        message = Message(self._say("guide_stopped", exercise), buttons(self._library, exercise.follow_ups))
        return self._reply(exercise, [message], memory.but(step=None))

    def _in_person(self, exercise: Exercise, memory: Memory) -> Turn:
        """No article gives its steps: say what it is for, offer booking and one that can be shown."""
        instead = self._library.exercises.get(exercise.instead or "")
        if instead and not instead.suits(memory.back_pain):
            instead = None
        text = self._say("guide_in_person", exercise)
        if instead:
            text += "\n\n" + self._say("guide_instead", instead)
        offered = tuple(button(e) for e in (instead, self._library.answers["book_appointment"]) if e)
        reply, memory = self._reply(exercise, [Message(text, offered)], memory.but(exercise=exercise.id, step=None))
        return reply, memory.but(options=(f"exercise:{instead.id}",) if instead else ())

    def reason(self, exercise: Exercise, memory: Memory) -> Turn:
        """ "Why?" in the middle of an exercise: what it is for, and the step stays."""
        reply, memory = self._reply(exercise, [Message(self._say("guide_why", exercise))], memory)
        way_back = self.way_back(memory)
        return (replace(reply, messages=(*reply.messages, way_back)) if way_back else reply), memory

    def _reply(self, exercise: Exercise, messages: List[Message], memory: Memory) -> Turn:
        reply = Reply(TOPIC, with_buttons(messages, ()), exercise=exercise.id, entry=exercise)
        return reply, memory.but(topic=TOPIC, misses=0, options=())

    def _say(self, phrase: str, exercise: Optional[Exercise] = None, **more: object) -> str:
        return self._library.say(phrase, exercise, **more)


def _card(exercise: Exercise, number: int) -> Dict[str, Any]:
    """What frames a step on the website; number 0 is the opening."""
    drawing = exercise.picture(number)
    return {
        "kind": "exercise",
        "exercise": exercise.id,
        "title": exercise.title,
        "step": number,
        "of": len(exercise.steps),
        "picture": {"src": f"pictures/{drawing.file}", "alt": drawing.alt} if drawing else None,
    }


def _number(word: str) -> int:
    """1 for "1" and "one"."""
    return int(word) if word.isdigit() else NUMBERS.index(word) + 1

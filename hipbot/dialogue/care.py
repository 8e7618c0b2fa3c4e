"""Safety decides first: what a red flag, an exclusion or a lasting symptom means for this turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from hipbot.content import Library
from hipbot.dialogue.context import Meaning
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.reply import Button, Message, Reply, buttons, words
from hipbot.dialogue.topics import (
    ABOUT_ONE_EXERCISE,
    ALWAYS_ANSWERED,
    CLINIC,
    GIVES_EXERCISE,
    SMALL_TALK,
    SYMPTOMS,
    URGENT,
)
from hipbot.dialogue.understanding import Understanding
from hipbot.language.since import HOLIDAYS, MONTHS
from hipbot.safety.opinion import Opinion, with_second_opinion
from hipbot.safety.screen import Finding, Safety

Turn = Tuple[Reply, Memory]

MOST_QUESTIONS = 2  # closed questions before an action (safety guide, 1.3)
URGENT_LEVELS = ("emergency", "same_day")
HOLDS = ("crisis", *URGENT_LEVELS)  # what keeps exercises back, the most urgent first
GRADES = ("under_two_weeks", "returning", "two_weeks", "six_weeks", "twelve_weeks", "worse")  # ever more urgent
NAMES_OF_TIMES = {*MONTHS, *" ".join(HOLIDAYS).split()} - {"summer", "winter", "spring", "autumn", "last", "day"}
TORN = "sudden_tear"  # the flag of level "book" that comes before whatever else was asked
NUMBERS_OF = {  # what a safety card lets one call: (phrase, fact of clinic.yml), the first one first
    "emergency": (("call_emergency", "emergency_number"),),
    "crisis": (("call_emergency", "emergency_number"), ("call_crisis", "crisis_line")),
    "same_day": (("call_advice", "advice_line"), ("call_emergency_if_worse", "emergency_number")),
    "gp_soon": (("call_advice", "advice_line"),),
}
LASTING = GRADES[1:]  # grades from which booking is suggested
REASON_OF_FLAG = {
    "pregnant_or_baby": "pregnant",
    "under_16": "under_16",
    "new_hip": "new_hip",
    "groin_lump": "lump",
}
_YES = frozenset("yes yeah yep yup ya aye y correct true ae āe definitely".split())
_NO = frozenset("no nope nah n na none neither never kao".split())
_PLAIN_NO = _NO | {"not at all", "none of that", "none of those", "neither of those"}
_CLEAR_NO = ("nothing like that", "nothing has changed", "nothing's changed", "nothing new", "not at all", "none of that", "none of those", "all normal", "all fine", "no change", "no changes", "no nothing", "no it", "no i", "no not", "no all", "no that", "no thank", "no everything", "nope all")  # fmt: skip
_FINE = frozenset("normal fine good ok okay same usual thanks".split())
_NOT_SURE = ("not sure", "unsure", "maybe", "don't know", "dont know", "dunno", "idk", "possibly", "think so", "might", "kind of", "sort of", "a bit", "a little", "no idea", "no clue", "nah yeah")  # fmt: skip
_DEALT_WITH = ("been dealt with", "is dealt with", "have been seen", "i've been seen", "ive been seen", "seen a doctor", "seen the doctor", "saw a doctor", "saw the doctor", "saw my gp", "seen my gp", "seen my doctor", "saw my doctor", "got checked", "got it checked", "been checked", "checked it", "checked me", "all clear", "been to the hospital", "been to hospital", "back from the hospital", "back from hospital", "went to the hospital", "been to a&e", "been to ed", "ambulance came", "sorted now")  # fmt: skip
_NOT_YET = frozenset("not haven't havent hasn't hasnt nobody no never yet waiting will won't wont can't cant didn't didnt going should".split())  # fmt: skip


@dataclass(frozen=True)
class Lasting:
    """How long a symptom has lasted: a `lasting` grade of the content, and the patient's words."""

    grade: Optional[str] = None
    words: str = ""

    @classmethod
    def of(cls, said: Understanding) -> "Lasting":
        duration = said.first("duration") or {}
        return cls(duration.get("grade"), _own_words(duration.get("words") or ""))


class Care:
    """Turns what the safety layer finds into the turn's action; None where the talk goes on."""

    def __init__(self, library: Library, safety: Safety) -> None:
        self._library, self._safety = library, safety

    def screen(self, said: Understanding, memory: Memory) -> Finding:
        """Red flags, exclusions and complaints of a message, with the half-flags of earlier ones."""
        finding = self._safety.screen(said.text, memory.halves, memory.complaint)
        flags = {**said.red_flags, "radiating": said.confidence_in("radiating_pain")} if said.red_flags else {}
        known = self._safety.data.flags
        crisis = max(flags.pop("crisis", 0.0), said.confidence_in("crisis"))
        whole, sentence = said.danger
        opinion = Opinion(flags, crisis, danger=whole, sentence=sentence, words=len(said.words))
        return with_second_opinion(finding, opinion, known)

    def first(self, said: Understanding, memory: Memory, finding: Finding) -> Optional[Turn]:
        """What must be said before anything else."""
        if finding.level == "crisis" and finding.sure:
            return self._crisis(memory)
        if finding.sure and finding.level in URGENT_LEVELS:
            return self._urgent(finding.flag, finding.level, memory)
        if memory.hold and says_dealt_with(said):
            return None
        if memory.asked:
            answered = self._answered(said, memory, finding)
            if answered:
                return answered
        if finding.ask and not finding.sure:
            return self._ask(finding, memory, said)
        return None

    # red flags -----------------------------------------------------------------------------------

    def _crisis(self, memory: Memory) -> Turn:
        entry = self._library.answers["crisis"]
        message = Message(self._fill(entry.answer), card=self._card("crisis"))
        reply = Reply("crisis", (message,), care="emergency", entry=entry)
        return reply, memory.but(hold="crisis", step=None, asked=None, topic="crisis")

    def _help(self, flag: Optional[str], level: str, memory: Memory) -> Turn:
        return self._crisis(memory) if level == "crisis" else self._urgent(flag, level, memory)

    def _urgent(self, flag: Optional[str], level: str, memory: Memory) -> Turn:
        entry = self._library.answers["urgent_care"]
        known = self._safety.data.flags.get(flag or "")
        card = self._fill(entry.text({"care": level, "flag": flag}))
        tell_them = known.tell_them if known else self._library.say("tell_them")
        text = "\n\n".join(part for part in (known.says if known else "", card, tell_them) if part)
        reply = Reply("urgent_care", (Message(text, card=self._card(level)),), care=level, entry=entry)
        hold = min((level, memory.hold or level), key=HOLDS.index)  # the more urgent of the two stays
        return reply, memory.but(hold=hold, step=None, asked=None, topic="urgent_care", misses=0, options=())

    def _ask(self, finding: Finding, memory: Memory, said: Understanding) -> Turn:
        """The closed question; after two of them, act as if the answer had been yes."""
        level = finding.level if finding.level in HOLDS else "same_day"
        if memory.questions >= MOST_QUESTIONS:
            return self._help(finding.flag, level, memory)
        entry = self._library.answers["safety_check"]
        text = self._fill(self._safety.data.questions.get(finding.ask or "") or entry.answer)
        reply = Reply("safety_check", (Message(text, self._choices()),), entry=entry, asks=finding.flag)
        waiting = said.topic if said.topic not in SMALL_TALK | URGENT else None
        changes = memory.but(asked=f"{finding.flag or ''}|{level}", questions=memory.questions + 1, waiting=waiting)
        return reply, changes

    def _answered(self, said: Understanding, memory: Memory, finding: Finding) -> Optional[Turn]:
        """The answer to the closed question; "not sure" counts as yes. None: go on with the talk."""
        flag, _, level = (memory.asked or "").partition("|")
        answer = closed_answer(said)
        if answer == "no":
            return None
        said_again = finding.level in URGENT_LEVELS or finding.level == level
        if answer == "yes" or memory.questions >= MOST_QUESTIONS or said_again:
            return self._help(flag or None, level, memory)
        reply = Reply("safety_check", (Message(self._library.say("check_again"), self._choices()),))
        return reply, memory.but(questions=memory.questions + 1)

    def asked_for(self, topic: str, memory: Memory) -> Turn:
        """The topic was asked for by its name, without a complaint."""
        if topic == "crisis":
            return self._crisis(memory)
        entry = self._library.answers["urgent_care"]
        reply = Reply("urgent_care", (Message(self._fill(entry.answer)),), entry=entry)
        return reply, memory.but(topic="urgent_care", misses=0, options=())

    # who gets no exercise ------------------------------------------------------------------------

    def before_answer(self, meaning: Meaning, memory: Memory, finding: Finding) -> Optional[Turn]:
        """Send on instead of answering: a GP-first flag, or an exercise asked for by somebody excluded."""
        topics = {meaning.topic, *meaning.also}
        if memory.hold and (meaning.why or not topics <= ALWAYS_ANSWERED):
            return self._held(memory)
        if finding.level == "gp_soon" and finding.flag and meaning.topic not in SMALL_TALK | CLINIC:
            return self._gp_first(finding.flag, memory)
        if finding.level == "book" and finding.flag == TORN and meaning.topic not in SMALL_TALK | CLINIC:
            return self._excluded(memory)
        gp_first = next((flag for flag in memory.exclusions if flag in REASON_OF_FLAG), None)
        if gp_first and topics & (GIVES_EXERCISE | ABOUT_ONE_EXERCISE):
            return self._gp_first(gp_first, memory)
        if memory.exclusions and topics & GIVES_EXERCISE and meaning.topic not in SYMPTOMS:
            return self._excluded(memory)
        return None

    def _gp_first(self, flag: str, memory: Memory) -> Turn:
        entry = self._library.answers["health_out_of_scope"]
        situation = {"flag": flag, "reason": REASON_OF_FLAG.get(flag), "care": "gp_soon"}
        offered = buttons(self._library, ("talk_to_human",))
        message = Message(self._fill(entry.text(situation)), offered, self._card("gp_soon"))
        reply = Reply("health_out_of_scope", (message,), care="gp_soon", entry=entry)
        return reply, memory.but(topic="health_out_of_scope", step=None, misses=0, options=())

    def _held(self, memory: Memory) -> Turn:
        entry = self._library.answers["crisis" if memory.hold == "crisis" else "urgent_care"]
        level = "emergency" if memory.hold == "crisis" else memory.hold
        text = self._fill(entry.answer) if memory.hold == "crisis" else self._library.say(f"still_first_{memory.hold}")
        message = Message(text, card=self._card(memory.hold or "same_day"))
        return Reply(entry.id, (message,), care=level, entry=entry), memory.but(step=None)

    def _excluded(self, memory: Memory) -> Turn:
        """The level that the exclusion has in the safety guide; never an exercise step."""
        flag = memory.exclusions[0]
        known = self._safety.data.flags.get(flag)
        level = known.rules[0][0] if known else "book"
        if level in URGENT_LEVELS:
            return self._urgent(flag, level, memory)
        if level == "gp_soon":
            return self._gp_first(flag, memory)
        topic = "radiating_pain" if "radiating" in memory.exclusions else "pain_during_exercise"
        entry = self._library.answers[topic]
        text = f"{self._library.say('no_steps')}\n\n{self._fill(entry.text({'again': bool(memory.booking) or None}))}"
        message = Message(text, buttons(self._library, entry.follow_ups))
        reply = Reply(topic, (message,), care="book", entry=entry)
        return reply, memory.but(topic=topic, step=None, booking=memory.booking or "two_weeks", misses=0)

    def _choices(self) -> Tuple[Button, ...]:
        """Yes, no and not sure as quick replies."""
        return words(*(self._library.say(choice) for choice in ("yes", "no", "not_sure")))

    def _card(self, level: str) -> Dict[str, Any]:
        """What frames a safety answer on the website: a heading, and the numbers to call, the first one first."""
        numbers = [_number(self._library, *names) for names in NUMBERS_OF[level]]
        heading = self._library.say(f"heading_{level}")
        return {"kind": "safety", "level": level, "heading": heading, "numbers": numbers}

    def _fill(self, text: str) -> str:
        return self._library.fill(text).strip()


def _number(library: Library, name: str, number: str) -> Dict[str, str]:
    """A button that calls: `name` is a phrase, `number` a fact of clinic.yml."""
    return {"title": library.say(name), "href": f"tel:{''.join(library.facts()[number].split())}"}


def closed_answer(said: Understanding) -> Optional[str]:
    """`yes` or `no` to the closed question, in any words; "not sure" is a yes. None: neither."""
    text = " ".join(said.words)
    if any(phrase in text for phrase in _NOT_SURE):
        return "yes"
    if text in _PLAIN_NO or any(f"{text} ".startswith(f"{no} ") for no in _CLEAR_NO):
        return "no"
    if said.words and said.words[0] in _YES:
        return "no" if text.startswith(("yeah nah", "yea nah")) else "yes"
    if said.words and said.words[0] in _NO:
        return "no" if len(said.words) < 3 or said.topic == "deny" or set(said.words) & _FINE else None
    return {"deny": "no", "affirm": "yes"}.get(said.topic or "")


def says_dealt_with(said: Understanding) -> bool:
    """The person says that the red flag has been seen to; "not yet" is no such thing."""
    text = said.text.lower().replace("\u2019", "'")
    return any(phrase in text for phrase in _DEALT_WITH) and not _NOT_YET & set(said.words)


def more_urgent(grade: Optional[str], than: Optional[str]) -> bool:
    """Whether a `lasting` grade is more urgent than the one booking was suggested for."""
    if than is None:
        return True
    return grade in GRADES and GRADES.index(grade) > GRADES.index(than) if than in GRADES else False


def _own_words(words_: str) -> str:
    """The patient's duration, fit for "this has gone on ...": "for six weeks", "since Christmas"."""
    if words_.startswith("since "):
        return " ".join(word.capitalize() if word in NAMES_OF_TIMES else word for word in words_.split())
    return f"for {words_.removeprefix('for ')}" if words_ else "for a while"

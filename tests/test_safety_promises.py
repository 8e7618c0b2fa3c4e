"""What every conversation can rely on: every exclusion keeps every exercise back, a crisis is met with the same words."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipbot import project
from hipbot.content.library import Library, read_yaml
from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.understanding import Understanding

EXERCISES = Library.load(project.CONTENT, project.CLINIC).exercises
# Every reason for which the safety guide (issue: "Exclusions before any how-to") gives no steps, as patients put it.
EXCLUDED = {
    "runner": "deep groin ache when I run, worse every run",
    "squat": "it pinches at the front of my hip at the bottom of a squat",
    "pregnant": "I'm 20 weeks pregnant",
    "just had a baby": "had a baby 6 weeks ago",
    "under 16": "I'm 14",
    "child": "my son is 12 and plays football",
    "new hip": "I got a new hip in March",
    "surgery": "I had hip surgery three weeks ago",
    "fragile bones": "I have osteoporosis",
    "steroids": "I've been on prednisone for years",
    "cancer": "I had breast cancer in 2019",
    "radiating": "pain shoots down my left leg to the foot",
    "severe": "the pain in my hip is unbearable",
}
CRISIS = [str(text) for text in read_yaml(Path(__file__).parent / "safety" / "flagged.yml")["crisis"]]


@pytest.fixture(scope="module")
def core(library, safety):
    return Conversation.load(project.CONTENT, project.CLINIC, safety)


def asked_for(exercise, text=""):
    """Understood as asking how the exercise goes."""
    said = f"{text} how do I do the {exercise.name}?".strip()
    return Understanding(said, (("exercise_howto", 0.99),), entities={"exercise": (exercise.id,)})


def shows_steps(reply):
    return any((message.card or {}).get("kind") == "exercise" for message in reply.messages)


def topic_of_how_to(core):
    reply, _ = core.reply(asked_for(EXERCISES["kneeling_stretch"]), Memory())
    return shows_steps(reply)


def test_an_exercise_is_shown_to_somebody_without_any_of_these(core):
    """Or the tests below could not fail."""
    assert topic_of_how_to(core)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
@pytest.mark.parametrize("why", EXCLUDED)
def test_every_exclusion_keeps_every_exercise_back(core, why, exercise):
    """Told in the same message, and told before."""
    at_once, _ = core.reply(asked_for(exercise, f"{EXCLUDED[why]}."), Memory())
    assert not shows_steps(at_once)
    _, memory = core.reply(Understanding(EXCLUDED[why]), Memory())
    later, memory = core.reply(asked_for(exercise), memory)
    assert not shows_steps(later)
    forward, _ = core.reply(Understanding("next", (("next_step", 0.99),)), memory)
    assert not shows_steps(forward)


@pytest.mark.parametrize("text", CRISIS)
def test_a_crisis_is_met_with_the_same_words_each_time(core, text):
    """Emergency number first, then the crisis line; no booking, no choice of anything else; no exercise afterwards."""
    facts = core.library.facts()
    reply, memory = core.reply(Understanding(text), Memory(turns=1))
    again, _ = core.reply(Understanding(CRISIS[0]), Memory(turns=1))
    assert reply.topic == "crisis" and reply.messages == again.messages
    said = " ".join(message.text for message in reply.messages)
    assert 0 <= said.index(facts["emergency_number"]) < said.index(facts["crisis_line"])
    assert facts["booking_link"] not in said and not any(message.buttons for message in reply.messages)
    numbers = [number["href"] for number in reply.messages[0].card["numbers"]]
    assert numbers == [f"tel:{facts['emergency_number']}", f"tel:{facts['crisis_line']}"]
    after, _ = core.reply(asked_for(EXERCISES["kneeling_stretch"]), memory)
    assert not shows_steps(after) and after.topic == "crisis"


@pytest.mark.parametrize("topic", ["how_often", "greet", "bot_challenge", "clinic_info"])
def test_the_first_message_says_what_the_bot_is_and_is_not(core, topic):
    """An automatic helper, no doctor, and the emergency number; not again in the next message."""
    reply, memory = core.reply(Understanding("hello there", ((topic, 0.9),)), Memory())
    said = " ".join(message.text for message in reply.messages)
    assert ("automatic" in said or "a bot" in said) and "not a doctor" in said and core.library.facts()["emergency_number"] in said
    second, _ = core.reply(Understanding("how often?", (("how_often", 0.9),)), memory)
    assert "automatic" not in " ".join(message.text for message in second.messages)


@pytest.mark.parametrize("first", ["numb between my legs", CRISIS[0]])
def test_an_urgent_first_message_is_answered_with_one_card(core, first):
    """Nothing stands before what must be done now."""
    reply, _ = core.reply(Understanding(first), Memory())
    assert len(reply.messages) == 1 and reply.messages[0].card["kind"] == "safety"

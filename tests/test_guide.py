"""An exercise, step by step: the whole walk of each, as a patient at home would take it."""

from __future__ import annotations

import pytest

from hipbot import project
from hipbot.content import Library
from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from tests.test_understanding import said

ALL = Library.load(project.CONTENT, project.CLINIC).exercises
WITH_STEPS = [name for name, exercise in ALL.items() if exercise.steps]
WITHOUT_STEPS = [name for name, exercise in ALL.items() if not exercise.steps]
MET = Memory(turns=1)  # the introduction has been said


@pytest.fixture(scope="module")
def talk(library, safety):
    return Conversation(library, safety)


def show(talk, name, memory=MET):
    return talk.reply(said("how do I do it", "exercise_howto", exercise=name), memory)


def text_of(reply) -> str:
    return "\n\n".join(message.text for message in reply.messages)


def titles_of(reply) -> list:
    return [button["title"] for message in reply.messages for button in message.buttons]


def test_there_are_exercises_of_both_kinds():
    """The tables below are not empty."""
    assert WITH_STEPS and WITHOUT_STEPS


# with steps --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITH_STEPS)
def test_stop_rules_come_before_the_first_step(talk, name):
    """Purpose, every stop rule, start position, and only then step 1."""
    reply, memory = show(talk, name)
    text, exercise = text_of(reply), ALL[name]
    first_step = text.index(exercise.steps[0])
    assert exercise.stop_rules
    for rule in exercise.stop_rules:
        assert text.index(rule) < first_step, rule
    for part in (exercise.purpose, exercise.start or ""):
        assert text.index(part) < first_step
    assert all(step not in text for step in exercise.steps[1:])
    assert (memory.exercise, memory.step, reply.topic, reply.exercise) == (name, 0, "exercise_howto", name)


@pytest.mark.parametrize("name", WITH_STEPS)
def test_the_whole_walk(talk, name):
    """Next shows each step once, in order, with its number; after the last come hold, frequency and mistakes."""
    exercise = ALL[name]
    reply, memory = show(talk, name)
    total = len(exercise.steps)
    for number, step in enumerate(exercise.steps, 1):
        assert f"{number} of {total}" in text_of(reply) and step in text_of(reply)
        assert memory.step == number - 1
        reply, memory = talk.reply(said("ok and then", "step_next"), memory)
    closing = text_of(reply)
    assert memory.step is None
    for part in (exercise.hold, exercise.how_often, exercise.progression, *exercise.mistakes):
        assert part is None or part in closing
    assert "None" not in closing and "{" not in closing


@pytest.mark.parametrize("name", WITH_STEPS)
def test_the_same_walk_with_the_buttons(talk, library, name):
    """The buttons' own words do what they say, whatever the classifier reads."""
    _, memory = show(talk, name)
    for _ in ALL[name].steps[1:]:
        reply, memory = talk.reply(said(library.phrases["next"], "out_of_scope", sure=False), memory)
        assert library.phrases["back"] in titles_of(reply)
    assert memory.step == len(ALL[name].steps) - 1
    same, memory = talk.reply(said(library.phrases["repeat"]), memory)
    assert text_of(same) == text_of(reply)
    _, memory = talk.reply(said(library.phrases["back"]), memory)
    assert memory.step == len(ALL[name].steps) - 2
    _, memory = talk.reply(said(library.phrases["stop"]), memory)
    assert memory.step is None


@pytest.mark.parametrize("name", WITH_STEPS)
def test_back_at_the_first_step_stays_there(talk, library, name):
    """There is nothing before step 1: it is said, and the step is shown again."""
    _, memory = show(talk, name)
    reply, memory = talk.reply(said("go back", "step_back"), memory)
    assert library.phrases["guide_first"] in text_of(reply)
    assert ALL[name].steps[0] in text_of(reply)
    assert memory.step == 0
    assert library.phrases["back"] not in titles_of(reply)


@pytest.mark.parametrize("name", WITH_STEPS)
def test_how_many_are_left(talk, name):
    """The count is right at every step, and asking does not move on."""
    exercise = ALL[name]
    _, memory = show(talk, name)
    for index in range(len(exercise.steps)):
        reply, after = talk.reply(said("how many left", "steps_left"), memory)
        left = len(exercise.steps) - index - 1
        assert after.step == index
        assert (f"{left} to go" in text_of(reply)) is (left > 0)
        assert ("last one" in text_of(reply)) is (left == 0)
        _, memory = talk.reply(said("next", "step_next"), memory)


@pytest.mark.parametrize("move, step", [("affirm", 1), ("step_repeat", 0), ("step_stop", None), ("deny", None)])
def test_short_answers_in_the_middle(talk, move, step):
    """ "Yes" goes on, "no" leaves, "again" stays."""
    _, memory = show(talk, "kneeling_stretch")
    _, memory = talk.reply(said("mhm", move), memory)
    assert memory.step == step


def test_stopped_can_be_taken_up_again(talk):
    """After stop, the exercise is still what the talk is about, and moves are no moves any more."""
    _, memory = show(talk, "kneeling_stretch")
    reply, memory = talk.reply(said("stop", "step_stop"), memory)
    assert (memory.step, memory.exercise) == (None, "kneeling_stretch")
    reply, after = talk.reply(said("next", "step_next"), memory)
    assert after.step is None and reply.topic != "exercise_howto"
    _, memory = show(talk, "kneeling_stretch", memory)
    assert memory.step == 0


def test_a_question_in_the_middle_keeps_the_place(talk, library):
    """The question is answered, and the way back is offered."""
    _, memory = show(talk, "kneeling_stretch")
    _, memory = talk.reply(said("next", "step_next"), memory)
    reply, memory = talk.reply(said("how long do I hold it?", "how_long_to_hold"), memory)
    assert (reply.topic, reply.exercise, memory.step) == ("how_long_to_hold", "kneeling_stretch", 1)
    assert library.phrases["next"] in titles_of(reply)
    reply, memory = talk.reply(said("next", "step_next"), memory)
    assert ALL["kneeling_stretch"].steps[2] in text_of(reply)


def test_pain_in_the_middle_ends_it(talk):
    """It hurts: the exercise stops, no way back to it is offered."""
    _, memory = show(talk, "kneeling_stretch")
    reply, memory = talk.reply(said("ow, that hurts", "pain_during_exercise"), memory)
    assert reply.topic == "pain_during_exercise"
    assert memory.step is None
    assert "Shall we go on" not in text_of(reply)


def test_another_exercise_in_the_middle_starts_at_its_beginning(talk):
    """A new exercise begins with its own stop rules."""
    _, memory = show(talk, "kneeling_stretch")
    _, memory = talk.reply(said("next", "step_next"), memory)
    reply, memory = show(talk, "lean_back", memory)
    assert (memory.exercise, memory.step) == ("lean_back", 0)
    assert all(rule in text_of(reply) for rule in ALL["lean_back"].stop_rules)


# without steps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WITHOUT_STEPS)
def test_without_steps_it_is_shown_in_person(talk, library, name):
    """No step is made up: purpose, booking and phone, and one that can be shown instead."""
    reply, memory = show(talk, name)
    exercise, facts = ALL[name], library.facts()
    assert exercise.purpose in text_of(reply)
    assert facts["booking_link"] in text_of(reply) and facts["phone"] in text_of(reply)
    assert library.answers["book_appointment"].title in titles_of(reply)
    assert (memory.step, memory.exercise, reply.exercise) == (None, name, name)
    instead = ALL[exercise.instead]
    assert instead.steps and instead.name in text_of(reply) and instead.title in titles_of(reply)


@pytest.mark.parametrize("name", WITHOUT_STEPS)
def test_yes_to_the_one_instead_shows_it(talk, name):
    """ "Yes, that one" takes the exercise that was offered instead."""
    _, memory = show(talk, name)
    reply, memory = talk.reply(said("yes please", "affirm"), memory)
    assert (reply.topic, memory.exercise, memory.step) == ("exercise_howto", ALL[name].instead, 0)


# a sore back -------------------------------------------------------------------------------------


def test_a_sore_back_is_not_offered_what_arches_it(talk, library):
    """Couch stretch: not among the buttons, not as "another one", not when asked for."""
    sore = Memory(turns=3, back_pain=True)
    arching = {exercise.title for exercise in ALL.values() if exercise.extends_spine}
    assert arching
    for topic in ("exercise_howto", *library.answers):
        reply, _ = talk.reply(said("which ones are there", topic), sore)
        assert not arching & set(titles_of(reply)), topic
    reply, memory = show(talk, "couch_stretch", sore)
    assert memory.step is None
    assert not any(step in text_of(reply) for step in ALL["couch_stretch"].steps)
    for _ in ALL:
        _, sore = talk.reply(said("another one", "another_one"), sore)
        assert sore.exercise != "couch_stretch"


def test_a_back_without_pain_may_have_it(talk):
    """Nobody else is kept from it."""
    reply, memory = show(talk, "couch_stretch")
    assert memory.step == 0


def test_a_back_that_turns_sore_in_the_middle(talk):
    """ "My back hurts" while the couch stretch is shown: it does not go on."""
    _, memory = show(talk, "couch_stretch")
    _, memory = talk.reply(said("now my lower back hurts", "pain_during_exercise"), memory)
    reply, memory = talk.reply(said("next", "step_next"), memory)
    assert not any(step in text_of(reply) for step in ALL["couch_stretch"].steps)


# no name -----------------------------------------------------------------------------------------


def test_no_name_offers_those_that_can_be_shown(talk):
    """ "Show me one": the ones with steps, one button each, and "the second one" takes the second."""
    reply, memory = talk.reply(said("show me an exercise step by step", "exercise_howto"), MET)
    assert titles_of(reply) == [ALL[name].title for name in WITH_STEPS]
    reply, memory = talk.reply(said("the second one"), memory)
    assert (memory.exercise, memory.step) == (WITH_STEPS[1], 0)


def test_an_exercise_that_content_does_not_have(talk):
    """data/ may name an exercise that content/ no longer has: the others are offered."""
    reply, _ = show(talk, "handstand")
    assert reply.topic == "exercise_howto" and titles_of(reply)


@pytest.mark.parametrize("name", WITH_STEPS)
def test_every_step_has_a_card_for_the_website(talk, name):
    """Opening and steps say which exercise and which step of how many; "repeat" gives the same card again."""
    reply, memory = show(talk, name)
    total = len(ALL[name].steps)
    shown = [message.card for message in reply.messages]
    for _ in range(total - 1):
        reply, memory = talk.reply(said("Next", "step_next"), memory)
        shown.append(reply.messages[-1].card)
    assert [(card["exercise"], card["step"], card["of"]) for card in shown] == [
        (name, number, total) for number in range(total + 1)
    ]
    for card in shown:
        drawing = ALL[name].picture(card["step"])
        assert card["picture"] == (drawing and {"src": f"pictures/{drawing.file}", "alt": drawing.alt})
    again, _ = talk.reply(said("Say it again", "step_repeat"), memory)
    assert again.messages[-1].card == shown[-1]

"""What is kept in mind between two messages: whole, small, and no word of the patient's."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from tests.test_understanding import said

FULL = Memory(
    turns=7, topic="how_often", exercise="lean_back", step=0, sport="golf", back_pain=True, complaint=True,
    options=("how_often", "sitting"), misses=2, booking="six_weeks", halves=("toilet_word",), exclusions=("radiating",),
    hold="same_day", asked="fever_back|same_day", questions=1, waiting="exercise_list",
)  # fmt: skip


@pytest.mark.parametrize("memory", [Memory(), FULL, Memory(step=0), Memory(misses=1, options=("a",))])
def test_the_slot_gives_back_what_went_in(memory):
    """Through Rasa's slot and the database's JSON, nothing is lost; step 0 is not "no step"."""
    assert Memory.from_slot(json.loads(json.dumps(memory.to_slot()))) == memory


def test_defaults_are_left_out():
    """A fresh memory takes no room."""
    assert Memory().to_slot() == {}
    assert Memory(turns=1).to_slot() == {"turns": 1}


def test_every_field_goes_through_the_slot():
    """A field that is added is carried too: `FULL` names each."""
    assert {field.name for field in fields(Memory)} == set(FULL.to_slot())


@pytest.mark.parametrize("slot", [None, "", "text", 7, [], ["turns"], True, {}, {"from_an_older_version": 1}])
def test_an_unusable_slot_starts_afresh(slot):
    """What is no memory is forgotten; the patient is answered."""
    assert Memory.from_slot(slot) == Memory()


@pytest.mark.parametrize(
    "slot",
    [
        {"turns": "many"},
        {"turns": None},
        {"step": "two"},
        {"options": "how_often"},
        {"halves": None},
        {"misses": []},
        {"hold": 7},
    ],
    ids=str,
)
def test_a_damaged_value_starts_afresh(slot):
    """`Memory.from_slot`: "a damaged value starts afresh"."""
    found = Memory.from_slot(slot)
    (name,) = slot
    assert type(getattr(found, name)) in {type(getattr(Memory(), name)), type(getattr(FULL, name))}


GONE = Memory(turns=3, topic="exercise_howto", exercise="gone", step=1)
SHORTER = Memory(turns=3, topic="exercise_howto", exercise="lean_back", step=99)
STEPLESS = Memory(turns=3, topic="exercise_howto", exercise="hip_aeroplane", step=0)


@pytest.mark.parametrize(
    "memory, topic",
    [
        *(pytest.param(GONE, move) for move in ("step_next", "step_back", "step_stop", "how_often")),
        *(pytest.param(memory, move) for memory in (SHORTER, STEPLESS) for move in ("step_back", "step_repeat")),
        *(
            (memory, move)
            for memory in (SHORTER, STEPLESS)
            for move in ("step_next", "steps_left", "step_stop", "how_often")
        ),
        *((memory, "sitting") for memory in (GONE, SHORTER, STEPLESS)),
    ],
    ids=lambda value: f"{value.exercise}-{value.step}" if isinstance(value, Memory) else value,
)
def test_content_may_change_in_the_middle_of_a_talk(library, safety, memory, topic):
    """Staff remove an exercise or a step while a patient is in it: there is an answer all the same."""
    reply, _ = Conversation(library, safety).reply(said("go on", topic), memory)
    assert reply.messages


def test_no_word_of_the_patient_is_kept(library, safety):
    """The memory holds ids of ours only, whatever is said: symptoms, exercises, times, nonsense."""
    talk, memory = Conversation(library, safety), Memory()
    turns = [
        said("hello I am Zebediah", "greet"),
        said(
            "Zebediah's back hurts",
            "persistent_symptoms",
            duration={"grade": "six_weeks", "weeks": 6, "words": "since zebediah"},
        ),
        said("how do I do the Zebediah stretch", "exercise_howto", exercise="kneeling_stretch"),
        said("zebediah zebediah", sure=False),
        said("what about golf, zebediah", "sport_impact", sport="golf"),
        said("zebediah has a fever and his hip is hot", "urgent_care"),
        said("can zebediah stretch", "exercise_list"),
        said("no, zebediah", "deny"),
    ]
    for turn in turns:
        _, memory = talk.reply(turn, memory)
        assert "zebediah" not in json.dumps(memory.to_slot()).lower()

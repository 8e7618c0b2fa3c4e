"""Safety decides first: red flags, the closed question, who gets no exercise, lasting symptoms. With the real words."""

from __future__ import annotations

import pytest

from hipbot import project
from hipbot.content import Library
from hipbot.dialogue.care import GRADES, MOST_QUESTIONS, closed_answer, more_urgent, says_dealt_with
from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.topics import GIVES_EXERCISE
from hipbot.safety.opinion import ASK_CRISIS
from tests.test_understanding import said

EMERGENCY = "I'm numb between my legs"
SAME_DAY = "my back hurts and I have a fever"
CRISIS = "I want to die"
CONTENT = Library.load(project.CONTENT, project.CLINIC)
WITH_STEPS = [name for name, exercise in CONTENT.exercises.items() if exercise.steps]
MET = Memory(turns=1)
WANTS_EXERCISE = [
    *(said("show me how", "exercise_howto", exercise=name) for name in CONTENT.exercises),
    *(said("which ones are there", topic) for topic in sorted(GIVES_EXERCISE)),
    *(said(CONTENT.exercises[name].title) for name in CONTENT.exercises),
    said("another one", "another_one"),
    said("the second one"),
    said("next", "step_next"),
    said("yes", "affirm"),
    said(
        "how often should I stretch, and show me one",
        "how_often",
        questions=[("how_often", 0.9), ("exercise_howto", 0.9)],
    ),
    said("how often, and which ones", "how_often", questions=[("how_often", 0.9), ("exercise_list", 0.9)]),
]
EXCLUDED = {
    "pregnant": "I'm 20 weeks pregnant",
    "under 16": "my son is 12 and his hip is sore",
    "new hip": "I had a hip replacement in March",
    "lump": "there's a lump in my groin",
    "radiating": "pain shoots down my left leg",
    "squat pinch": "it pinches at the front of my hip when I squat",
}


@pytest.fixture(scope="module")
def talk(library, safety):
    return Conversation(library, safety)


@pytest.fixture(scope="module")
def unclear(safety):
    """A message that leads to the closed question, with the real words."""
    candidates = [
        "my chest feels a bit odd",
        "my foot has gone a strange colour",
        "my balls ache",
        "I fell over and my hip is sore",
    ]
    for message in candidates:
        found = safety.screen(message)
        if found.ask and not found.sure:
            return message
    pytest.fail("none of the unclear messages leads to the closed question any more: write one that does")


def text_of(reply) -> str:
    return "\n\n".join(message.text for message in reply.messages)


def titles_of(reply) -> list:
    return [button["title"] for message in reply.messages for button in message.buttons]


def after(talk, *messages, memory=MET):
    """The memory after some messages."""
    for message in messages:
        _, memory = talk.reply(message if not isinstance(message, str) else said(message), memory)
    return memory


def gives_exercise(reply) -> bool:
    """A step, or a button that leads to one."""
    shown = any(step in text_of(reply) for name in WITH_STEPS for step in CONTENT.exercises[name].steps)
    return shown or any(CONTENT.exercises[name].title in titles_of(reply) for name in CONTENT.exercises)


# emergencies -------------------------------------------------------------------------------------

SITUATIONS = {
    "first message": Memory(),
    "exercise running": Memory(turns=3, exercise="kneeling_stretch", step=1, topic="exercise_howto"),
    "did you mean": Memory(turns=3, options=("sitting", "how_often"), misses=1),
    "closed question open": Memory(turns=3, asked="fever_back|same_day", questions=1),
    "held already": Memory(turns=3, hold="same_day"),
    "excluded": Memory(turns=3, exclusions=("pregnant_or_baby",)),
    "two questions asked": Memory(turns=3, questions=MOST_QUESTIONS),
    "not understood twice": Memory(turns=3, misses=2),
    "booking suggested": Memory(turns=3, booking="worse"),
}
READINGS = [
    None,
    "greet",
    "step_next",
    "affirm",
    "deny",
    "exercise_howto",
    "how_often",
    "out_of_scope",
    "book_appointment",
]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize(
    "message, topic, care, fact",
    [
        (EMERGENCY, "urgent_care", "emergency", "emergency_number"),
        (SAME_DAY, "urgent_care", "same_day", "advice_line"),
        (CRISIS, "crisis", "emergency", "crisis_line"),
    ],
    ids=["emergency", "same_day", "crisis"],
)
def test_a_red_flag_comes_before_everything(talk, library, situation, message, topic, care, fact):
    """Whatever the talk was at, and whatever the classifier reads: help, at once, and no exercise."""
    for reading in READINGS:
        reply, memory = talk.reply(said(message, reading, exercise="kneeling_stretch"), SITUATIONS[situation])
        assert (reply.topic, reply.care) == (topic, care), reading
        assert library.facts()[fact] in text_of(reply)
        assert not gives_exercise(reply)
        assert memory.hold == ("crisis" if topic == "crisis" else care)
        assert memory.step is None


def test_help_is_the_first_thing_read(talk, library):
    """No introduction stands before an emergency card."""
    reply, _ = talk.reply(said(EMERGENCY), Memory())
    assert library.phrases["introduction"][:20] not in reply.messages[0].text
    assert len(reply.messages) == 1


def test_crisis_words_are_always_the_same(talk):
    """The same text each time, no probing."""
    first, memory = talk.reply(said(CRISIS), MET)
    again, _ = talk.reply(said(CRISIS), memory)
    assert text_of(first) == text_of(again)


def test_the_classifier_alone_is_enough_for_a_crisis(talk):
    """Words that no pattern knows, read as a crisis: the crisis answer."""
    reply, _ = talk.reply(said("what is the point of it all", "crisis", 0.95), MET)
    assert (reply.topic, reply.care) == ("crisis", "emergency")


@pytest.mark.parametrize("level, message", [("emergency", EMERGENCY), ("same_day", SAME_DAY), ("crisis", CRISIS)])
@pytest.mark.parametrize(
    "wish", WANTS_EXERCISE, ids=lambda wish: wish.text + str(wish.first("exercise") or wish.topic or "")
)
def test_no_exercise_while_a_red_flag_waits(talk, level, message, wish):
    """After an emergency, same-day or crisis answer there is no exercise, and help is named again."""
    memory = after(talk, message)
    assert memory.hold == level
    reply, memory = talk.reply(wish, memory)
    assert not gives_exercise(reply)
    assert memory.step is None and memory.hold == level


def test_other_questions_while_a_red_flag_waits(talk):
    """The clinic's number and a thank-you are answered, without exercise buttons."""
    memory = after(talk, SAME_DAY)
    for topic in (
        "clinic_info",
        "book_appointment",
        "talk_to_human",
        "thanks",
        "goodbye",
        "bot_challenge",
        "capabilities",
        "how_often",
        "sport_impact",
    ):
        reply, _ = talk.reply(said("hm?", topic), memory)
        assert reply.messages and not gives_exercise(reply), topic


@pytest.mark.parametrize("message", [EMERGENCY, SAME_DAY, CRISIS])
def test_once_dealt_with_the_talk_goes_on(talk, message):
    """ "I've seen a doctor" opens the exercises again."""
    memory = after(talk, message, "I have seen a doctor and got the all clear")
    assert memory.hold is None
    reply, memory = talk.reply(said("show me", "exercise_howto", exercise="kneeling_stretch"), memory)
    assert (reply.topic, memory.step) == ("exercise_howto", 0)


@pytest.mark.parametrize(
    "first, then, hold",
    [
        pytest.param(CRISIS, SAME_DAY, "crisis"),
        pytest.param(EMERGENCY, "my calf is hot and swollen", "emergency"),
        (SAME_DAY, EMERGENCY, "emergency"),
        (SAME_DAY, CRISIS, "crisis"),
    ],
)
def test_a_lesser_flag_does_not_replace_a_greater(talk, first, then, hold):
    """What waits to be dealt with is the most urgent thing that was said."""
    assert after(talk, first, then).hold == hold


@pytest.mark.parametrize(
    "text, dealt_with",
    [
        ("I've seen a doctor", True),
        ("saw my GP this morning", True),
        ("I have been seen at the hospital", True),
        ("all clear", True),
        ("I’ve been to A&E", True),
        ("got checked, nothing serious", True),
        ("I haven't seen a doctor", False),
        ("I've not been seen yet", False),
        ("nobody has seen me", False),
        ("should I have seen a doctor", False),
        ("I will see a doctor", False),
        ("can we go on", False),
        ("ok", False),
        ("I'm fine now", False),
        ("never seen a doctor for it", False),
    ],
)
def test_what_counts_as_dealt_with(text, dealt_with):
    """Only that somebody has looked at it; "not yet" and "I'm fine" are no such thing."""
    assert says_dealt_with(said(text)) is dealt_with


# the closed question -----------------------------------------------------------------------------


@pytest.mark.parametrize("answer, topic", [("yes", "crisis"), ("not sure", "crisis"), ("no", "sitting")])
def test_a_possible_cry_for_help_is_asked_about_with_the_line_to_call(talk, library, answer, topic):
    """Half heard by the classifier alone: its own question, and a yes gets the crisis card, not a doctor's."""
    half_heard = said("no more mornings for me, is sitting bad", "sitting", 0.4, runners_up=[("crisis", ASK_CRISIS)])
    reply, memory = talk.reply(half_heard, MET)
    assert (reply.topic, reply.asks) == ("safety_check", "crisis")
    assert library.facts()["crisis_line"] in text_of(reply)
    assert talk.reply(said(answer), memory)[0].topic == topic


def test_an_unclear_flag_is_asked_about(talk, unclear):
    """One closed question, three buttons, no exercise, and what was asked waits."""
    reply, memory = talk.reply(said(unclear, "sitting"), MET)
    assert reply.topic == "safety_check" and reply.care is None
    assert titles_of(reply) == ["Yes", "No", "Not sure"]
    assert text_of(reply).rstrip().endswith(("?", "."))
    assert (memory.questions, memory.waiting) == (1, "sitting")


@pytest.mark.parametrize(
    "answer", ["yes", "Yes", "yeah a bit", "not sure", "Not sure", "maybe", "I don't know", "kind of", "āe yes", "idk"]
)
def test_yes_and_not_sure_lead_to_help(talk, unclear, answer):
    """ "Not sure" counts as yes."""
    reply, memory = talk.reply(said(answer), after(talk, unclear))
    assert reply.topic == "urgent_care" and reply.care in ("emergency", "same_day")
    assert memory.asked is None and memory.hold


@pytest.mark.parametrize(
    "answer", ["no", "No", "nope", "nah", "no, nothing like that", "none of that", "nothing like that"]
)
def test_no_goes_on_with_what_was_asked(talk, library, unclear, answer):
    """Reassured, and the question that waited is answered now."""
    memory = after(talk, said(unclear, "sitting"))
    reply, memory = talk.reply(said(answer), memory)
    assert reply.topic == "sitting"
    assert library.say("check_clear") in text_of(reply)
    assert (memory.asked, memory.waiting, memory.hold) == (None, None, None)


@pytest.mark.parametrize(
    "answer", ["purple monkey dishwasher", "🙂", "", "how often?", "Next", "what do you mean?", "asdf"]
)
def test_gibberish_is_asked_again_once(talk, unclear, answer):
    """An answer that is neither is asked again; after the second time, help: at most two questions."""
    memory = after(talk, unclear)
    reply, memory = talk.reply(said(answer), memory)
    assert reply.topic == "safety_check"
    reply, memory = talk.reply(said(answer), memory)
    assert reply.topic == "urgent_care" and memory.hold


def test_never_more_than_two_closed_questions(talk, unclear):
    """Unclear message after unclear message: the third brings help, not a third question."""
    memory, topics = MET, []
    for _ in range(4):
        reply, memory = talk.reply(said(unclear), memory)
        topics.append(reply.topic)
    assert topics.count("safety_check") <= MOST_QUESTIONS
    assert topics[-1] == "urgent_care"


def test_a_sure_flag_in_place_of_an_answer(talk, unclear):
    """Whoever answers with a red flag gets help for that."""
    reply, _ = talk.reply(said(CRISIS), after(talk, unclear))
    assert reply.topic == "crisis"


@pytest.mark.parametrize("waiting", ["exercise_list", "exercise_howto", "movement_variety"])
def test_no_does_not_open_exercises_to_the_excluded(talk, unclear, waiting):
    """The question that waited goes through the same door as any other."""
    memory = after(talk, EXCLUDED["pregnant"], said(unclear, waiting))
    assert memory.asked
    reply, memory = talk.reply(said("no"), memory)
    assert not gives_exercise(reply)


@pytest.mark.parametrize(
    "text, answer",
    [
        ("yes", "yes"), ("Yes!", "yes"), ("yep", "yes"), ("y", "yes"), ("not sure", "yes"), ("maybe a little", "yes"),
        ("I don't know", "yes"), ("no", "no"), ("nah", "no"), ("n", "no"), ("nope all normal", "no"),
        ("yeah nah", "no"),
        ("none", "no"), ("neither", "no"), ("nothing like that", "no"), ("not at all", "no"), ("kao", "no"),
        ("purple", None), ("", None), ("how often?", None),
    ],
)  # fmt: skip
def test_answers_to_the_closed_question(text, answer):
    """Yes and "not sure" are yes, no is no, anything else is neither."""
    assert closed_answer(said(text)) == answer


@pytest.mark.parametrize(
    "text",
    [
        "yes, no feeling at all",
        "yes no control",
        "no idea",
        "no clue",
        "nah yeah",
        "not normal",
        "not good down there",
        "nothing comes out",
        "nothing feels right",
        "none of it feels right",
    ],
)
def test_a_no_that_is_none(text):
    """A symptom or "no idea" is never taken for the all-clear."""
    assert closed_answer(said(text)) != "no"


# who gets no exercise ----------------------------------------------------------------------------


@pytest.mark.parametrize("reason", EXCLUDED)
@pytest.mark.parametrize(
    "wish", WANTS_EXERCISE, ids=lambda wish: wish.text + str(wish.first("exercise") or wish.topic or "")
)
def test_the_excluded_get_no_exercise(talk, reason, wish):
    """Pregnant, under 16, new hip, lump, travelling pain, squat pinch: no step and no button to one, later either."""
    memory = after(talk, said(EXCLUDED[reason], "pain_during_exercise"))
    assert memory.exclusions
    reply, memory = talk.reply(wish, memory)
    assert not gives_exercise(reply), text_of(reply)
    assert memory.step is None


@pytest.mark.parametrize("reason", ["pregnant", "under 16", "new hip", "lump"])
def test_gp_midwife_or_surgeon_first(talk, reason):
    """Whoever must see somebody first is told so, whatever they asked."""
    for topic in ("exercise_howto", "how_often", "sport_impact", "exercise_list", None):
        reply, _ = talk.reply(said(EXCLUDED[reason], topic, exercise="lean_back"), MET)
        assert (reply.topic, reply.care) == ("health_out_of_scope", "gp_soon"), topic
        assert not gives_exercise(reply)


@pytest.mark.parametrize("reason", ["pregnant", "under 16", "new hip", "lump"])
@pytest.mark.parametrize("topic", ["thanks", "book_appointment", "deny"])
def test_a_courtesy_read_out_of_nothing_hides_no_flag(talk, reason, topic):
    """Where the classifier hears the flag, some harmless topic is still its best one, at next to no confidence."""
    reply, _ = talk.reply(said(EXCLUDED[reason], topic, confidence=0.01), MET)
    assert (reply.topic, reply.care) == ("health_out_of_scope", "gp_soon")


def test_the_clinic_is_open_to_everybody(talk):
    """Pregnant and asking for the phone number: the phone number."""
    reply, _ = talk.reply(said("I'm 20 weeks pregnant, can I book?", "book_appointment"), MET)
    assert reply.topic == "book_appointment"


@pytest.mark.parametrize("reason", ["pregnant", "under 16", "new hip"])
def test_a_doctors_visit_does_not_end_a_pregnancy(talk, reason):
    """ "I saw my doctor" opens nothing for those who still are what they are."""
    memory = after(talk, EXCLUDED[reason], "I saw my GP about it")
    reply, _ = talk.reply(said("show me", "exercise_howto", exercise="kneeling_stretch"), memory)
    assert not gives_exercise(reply)


# travelling and lasting symptoms -----------------------------------------------------------------


def test_travelling_pain_comes_first(talk):
    """Pain down the leg with any question: check first, book, no exercise."""
    for topic in ("exercise_howto", "how_often", "why_tight", "radiating_pain", "pain_during_exercise"):
        reply, _ = talk.reply(said("pain shoots down my left leg", topic, exercise="lean_back"), MET)
        assert reply.care == "book", topic
        assert reply.topic in ("radiating_pain", "pain_during_exercise"), topic
        assert not gives_exercise(reply)


def lasting(grade, words="six weeks"):
    return said("it has been tight", "persistent_symptoms", duration={"grade": grade, "weeks": 6, "words": words})


@pytest.mark.parametrize(
    "grade, care",
    [
        ("under_two_weeks", None),
        ("returning", "book"),
        ("two_weeks", "book"),
        ("six_weeks", "book"),
        ("twelve_weeks", "book"),
        ("worse", "book"),
    ],
)
def test_when_booking_is_suggested(talk, library, grade, care):
    """From two weeks on, when it returns or gets worse; not before (safety guide, 2.1)."""
    reply, _ = talk.reply(lasting(grade), MET)
    assert (reply.topic, reply.care) == ("persistent_symptoms", care)
    assert library.facts()["phone"] in text_of(reply)


@pytest.mark.parametrize(
    "words, shown",
    [("six weeks", "six weeks"), ("since christmas", "since Christmas"), ("for 3 months", "3 months"), ("", "a while")],
)
def test_the_patients_own_time_is_repeated(talk, words, shown):
    """ "You say this has gone on for six weeks": in words that read well."""
    reply, _ = talk.reply(lasting("six_weeks", words), MET)
    assert shown in text_of(reply)
    assert "for for" not in text_of(reply) and "for since" not in text_of(reply)


@pytest.mark.parametrize("topic, care", [("why_tight", "book"), ("how_often", None)])
def test_who_asks_why_it_is_tight_complains(talk, topic, care):
    """ "Tight for donkey's years, why?" needs no further word of trouble; a training history does."""
    message = said("donkey's years now", topic, duration={"grade": "twelve_weeks", "weeks": 500, "words": "donkey's years"})
    assert talk.reply(message, MET)[0].care == care


def test_booking_is_pressed_once(talk):
    """The second time the answer is another one, unless it has become more urgent."""
    first, memory = talk.reply(lasting("two_weeks"), MET)
    again, memory = talk.reply(lasting("two_weeks"), memory)
    more, memory = talk.reply(lasting("twelve_weeks"), memory)
    assert len({text_of(first), text_of(again), text_of(more)}) == 3
    assert memory.booking == "twelve_weeks"


def test_more_urgent_is_an_order():
    """Each grade is more urgent than those before it, none than itself."""
    for i, grade in enumerate(GRADES):
        assert more_urgent(grade, None)
        assert [more_urgent(grade, other) for other in GRADES] == [i > j for j in range(len(GRADES))]
    assert not more_urgent(None, "two_weeks")


@pytest.mark.parametrize(
    ("message", "level", "first_number"),
    [(EMERGENCY, "emergency", "111"), (SAME_DAY, "same_day", "0800611116"), (CRISIS, "crisis", "111"),
     (EXCLUDED["lump"], "gp_soon", "0800611116")],
)  # fmt: skip
def test_a_safety_answer_has_a_card_with_the_number_to_call(talk, message, level, first_number):
    """The website shows a heading and a number to tap; plain answers have no card."""
    reply, memory = talk.reply(said(message), MET)
    card = reply.messages[-1].card
    assert (card["kind"], card["level"]) == ("safety", level) and card["heading"]
    assert card["numbers"][0]["href"] == f"tel:{first_number}"
    if level in ("emergency", "crisis"):
        held, _ = talk.reply(said("show me an exercise", "exercise_howto"), memory)
        assert held.messages[-1].card["level"] == level
    plain, _ = talk.reply(said("why tight", "why_tight"), MET)
    assert [message.card for message in plain.messages] == [None]

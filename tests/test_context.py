"""What a short message means in its conversation: hand-made messages, no model."""

# ruff: noqa: E501 - one follow-up a line, so that the table can be read

from __future__ import annotations

import pytest

from hipbot.content import Answer, Exercise
from hipbot.dialogue.context import Context
from hipbot.dialogue.memory import Memory
from tests.test_understanding import said


@pytest.fixture(scope="module")
def context(library):
    return Context(library)


def meaning(context, message, **remembered):
    """(topic, exercise, sport) of a message after what is remembered."""
    found = context.resolve(message, Memory(turns=2, **remembered))
    return found.topic, found.exercise, found.sport


AFTER_KNEELING = dict(topic="exercise_howto", exercise="kneeling_stretch")

# message, what was talked about, (topic, exercise, sport) it means
FOLLOW_UPS = [
    # the exercise before is meant
    (said("how often?", "how_often"), AFTER_KNEELING, ("how_often", "kneeling_stretch", None)),
    (said("for how long", "how_long_to_hold"), AFTER_KNEELING, ("how_long_to_hold", "kneeling_stretch", None)),
    (said("when should I do it", "when_to_stretch"), AFTER_KNEELING, ("when_to_stretch", "kneeling_stretch", None)),
    (said("is that one all right if I have had a sore back since May", "safe_with_back_pain"), AFTER_KNEELING, ("safe_with_back_pain", "kneeling_stretch", None)),
    (said("it hurts", "pain_during_exercise"), AFTER_KNEELING, ("pain_during_exercise", "kneeling_stretch", None)),
    (said("what am I doing wrong?", "common_mistakes"), AFTER_KNEELING, ("common_mistakes", "kneeling_stretch", None)),
    # another one is named
    (said("how often the lean back?", "how_often", exercise="lean_back"), AFTER_KNEELING, ("how_often", "lean_back", None)),
    (said("and the couch stretch?", "exercise_howto", exercise="couch_stretch"), dict(topic="how_often", exercise="lean_back"), ("how_often", "couch_stretch", None)),
    (said("what about the lean back", "exercise_howto", exercise="lean_back"), dict(topic="why_tight"), ("exercise_howto", "lean_back", None)),
    (said("and for the lean-back?", None, exercise="lean_back"), dict(topic="safe_with_back_pain", exercise="couch_stretch"), ("safe_with_back_pain", "lean_back", None)),
    # none is meant
    (said("how often should I do these exercises", "how_often"), AFTER_KNEELING, ("how_often", None, None)),
    (said("how often?", "how_often"), {}, ("how_often", None, None)),
    (said("why do they get tight?", "why_tight"), AFTER_KNEELING, ("why_tight", None, None)),
    (said("how many times a week does a person need to train their hip flexors", "how_often"), AFTER_KNEELING, ("how_often", None, None)),
    # another sport
    (said("and for golf?", "sport_impact", sport="golf"), dict(topic="sport_impact", sport="running"), ("sport_impact", None, "golf")),
    (said("what about rugby", "out_of_scope", sport="rugby"), dict(topic="how_often"), ("sport_impact", None, "rugby")),
    (said("and for running?", None, sport="running"), dict(topic="pain_during_exercise", exercise="lean_back"), ("sport_impact", None, "running")),
    (said("and for the gym?", None, sport="gym"), dict(topic="pain_during_exercise", exercise="lean_back"), ("pain_during_exercise", None, "gym")),
    # the back
    (said("what about my back?", "back_pain_link", body_part="lower_back"), dict(topic="how_often", exercise="lean_back"), ("safe_with_back_pain", "lean_back", None)),
    (said("and with a bad back?", "safe_with_back_pain", body_part="lower_back"), dict(topic="why_tight"), ("safe_with_back_pain", None, None)),
    # another one, without a name
    (said("the other one", "another_one"), dict(topic="how_often", exercise="lean_back"), ("how_often", "couch_stretch", None)),
    (said("another one please", "another_one"), dict(topic="exercise_howto", exercise="side_lying_stretch"), ("exercise_howto", "kneeling_stretch", None)),
    (said("show me another", "another_one"), dict(topic="exercise_howto", exercise="hip_aeroplane"), ("exercise_howto", "kneeling_stretch", None)),
    (said("a different one", "another_one"), dict(topic="exercise_howto", exercise="side_lying_stretch", back_pain=True), ("exercise_howto", "kneeling_stretch", None)),
    # corrections
    (said("no, I meant the lean-back", "correction", exercise="lean_back"), AFTER_KNEELING, ("exercise_howto", "lean_back", None)),
    (said("I meant the couch one", "correction", exercise="couch_stretch"), dict(topic="how_often", exercise="lean_back"), ("how_often", "couch_stretch", None)),
    (said("not running, golf", "correction", sport="golf"), dict(topic="sport_impact", sport="running"), ("sport_impact", None, "golf")),
    (said("no I asked about sitting", "correction", 0.5, runners_up=[("how_often", 0.2), ("sitting", 0.15)]), dict(topic="how_often"), ("sitting", None, None)),
    (said("how long and how often", "correction", 0.5, questions=[("how_long_to_hold", 0.97), ("how_often", 0.99)]), dict(topic="how_often", exercise="lean_back"), ("how_long_to_hold", "lean_back", None)),
    (said("that's wrong", "correction"), dict(topic="how_often"), (None, None, None)),
    # did you mean
    (said("yes", "affirm"), dict(options=("sitting", "how_often", "evidence")), ("sitting", None, None)),
    (said("the first one", None), dict(options=("sitting", "how_often", "evidence")), ("sitting", None, None)),
    (said("the second one", "another_one"), dict(options=("sitting", "how_often", "evidence")), ("how_often", None, None)),
    (said("2", "out_of_scope"), dict(options=("sitting", "how_often", "evidence")), ("how_often", None, None)),
    (said("number 3", None), dict(options=("sitting", "how_often", "evidence")), ("evidence", None, None)),
    (said("the last", None), dict(options=("sitting", "how_often")), ("how_often", None, None)),
    (said("the third", "deny", sure=False), dict(options=("sitting", "how_often")), (None, None, None)),
    (said("the second one", None), dict(options=("sitting", "how_often"), exercise="lean_back", topic="why_tight"), ("how_often", "lean_back", None)),
    (said("second", None), dict(options=("exercise:lean_back", "exercise:kneeling_stretch")), ("exercise_howto", "kneeling_stretch", None)),
    (said("the one on your knees", "correction", sure=False, exercise="kneeling_stretch"), dict(options=("exercise:lean_back", "exercise:kneeling_stretch")), ("exercise_howto", "kneeling_stretch", None)),
    (said("does the kneeling one hurt", "pain_during_exercise", exercise="kneeling_stretch"), dict(options=("exercise:lean_back", "exercise:kneeling_stretch")), ("pain_during_exercise", "kneeling_stretch", None)),
    (said("yes", "affirm"), {}, ("affirm", None, None)),
    (said("what is the first thing to do after a long drive", "sitting"), dict(options=("how_often",)), ("sitting", None, None)),
]  # fmt: skip


@pytest.mark.parametrize(
    "message, before, expected",
    FOLLOW_UPS,
    ids=[f"{m.text} | {b.get('topic', '')} {b.get('exercise', '')}" for m, b, _ in FOLLOW_UPS],
)
def test_follow_up(context, message, before, expected):
    """A message leans on what was talked about, where it is short or points back."""
    assert meaning(context, message, **before) == expected


@pytest.mark.parametrize(
    "before", [dict(topic="how_often"), dict(topic="why_tight"), dict(topic="exercise_howto", exercise="lean_back")]
)
def test_why_asks_for_the_reason_behind_the_last_answer(context, before):
    """ "Why?" keeps the topic and asks for its reason."""
    found = context.resolve(said("why?", "ask_why"), Memory(turns=2, **before))
    assert (found.topic, found.why) == (before["topic"], True)


def test_why_with_nothing_before_it_is_not_understood(context):
    """A first "why?" has nothing to lean on."""
    assert context.resolve(said("why?", "ask_why"), Memory()).topic in (None, "ask_why")


def test_every_title_is_understood_without_the_model(context, library):
    """A pressed button leads to its entry, even where the classifier reads something else."""
    for entry in (*library.answers.values(), *library.exercises.values()):
        found = context.resolve(said(entry.title, "out_of_scope", sure=False), Memory(turns=2))
        if isinstance(entry, Exercise):
            assert (found.topic, found.exercise) == ("exercise_howto", entry.id)
        else:
            assert isinstance(entry, Answer) and found.topic == entry.id


def test_a_button_about_one_exercise_is_about_the_last_one(context, library):
    """ "How often?" under the lean-back is about the lean-back; "Why so tight?" is not."""
    memory = Memory(turns=2, topic="exercise_howto", exercise="lean_back")
    assert context.resolve(said(library.answers["how_often"].title), memory).exercise == "lean_back"
    assert context.resolve(said(library.answers["why_tight"].title), memory).exercise is None


# two questions in one message --------------------------------------------------------------------


def test_the_more_important_question_comes_first(context):
    """Pain before how often, whatever the order of the message."""
    asked = [("how_often", 0.9), ("pain_during_exercise", 0.9)]
    message = said("how often, and it hurts, why?", "how_often", runners_up=[("pain_during_exercise", 0.1)], questions=asked)
    found = context.resolve(message, Memory(turns=1))
    assert (found.topic, found.also) == ("pain_during_exercise", ("how_often",))


def test_what_the_whole_message_is_not_about_comes_second(context):
    """ "Are mine weak? Would that trouble my back?": the second question alone sounds as if the back hurt."""
    asked = [("weak_hip_flexors", 0.9), ("safe_with_back_pain", 0.95)]
    message = said("are mine weak? would that trouble my back?", "weak_hip_flexors", questions=asked)
    found = context.resolve(message, Memory(turns=1))
    assert (found.topic, found.also) == ("weak_hip_flexors", ("safe_with_back_pain",))


@pytest.mark.parametrize("alone, heard", [(0.6, 0.0), (0.89, 0.009), (0.89, 0.01), (0.9, 0.0)])
def test_a_second_question_says_enough_or_echoes_in_the_whole(context, alone, heard):
    """ "Does that matter?" by itself may be about anything: no second answer for it."""
    asked = [("pelvic_tilt", 0.9), ("when_to_stretch", alone)]
    message = said("is my pelvis tipping? does it matter?", "pelvic_tilt", runners_up=[("when_to_stretch", heard)], questions=asked)
    expected = ("when_to_stretch",) if alone >= 0.9 or heard >= 0.01 else ()
    assert context.resolve(message, Memory(turns=1)).also == expected


@pytest.mark.parametrize("question, topic", [("pelvic_tilt", "pelvic_tilt"), ("clinic_info", "pelvic_tilt"), ("how_often", "how_often")])
def test_one_question_after_its_background(context, question, topic):
    """The question decides where the whole message sounds like it too; else the message as a whole; and there is one answer."""
    message = said("my pelvis tips. how often?", "pelvic_tilt", 0.7, runners_up=[("how_often", 0.15)], questions=[(question, 0.95)])
    found = context.resolve(message, Memory(turns=1))
    assert (found.topic, found.also) == (topic, ())


def test_no_question_outweighs_what_hurts(context):
    """ "It hurts my knee. How do I do the stretch?": the pain first, and the question with it."""
    message = said("it hurts. how do I do it?", "pain_during_exercise", 0.59, runners_up=[("exercise_howto", 0.41)], questions=[("exercise_howto", 0.99)])
    found = context.resolve(message, Memory(turns=1))
    assert (found.topic, found.also) == ("pain_during_exercise", ("exercise_howto",))


def test_thanks_before_a_question_is_no_topic(context):
    """ "Thanks heaps. Do you do weekends?" wants to know about weekends."""
    message = said("thanks heaps. do you do weekends?", "thanks", 0.73, runners_up=[("clinic_info", 0.05)], questions=[("clinic_info", 0.85)])
    found = context.resolve(message, Memory(turns=1))
    assert (found.topic, found.also) == ("clinic_info", ())


@pytest.mark.parametrize("alone, heard, also", [(0.95, 0.005, ()), (0.6, 0.04, ()), (0.95, 0.04, ("health_out_of_scope",))])
def test_a_question_that_we_cannot_answer_must_be_plain(context, alone, heard, also):
    """ "Or is it a hamstring thing?" sends nobody away; "may I take ibuprofen?" does, after the answer to the rest."""
    asked = [("sport_impact", 0.9), ("health_out_of_scope", alone)]
    message = said("is it my hips? what about that?", "sport_impact", runners_up=[("health_out_of_scope", heard)], questions=asked)
    assert context.resolve(message, Memory(turns=1)).also == also


@pytest.mark.parametrize("whole", ["how_often", "sitting"])
def test_equal_questions_keep_their_order(context, whole):
    """Two ordinary questions are answered as they were asked, whichever the whole message sounds more like."""
    message = said("how often, and what about sitting", whole, questions=[("how_often", 0.9), ("sitting", 0.9)])
    found = context.resolve(message, Memory(turns=1))
    assert (found.topic, found.also) == ("how_often", ("sitting",))


def test_an_unsure_question_is_left_out(context):
    """A second question is answered only where it is understood."""
    message = said("how often, and hm", "how_often", questions=[("how_often", 0.9), ("sitting", 0.3)])
    assert context.resolve(message, Memory(turns=1)).also == ()


def test_small_talk_is_no_second_question(context):
    """ "Hi, how often?" asks one thing."""
    message = said(
        "hi, how often? thanks", "how_often", questions=[("greet", 0.9), ("how_often", 0.9), ("thanks", 0.9)]
    )
    found = context.resolve(message, Memory(turns=1))
    assert (found.topic, found.also) == ("how_often", ())


def test_unsure_means_not_understood(context):
    """Where the classifier is unsure and nothing else helps, the meaning is open."""
    assert context.resolve(said("mumble", "how_often", 0.2, sure=False), Memory(turns=1)).topic is None
    assert context.resolve(said(""), Memory(turns=1)).topic is None

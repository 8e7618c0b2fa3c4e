"""The conversation's own promises: one payload, never silent, never the same shrug twice."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from hipbot.dialogue.ask_back import MOST_OPTIONS
from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.topics import SMALL_TALK
from tests.test_understanding import said

KEYS = ["topic", "exercise", "care", "options", "sources", "reviewed"]
MET = Memory(turns=1)
MUMBLE = said("mumble mumble", "how_often", 0.02, sure=False)
UNSURE = said(
    "the hip thing",
    "how_often",
    0.2,
    sure=False,
    runners_up=[("sitting", 0.15), ("evidence", 0.1), ("why_tight", 0.09), ("golf", 0.08)],
)


@pytest.fixture(scope="module")
def talk(library, safety):
    return Conversation(library, safety)


def text_of(reply) -> str:
    return "\n\n".join(message.text for message in reply.messages)


def turns(talk, messages, memory=MET):
    """The replies to some messages in a row."""
    replies = []
    for message in messages:
        reply, memory = talk.reply(message, memory)
        replies.append(reply)
    return replies


# the payload -------------------------------------------------------------------------------------


def test_every_topic_has_the_contracts_payload(talk, library):
    """Exactly the contract's keys, of the contract's types, for every topic, and JSON can carry it."""
    for topic in (*library.answers, "exercise_howto", "step_next", "correction", None):
        reply, _ = talk.reply(said("hm", topic, exercise="lean_back", sport="golf"), MET)
        payload = reply.payload(library)
        assert list(payload) == KEYS, topic
        assert json.loads(json.dumps(payload)) == payload
        assert payload["topic"] in {*library.answers, "exercise_howto"}
        assert payload["exercise"] in {None, *library.exercises}
        assert payload["care"] in {None, "emergency", "same_day", "gp_soon", "book"}
        assert all(set(source) == {"id", "title"} for source in payload["sources"])
        assert payload["reviewed"] is None or set(payload["reviewed"]) == {"by", "on"}


def test_what_a_clinician_signs_says_who_signed(talk, library):
    """Answers about health and exercises carry their review; small talk and clinic facts have none."""
    for topic, entry in library.answers.items():
        reply, _ = talk.reply(said("hm", topic), MET)
        if reply.topic == topic and topic not in ("safety_check", "clarify", "fallback"):
            assert (reply.payload(library)["reviewed"] is not None) is (entry.room in ("faq", "care")), topic
            assert bool(reply.payload(library)["sources"]) is bool(entry.sources), topic


def test_the_exercise_is_named_where_the_answer_is_about_it(talk, library):
    """`exercise` is set for "how often the lean-back?", and null for "why are they tight?"."""
    about, _ = talk.reply(said("how often the lean back", "how_often", exercise="lean_back"), MET)
    not_about, _ = talk.reply(said("why so tight", "why_tight", exercise="lean_back"), MET)
    assert about.payload(library)["exercise"] == "lean_back"
    assert not_about.payload(library)["exercise"] is None


def test_every_topic_is_answered_with_words(talk, library):
    """No bubble is empty, no brace is left, whatever the topic and the first thing said."""
    for memory in (Memory(), MET):
        for topic in (*library.answers, "exercise_howto"):
            reply, _ = talk.reply(said("hm", topic), memory)
            assert reply.messages
            for message in reply.messages:
                assert message.text.strip() and "{" not in message.text, topic


def test_every_button_leads_somewhere(talk, library):
    """What a button sends back is understood without the classifier."""
    for topic in (*library.answers, "exercise_howto"):
        reply, memory = talk.reply(said("hm", topic), MET)
        for button in (b for message in reply.messages for b in message.buttons):
            assert set(button) == {"title", "payload"} and button["title"] and button["payload"]
            pressed, _ = talk.reply(said(button["payload"], "out_of_scope", 0.3, sure=False), memory)
            assert pressed.topic not in ("fallback", "clarify", "out_of_scope"), (topic, button)


# the first words ---------------------------------------------------------------------------------


def test_the_introduction_is_said_once(talk, library):
    """The first answer says what the bot is; later ones don't. A greeting says it by itself."""
    introduction = library.say("introduction")
    first, second = turns(talk, [said("why tight", "why_tight"), said("why tight", "why_tight")], Memory())
    assert introduction in text_of(first) and introduction not in text_of(second)
    (hello,) = turns(talk, [said("hi", "greet")], Memory())
    assert introduction not in text_of(hello)
    assert library.facts()["emergency_number"] in text_of(hello)


def test_turns_are_counted(talk):
    """Every message counts, answered or not."""
    memory = Memory()
    for expected in range(1, 6):
        _, memory = talk.reply(MUMBLE, memory)
        assert memory.turns == expected


# not understood ----------------------------------------------------------------------------------

NOTHING = {
    "mumble": MUMBLE,
    "empty": said(""),
    "spaces": said("   "),
    "marks": said("?!"),
    "emoji": said("🦓"),
    "nothing read": said("hm", None),
}


@pytest.mark.parametrize("message", NOTHING.values(), ids=NOTHING)
def test_never_the_same_sentence_twice_running(talk, message):
    """Six misses in a row: no two neighbours are alike."""
    texts = [text_of(reply) for reply in turns(talk, [message] * 6)]
    assert all(one != other for one, other in pairwise(texts))


def test_asking_back_differs_too(talk):
    """Two "did you mean" in a row are worded differently."""
    first, second, third = turns(talk, [UNSURE] * 3)
    assert (first.topic, second.topic, third.topic) == ("clarify", "clarify", "fallback")
    assert first.messages[0].text != second.messages[0].text


@pytest.mark.parametrize("message", [*NOTHING.values(), UNSURE], ids=[*NOTHING, "unsure"])
def test_the_third_miss_leads_to_a_person(talk, library, message):
    """Phone, e-mail and booking, however the three misses went."""
    third = turns(talk, [message] * 3)[2]
    facts = library.facts()
    assert third.topic == "fallback"
    for fact in ("phone", "email", "booking_link", "emergency_number"):
        assert facts[fact] in text_of(third), fact


def test_an_answer_in_between_starts_the_count_again(talk):
    """Misses count in a row only."""
    replies = turns(talk, [MUMBLE, MUMBLE, said("why tight", "why_tight"), MUMBLE])
    assert text_of(replies[3]) == text_of(replies[0])


def test_did_you_mean_offers_the_likely_ones(talk, library):
    """At most three topics, the best first, as options and as buttons; small talk is not among them."""
    (reply,) = turns(talk, [UNSURE])
    assert reply.options == ("how_often", "sitting", "evidence") and len(reply.options) == MOST_OPTIONS
    assert [b["title"] for b in reply.messages[-1].buttons] == [library.answers[topic].title for topic in reply.options]
    (reply,) = turns(
        talk,
        [
            said(
                "hey that",
                "greet",
                0.25,
                sure=False,
                runners_up=[("thanks", 0.2), ("out_of_scope", 0.2), ("urgent_care", 0.1), ("sitting", 0.1)],
            )
        ],
    )
    assert not set(reply.options) & {*SMALL_TALK, "out_of_scope", "urgent_care"}


@pytest.mark.parametrize(
    "choice, topic",
    [("yes", "how_often"), ("the second one", "sitting"), ("3", "evidence"), ("the last one", "evidence")],
)
def test_one_of_them_can_be_chosen(talk, choice, topic):
    """ "Yes" is the first; a number is that one."""
    reply = turns(talk, [UNSURE, said(choice, "affirm" if choice == "yes" else None)])[1]
    assert reply.topic == topic


def test_none_of_them(talk):
    """ "No" to "did you mean" is a miss, not a goodbye."""
    replies = turns(talk, [UNSURE, said("no", "deny")])
    assert replies[1].topic in ("clarify", "fallback")
    assert text_of(replies[1]) != text_of(replies[0])


# two questions, why, a sore back -----------------------------------------------------------------


def test_the_second_question_is_answered_after_the_first(talk, library):
    """Both answers are there, the more important one first; one topic in the payload."""
    message = said("how often and does sitting matter", "how_often", questions=[("how_often", 0.9), ("sitting", 0.9)])
    (reply,) = turns(talk, [message])
    assert reply.topic == "how_often" and len(reply.messages) == 2
    assert reply.messages[1].text.startswith(library.say("other_question"))
    sitting = library.answers["sitting"].answer.split("\n")[0]
    assert sitting in reply.messages[1].text


def test_an_exercise_asked_for_beside_something_else_is_one_tap_away(talk, library):
    """Its name is the only quick reply, and "yes" starts it; the other question was answered."""
    asked = [("clinic_info", 0.9), ("exercise_howto", 0.9)]
    both = said("what does it cost and how do I do the couch stretch", "clinic_info", questions=asked, exercise="couch_stretch")
    price, shown = turns(talk, [both, said("yes please", "affirm")])
    title = library.exercises["couch_stretch"].title
    assert price.topic == "clinic_info" and [b["title"] for b in price.messages[-1].buttons] == [title]
    assert (shown.topic, shown.exercise) == ("exercise_howto", "couch_stretch")


@pytest.mark.parametrize("topic", ["pain_during_exercise", "radiating_pain"])
def test_no_exercise_is_offered_beside_pain(talk, library, topic):
    """Nor its name as a quick reply; booking stays."""
    asked = [(topic, 0.9), ("exercise_howto", 0.95)]
    (reply,) = turns(talk, [said("it hurts when I lean back, how do I do it?", topic, questions=asked, exercise="lean_back")])
    assert library.say("left_out") in text_of(reply)
    titles = {b["title"] for b in reply.messages[-1].buttons}
    assert library.exercises["lean_back"].title not in titles and library.answers["book_appointment"].title in titles


def test_another_exercise_asked_for_in_the_middle_of_one_has_its_button(talk, library):
    """The way back to the running one does not take its place."""
    asked = [("clinic_info", 0.9), ("exercise_howto", 0.95)]
    start = said("how do I do the kneeling stretch", "exercise_howto", exercise="kneeling_stretch")
    aside = said("what does it cost, and how do I do the lean-back", "clinic_info", questions=asked, exercise="lean_back")
    _, between = turns(talk, [start, aside])
    assert between.topic == "clinic_info"
    assert [b["title"] for b in between.messages[-1].buttons] == [library.exercises["lean_back"].title]


@pytest.mark.parametrize("message, exercise", [("my back is sore, does it suit me and how do I do it", "couch_stretch"), ("how do I do one", None)])
def test_which_exercise_suits_is_offered_where_that_one_does_not(talk, library, message, exercise):
    """Nothing that arches the back for a sore one; where none was named, those that can be shown."""
    asked = [("clinic_info", 0.9), ("exercise_howto", 0.9)]
    (reply,) = turns(talk, [said(message, "clinic_info", questions=asked, **({"exercise": exercise} if exercise else {}))])
    offered = {b["title"] for b in reply.messages[-1].buttons}
    sore = "sore" in message
    assert offered == {e.title for e in library.shown(sore)} and (library.exercises["couch_stretch"].title in offered) is not sore


@pytest.mark.parametrize(
    "topic",
    [
        "why_tight",
        "how_often",
        "sitting",
        "safe_with_back_pain",
        "evidence",
        "sport_impact",
        "pain_during_exercise",
        "persistent_symptoms",
        "radiating_pain",
        "capabilities",
        "clinic_info",
    ],
)
def test_why_gives_a_reason(talk, topic):
    """ "Why?" after any answer adds something, and does not say the same again."""
    first, second = turns(talk, [said("hm", topic), said("why?", "ask_why")])
    assert second.messages and text_of(second) != text_of(first)


def test_a_sore_back_is_remembered(talk):
    """Said once, it counts in later answers: the note in "how often?" names it."""
    first, second = turns(
        talk, [said("my lower back hurts", "back_pain_link"), said("how often should I do the exercises", "how_often")]
    )
    assert "sore back" in text_of(second)


def test_small_talk_leaves_the_subject(talk):
    """ "Thanks. How often?" after the lean-back is still about the lean-back."""
    messages = [
        said("how", "exercise_howto", exercise="lean_back"),
        said("stop", "step_stop"),
        said("thanks", "thanks"),
        said("how often?", "how_often"),
    ]
    assert turns(talk, messages)[-1].exercise == "lean_back"


def test_the_same_conversation_twice_is_the_same(talk):
    """No chance, no clock: the same messages get the same words."""
    messages = [UNSURE, said("yes", "affirm"), said("and for golf?", "sport_impact", sport="golf"), MUMBLE, MUMBLE]
    assert [text_of(r) for r in turns(talk, messages)] == [text_of(r) for r in turns(talk, messages)]

"""The message processor: whatever comes in and whatever breaks, one payload goes out and the bot goes on."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from sqlalchemy.exc import OperationalError

import actions.reply
import hipbot.nlu.encoder
from hipbot.server.processor import LEADING_SLASH, MOST_CHARACTERS, HipbotAgent, readable

SECRET = "zebrafinch"
KEYS = {"topic", "exercise", "care", "options", "sources", "reviewed"}
SIZES = {
    "letters": "x" * 100_000,
    "words": "how often " * 10_000,
    "emoji": "🙂" * 100_000,
    "accents": "\u0301" * 100_000,
}
ODD = {
    "empty": "",
    "spaces": "     ",
    "newlines": "\n\n\t\n",
    "nul": "how often\x00should I\x00do it",
    "only nul": "\x00\x00",
    "half a surrogate": "how often \ud83d should I",
    "only half": "\ud800",
    "other half first": "\udc00\ud800",
    "emoji": "🙂🙂🙂",
    "one emoji": "🦓",
    "html": "<script>alert(1)</script><b>how often?</b>",
    "right to left": "\u202ehow often\u202c",
    "arabic": "كم مرة",
    "chinese": "我应该多久做一次",
    "marks": "?!?!...",
    "json": '{"sender": "x", "message": "y"}',
    "braces": "{phone} {0} {} {{",
    "percent": "%s %d %(name)s",
    "entity markup": "[lean back](exercise)",
    "sql": "'; drop table events; --",
    "escape codes": "\x1b[31mred\x1b[0m \x07",
    "private use": "\ue000\uf8ff",
    "byte order": "\ufeffhow often",
    "zalgo": "h\u0316\u0317\u0318o\u0316w\u0317",
}
COMMANDS = [
    "/greet", "/restart", "/session_start", "/back", '/faq{"sport": "golf"}', '/inform{"memory": {"hold": null}}',
    "/", "//", "/ restart", "  /restart", "\n/restart", "\t/session_start", "\x00/restart", "/action_reply",
    "/nlu_fallback",
]  # fmt: skip


@pytest.fixture
def processor(bot):
    return bot._agent.processor


@pytest.fixture
def one_payload(talk):
    """Says something, and checks that exactly one payload of the contract comes back, with words."""

    def say(text):
        payload = talk.payload(text)
        assert set(payload) == KEYS
        return payload

    return say


def goes_on(one_payload):
    assert one_payload("How often should I do the lean-back?")["topic"] == "how_often"


# odd messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_message_is_answered(one_payload, talk, text, caplog):
    """One payload, words to read, no failure behind it, and the next message is answered as ever."""
    messages = talk.say(text)
    assert sum("custom" in message for message in messages) == 1
    assert any(message.get("text", "").strip() for message in messages)
    assert "No turn" not in caplog.text and "No answer" not in caplog.text
    goes_on(one_payload)


@pytest.mark.parametrize("text", SIZES.values(), ids=SIZES)
def test_a_hundred_thousand_characters(one_payload, text, caplog):
    """The rest is not read; the turn is no slower than any other."""
    one_payload(text)
    assert "No turn" not in caplog.text and "No answer" not in caplog.text
    goes_on(one_payload)


@pytest.mark.parametrize("text", COMMANDS)
def test_a_leading_slash_is_text(one_payload, talk, processor, text):
    """Nobody names an intent, sets a slot or restarts the talk with it."""
    one_payload("How do I do the kneeling stretch?")
    before = (
        asyncio.get_event_loop().run_until_complete(processor.tracker_store.retrieve(talk.sender)).get_slot("memory")
    )
    one_payload(text)
    after = (
        asyncio.get_event_loop().run_until_complete(processor.tracker_store.retrieve(talk.sender)).get_slot("memory")
    )
    assert after["turns"] == before["turns"] + 1
    assert after["exercise"] == "kneeling_stretch"


def test_a_message_without_text(bot, one_payload):
    """A channel that hands over None is answered too."""
    answer = asyncio.get_event_loop().run_until_complete(bot.answer("nobody", None))
    assert sum("custom" in message for message in answer) == 1


@pytest.mark.parametrize(
    "text, read",
    [
        ("how often?", "how often?"),
        ("", ""),
        (None, ""),
        ("a\x00b", "a b"),
        ("\ud800", "?"),
        ("/greet", LEADING_SLASH + "greet"),
        ("  /greet ", LEADING_SLASH + "greet"),
        ("1/2", "1/2"),
        ("x" * (MOST_CHARACTERS + 1), "x" * MOST_CHARACTERS),
        ("āe 🙂 \u202e", "āe 🙂 \u202e"),
    ],
    ids=["plain", "empty", "none", "nul", "half", "slash", "blanks and slash", "fraction", "long", "other letters"],
)
def test_what_is_read_of_a_message(text, read):
    """Only what no part behind it could bear is changed."""
    assert readable(text) == read


def test_the_pipeline_hands_over_the_full_topic(processor):
    """`faq/how_often` is where Rasa's own selector puts it, and in the intent's full name."""
    parsed = asyncio.get_event_loop().run_until_complete(
        processor.parse_message(UserMessage("How often should I do it?"))
    )
    assert parsed["intent"]["name"] == "faq"
    assert parsed["response_selector"]["all_retrieval_intents"] == ["faq"]
    assert parsed["response_selector"]["faq"]["response"]["intent_response_key"] == "faq/how_often"
    assert parsed["intent"]["full_retrieval_intent_name"] == "faq/how_often"
    assert parsed["topics"][0]["name"] == "faq/how_often"
    assert 0 < parsed["intent"]["confidence"] <= 1


# what breaks -------------------------------------------------------------------------------------


def broken(*_: Any, **__: Any) -> Any:
    raise ValueError(f"the message was: my {SECRET} hurts")


def unreadable(*_: Any, **__: Any) -> Any:
    raise OperationalError("select", {}, Exception("disk failure"))


def apologised(talk, library) -> bool:
    """One message with the clinic's phone, and the contract's payload."""
    messages = talk.say(f"my {SECRET} hurts")
    (payload,) = [message["custom"] for message in messages if "custom" in message]
    assert set(payload) == KEYS
    said = " ".join(message.get("text", "") for message in messages)
    return library.facts()["phone"] in said and payload["topic"] == "fallback"


PARTS = {
    "the core": lambda patch, processor: patch.setattr(actions.reply, "conversation", broken),
    "understanding": lambda patch, processor: patch.setattr(processor, "parse_message", broken),
    "the pipeline": lambda patch, processor: patch.setattr(processor.graph_runner, "run", broken),
    "the policy": lambda patch, processor: patch.setattr(processor, "_predict_next_with_tracker", broken),
    "reading the store": lambda patch, processor: patch.setattr(processor.tracker_store, "retrieve", broken),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_failing_part_apologises(talk, one_payload, processor, library, monkeypatch, caplog, capfd, part):
    """An apology with the clinic's phone; no word of the patient in log or terminal; and the bot goes on."""
    one_payload("hello")
    with monkeypatch.context() as patched:
        PARTS[part](patched, processor)
        assert apologised(talk, library)
    out, err = capfd.readouterr()
    assert SECRET not in caplog.text + out + err
    goes_on(one_payload)


FAILING = {
    **PARTS,
    "the action": lambda patch, processor: patch.setattr(processor._ours["action_reply"]._action, "run", broken),
    "the encoder": lambda patch, processor: patch.setattr(hipbot.nlu.encoder.MiniLM, "layers", broken),
    "the database": lambda patch, processor: _unreadable_store(patch, processor),
    "the lock": lambda patch, processor: patch.setattr(processor.lock_store, "lock", broken),
}


def _unreadable_store(patch, processor):
    store = getattr(processor.tracker_store, "_tracker_store", processor.tracker_store)
    patch.setattr(store, "_recent", type(store._recent)())  # as after a restart
    patch.setattr(store, "_newest", unreadable)


@pytest.mark.parametrize("part", FAILING)
@pytest.mark.parametrize(
    "said, care",
    [("cant feel when i wipe", "emergency"), ("i want to end it all", "emergency"), ("my calf is swollen", "same_day")],
)
def test_a_red_flag_gets_its_answer_whatever_has_failed(new_talk, processor, library, monkeypatch, part, said, care):
    """Encoder, model, action, store or database down: the patterns need none of them."""
    talk = new_talk()
    talk.say("hello")
    with monkeypatch.context() as patched:
        FAILING[part](patched, processor)
        messages = talk.say(said)
    (payload,) = [message["custom"] for message in messages if "custom" in message]
    assert set(payload) == KEYS and payload["care"] == care
    assert library.facts()["emergency_number"] in " ".join(message.get("text", "") for message in messages)
    assert not any(message.get("buttons") for message in messages)


def test_without_a_model_there_is_help_too(library):
    """A server whose model could not be loaded (no encoder, no training) answers danger, and apologises otherwise."""
    agent = HipbotAgent()

    def said(text):
        channel = CollectingOutputChannel()
        asyncio.get_event_loop().run_until_complete(agent.handle_message(UserMessage(text, channel, "nobody")))
        return next(message["custom"] for message in channel.messages if "custom" in message)

    assert said("both my legs have gone numb")["care"] == "emergency"
    assert said("how often should I stretch?") == {**said("hello"), "topic": "fallback", "care": None}


def test_a_red_flag_answered_in_a_failing_core_is_remembered(new_talk, monkeypatch):
    """The core fails once, at the red flag: afterwards there are still no exercises."""
    talk = new_talk()
    talk.say("hello")
    with monkeypatch.context() as patched:
        patched.setattr(actions.reply, "conversation", broken)
        talk.say("numb between my legs")
    assert talk.payload("how do I do the kneeling stretch?")["topic"] == "urgent_care"


@pytest.mark.parametrize("raises", ["run"])
def test_an_action_that_raises_apologises(talk, processor, library, monkeypatch, caplog, capfd, raises):
    """An action of ours that does not catch its own failure: an apology all the same."""
    monkeypatch.setattr(processor._ours["action_reply"]._action, raises, broken)
    with caplog.at_level(logging.WARNING):
        answered = talk.say(f"my {SECRET} hurts")
    out, err = capfd.readouterr()
    assert SECRET not in caplog.text + out + err
    assert [message["custom"]["topic"] for message in answered if "custom" in message] == ["fallback"]


def test_a_store_that_cannot_be_written_gives_one_payload(talk, processor, monkeypatch):
    """The answer is out when the store fails: no second, contradicting one may follow it."""
    talk.say("hello")
    monkeypatch.setattr(processor.tracker_store, "save", broken)
    answered = talk.say("How often should I do the lean-back?")
    assert sum("custom" in message for message in answered) == 1


def test_an_unreadable_talk_is_not_begun_anew(talk, processor, library, monkeypatch):
    """Red flag, restart, and a database that cannot be read: an apology, not a stranger's welcome to exercises."""
    talk.payload("I'm numb between my legs")
    store = getattr(processor.tracker_store, "_tracker_store", processor.tracker_store)
    with monkeypatch.context() as patched:
        patched.setattr(store, "_recent", type(store._recent)())  # as after a restart
        patched.setattr(store, "_newest", unreadable)
        assert apologised(talk, library)
    assert talk.payload("How do I do the kneeling stretch?")["topic"] == "urgent_care"


def test_two_patients_at_once(bot):
    """Messages of different patients, sent together, are each answered in their own talk."""

    async def both():
        texts = ["How often should I do the lean-back?", "Where is the clinic?"] * 5
        return await asyncio.gather(*(bot.answer(f"at-once-{i}", text) for i, text in enumerate(texts)))

    answers = asyncio.get_event_loop().run_until_complete(both())
    topics = [next(message["custom"]["topic"] for message in answer if "custom" in message) for answer in answers]
    assert topics == ["how_often", "clinic_info"] * 5


def test_one_patient_twice_at_once(bot, processor):
    """Two messages of one patient, sent together, are two turns of one talk: nothing is lost."""

    async def both():
        return await asyncio.gather(*(bot.answer("twice", f"How often, {i}?") for i in range(4)))

    asyncio.get_event_loop().run_until_complete(both())
    tracker = asyncio.get_event_loop().run_until_complete(processor.tracker_store.retrieve("twice"))
    assert tracker.get_slot("memory")["turns"] == 4

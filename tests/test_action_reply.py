"""`action_reply`, the thin edge: same under our server and under `rasa run actions`; no silence, no word in the log."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Dict

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

import actions.reply
from actions.reply import SLOT, ActionReply, conversation, one_bubble

SECRET = "zebrafinch"
KEYS = ["topic", "exercise", "care", "options", "sources", "reviewed"]
DOMAIN: Dict[str, Any] = {}


def latest(text: str, topic: str = "faq/how_often", confidence: float = 0.9, **entities: Any) -> Dict[str, Any]:
    """What the pipeline leaves in `tracker.latest_message`."""
    return {
        "text": text,
        "intent": {"name": topic.partition("/")[0], "confidence": confidence},
        "topics": [{"name": topic, "confidence": confidence}],
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }


def run(message: Any, slot: Any = None):
    """(what was uttered, events) of one turn."""
    tracker = Tracker("anna", {SLOT: slot}, message, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    events = ActionReply().run(dispatcher, tracker, DOMAIN)
    return dispatcher.messages, events


def payloads(messages):
    return [message["custom"] for message in messages if message.get("custom")]


def test_one_turn_one_payload():
    """The payload comes with the first bubble, and only there; the memory goes into the slot."""
    messages, events = run(latest("how do I do it", "exercise_howto", exercise="kneeling_stretch"))
    assert len(messages) > 1
    assert [bool(message.get("custom")) for message in messages] == [True] + [False] * (len(messages) - 1)
    assert list(payloads(messages)[0]) == KEYS
    assert [(event["event"], event["name"]) for event in events] == [("slot", SLOT)]
    assert events[0]["value"]["exercise"] == "kneeling_stretch"
    assert json.loads(json.dumps(events[0]["value"])) == events[0]["value"]
    assert [message["card"]["step"] for message in messages if "card" in message] == [0, 1]


def test_the_memory_comes_back_from_the_slot():
    """The second turn knows the first."""
    _, events = run(latest("how do I do it", "exercise_howto", exercise="kneeling_stretch"))
    messages, _ = run(latest("how often?"), events[0]["value"])
    assert payloads(messages)[0]["exercise"] == "kneeling_stretch"


@pytest.mark.parametrize("slot", [None, "text", 7, ["a"], {"unknown": 1}])
def test_an_unusable_slot_is_answered(slot):
    """A damaged slot costs the memory, not the answer."""
    messages, events = run(latest("how often?"), slot)
    assert payloads(messages)[0]["topic"] == "how_often" and events


def test_paragraphs_stay_in_one_bubble():
    """Rasa's REST channel cuts a text at empty lines: there are none."""
    assert "\n\n" not in one_bubble("a\n\nb\n\nc")
    messages, _ = run(latest("how often?"))
    assert all("\n\n" not in message["text"] for message in messages)


class Broken:
    """A conversation core that fails and quotes the patient while it does."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def reply(self, said, memory):
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"cannot read '{SECRET}'"),
        KeyError(SECRET),
        RecursionError(),
        UnicodeEncodeError("utf-8", SECRET, 0, 1, SECRET),
        AssertionError(SECRET),
        MemoryError(SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_failing_core_apologises(monkeypatch, caplog, library, error):
    """The clinic's phone, one payload, no event, and no word of the patient in the log."""
    monkeypatch.setattr(actions.reply, "conversation", lambda: Broken(error))
    with caplog.at_level(logging.DEBUG):
        messages, events = run(latest(f"my {SECRET} hurts"))
    assert events == []
    assert len(messages) == 1 and library.facts()["phone"] in messages[0]["text"]
    assert list(payloads(messages)[0]) == KEYS
    assert type(error).__name__ in caplog.text and SECRET not in caplog.text


def test_content_that_cannot_be_loaded_apologises(monkeypatch, caplog, tmp_path):
    """A missing content folder: an apology each time, and the content is read again once it is back."""
    content = actions.reply.project.CONTENT
    conversation.cache_clear()
    monkeypatch.setattr(actions.reply.project, "CONTENT", tmp_path)
    messages, events = run(latest("how often?"))
    assert events == [] and payloads(messages)[0]["topic"] == "fallback" and messages[0]["text"]
    monkeypatch.setattr(actions.reply.project, "CONTENT", content)
    messages, _ = run(latest("how often?"))
    assert payloads(messages)[0]["topic"] == "how_often"


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": None, "intent": None},
        latest(""),
        latest("\x00🙂" + "x" * 5_000),
        pytest.param(latest("half \ud800")),
        pytest.param(latest("hm", exercise={"an": "object"})),
        pytest.param({**latest("hm"), "entities": [{"value": 1}]}),
        None,
    ],
    ids=["empty", "nulls", "no text", "odd letters", "half a surrogate", "odd entity", "nameless entity", "none"],
)
def test_odd_parse_data_is_answered(message):
    """Whatever the pipeline hands over, there is one payload, and it is no apology for a crash."""
    messages, events = run(message)
    assert len(payloads(messages)) == 1
    assert events


def test_the_same_under_rasas_action_server():
    """`rasa run actions` finds the action by itself, and its answer over JSON is the same."""
    executor = ActionExecutor()
    executor.register_package("actions")
    assert list(executor.actions) == ["action_reply"]
    tracker = {
        "sender_id": "anna",
        "slots": {SLOT: None},
        "latest_message": latest("how often?"),
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }
    call = {
        "next_action": "action_reply",
        "sender_id": "anna",
        "tracker": tracker,
        "domain": DOMAIN,
        "version": "3.6.2",
    }
    answered = asyncio.new_event_loop().run_until_complete(executor.run(json.loads(json.dumps(call))))
    messages, events = run(latest("how often?"))
    answered = json.loads(json.dumps(answered))
    assert answered["responses"] == messages
    assert [{k: e[k] for k in ("event", "name", "value")} for e in answered["events"]] == [
        {k: e[k] for k in ("event", "name", "value")} for e in events
    ]

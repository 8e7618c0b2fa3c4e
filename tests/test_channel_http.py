"""A turn on the website channel, over a real connection with a scripted agent: decision 4, line by line."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import threading
from typing import Any

import pytest

from hipbot.channel.limits import ADDRESS, CONVERSATIONS, MESSAGES
from hipbot.channel.turns import KEPT
from hipbot.server.processor import LEADING_SLASH
from tests.channel import HOST, PATIENCE, WEBSITE, Served, served, standing  # noqa: F401 - fixtures

WORDS = "zebrafinch"


def plays(served: Served, *messages: Any) -> None:
    """Let the agent send these utterances."""

    async def play(message: Any) -> None:
        for said in messages:
            await message.output_channel.send_response(message.sender_id, dict(said))

    served.script.play = play


# a turn ------------------------------------------------------------------------------------------


def test_a_turn(served):
    """One JSON object a line: text, quick replies, links, sources, what feedback is about; then the end."""
    answer = served.say(served.begin(), "how often?")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    message, end = answer.lines
    assert end == {"type": "end"}
    assert (message["type"], message["text"], message["lang"]) == ("message", "Call 111.", "en")
    assert message["links"] == [{"text": "111", "href": "tel:111"}]
    assert message["sources"] == [{"id": "S0", "title": "Lean"}]
    assert message["answer"] == {"id": "how_often:lean_back", "topic": "how_often"}
    assert [button["title"] for button in message["buttons"]] == ["Go on"]
    assert set(message["buttons"][0]) == {"title", "reply"} and "go on" not in message["buttons"][0]["reply"]


def test_bubbles_arrive_as_they_are_made(served):
    """The first is read while the agent still waits with the second."""
    told = threading.Event()

    async def play(message: Any) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": "first"})
        await asyncio.get_running_loop().run_in_executor(None, told.wait, PATIENCE)
        await message.output_channel.send_response(message.sender_id, {"text": "second"})

    served.script.play = play
    connection = http.client.HTTPConnection(HOST, served.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {served.begin()}", "Idempotency-Key": "as-they-come", "Content-Type": "application/json"}
    connection.request("POST", f"{WEBSITE}/messages", b'{"text": "hi"}', headers)
    response = connection.getresponse()
    assert json.loads(response.readline())["text"] == "first"
    told.set()
    assert json.loads(response.readline())["text"] == "second"
    assert json.loads(response.readline()) == {"type": "end"}
    connection.close()


def test_only_what_is_there_is_sent(served):
    """A plain bubble has no empty lists; an utterance without anything is none; paragraphs stay together."""
    plays(served, {"text": "one\n \ntwo"}, {"text": None}, {"text": "", "buttons": []})
    message, _ = served.say(served.begin(), "hi").lines
    assert message == {"type": "message", "id": message["id"], "text": "one\n\ntwo", "lang": "en"}


def test_a_card_comes_with_its_bubble(served):
    """As the dialogue core hands it over, the picture with its address on this server."""
    card = {"kind": "exercise", "step": 1, "picture": {"src": "pictures/lean_back-1.svg", "alt": "Lean"}}
    plays(served, {"text": "a", "card": card}, {"text": "b", "card": {**card, "picture": None}},
          {"text": "c", "card": {**card, "picture": {"src": "https://evil.example/x.svg", "alt": ""}}})  # fmt: skip
    first, second, third, _ = served.say(served.begin(), "hi").lines
    assert first["card"] == {**card, "picture": {"src": "/widget/pictures/lean_back-1.svg", "alt": "Lean"}}
    assert second["card"]["picture"] is None and third["card"]["picture"] is None


def test_images_and_attachments(served):
    image = {"src": "/widget/pictures/x.svg", "alt": "x"}
    plays(served, {"text": "a", "image": image}, {"image": "/x.png"}, {"text": "b", "attachment": {"href": "/x.pdf", "title": "X"}})
    first, second, third, _ = served.say(served.begin(), "hi").lines
    assert first["image"] == image and second["image"] == {"src": "/x.png", "alt": ""}
    assert third["attachment"] == {"href": "/x.pdf", "title": "X"}


def test_nobody_is_asked_about_an_emergency_or_a_hello(served):
    """Thumbs under "call 111 now" would be an insult; the sources stay."""
    payloads = [{"topic": "urgent_care", "care": "emergency"}, {"topic": "persistent_symptoms", "care": "book"}, {"topic": "greet"},
                {"topic": "no such topic"}, {"topic": "exercise_howto", "exercise": "kneeling_stretch"}]  # fmt: skip
    plays(served, *({"text": "x", "custom": {"exercise": None, "care": None, **payload}} for payload in payloads))
    *messages, _ = served.say(served.begin(), "hi").lines
    assert [message.get("answer", {}).get("id") for message in messages] == [
        None, "persistent_symptoms", None, None, "exercise_howto:kneeling_stretch",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["/restart", "/greet{}", "  /session_start", "/"])
def test_a_leading_slash_is_text(served, text):
    """What the agent is given is no command."""
    served.say(served.begin(), text)
    ((_, heard),) = served.script.heard
    assert not heard.startswith("/") and heard == LEADING_SLASH + text.strip()[1:]


def test_a_quick_reply_comes_back_as_its_words(served):
    token = served.begin()
    reply = served.say(token, "hi").lines[0]["buttons"][0]["reply"]
    assert served.post(token, {"reply": reply}, "another-key").status == 200
    assert [text for _, text in served.script.heard] == ["hi", "go on please"]


def test_conversations_are_apart(served):
    """Each token is a conversation of its own, the same one each time."""
    first, second = served.begin(), served.begin()
    for token, key in ((first, "key-number-1"), (second, "key-number-2"), (first, "key-number-3")):
        served.say(token, "hi", key)
    a, b, c = (sender for sender, _ in served.script.heard)
    assert a == c != b


# retries -----------------------------------------------------------------------------------------


def test_a_retry_after_a_lost_connection(served):
    """The client hangs up in the middle; asked again, it gets the whole turn, and the bot has heard it once."""
    hung_up = threading.Event()

    async def play(message: Any) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": "first"})
        await asyncio.get_running_loop().run_in_executor(None, hung_up.wait, PATIENCE)
        await message.output_channel.send_response(message.sender_id, {"text": "second"})

    served.script.play = play
    token = served.begin()
    connection = http.client.HTTPConnection(HOST, served.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "key-of-a-test", "Content-Type": "application/json"}
    connection.request("POST", f"{WEBSITE}/messages", b'{"text": "hi"}', headers)
    response = connection.getresponse()
    assert b"first" in response.readline()
    response.close()
    connection.close()
    hung_up.set()
    assert served.say(token, "hi").texts == ["first", "second"]
    assert len(served.script.heard) == 1


def test_the_same_request_twice_at_once(served):
    """Both get the one answer."""
    go_on = threading.Event()

    async def play(message: Any) -> None:
        await asyncio.get_running_loop().run_in_executor(None, go_on.wait, PATIENCE)
        await message.output_channel.send_response(message.sender_id, {"text": "once"})

    served.script.play = play
    token, got = served.begin(), []
    both = [threading.Thread(target=lambda: got.append(served.say(token, "hi").raw)) for _ in range(2)]
    for thread in both:
        thread.start()
    go_on.set()
    for thread in both:
        thread.join(PATIENCE)
    assert len(got) == 2 and got[0] == got[1] and len(served.script.heard) == 1


def test_a_retry_after_ten_minutes_is_a_new_message(served):
    token = served.begin()
    served.say(token, "hi")
    served.clock.now += KEPT + 1
    served.say(token, "hi")
    assert len(served.script.heard) == 2


@pytest.mark.parametrize("said", [[], [{"text": "sorry", "failed": True}]], ids=["nothing", "an apology"])
def test_a_turn_that_fails_says_whom_to_call(served, said):
    """An error line with the clinic's phone as a link, instead of the end; the retry is heard again."""
    plays(served, *said)
    token = served.begin()
    (line,) = served.say(token, "hi").lines
    phone = served.facts.clinic()["phone"]
    assert line["type"] == "error" and phone["text"] in line["text"]
    assert phone in line["links"] and {"text": "111", "href": "tel:111"} in line["links"]
    served.script.play = None
    assert served.say(token, "hi").texts == ["Call 111."]


def test_an_agent_that_raises_shows_no_word_in_the_log(served, caplog):
    async def play(message: Any) -> None:
        raise ValueError(message.text)

    served.script.play = play
    with caplog.at_level(logging.DEBUG):
        assert served.say(served.begin(), WORDS).lines[-1]["type"] == "error"
    assert "ValueError at test_channel_http.py" in caplog.text and WORDS not in caplog.text


# limits ------------------------------------------------------------------------------------------


def test_a_conversation_that_goes_too_fast(served):
    """429, when to come back, and a sentence; then it goes on. Another conversation is not slowed."""
    token = served.begin()
    answers = [served.say(token, "hi", f"key-number-{n}") for n in range(MESSAGES.at_once + 1)]
    assert [answer.status for answer in answers] == [200] * MESSAGES.at_once + [429]
    refused = answers[-1]
    assert refused.headers["Retry-After"] == "2" and refused.json == {
        "error": served.facts.say("website_too_fast"), "retry_after": 2,
    }  # fmt: skip
    assert len(served.script.heard) == MESSAGES.at_once
    assert served.say(served.begin(), "hi").status == 200
    served.clock.now += 2
    assert served.say(token, "hi", "the-next-key").status == 200


def test_an_address_that_opens_too_many(served):
    """Conversations cost nothing until something is said; all the same there is an end to it."""
    answers = [served.ask("POST", f"{WEBSITE}/conversations") for _ in range(CONVERSATIONS.at_once + 1)]
    assert [answer.status for answer in answers] == [201] * CONVERSATIONS.at_once + [429]
    assert answers[-1].headers["Retry-After"] == "1"


def test_an_address_that_asks_too_much(served):
    """Also with tokens that are none."""
    statuses = [served.say("x", "hi").status for _ in range(ADDRESS.at_once + 1)]
    assert statuses == [401] * ADDRESS.at_once + [429]

"""The website channel at work, over a real connection with a scripted agent: decision 4, line by line."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, List

import pytest
from rasa.core.channels.channel import CollectingOutputChannel
from sqlalchemy.exc import OperationalError

from hipbot.channel import door, pages
from hipbot.channel.limits import ADDRESS, CONVERSATIONS, MESSAGES
from hipbot.channel.retention import DAY, purge, purge_daily
from hipbot.channel.turns import KEPT
from hipbot.server import http as server
from hipbot.server.processor import LEADING_SLASH
from tests.channel import DEMO, DRAWING, HOST, LAUNCHER, OUTSIDE, PATIENCE, WEBSITE, Served

WORDS = "zebrafinch"
CLINIC_SITE = "https://www.clinic.example"


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    website = {"origins": [CLINIC_SITE], "keep_days": 30, "proxies": []}
    running = Served(tmp_path_factory.mktemp("standing"), website)
    yield running
    running.stop()


@pytest.fixture
def served(standing):
    """The one server, with full buckets and an agent that has heard nothing."""
    standing.clock.now += 3_600
    standing.script.heard.clear()
    standing.script.play = None
    standing.app.ctx.agent, standing.app.ctx.state = standing.script, pages.READY
    return standing


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


# forgetting --------------------------------------------------------------------------------------


def bytes_on_disk(served: Served) -> bytes:
    """All that the files hold, free pages and write-ahead log included."""
    folder = served.database.parent
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.db*")))


def senders(served: Served) -> List[str]:
    with sqlite3.connect(served.database) as connection:
        return [row[0] for row in connection.execute("select distinct sender_id from events")]


def test_delete_really_deletes(served):
    """No row, no byte, no memory, no answer for a retry, no feedback; the neighbour's stay."""
    mine, other = served.begin(), served.begin()
    served.say(mine, WORDS)
    served.say(other, "goldcrest")
    given = {"answer": "how_often", "helpful": False, "words": WORDS, "words_may_be_kept": True}
    assert served.post(mine, given, to="feedback").status == 204
    (me, _), (neighbour, _) = served.script.heard
    assert WORDS.encode() in bytes_on_disk(served) and me in served.store._recent
    assert served.delete(mine).status == 204
    left = bytes_on_disk(served)
    assert WORDS.encode() not in left and me.encode() not in left
    assert b"goldcrest" in left and neighbour in senders(served)
    assert me not in served.store._recent and me not in served.store._spare
    assert not [key for key in served.channel._turns._turns if key[0] == me]


def test_delete_stops_what_is_being_answered(served):
    """A late answer would write the conversation anew."""
    waits, begun = threading.Event(), threading.Event()

    async def play(message: Any) -> None:
        begun.set()
        await asyncio.get_running_loop().run_in_executor(None, waits.wait, PATIENCE)
        served.script.play = None
        await served.script.handle_message(message)

    served.script.play = play
    token, got = served.begin(), []
    thread = threading.Thread(target=lambda: got.append(served.say(token, WORDS)))
    thread.start()
    assert begun.wait(PATIENCE)
    assert served.delete(token).status == 204
    waits.set()
    thread.join(PATIENCE)
    assert got[0].lines[-1]["type"] == "error"
    assert WORDS.encode() not in bytes_on_disk(served)


def test_delete_that_fails_says_so(served, monkeypatch):
    """Never a 204 while something is left."""
    token = served.begin()
    served.say(token, WORDS)

    def stuck(*_: Any) -> None:
        raise OperationalError("delete", {}, Exception("disk failure"))

    with monkeypatch.context() as patched:
        patched.setattr(served.store, "_delete_rows", stuck)
        answer = served.delete(token)
    assert answer.status == 500 and answer.json["error"] == served.facts.say("website_not_deleted")
    assert served.delete(token).status == 204
    assert WORDS.encode() not in bytes_on_disk(served)


def test_old_conversations_go(tmp_path):
    """Whose last message is 30 days old, in file and memory, with their feedback; younger ones stay whole."""
    served, now = Served(tmp_path), time.time()
    served.clock.now = now
    try:
        for word in ("goldcrest", "firecrest"):
            token = served.begin()
            for key in ("key-number-1", "key-number-2"):
                served.say(token, word, key)
            given = {"answer": "how_often", "helpful": True, "words": word, "words_may_be_kept": True}
            assert served.post(token, given, to="feedback").status == 204
        old, young = dict.fromkeys(sender for sender, _ in served.script.heard)
        with sqlite3.connect(served.database) as events, sqlite3.connect(tmp_path / "feedback.db") as feedback:
            events.execute("update events set timestamp = ? where sender_id = ?", (now - 31 * DAY, old))
            events.execute("update events set timestamp = ? where sender_id = ?", (now - 29 * DAY, young))
            events.execute("update events set timestamp = ? where id = (select min(id) from events where sender_id = ?)", (now - 40 * DAY, young))
            feedback.execute("update feedback set at = ? where conversation = ?", (now - 31 * DAY, old))
        assert bytes_on_disk(served).count(b"goldcrest") >= 3
        purge(served.store, served.feedback, 30, now)
        left = bytes_on_disk(served)
        assert b"goldcrest" not in left and old.encode() not in left
        assert left.count(b"firecrest") >= 3 and senders(served) == [young]
    finally:
        served.stop()


def test_memory_of_old_conversations_goes_too(served):
    """What a failing database left in memory only."""
    served.say(served.begin(), WORDS)
    ((sender, _),) = served.script.heard
    recent = served.store._recent[sender]
    served.store.delete_before(max(event.timestamp for event in recent) + 1)
    assert sender not in served.store._recent and sender not in senders(served)


def test_purging_goes_on_after_a_failure(monkeypatch, caplog):
    """At the start and every day; a full disk today does not end it."""
    done: List[float] = []

    def failing(*_: Any) -> None:
        done.append(1)
        raise OSError("disk full")

    async def no_night(seconds: float) -> None:
        assert seconds == DAY
        if len(done) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr("hipbot.channel.retention.purge", failing)
    monkeypatch.setattr("hipbot.channel.retention.asyncio.sleep", no_night)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(purge_daily(None, None, 30))
    assert len(done) == 3 and "could not be deleted" in caplog.text


# feedback ----------------------------------------------------------------------------------------


def rows(served: Served) -> List[Any]:
    with sqlite3.connect(served.database.parent / "feedback.db") as connection:
        found = connection.execute("select answer, topic, helpful, reason, words from feedback order by rowid").fetchall()
        connection.execute("delete from feedback")
    return found


def test_thumbs(served):
    """Topic and answer, perhaps a reason; words with consent only; the last thumb counts."""
    rows(served)
    token = served.begin()
    for given in (
        {"answer": "how_often:lean_back", "helpful": True},
        {"answer": "how_often:lean_back", "helpful": False, "reason": "unclear"},
        {"answer": "sitting", "helpful": False, "words": WORDS, "words_may_be_kept": True},
        {"answer": "evidence", "helpful": True, "words": "", "words_may_be_kept": False},
    ):
        assert served.post(token, given, to="feedback").status == 204
    refused = served.post(token, {"answer": "pelvic_tilt", "helpful": False, "words": WORDS}, to="feedback")
    assert refused.status == 400
    assert rows(served) == [
        ("how_often:lean_back", "how_often", 0, "unclear", None),
        ("sitting", "sitting", 0, None, WORDS),
        ("evidence", "evidence", 1, None, None),
    ]


@pytest.mark.parametrize("answer", ["", "nothing", "greet", "how_often:", "how_often:headstand", ":lean_back", "how_often\n", "'; drop table"])
def test_feedback_on_nothing(served, answer):
    """Only answers of ours: the store is no place to write to."""
    rows(served)
    assert served.post(served.begin(), {"answer": answer, "helpful": True}, to="feedback").status == 400
    assert rows(served) == []


# pages of other sites ----------------------------------------------------------------------------

STRANGERS = [
    "https://evil.example", "https://www.clinic.example.evil.example", "https://clinic.example", "http://www.clinic.example",
    "https://www.clinic.example:8443", "https://www.clinic.example/", "https://WWW.clinic.example", "null", "", "*",
    "https://evil.example https://www.clinic.example", "file://",
]  # fmt: skip


@pytest.mark.parametrize("origin", STRANGERS, ids=repr)
def test_a_stranger_may_not_use_the_channel(served, origin):
    """403 before anything is done, and no header that lets its page read the answer."""
    token = served.begin()
    for answer in (
        served.ask("POST", f"{WEBSITE}/conversations", Origin=origin),
        served.ask("GET", f"{WEBSITE}/settings", Origin=origin),
        served.post(token, {"text": "hi"}, Origin=origin),
        served.ask("DELETE", f"{WEBSITE}/conversation", Origin=origin, Authorization=f"Bearer {token}"),
    ):
        assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers
    asked = served.ask("OPTIONS", f"{WEBSITE}/messages", Origin=origin, Access_Control_Request_Method="POST")
    assert not [name for name in asked.headers if name.startswith("Access-Control")]
    assert not served.script.heard


def test_the_clinics_site_may(served):
    """Asked first, and told so for each answer; no cookie is ever let through."""
    asked = served.ask("OPTIONS", f"{WEBSITE}/messages", Origin=CLINIC_SITE, Access_Control_Request_Method="POST")
    assert asked.status == 204 and asked.headers["Access-Control-Allow-Methods"] == "GET, POST, DELETE"
    assert asked.headers["Access-Control-Allow-Headers"] == "authorization, content-type, idempotency-key"
    for answer in (
        asked,
        served.post(served.begin(), {"text": "hi"}, Origin=CLINIC_SITE),
        served.post("foreign", {"text": "hi"}, Origin=CLINIC_SITE),
        served.ask("GET", f"{WEBSITE}/settings", Origin=CLINIC_SITE),
        served.ask("GET", "/widget/hipbot.js", Origin=CLINIC_SITE),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == CLINIC_SITE and "Origin" in answer.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Origin" not in served.ask("GET", "/widget/hipbot.js", Origin="https://evil.example").headers


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_servers_own_pages_may(served, scheme):
    """Https ends at the proxy, so both are its own."""
    own = f"{scheme}://{HOST}:{served.port}"
    assert served.post(served.begin(), {"text": "hi"}, Origin=own).status == 200
    assert served.ask("GET", f"{WEBSITE}/settings", Origin=f"{scheme}://{HOST}:1").status == 403


# what every answer carries -----------------------------------------------------------------------


def test_headers_of_every_answer(served):
    """No cookie, no guessing of types, no frame, no referrer; conversations are kept by no cache."""
    token = served.begin()
    private = [served.say(token, "hi"), served.say("x", "hi"), served.ask("POST", f"{WEBSITE}/conversations"), served.delete(token),
               served.ask("GET", f"{WEBSITE}/settings"), served.ask("GET", "/health"), served.ask("GET", "/ready")]  # fmt: skip
    public = [served.ask("GET", path) for path in ("/", "/widget/hipbot.js", "/widget/pictures/lean_back-1.svg", "/nothing")]
    for answer in (*private, *public):
        for name, value in door.ALWAYS.items():
            assert answer.headers[name] == (door.PAGE_POLICY if answer is public[0] and "Policy" in name and "Content" in name else value)
        assert "Set-Cookie" not in answer.headers and "Server" not in answer.headers
    assert {answer.headers["Cache-Control"] for answer in private} == {"no-store"}


def test_the_demo_pages_policy(served):
    """Statements 6 and 7 of the widget's study."""
    policy = served.ask("GET", "/").headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
                 "require-trusted-types-for 'script'", "frame-ancestors 'none'"):  # fmt: skip
        assert part in policy.split("; ")
    assert "unsafe" not in policy and "*" not in policy


# files -------------------------------------------------------------------------------------------


def test_the_launcher_has_the_clinics_facts(served):
    """In its one line, as data; the rest is as it was written."""
    got = served.ask("GET", "/widget/hipbot.js")
    assert got.headers["Content-Type"] == "text/javascript; charset=utf-8"
    before, after = LAUNCHER.split(b"/* clinic facts */ null")
    assert got.raw.startswith(before) and got.raw.endswith(after)
    assert json.loads(got.raw[len(before) : -len(after)]) == served.facts.clinic()


def test_files_are_packed_and_named(served):
    """Gzip for who takes it, a tag for each form, 304 for who has it."""
    plain, packed = served.ask("GET", "/widget/hipbot.js"), served.ask("GET", "/widget/hipbot.js", Accept_Encoding="br, gzip;q=0.8")
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.raw) == plain.raw
    assert len(packed.raw) < len(plain.raw) and plain.headers["ETag"] != packed.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"] and "Content-Encoding" not in plain.headers
    tag = packed.headers["ETag"]
    for wanted in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = served.ask("GET", "/widget/hipbot.js", Accept_Encoding="gzip", If_None_Match=wanted)
        assert (again.status, again.raw, again.headers["ETag"]) == (304, b"", tag)
    assert served.ask("GET", "/widget/hipbot.js", If_None_Match=tag).status == 200
    assert "Content-Encoding" not in served.ask("GET", "/widget/hipbot.js", Accept_Encoding="gzip;q=0").headers
    looked = served.ask("HEAD", "/widget/hipbot.js")
    assert (looked.status, looked.raw, looked.headers["ETag"]) == (200, b"", plain.headers["ETag"])


def test_only_the_widgets_own_files(served):
    """No hidden file, no tool's file, no link to elsewhere, no script among the drawings."""
    assert served.ask("GET", "/").raw == DEMO
    assert served.ask("GET", "/widget/pictures/lean_back-1.svg").raw == DRAWING
    for name in (".hidden.js", "package.json", "node_modules/module.js", "link.js", "pictures/script.js", "pictures", ""):
        answer = served.ask("GET", f"/widget/{name}")
        assert answer.status == 404 and OUTSIDE not in answer.raw


# settings, health, emergency ---------------------------------------------------------------------


def test_settings(served):
    """All that the widget knows of the clinic."""
    settings = served.ask("GET", f"{WEBSITE}/settings").json
    assert settings["clinic"] == served.facts.clinic() and settings["clinic"]["emergency"]["href"] == "tel:111"
    assert settings["limits"] == {"characters": 1_000} and 3 <= len(settings["suggestions"]) <= 6
    assert "30 days" in settings["privacy"] and "111" in settings["notice"]
    assert [set(reason) for reason in settings["reasons"]] == [{"id", "title"}] * 5


def loading(served: Served) -> None:
    served.app.ctx.agent, served.app.ctx.state = None, pages.LOADING


def failed(served: Served) -> None:
    served.app.ctx.agent, served.app.ctx.state = None, pages.FAILED


@pytest.mark.parametrize("state", [loading, failed])
def test_the_emergency_line_stands_without_a_model(served, state):
    """In settings, in the launcher, and as the answer to a message; deleting works too."""
    token = served.begin()
    state(served)
    answer = served.say(token, "I'm numb between my legs")
    assert answer.status == 503 and answer.headers["Retry-After"] == "5"
    assert answer.json["emergency"] == {"text": "In an emergency, call 111.", "number": "111", "href": "tel:111"}
    assert served.facts.clinic()["phone"]["text"] in answer.json["error"]
    assert served.ask("GET", f"{WEBSITE}/settings").json["clinic"]["emergency"]["number"] == "111"
    assert b"tel:111" in served.ask("GET", "/widget/hipbot.js").raw
    assert served.ask("GET", "/").status == 200 and served.begin()
    assert served.delete(token).status == 204


def test_the_rest_channel_waits_for_the_model_too(served):
    loading(served)
    body = json.dumps({"sender": "anna", "message": "hi"})
    assert served.ask("POST", "/webhooks/rest/webhook", body, Content_Type="application/json").status == 503


@pytest.mark.parametrize("state, status", [(loading, 503), (failed, 503), (None, 200)])
def test_health_and_readiness(served, state, status):
    """The process lives in any case; it is ready with a model only."""
    if state:
        state(served)
    assert served.ask("GET", "/health").status == 200
    answer = served.ask("GET", "/ready")
    assert answer.status == status and answer.json == {"status": served.app.ctx.state}


def test_a_model_that_cannot_be_loaded(served, monkeypatch, caplog, capfd):
    """The server stays, says so on the terminal and in the log, and is not ready."""
    loading(served)

    def broken(_store: Any) -> None:
        raise ValueError(f"my {WORDS} hurts")

    monkeypatch.setattr(server.training, "current_model", lambda: Path("model.tar.gz"))
    monkeypatch.setattr(server, "_load", broken)
    served.wait_for(server.make_ready(served.app))
    assert served.ask("GET", "/ready").json == {"status": "failed"}
    shown = capfd.readouterr().err
    assert "NOT ready" in shown and "hipbot check" in shown and "ValueError at" in caplog.text
    assert WORDS not in shown + caplog.text


def test_a_training_that_fails(served, monkeypatch, capfd):
    """The same, with what has failed."""
    loading(served)
    monkeypatch.setattr(server.training, "current_model", lambda: None)
    monkeypatch.setattr(server, "TRAIN", ["false"])
    served.wait_for(server.make_ready(served.app))
    assert served.ask("GET", "/ready").status == 503
    assert "Learning from data/ has failed" in capfd.readouterr().err


def test_other_channels_see_no_card_and_no_failure():
    """Rasa's own channels get the text and nothing of the metadata."""
    from hipbot.server.processor import FAILED, _bot_uttered

    card = {"kind": "safety", "level": "emergency", "heading": "Get help now", "numbers": []}
    said = _bot_uttered({"text": "Call 111.", "buttons": [], "card": card}, FAILED)
    assert said.message()["card"] == card and said.message()["failed"] is True
    channel = CollectingOutputChannel()
    asyncio.run(channel.send_response("anna", said.message()))
    assert channel.messages == [{"recipient_id": "anna", "text": "Call 111."}]

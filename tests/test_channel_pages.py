"""All round the conversation: other sites' pages, headers, the widget's files, settings, a model that is not there."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from hipbot.channel import door, pages
from hipbot.server import http as server
from hipbot.server.processor import FAILED, InProcessAction, _bot_uttered, apologise
from tests.channel import (  # noqa: F401 - fixtures
    CLINIC_SITE,
    DEMO,
    DRAWING,
    HOST,
    LAUNCHER,
    OUTSIDE,
    WEBSITE,
    Served,
    served,
    standing,
)

WORDS = "zebrafinch"


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

    def broken(_store: Any, _version: Any) -> None:
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
    card = {"kind": "safety", "level": "emergency", "heading": "Get help now", "numbers": []}
    said = _bot_uttered({"text": "Call 111.", "buttons": [], "card": card}, FAILED)
    assert said.message()["card"] == card and said.message()["failed"] is True
    channel = CollectingOutputChannel()
    asyncio.run(channel.send_response("anna", said.message()))
    assert channel.messages == [{"recipient_id": "anna", "text": "Call 111."}]


class FailingAction:
    """As `action_reply` when something in it breaks: it apologises and remembers nothing, or it raises."""

    def __init__(self, raises: bool) -> None:
        self._raises = raises

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list:
        if self._raises:
            raise ValueError(WORDS)
        dispatcher.utter_message(text="sorry", json_message={"topic": "fallback"})
        return []


class Output:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.given: list = []

    async def send_response(self, _recipient: str, message: Any) -> None:
        self.given.append(message)


@pytest.mark.parametrize("raises", [True, False])
def test_an_apology_is_known_as_one(raises):
    """From a failing action of ours: the website tells it from an answer."""
    tracker = DialogueStateTracker("anna", [])
    (said,) = asyncio.run(InProcessAction(FailingAction(raises)).run(None, None, tracker, None))
    assert said.message()["failed"] is True


def test_an_apology_of_the_processor_is_known_as_one():
    """The same where the turn failed before any action."""
    output = Output()
    asyncio.run(apologise(UserMessage("hi", output, "anna")))
    assert [message["failed"] for message in output.given] == [True]

"""The website channel under attack: everything that must be refused, over a real connection."""

from __future__ import annotations

import json
import secrets
import socket
import urllib.parse
from typing import Any, Dict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipbot.channel.bodies import LARGEST_BODY
from hipbot.channel.tokens import PREFIX, Signer
from hipbot.channel.website import TOKEN_SECONDS
from tests.channel import HOST, OUTSIDE, PATIENCE, WEBSITE, Served, served, standing  # noqa: F401 - fixtures

WORDS = "zebrafinch"


def refused(answer: Any, status: int) -> bool:
    """The status, one sentence, and nothing that could be kept by a cache."""
    assert answer.status == status, answer.raw
    assert answer.json["error"].endswith((".", "?")) and answer.headers["Cache-Control"] == "no-store"
    return True


# tokens ------------------------------------------------------------------------------------------


def forged() -> Dict[str, str]:
    token, conversation = Signer(b"another server's secret, long eno").new_conversation(1_900_000_000)
    return {
        "none": "",
        "a name": "anna",
        "a sender id": conversation.id,
        "another server's": token,
        "zeros": "A" * 76,
        "random": secrets.token_urlsafe(57),
        "very long": "A" * 7_000,
        "json web token, none": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIn0.",
        "sql": "' or 1=1 --",
        "path": "../../etc/passwd",
    }


@pytest.mark.parametrize("token", forged().values(), ids=forged())
@pytest.mark.parametrize("path", ["messages", "feedback", "conversation"])
def test_a_forged_token(served, token, path):
    """401 everywhere, and the bot hears nothing."""
    if path == "conversation":
        answer = served.delete(token)
    else:
        answer = served.post(token, {"text": "hi"}, to=path)
    assert refused(answer, 401)
    assert not served.script.heard


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t[1:], lambda t: t[:40], lambda t: t + "A", lambda t: t.swapcase()])
def test_a_spoilt_token(served, change):
    assert refused(served.say(change(served.begin()), "hi"), 401)


@pytest.mark.parametrize("kind", ["{}", "Basic {}", "Token {}", "Bearer{}", "{} Bearer"])
def test_a_token_in_another_dress(served, kind):
    """Only `Bearer`; not in the address either, where logs would keep it."""
    token = served.begin()
    assert refused(served.post(token, {"text": "hi"}, Authorization=kind.format(token)), 401)
    assert refused(served.post("", {"text": "hi"}, to=f"messages?token={token}"), 401)


def test_an_expired_token(served):
    """410, so that the widget begins anew; but deleting is a right that does not expire."""
    token = served.begin()
    served.clock.now += TOKEN_SECONDS - 1
    assert served.say(token, "hi").status == 200
    served.clock.now += 1
    assert refused(served.say(token, "hi again", "another-key"), 410)
    assert served.delete(token).status == 204


def test_a_foreign_conversation_cannot_be_named(served):
    """Not in the body, not in a header, not by a cookie: the token alone says whose turn it is."""
    mine, other = served.begin(), served.begin()
    served.say(other, "hello")
    (theirs, _), *_ = served.script.heard
    for body in ({"text": "hi", "sender": theirs}, {"text": "hi", "sender_id": theirs}, {"text": "hi", "token": other}):
        assert refused(served.post(mine, body), 400)
    answer = served.post(mine, {"text": "hi"}, Cookie=f"sender={theirs}", X_Sender=theirs)
    assert answer.status == 200
    assert served.script.heard[-1][0] not in (theirs, "hi")


def test_the_rest_channel_cannot_reach_a_visitor(served):
    """Development's open door leads to no conversation of the website."""
    served.say(served.begin(), WORDS)
    ((sender, _),) = served.script.heard
    assert sender.startswith(PREFIX)
    for name in (sender, PREFIX, PREFIX + "anything"):
        body = json.dumps({"sender": name, "message": "hi"})
        answer = served.ask("POST", "/webhooks/rest/webhook", body, Content_Type="application/json")
        assert answer.status == 400 and PREFIX in answer.json["error"]
    assert len(served.script.heard) == 1


def test_a_deleted_conversation_cannot_be_opened_again(served):
    """Its token is worth nothing, though it has not expired."""
    token = served.begin()
    served.say(token, "hi")
    assert served.delete(token).status == 204
    assert refused(served.say(token, "hi", "another-key"), 410)
    assert refused(served.post(token, {"answer": "how_often", "helpful": True}, to="feedback"), 410)
    assert served.delete(token).status == 204


# quick replies -----------------------------------------------------------------------------------


def test_a_quick_reply_of_another_conversation(served):
    """400 with a sentence, and the bot hears nothing."""
    mine, other = served.begin(), served.begin()
    reply = served.say(other, "hi").lines[0]["buttons"][0]["reply"]
    heard = len(served.script.heard)
    assert refused(served.post(mine, {"reply": reply}, "another-key"), 400)
    assert len(served.script.heard) == heard
    assert served.post(other, {"reply": reply}, "another-key").status == 200
    assert served.script.heard[-1][1] == "go on please"


@pytest.mark.parametrize("reply", ["", "x", "go on please", "/restart", "Z28gb24gcGxlYXNl", "A" * 60, "\x00", "é" * 30])
def test_a_made_up_quick_reply(served, reply):
    assert refused(served.post(served.begin(), {"reply": reply}), 400)
    assert not served.script.heard


# replay ------------------------------------------------------------------------------------------


def test_a_replay_is_answered_and_not_heard_twice(served):
    """The same request ten times is one turn."""
    token = served.begin()
    answers = {served.say(token, "hi").raw for _ in range(10)}
    assert len(answers) == 1 and len(served.script.heard) == 1


def test_a_key_with_another_message(served):
    token = served.begin()
    served.say(token, "hi")
    assert refused(served.say(token, "something else"), 400)
    assert len(served.script.heard) == 1


def test_a_key_of_another_conversation_shows_nothing(served):
    """Keys are not secret: they show an answer in their own conversation only."""
    first = served.say(served.begin(), "hi").lines[0]["id"]
    assert served.say(served.begin(), "hi").lines[0]["id"] != first


@pytest.mark.parametrize("key", ["", "short", "a" * 129, "a b c d e f", "../../../etc", "<script>alert(1)</script>"])
def test_a_key_that_is_none(served, key):
    assert refused(served.post(served.begin(), {"text": "hi"}, key), 400)


# bodies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 100_000, 900_000])
def test_an_oversized_body(served, size):
    """413, and the next request is answered."""
    token = served.begin()
    assert refused(served.post(token, b'{"text": "' + b"x" * size + b'"}'), 413)
    assert served.say(token, "hi").status == 200


def test_the_largest_message_passes(served):
    """A thousand escaped emoji are no attack."""
    body = json.dumps({"text": "🦓" * 1_000}).encode()
    assert len(body) < LARGEST_BODY
    assert served.post(served.begin(), body).status == 200


TYPES = ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json5",
         "application/json; charset=latin-1", "application/json; charset=utf-16", "application/ld+json", "json"]  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_another_content_type(served, kind):
    """415: a form on another site cannot speak for a visitor."""
    assert refused(served.post(served.begin(), {"text": "hi"}, **{"Content-Type": kind}), 415)


@pytest.mark.parametrize("kind", ["application/json", "application/json;charset=UTF-8", 'Application/JSON; charset="utf-8"'])
def test_json_by_any_spelling(served, kind):
    assert served.post(served.begin(), {"text": "hi"}, **{"Content-Type": kind}).status == 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "reply", "a"]), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_body_gets_a_clear_answer(standing, body):
    """200 for a message, 400 with a sentence for the rest, nothing else."""
    standing.clock.now += 60
    answer = standing.post(standing.begin(), body, secrets.token_hex(8))
    assert answer.status == 200 or refused(answer, 400)


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=120))
def test_any_token_gets_a_clear_answer(standing, token):
    standing.clock.now += 60
    assert refused(standing.say(token, "hi"), 401)


# the wire ----------------------------------------------------------------------------------------


def head(*lines: str, path: str = f"{WEBSITE}/messages", method: str = "POST") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *lines, "", ""]).encode("latin-1")


BROKEN = {
    "no http": b"hello\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "another version": b"GET / HTTP/9.9\r\n\r\n",
    "a header without colon": head("nonsense"),
    "a length of letters": head("Content-Length: many"),
    "a negative length": head("Content-Length: -5") + b"hello",
    "a plus": head("Content-Length: +5") + b"hello",
    "two lengths": head("Content-Length: 5", "Content-Length: 6") + b"hello",
    "a list of lengths": head("Content-Length: 5, 5") + b"hello",
    "other digits": head("Content-Length: \xb2"),
    "chunks": head("Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n",
    "a bad chunk": head("Transfer-Encoding: chunked") + b"zz\r\nhello\r\n0\r\n\r\n",
    "a negative chunk": head("Transfer-Encoding: chunked") + b"-5\r\nhello\r\n0\r\n\r\n",
    "a length and chunks": head("Content-Length: 5", "Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n",
    "an unknown coding": head("Transfer-Encoding: gzip"),
    "a negative length elsewhere": head("Content-Length: -5", path="/nowhere") + b"hello",
    "an expectation": head("Expect: the-unexpected", "Content-Length: 2"),
    "a huge header": head("X: " + "y" * 20_000),
    "nul": b"POST /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
def test_broken_http(standing, sent, caplog, capfd):
    """A 4xx without a traceback, and the server goes on."""
    got = standing.raw(sent)
    assert got.startswith(b"HTTP/1.1 4"), got[:200]
    assert standing.ask("GET", "/health").status == 200
    assert "Traceback" not in caplog.text + capfd.readouterr().err


INJECTED = ["x\r\nSet-Cookie: a=b", "x\nSet-Cookie: a=b", "x\r\n\r\n<script>", "x%0d%0aSet-Cookie: a=b", "x\rSet-Cookie: a=b"]


@pytest.mark.parametrize("value", INJECTED, ids=repr)
@pytest.mark.parametrize("name", ["Origin", "Idempotency-Key", "Authorization", "X-Forwarded-For", "Host"])
def test_header_injection(standing, name, value):
    """Nothing of a request's headers comes back as a header of the answer."""
    standing.clock.now += 60
    got = standing.raw(head(f"{name}: {value}", "Content-Length: 2", "Content-Type: application/json") + b"{}")
    assert b"Set-Cookie" not in got and b"<script>" not in got
    got = standing.raw(head(f"{name}: {value}", path=f"{WEBSITE}/settings", method="OPTIONS"))
    assert b"Set-Cookie" not in got and b"<script>" not in got


@pytest.mark.parametrize("sent", [b"POST " + WEBSITE.encode(), head("Content-Length: 900") + b'{"text": "', head("Content-Length: 900")],
                         ids=["head", "body", "nothing of the body"])  # fmt: skip
def test_a_slow_request_is_cut(tmp_path, sent):
    """Byte by byte for ever (slowloris): the deadline is for the whole request, not for the next byte."""
    served = Served(tmp_path, request_seconds=0.3)
    token = served.begin()
    lines = f"Authorization: Bearer {token}\r\nIdempotency-Key: key-of-a-test\r\nContent-Type: application/json\r\n"
    try:
        with socket.create_connection((HOST, served.port), timeout=0.05) as connection:
            connection.sendall(sent.replace(b"Connection: close\r\n", lines.encode()))
            got, drips = b"", 0
            while drips < 200 and not got:
                drips += 1
                connection.send(b"x")  # keeps every per-byte clock from running out
                try:
                    got = connection.recv(65_536)
                except TimeoutError:
                    continue
        assert got.startswith((b"HTTP/1.1 408", b"HTTP/1.1 503")), got[:100]
        assert drips < 40
        assert served.say(token, "hi").status == 200
    finally:
        served.stop()


def test_a_hundred_idle_connections_stop_nobody(standing):
    """They cost a socket each; the next visitor is answered."""
    idle = [socket.create_connection((HOST, standing.port), timeout=PATIENCE) for _ in range(100)]
    try:
        for connection in idle:
            connection.sendall(b"POST ")
        standing.clock.now += 60
        assert standing.say(standing.begin(), "hi").status == 200
    finally:
        for connection in idle:
            connection.close()


# files -------------------------------------------------------------------------------------------

CLIMBS = ["../outside.js", "..%2foutside.js", "%2e%2e/outside.js", "%2e%2e%2foutside.js", "..%252foutside.js", "..\\outside.js",
          "..%5coutside.js", "....//outside.js", "%c0%ae%c0%ae/outside.js", "..%c0%afoutside.js", "/etc/passwd", "//etc/passwd",
          "pictures/../../outside.js", "pictures/..%2f..%2foutside.js", "./../outside.js", "..;/outside.js", "%00../outside.js",
          "../.hipbot/website.key", "..%2f.hipbot%2fconversations.db", "hipbot.js%00.png", "hipbot.js/../../outside.js", ".",
          "..", "", "file:///etc/passwd", "%uff0e%uff0e/outside.js", "．．/outside.js", "~root/.ssh/id_rsa", "C:\\windows"]  # fmt: skip


@pytest.mark.parametrize("climb", CLIMBS)
@pytest.mark.parametrize("under", ["/widget/", "/widget/pictures/"])
def test_no_path_leads_out_of_the_folder(standing, under, climb):
    """Sent as it is, without the client's own tidying: 404, or no such request at all."""
    path = under + climb if climb.isascii() else urllib.parse.quote(under + climb)
    got = standing.raw(head(path=path, method="GET"))
    assert got.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), got[:200]
    assert OUTSIDE not in got and b"root:" not in got


def test_the_file_next_to_the_folder_is_there(standing):
    """Or the climbs above would prove nothing."""
    assert (standing.widget.parent / "outside.js").read_bytes() == OUTSIDE
    assert standing.raw(head(path="/widget/hipbot.js", method="GET")).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("path", ["/webhooks/website", "/webhooks/website/", "/webhooks/website/../rest/webhook", "/conversations",
                                  "/webhooks/website/conversations/anna", "/docs", "/metrics", "/.env", "/model"])  # fmt: skip
def test_there_is_nothing_else(standing, path):
    """A 404 that names nothing of the request."""
    answer = standing.ask("GET", path)
    assert answer.status in (404, 405) and path.encode() not in answer.raw


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "TRACE", "BREW"])
def test_another_method(standing, method):
    answer = standing.raw(head(path=f"{WEBSITE}/messages", method=method))
    assert answer.startswith((b"HTTP/1.1 405", b"HTTP/1.1 404", b"HTTP/1.1 400")), answer[:100]


def test_no_word_of_an_attack_in_the_log(served, caplog, capfd):
    """Neither words nor tokens, whatever was wrong with them."""
    token = served.begin()
    served.post(token, f'{{"text": "{WORDS}'.encode())
    served.post(token, {"text": WORDS, WORDS: WORDS})
    served.say(WORDS, WORDS)
    served.ask("GET", f"/{WORDS}?{WORDS}")
    served.raw(head(f"Content-Length: {WORDS}"))
    shown = capfd.readouterr()
    assert WORDS not in caplog.text + shown.out + shown.err
    assert token not in caplog.text + shown.out + shown.err

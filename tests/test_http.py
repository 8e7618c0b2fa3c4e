"""The real server, as `hipbot serve --port N` starts it: wrong requests, right ones, and what it writes to its log."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any, Tuple

import pytest

from hipbot import project, training

pytestmark = pytest.mark.slow

SECRET = "zebrafinch"
WEBHOOK = "/webhooks/rest/webhook"
READY_WITHIN = 120  # seconds; a loaded machine takes its time
LINKED = [
    "actions",
    "clinic.yml",
    "config.yml",
    "content",
    "credentials.yml",
    "data",
    "domain.yml",
    "endpoints.yml",
    "hipbot",
    "models",
    "requirements.txt",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`hipbot serve` in a process and a project folder of its own, so that the clinic's conversations stay out."""

    def __init__(self, folder: Any) -> None:
        self.port, self.folder = free_port(), folder
        for name in LINKED:
            (folder / name).symlink_to(project.ROOT / name)
        (folder / ".hipbot").mkdir()
        (folder / ".hipbot" / "encoder").symlink_to(project.ENCODER_FOLDER)
        self.log = folder / "log.txt"
        self._process = self._start()

    def _start(self) -> subprocess.Popen:
        environment = {**os.environ, "PYTHONPATH": str(project.ROOT), "HIPBOT_ROOT": str(self.folder)}
        command = [sys.executable, "-m", "hipbot.cli.main", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=self.folder)
        ready_by = time.monotonic() + READY_WITHIN
        while time.monotonic() < ready_by and process.poll() is None:
            try:
                if self.ask("GET", "/ready")[0] == 200:
                    return process
            except OSError:
                pass
            time.sleep(0.2)
        process.kill()
        pytest.fail("hipbot serve did not start:\n" + self.log.read_text("utf-8", "replace")[-2_000:])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Tuple[int, Any]:
        """(status, body) of one request; the body as JSON where it is some."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        raw = response.read()
        connection.close()
        try:
            return response.status, json.loads(raw)
        except ValueError:
            return response.status, raw.decode("utf-8", "replace")

    def say(self, sender: str, message: str) -> list:
        status, messages = self.ask("POST", WEBHOOK, json.dumps({"sender": sender, "message": message}).encode())
        assert status == 200
        return messages

    def stop(self) -> int:
        self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def start_again(self) -> None:
        self._process = self._start()

    def written(self) -> str:
        return self.log.read_text("utf-8", "replace")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    training.ensure_model()  # or the server would learn first
    running = Server(tmp_path_factory.mktemp("served"))
    yield running
    running.stop()


def payloads(messages: list) -> list:
    return [message["custom"] for message in messages if "custom" in message]


def test_one_payload_over_http(server):
    """The contract, over the wire."""
    messages = server.say("anna", "How often should I do the lean-back?")
    (payload,) = payloads(messages)
    assert list(payload) == ["topic", "exercise", "care", "options", "sources", "reviewed"]
    assert (payload["topic"], payload["exercise"]) == ("how_often", "lean_back")
    assert all(message["recipient_id"] == "anna" for message in messages)


def test_the_conversation_goes_on(server):
    """Each sender is a conversation."""
    server.say("ben", "How do I do the kneeling stretch?")
    server.say("cara", "How do I do the lean-back?")
    assert payloads(server.say("ben", "how often?"))[0]["exercise"] == "kneeling_stretch"
    assert payloads(server.say("cara", "how often?"))[0]["exercise"] == "lean_back"


BAD = {
    "empty": b"",
    "no json": b"how often?",
    "half": b'{"sender": "a"',
    "no utf-8": b'{"sender": "\xff", "message": "x"}',
    "list": b'["a", "b"]',
    "text": b'"hi"',
    "number": b"7",
    "null": b"null",
    "no sender": b'{"message": "hi"}',
    "empty sender": b'{"sender": "", "message": "hi"}',
    "blank sender": b'{"sender": "  ", "message": "hi"}',
    "sender null": b'{"sender": null, "message": "hi"}',
    "sender a number": b'{"sender": 7, "message": "hi"}',
    "sender an object": b'{"sender": {"a": 1}, "message": "hi"}',
    "long sender": json.dumps({"sender": "a" * 256, "message": "hi"}).encode(),
    "no message": b'{"sender": "a"}',
    "message null": b'{"sender": "a", "message": null}',
    "message a list": b'{"sender": "a", "message": ["hi"]}',
    "message an object": b'{"sender": "a", "message": {"text": "hi"}}',
    "brackets": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_a_wrong_request_is_told_what_is_wrong(server, body):
    """400, one sentence, and the next request is answered."""
    status, said = server.ask("POST", WEBHOOK, body)
    assert status == 400
    assert list(said) == ["error"] and said["error"].endswith((".", "}."))
    assert payloads(server.say("after", "hello"))


ODD = {
    "nul": "how often\x00",
    "half": "how \ud83d often",
    "long": "how often " * 10_000,
    "empty": "",
    "emoji": "🙂" * 500,
    "slash": "/restart",
    "html": "<img src=x onerror=alert(1)>",
}


@pytest.mark.parametrize("message", ODD.values(), ids=ODD)
def test_an_odd_message_is_answered_over_http(server, message):
    """One payload, whatever the text."""
    assert len(payloads(server.say("odd", message))) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"metadata": {"a": 1}},
        {"metadata": None},
        {"input_channel": "x"},
        {"input_channel": {"a": 1}},
        {"input_channel": 7},
        {"stream": True},
    ],
    ids=str,
)
def test_further_fields_do_no_harm(server, more):
    """What else a client sends is no way to break a turn."""
    body = {"sender": "more", "message": "How often should I do the lean-back?", **more}
    status, messages = server.ask("POST", WEBHOOK, json.dumps(body).encode())
    assert status == 200 and [payload["topic"] for payload in payloads(messages)] == ["how_often"]


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/conversations/anna/tracker"), ("GET", "/domain"), ("POST", "/model/parse"), ("DELETE", "/model"),
        ("PUT", "/model"), ("POST", "/conversations/anna/tracker/events"), ("GET", "/conversations/anna/story"),
        ("POST", "/webhooks/socketio/webhook"),
    ],
)  # fmt: skip
def test_rasas_own_api_is_shut(server, method, path):
    """Nobody reads another's conversation or swaps the model."""
    status, said = server.ask(method, path, b"{}")
    assert status in (404, 405), said


def test_a_second_server_on_the_port_says_so(server):
    """Exit code 1 and one sentence with another port, no traceback."""
    environment = {**os.environ, "PYTHONPATH": str(project.ROOT), "HIPBOT_ROOT": str(server.folder)}
    command = [sys.executable, "-m", "hipbot.cli.main", "serve", "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=READY_WITHIN)
    assert done.returncode == 1
    assert f"Port {server.port} is in use" in done.stderr and str(server.port + 1) in done.stderr
    assert "Traceback" not in done.stderr


def test_clients_that_hang_up(server):
    """A browser that is closed in the middle of an answer stops nobody else, and its words stay out of the log."""
    body = json.dumps({"sender": "gone", "message": f"my {SECRET} hurts"}).encode()
    lines = [f"POST {WEBHOOK} HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    head = "\r\n".join([*lines, "", ""]).encode()
    for cut in [len(body)] * 20 + [5] * 5:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(head + body[:cut])
    assert payloads(server.say("dave", "hello"))
    assert SECRET not in server.written()


def test_the_log_has_no_word_of_a_patient(server):
    """At the levels that `hipbot serve` uses: a whole conversation, wrong requests and a broken database."""
    for message in (
        f"my {SECRET} hurts",
        f"{SECRET}?",
        f"/{SECRET}",
        f"I'm numb between my legs {SECRET}",
        f"no {SECRET} yes",
    ):
        server.say(SECRET, message)
    server.ask("POST", WEBHOOK, f'{{"sender": "{SECRET}"'.encode())
    server.ask("POST", WEBHOOK, json.dumps({"sender": SECRET, "message": [SECRET]}).encode())
    server.ask("GET", f"/{SECRET}?message={SECRET}")
    database = server.folder / ".hipbot" / "conversations.db"
    kept = b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))  # the write-ahead log is part of it
    assert SECRET.encode() in kept, "the conversation is where it belongs"
    assert SECRET not in server.written()


def test_a_restart_loses_no_conversation(server):
    """Stopped by Ctrl-C and started again, the talk goes on where it was."""
    server.say("eve", "How do I do the kneeling stretch?")
    server.stop()
    server.start_again()
    assert payloads(server.say("eve", "how often?"))[0]["exercise"] == "kneeling_stretch"
    assert "Traceback" not in server.written()

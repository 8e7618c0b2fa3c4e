"""The website channel as `hipbot serve --production` runs it: own process, real model, real conversations."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from typing import Any, Dict, List

import pytest

from hipbot import project, training
from tests.channel import HOST, WEBSITE
from tests.test_http import LINKED, READY_WITHIN, free_port

pytestmark = pytest.mark.slow

SECRET = "zebrafinch"


class Production:
    """The server in a project folder of its own."""

    def __init__(self, folder: Any) -> None:
        self.port, self.folder, self.keys = free_port(), folder, 0
        for name in LINKED:
            (folder / name).symlink_to(project.ROOT / name)
        (folder / ".hipbot").mkdir()
        (folder / ".hipbot" / "encoder").symlink_to(project.ENCODER_FOLDER)
        self.log = folder / "log.txt"
        environment = {**os.environ, "PYTHONPATH": str(project.ROOT), "HIPBOT_ROOT": str(folder)}
        command = [sys.executable, "-m", "hipbot.cli.main", "serve", "--production", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """(status, body): JSON, or the lines of a stream."""
        self.keys += 1
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"real-key-{self.keys}"}
        headers.update({"Authorization": f"Bearer {token}"} if token else {})
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        connection.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
        response = connection.getresponse()
        lines = [json.loads(line) for line in response.read().splitlines()]
        connection.close()
        return response.status, lines if "ndjson" in (response.getheader("Content-Type") or "") else (lines or [None])[0]

    def until(self, path: str, *statuses: int) -> Any:
        """The first answer with one of these statuses."""
        by = time.monotonic() + READY_WITHIN
        while time.monotonic() < by and self.process.poll() is None:
            try:
                status, body = self.ask("GET", path)
                if status in statuses:
                    return status, body
            except OSError:
                pass
            time.sleep(0.05)
        pytest.fail("hipbot serve did not answer:\n" + self.log.read_text("utf-8", "replace")[-2_000:])

    def say(self, token: str, text: str) -> List[Dict[str, Any]]:
        status, lines = self.ask("POST", f"{WEBSITE}/messages", {"text": text}, token)
        assert status == 200 and lines[-1] == {"type": "end"}
        return lines[:-1]


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    training.ensure_model()
    running = Production(tmp_path_factory.mktemp("production"))
    yield running
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(20) in (0, -signal.SIGTERM)


def test_it_answers_before_it_is_ready(production):
    """The first answer that there is comes while the model loads, and holds the emergency number."""
    status, said = production.until("/ready", 200, 503)
    assert (status, said) == (503, {"status": "loading"})
    status, settings = production.ask("GET", f"{WEBSITE}/settings")
    assert status == 200 and settings["clinic"]["emergency"]["number"] == "111"
    _, begun = production.ask("POST", f"{WEBSITE}/conversations")
    status, said = production.ask("POST", f"{WEBSITE}/messages", {"text": "help"}, begun["token"])
    assert status == 503 and said["emergency"]["href"] == "tel:111"
    production.until("/ready", 200)
    assert "Hipbot is ready" in production.log.read_text()


def test_a_conversation(production):
    """Asked, tapped, alarmed; one payload's worth of sources; no word in the log, all rows gone on demand."""
    production.until("/ready", 200)
    _, begun = production.ask("POST", f"{WEBSITE}/conversations")
    token = begun["token"]
    messages = production.say(token, f"How do I do the kneeling stretch, {SECRET}?")
    assert [m["sources"][0]["id"] for m in messages if "sources" in m] == ["S2"]
    reply = next(button for m in messages for button in m.get("buttons", ()) if button["title"] == "Next")["reply"]
    status, lines = production.ask("POST", f"{WEBSITE}/messages", {"reply": reply}, token)
    assert status == 200 and lines[0]["text"].startswith("Step 2 of 4")
    alarm = production.say(token, "I'm numb between my legs")
    assert {"text": "111", "href": "tel:111"} in [link for m in alarm for link in m.get("links", ())]
    assert not any("answer" in m for m in alarm)
    production.say(token, "/restart")
    assert "111" in " ".join(m["text"] for m in production.say(token, "how do I do the lean-back?")), "a red flag is not restarted away"
    database = production.folder / ".hipbot" / "conversations.db"
    with sqlite3.connect(database) as connection:
        assert connection.execute("select count(distinct sender_id) from events").fetchone() == (1,)
    assert production.ask("DELETE", f"{WEBSITE}/conversation", token=token)[0] == 204
    stored = b"".join(path.read_bytes() for path in database.parent.glob("*.db*"))
    assert SECRET.encode() not in stored
    assert SECRET not in production.log.read_text() and token not in production.log.read_text()


def test_production_offers_nothing_else(production):
    """No REST channel, nothing of Rasa's own."""
    production.until("/ready", 200)
    for path in ("/webhooks/rest/webhook", "/model/parse", "/webhooks/socketio/webhook"):
        assert production.ask("POST", path, {"sender": "anna", "message": "hi"})[0] == 404
    assert "rest" not in production.log.read_text()


def test_what_it_writes_is_its_owners_only(production):
    """Conversations, feedback and the secret: no other account of the machine reads them."""
    production.until("/ready", 200)
    for name in ("conversations.db", "feedback.db", "website.key"):
        assert (production.folder / ".hipbot" / name).stat().st_mode & 0o077 == 0, name

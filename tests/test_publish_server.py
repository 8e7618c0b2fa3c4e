"""A running server takes a newly published version: no message dropped, none answered twice, none by half of each."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from hipbot import project, training
from hipbot.publish.versions import Versions
from tests.small_project import environment
from tests.test_http import free_port

pytestmark = pytest.mark.slow

TALKERS = 4  # conversations at once
OLD, NEW = "Thank you for asking.", "So glad you asked."
READY_WITHIN, TAKEN_WITHIN = 120, 90  # s, on a busy machine


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A project whose working copy says something else than what is published."""
    model = training.ensure_model()
    folder = tmp_path_factory.mktemp("served")
    for name in (
        "hipbot",
        "actions",
        "config.yml",
        "domain.yml",
        "credentials.yml",
        "endpoints.yml",
        "requirements.txt",
        "data",
    ):
        (folder / name).symlink_to(project.ROOT / name)
    if (project.ROOT / "widget").is_dir():
        (folder / "widget").symlink_to(project.ROOT / "widget")
    shutil.copytree(project.CONTENT, folder / "content")
    shutil.copy(project.CLINIC, folder / "clinic.yml")
    (folder / ".hipbot").mkdir()
    (folder / ".hipbot" / "encoder").symlink_to(project.ENCODER_FOLDER)
    shutil.copy(model, folder / "model.tar.gz")
    publish(folder, OLD)
    words(folder, "This is not published.")
    return folder


def words(folder: Path, said: str) -> None:
    """What the bot says to "are you a robot", in the working copy."""
    entry = folder / "content" / "chat" / "bot_challenge.yml"
    real = (project.CONTENT / "chat" / "bot_challenge.yml").read_text("utf-8")
    entry.write_text(real.replace("answer: |\n  ", f"answer: |\n  {said} "), "utf-8")


def publish(folder: Path, said: str) -> None:
    words(folder, said)
    versions = Versions(folder / "models" / "published")
    with versions.locked():
        versions.add(
            folder / "model.tar.gz", folder / "content", folder / "clinic.yml", {}, datetime.now(), lambda: True
        )


class Server:
    """`hipbot serve --published` in the project."""

    def __init__(self, folder: Path) -> None:
        self.port, self.log = free_port(), folder / "log.txt"
        command = [sys.executable, "-m", "hipbot.cli.main", "serve", "--published", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment(folder), cwd=folder)
        until = time.monotonic() + READY_WITHIN
        while not self._ready() and time.monotonic() < until and self.process.poll() is None:
            time.sleep(0.2)
        assert self._ready(), self.log.read_text("utf-8", "replace")[-2_000:]

    def _ready(self) -> bool:
        try:
            answered = self.say("ready", "hello")
            return isinstance(answered, list) and any("custom" in message for message in answered)
        except (OSError, ValueError):
            return False

    def say(self, sender: str, message: str) -> List[Dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = json.dumps({"sender": sender, "message": message})
        connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        answered = json.loads(connection.getresponse().read())
        connection.close()
        return answered

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def server(folder):
    running = Server(folder)
    yield running
    running.stop()


class Stream:
    """Visitors who ask the same again and again, each waiting for an answer before the next message."""

    def __init__(self, server: Server) -> None:
        self.answers: Dict[str, List[Tuple[float, List[Dict[str, Any]]]]] = defaultdict(list)
        self._server, self._stop = server, threading.Event()
        self._talkers = [threading.Thread(target=self._talk, args=(f"visitor-{n}",)) for n in range(TALKERS)]

    def __enter__(self) -> "Stream":
        for talker in self._talkers:
            talker.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        for talker in self._talkers:
            talker.join()

    def _talk(self, sender: str) -> None:
        while not self._stop.is_set():
            self.answers[sender].append((time.monotonic(), self._server.say(sender, "are you a robot?")))

    def wait_for(self, said: str) -> None:
        """Until every visitor has heard it twice."""
        until = time.monotonic() + TAKEN_WITHIN
        while time.monotonic() < until:
            if (
                all(sum(said in spoken(turn) for _, turn in turns) >= 2 for turns in list(self.answers.values()))
                and len(self.answers) == TALKERS
            ):
                return
            time.sleep(0.1)
        pytest.fail(f"nobody was told {said!r} within {TAKEN_WITHIN} s")


def spoken(turn: List[Dict[str, Any]]) -> str:
    return " ".join(message.get("text") or "" for message in turn)


def test_the_published_version_is_served_not_the_working_copy(server):
    """Staff write in peace: patients hear what was published."""
    heard = spoken(server.say("anna", "are you a robot?"))
    assert OLD in heard and "not published" not in heard


def test_messages_streaming_through_a_swap_are_each_answered_once(server, folder):
    """Four conversations talk on while a version comes: one payload a turn, old words, then new ones, never both."""
    with Stream(server) as stream:
        stream.wait_for(OLD)
        publish(folder, NEW)
        stream.wait_for(NEW)
    for sender, turns in stream.answers.items():
        heard = []
        for _, turn in turns:
            payloads = [message["custom"]["topic"] for message in turn if "custom" in message]
            assert payloads == ["bot_challenge"], f"{sender}: {turn}"
            heard.append((OLD in spoken(turn), NEW in spoken(turn)))
        assert set(heard) == {(True, False), (False, True)}
        first_new = heard.index((False, True))
        assert all(turn == (False, True) for turn in heard[first_new:]), "no way back to the old one"
    stored = _stored_turns(folder)
    for sender, turns in stream.answers.items():
        assert stored[sender] == len(turns), "the store has each turn once"


def test_a_version_that_cannot_be_loaded_is_left_alone(server, folder):
    """Half a model published by accident: the old one goes on, and the log says so."""
    good = (folder / "model.tar.gz").read_bytes()
    (folder / "model.tar.gz").write_bytes(good[:1000])
    publish(folder, "Broken.")
    (folder / "model.tar.gz").write_bytes(good)
    until = time.monotonic() + TAKEN_WITHIN
    while "cannot be loaded, the old one stays" not in server.log.read_text("utf-8") and time.monotonic() < until:
        assert NEW in spoken(server.say("ben", "are you a robot?"))
    assert "cannot be loaded, the old one stays" in server.log.read_text("utf-8")
    publish(folder, OLD)
    with Stream(server) as stream:
        stream.wait_for(OLD)


def test_nothing_published_nothing_served(tmp_path):
    """`hipbot serve --published` in a fresh project says what to do."""
    command = [sys.executable, "-m", "hipbot.cli.main", "serve", "--published"]
    done = subprocess.run(
        command,
        env={**environment(tmp_path), "PYTHONPATH": str(project.ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Run `hipbot publish` first" in done.stderr


def _stored_turns(folder: Path) -> Dict[str, int]:
    import sqlite3

    with sqlite3.connect(folder / ".hipbot" / "conversations.db") as store:
        rows = store.execute("select sender_id, count(*) from events where type_name = 'user' group by sender_id")
        return dict(rows.fetchall())

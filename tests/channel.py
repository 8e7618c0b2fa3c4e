"""For the tests of the website channel: the real web application on a loopback port, a scripted agent behind it."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from sanic import Sanic
from sanic.helpers import _default

from hipbot import project
from hipbot.channel import pages
from hipbot.channel.facts import Facts
from hipbot.channel.feedback import FeedbackStore
from hipbot.channel.tokens import Signer
from hipbot.channel.website import WebsiteChannel
from hipbot.content import Library
from hipbot.server import http as server
from hipbot.server.protocol import PunctualProtocol
from hipbot.server.rest import RestChannel
from hipbot.server.tracker_store import WindowedTrackerStore

Sanic.test_mode = True  # several applications in one process
SECRET = b"the tests' own secret, 32 bytes+"
PAYLOAD = {"topic": "how_often", "exercise": "lean_back", "care": None, "sources": [{"id": "S0", "title": "Lean"}]}
HOST = "127.0.0.1"
CLINIC_SITE = "https://www.clinic.example"  # may show the chat
WEBSITE = "/webhooks/website"
PATIENCE = 20  # seconds after which a test has failed


LAUNCHER = b"// launcher\nconst facts = /* clinic facts */ null;\n" + b"// some more, that packs well\n" * 50
DEMO = b"<!doctype html><title>Clinic</title><script src=widget/hipbot.js></script>"
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
OUTSIDE = b"// next to the folder, not in it"


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Any
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def lines(self) -> List[Dict[str, Any]]:
        return [json.loads(line) for line in self.raw.splitlines()]

    @property
    def texts(self) -> List[str]:
        return [line["text"] for line in self.lines if line["type"] == "message"]


@dataclass
class Script:
    """An agent that says what a test wants, and stores each turn as the real one does."""

    tracker_store: WindowedTrackerStore
    play: Optional[Callable[[UserMessage], Awaitable[None]]] = None
    heard: List[Tuple[str, str]] = field(default_factory=list)

    def is_ready(self) -> bool:
        return True

    async def handle_message(self, message: UserMessage) -> None:
        self.heard.append((message.sender_id, message.text))
        if self.play:
            return await self.play(message)
        said = BotUttered("Call 111.", {"custom": PAYLOAD, "buttons": [{"title": "Go on", "payload": "go on please"}]})
        await message.output_channel.send_response(message.sender_id, said.message())
        tracker = await self.tracker_store.get_or_create_tracker(message.sender_id)
        events = [UserUttered(message.text, {"name": "faq"}), said, ActionExecuted("action_listen")]
        tracker.update_with_events(events, self.tracker_store.domain)
        await self.tracker_store.save(tracker)


class Served:
    """The application, running in a thread."""

    def __init__(self, folder: Path, website: Optional[Dict[str, Any]] = None, request_seconds: float = 15) -> None:
        """Args:
        website: the `website:` part of clinic.yml.
        """
        library = Library.load(project.CONTENT, project.CLINIC)
        library.clinic = {**library.clinic, "website": website or {}}
        self.clock, self.facts, self.signer = Clock(), Facts(library), Signer(SECRET)
        self.feedback = FeedbackStore(folder / "feedback.db")
        self.database = folder / "conversations.db"
        self.store = WindowedTrackerStore(Domain.empty(), db=str(self.database))
        self.channel = WebsiteChannel(self.facts, self.signer, self.feedback, clock=self.clock, now=self.clock)
        self.widget, self.pictures = _files(folder)
        self.app = server.create_app([self.channel, RestChannel()], self.store, self.widget, self.pictures)
        self.app.config.REQUEST_TIMEOUT, self.app.config.USE_UVLOOP = request_seconds, _default
        self.script = self.app.ctx.agent = Script(self.store)
        self.app.ctx.state = pages.READY
        self.loop = asyncio.new_event_loop()
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._up = threading.Event()
        self._thread.start()
        assert self._up.wait(PATIENCE), "the server did not start"

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._begin())
        self.loop.call_soon(self._up.set)
        self.loop.run_forever()
        self.loop.run_until_complete(self._server.close())
        self.loop.close()

    async def _begin(self) -> None:
        self._server = await self.app.create_server(
            HOST, self.port, protocol=PunctualProtocol, return_asyncio_server=True, access_log=False
        )
        await self._server.startup()
        await self._server.start_serving()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)

    def wait_for(self, coroutine: Any) -> Any:
        """A coroutine's result, run where the server runs."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    # requests -------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request on a connection of its own; `x_y` in a header's name stands for `x-y`."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer

    def begin(self) -> str:
        """A new conversation's token."""
        answer = self.ask("POST", f"{WEBSITE}/conversations")
        assert answer.status == 201, answer.raw
        return answer.json["token"]

    def post(self, token: str, body: Any, key: str = "key-of-a-test", to: str = "messages", **headers: str) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        known = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        return self.ask("POST", f"{WEBSITE}/{to}", raw, **{**known, **headers})

    def say(self, token: str, text: str, key: str = "key-of-a-test") -> Answer:
        return self.post(token, {"text": text}, key)

    def delete(self, token: str) -> Answer:
        return self.ask("DELETE", f"{WEBSITE}/conversation", Authorization=f"Bearer {token}")

    def raw(self, sent: bytes) -> bytes:
        """What comes back for bytes as they are, until the server closes or stops sending."""
        with socket.create_connection((HOST, self.port), timeout=PATIENCE) as connection:
            connection.sendall(sent)
            got = b""
            while chunk := connection.recv(65_536):
                got += chunk
        return got


def _files(folder: Path) -> Tuple[Path, Path]:
    """A widget's folder, a folder of drawings, and what must not be served."""
    widget, pictures = folder / "widget", folder / "pictures"
    for place, name, content in (
        (widget, "hipbot.js", LAUNCHER),
        (widget, "demo.html", DEMO),
        (widget, ".hidden.js", OUTSIDE),
        (widget, "package.json", OUTSIDE),
        (widget / "node_modules", "module.js", OUTSIDE),
        (pictures, "lean_back-1.svg", DRAWING),
        (pictures, "script.js", OUTSIDE),
        (folder, "outside.js", OUTSIDE),
    ):
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    (widget / "link.js").symlink_to(folder / "outside.js")
    return widget, pictures


# fixtures, imported by the test files that use them: one server for each file ----------------------


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

"""A website channel that says what a test wants: hostile texts, failures, slow and broken streams.

For tests/widget; speaks the protocol of docs/decisions/0004-website-channel.md. The real one is tried in test_real_server.py.
"""

from __future__ import annotations

import gzip
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

from hipbot import project

WIDGET = project.ROOT / "widget"
STRICT_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
FACTS = {
    "name": "MotionPlus Osteo",
    "phone": {"text": "07 000 0000", "href": "tel:070000000"},
    "email": "hello@motionplus.example",
    "booking": "https://motionplus.example/book",
    "emergency": {"text": "In an emergency, call 111.", "number": "111", "href": "tel:111"},
    "notice": "I'm an automatic helper, not a doctor. I answer from the clinic's articles.",
}
SUGGESTIONS = ["Which exercises are there?", "Why are my hip flexors tight?", "How often should I stretch?"]
REASONS = [{"id": "not_my_question", "title": "It's not what I asked"}, {"id": "too_long", "title": "It's too long"}]
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}

Line = Dict[str, Any]
Step = Union[Line, threading.Event, "Refuse", "Drop", str]


@dataclass(frozen=True)
class Refuse:
    """The whole turn is answered with this status."""

    status: int
    body: Any = None
    headers: Tuple[Tuple[str, str], ...] = ()


class Drop:
    """The line breaks here."""


@dataclass
class Request:
    method: str
    path: str
    headers: Dict[str, str]
    body: Any


@dataclass
class Stub:
    """What the server says, and what it was asked. A test changes it as it likes."""

    turns: List[List[Step]] = field(default_factory=list)
    asked: List[Request] = field(default_factory=list)
    tokens: List[str] = field(default_factory=list)
    suggestions: List[str] = field(default_factory=lambda: list(SUGGESTIONS))
    privacy: str = "It is deleted after 30 days."
    facts: Optional[Dict[str, Any]] = field(default_factory=lambda: json.loads(json.dumps(FACTS)))
    csp: str = STRICT_CSP
    page_headers: Dict[str, str] = field(default_factory=dict)
    pages: Dict[str, str] = field(default_factory=dict)
    broken: Dict[str, int] = field(default_factory=dict)  # path -> status
    instead: Dict[str, Callable[[str], str]] = field(default_factory=dict)  # file -> what to make of its text
    gates: Dict[str, threading.Event] = field(default_factory=dict)  # path -> answer only then

    def says(self, *steps: Step) -> None:
        """Script the next turn: messages, then an end, unless the steps bring one."""
        ends = steps and (isinstance(steps[-1], (Drop, Refuse)) or _type(steps[-1]) in ("end", "error"))
        self.turns.append([*steps] if ends else [*steps, {"type": "end"}])

    def requests(self, ending: str) -> List[Request]:
        return [request for request in self.asked if request.path.endswith(ending)]


def message(text: str, **more: Any) -> Line:
    """One bubble, as the channel sends it."""
    return {"type": "message", "id": secrets.token_hex(4), "text": text, "lang": "en", **more}


def reply(title: str) -> Dict[str, str]:
    return {"title": title, "reply": "r-" + secrets.token_hex(4)}


class Server:
    """The stub behind a free port of this machine."""

    def __init__(self) -> None:
        self.stub = Stub()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def reset(self) -> Stub:
        """A server as new: what a test has left waiting is let go."""
        for step in [step for turn in self.stub.turns for step in turn] + list(self.stub.gates.values()):
            if isinstance(step, threading.Event):
                step.set()
        self.stub = Stub()
        return self.stub

    def close(self) -> None:
        self.reset()
        self._http.shutdown()
        self._http.server_close()


def _type(step: Step) -> Optional[str]:
    return step.get("type") if isinstance(step, dict) else None


def _handler(server: Server) -> Any:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._route()

        do_POST = do_DELETE = do_OPTIONS = do_GET

        def _route(self) -> None:
            stub, path = server.stub, self.path.split("?")[0]
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            stub.asked.append(Request(self.command, path, {name.title(): value for name, value in self.headers.items()}, json.loads(raw) if raw else None))
            if path in stub.gates:
                stub.gates[path].wait(20)
            if path in stub.broken:
                return self._send(stub.broken[path], b"<h1>Bad Gateway</h1>", "text/html")
            if self.command == "OPTIONS":
                return self._send(204, b"")
            if path.startswith("/webhooks/website/"):
                return self._channel(stub, path.rsplit("/", 1)[1])
            if path.startswith("/widget/"):
                return self._file(stub, path[len("/widget/") :])
            if path in stub.pages:
                headers = {"Content-Security-Policy": stub.csp, **stub.page_headers}
                return self._send(200, stub.pages[path].encode(), "text/html; charset=utf-8", headers)
            if path == "/host.css":
                return self._send(200, stub.pages.get("host.css", "").encode(), "text/css")
            self._send(404, b"")

        def _channel(self, stub: Stub, name: str) -> None:
            if name == "settings":
                more = {"privacy": stub.privacy, "reasons": REASONS, "limits": {"characters": 1000}}
                return self._json(200, {"clinic": stub.facts, "suggestions": stub.suggestions, **more})
            if name == "conversations":
                stub.tokens.append(secrets.token_urlsafe(16))
                return self._json(201, {"token": stub.tokens[-1], "expires": "2027-01-01T00:00:00Z"})
            if self.headers.get("Authorization") not in [f"Bearer {token}" for token in stub.tokens]:
                return self._json(401, {"error": "This conversation is not known."})
            if name == "messages":
                return self._turn(stub.turns.pop(0) if stub.turns else [message("Fine."), {"type": "end"}])
            self._send(204, b"")

        def _turn(self, steps: List[Step]) -> None:
            if isinstance(steps[0], Refuse):
                refuse = steps[0]
                return self._json(refuse.status, refuse.body, dict(refuse.headers))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Transfer-Encoding", "chunked")
            self._cors()
            self.end_headers()
            for step in steps:
                if isinstance(step, Drop):
                    self.close_connection = True
                    return self.connection.close()
                if isinstance(step, threading.Event):
                    step.wait(20)
                    continue
                self._chunk(step if isinstance(step, str) else json.dumps(step) + "\n")
            self._chunk("")

        def _chunk(self, text: str) -> None:
            data = text.encode()
            try:
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()
            except OSError:  # the browser has gone
                self.close_connection = True

        def _file(self, stub: Stub, name: str) -> None:
            path = (project.CONTENT if name.startswith("pictures/") else WIDGET) / name
            if not path.is_file():
                return self._send(404, b"")
            if path.suffix == ".png":
                return self._send(200, path.read_bytes(), "image/png")
            text = path.read_text(encoding="utf-8")
            if name == "hipbot.js":
                text = text.replace("/* clinic facts */ null", "/* clinic facts */ " + json.dumps(stub.facts))
            text = stub.instead.get(name, lambda unchanged: unchanged)(text)
            self._send(200, gzip.compress(text.encode(), 9), TYPES.get(Path(name).suffix, "text/plain"), {"Content-Encoding": "gzip"})

        def _json(self, status: int, body: Any, headers: Optional[Dict[str, str]] = None) -> None:
            self._send(status, json.dumps(body).encode(), "application/json", headers)

        def _send(self, status: int, body: bytes, kind: str = "text/plain", headers: Optional[Dict[str, str]] = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self._cors()
            self.end_headers()
            if status != 204:
                self.wfile.write(body)

        def _cors(self) -> None:
            if self.headers.get("Origin"):
                self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
                self.send_header("Access-Control-Allow-Headers", "authorization, content-type, idempotency-key")
                self.send_header("Access-Control-Allow-Methods", "GET, POST, DELETE")

    return Handler

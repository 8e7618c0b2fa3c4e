"""The server of `make run`: Rasa's channels and web server, with our agent behind them.

Called by `hipbot serve`. Rasa's own HTTP API (trackers, model) stays shut: it has no guard.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any, Optional

import actions.reply
from rasa.core.lock_store import LockStore
from rasa.core.run import close_resources, configure_app, create_http_input_channels
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic

from hipbot import project, publish
from hipbot.missed import keeper
from hipbot.publish.versions import Version
from hipbot.server import reload
from hipbot.server.processor import HipbotAgent


def serve(model: Path, host: str, port: int, version: Optional[Version] = None) -> int:
    """Serve until stopped; returns the exit code.

    Args:
        version: the published version that `model` is of; newer ones are then taken over while the server runs.
    """
    if _taken(host, port):
        print(f"Port {port} is in use. Stop what runs there, or choose another: hipbot serve --port {port + 1}", file=sys.stderr)
        return 1
    channels = create_http_input_channels(None, str(project.ROOT / "credentials.yml"))
    app = configure_app(channels, enable_api=False, port=port)
    app.register_listener(_loader(model, host, port), "before_server_start")
    if version:
        app.register_listener(_follower(version), "after_server_start")
    app.register_listener(close_resources, "after_server_stop")
    app.run(host=host, port=port, workers=1, access_log=False)
    return 0


def load_agent(model: Path) -> HipbotAgent:
    """Our agent with the stores of endpoints.yml."""
    endpoints = AvailableEndpoints.read_endpoints(str(project.ROOT / "endpoints.yml"))
    store = TrackerStore.create(endpoints.tracker_store)
    agent = HipbotAgent(tracker_store=store, lock_store=LockStore.create(endpoints.lock_store))
    agent.heard = keeper().heard
    agent.load_model(model)
    actions.reply.conversation()  # read content/ now: the first patient must not wait for it
    return agent


def _loader(model: Path, host: str, port: int) -> Any:
    async def load(app: Sanic, _loop: Any) -> None:
        app.ctx.agent = load_agent(model)
        print(f"\nHipbot is ready.\n  In a terminal:  make shell\n  Over HTTP:      POST http://{host}:{port}/webhooks/rest/webhook\n", flush=True)

    return load


def _follower(version: Version) -> Any:
    async def follow(app: Sanic, _loop: Any) -> None:
        app.add_task(reload.follow(app.ctx.agent, publish.published(), version))

    return follow


def _taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False

"""The server of `make run`: Rasa's channels, the website's pages, and our agent behind them.

Called by `hipbot serve`. It answers from its first second, with the emergency line where the model is not there
yet. Rasa's own HTTP API (trackers, model) stays shut: it has no guard.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, List, Optional

import actions.reply
from rasa.core.channels.channel import InputChannel, register
from rasa.core.lock_store import LockStore
from rasa.core.run import close_resources, create_http_input_channels
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

from hipbot import project, publish, training
from hipbot.apology import where_it_failed
from hipbot.channel import door, files, pages
from hipbot.channel.retention import purge_daily
from hipbot.channel.tokens import BadSecret
from hipbot.channel.website import WebsiteChannel
from hipbot.channel.facts import Facts
from hipbot.content.library import ContentMissing
from hipbot.missed import keeper
from hipbot.publish.versions import Version
from hipbot.server import reload
from hipbot.server.processor import HipbotAgent
from hipbot.server.protocol import STAND_IN, MeasuredRequest, PunctualProtocol

logger = logging.getLogger(__name__)

TRAIN = [sys.executable, "-m", "hipbot.cli.main", "train", "--if-changed"]
REQUEST_SECONDS = 15  # a whole request; a slow phone needs one for the largest
RESPONSE_SECONDS = 60  # twice what a turn may take
IDLE_SECONDS = 75  # an open connection between two messages; proxies keep theirs for 60
LARGEST_BODY = 1_000_000  # bytes, of Rasa's channels; the website's own limit is far smaller


class Refused(Exception):
    """The server must not start; the message says what to mend."""


def serve(host: str, port: int, production: bool = False, version: Optional[Version] = None) -> int:
    """Serve until stopped; returns the exit code.

    Args:
        version: the published version to answer with; newer ones are taken over. None: the working copy.
    """
    if _taken(host, port):
        other = f"hipbot serve --port {port + 1}"
        print(f"Port {port} is in use. Stop what runs there, or choose another: {other}", file=sys.stderr)
        return 1
    os.umask(0o077)  # conversations are nobody else's on this machine, either
    try:
        app = create_app(channels(production))
    except (Refused, ContentMissing, BadSecret) as refused:
        print(f"Hipbot does not start. {refused}", file=sys.stderr)
        return 1
    app.ctx.version = version
    app.ctx.address, app.ctx.production = f"http://{host}:{port}", production
    app.register_listener(_start, "after_server_start")
    app.register_listener(_stop, "before_server_stop")
    app.register_listener(close_resources, "after_server_stop")
    app.run(host=host, port=port, workers=1, access_log=False, protocol=PunctualProtocol)
    return 0


def channels(production: bool) -> List[InputChannel]:
    """Those of credentials.yml; in production the website's only: no other has a guard.

    Raises:
        Refused: if the website's is not among them.
    """
    listed = create_http_input_channels(None, str(project.ROOT / "credentials.yml"))
    if not any(isinstance(channel, WebsiteChannel) for channel in listed):
        raise Refused("credentials.yml has no line hipbot.channel.website.WebsiteChannel:")
    return [channel for channel in listed if isinstance(channel, WebsiteChannel)] if production else listed


def create_app(
    mounted: List[InputChannel],
    store: Optional[TrackerStore] = None,
    widget: Path = project.WIDGET,
    pictures: Path = project.PICTURES,
) -> Sanic:
    """The web application, without a model yet.

    Args:
        mounted: the channels; the website's is one of them.
        store: where conversations are kept; as endpoints.yml says where None.
        widget: folder of the widget's files.
        pictures: folder of the exercises' drawings; there may be none.
    """
    app = Sanic("hipbot", request_class=MeasuredRequest, configure_logging=False, register=False)
    app.config.REQUEST_TIMEOUT, app.config.RESPONSE_TIMEOUT = REQUEST_SECONDS, RESPONSE_SECONDS
    app.config.KEEP_ALIVE_TIMEOUT, app.config.REQUEST_MAX_SIZE = IDLE_SECONDS, LARGEST_BODY
    app.config.USE_UVLOOP = sys.platform != "darwin"  # as Rasa: uvloop breaks on Apple's processors
    website = next(channel for channel in mounted if isinstance(channel, WebsiteChannel))
    app.ctx.version = None
    app.ctx.website, app.ctx.state = website, pages.LOADING
    app.ctx.tracker_store = store or TrackerStore.create(_endpoints().tracker_store)
    register(mounted, app, route="/webhooks/")
    served = files.read(widget, pictures, website.facts.clinic())
    app.blueprint(pages.blueprint(served, website.facts.website.origins))
    app.register_middleware(_secure, "response")
    app.error_handler.add(Exception, _refused)
    return app


def load_agent(model: Path, store: Optional[TrackerStore] = None) -> HipbotAgent:
    """Our agent with the stores of endpoints.yml."""
    endpoints = _endpoints()
    store = store or TrackerStore.create(endpoints.tracker_store)
    agent = HipbotAgent(tracker_store=store, lock_store=LockStore.create(endpoints.lock_store))
    agent.heard = keeper().heard
    agent.load_model(model)
    actions.reply.conversation()  # read content/ now: the first patient must not wait for it
    return agent


async def make_ready(app: Sanic) -> None:
    """Learn where something has changed, load, and say so; whatever fails, the server stays and says what it can."""
    version = app.ctx.version
    try:
        if version is None and training.current_model() is None:
            await _train()
        loop = asyncio.get_running_loop()
        app.ctx.agent = await loop.run_in_executor(None, _load, app.ctx.tracker_store, version)
    except Exception as error:  # noqa: BLE001 - the emergency line is served without a model, too
        app.ctx.state = pages.FAILED
        logger.error("Hipbot has no model and answers with the emergency line only: %s", where_it_failed(error))
        told = f"\nHipbot is NOT ready. {_advice(error)}\nVisitors see the emergency line.\n"
        print(told, file=sys.stderr, flush=True)
        return
    app.ctx.state = pages.READY
    print(_welcome(app.ctx.address, app.ctx.production), flush=True)
    if version:
        await reload.follow(app.ctx.agent, publish.published(), version, lambda _: _new_facts(app))


def _new_facts(app: Sanic) -> None:
    """The website's own words and facts come from the new version, too."""
    app.ctx.website.facts = Facts.load(project.CONTENT, project.CLINIC)


def _load(store: TrackerStore, version: Optional[Version]) -> HipbotAgent:
    model = version.model if version else training.current_model()
    if model is None:
        raise training.TrainingFailed("There is no model.")
    return load_agent(model, store)


async def _train() -> None:
    """In a process of its own: training takes a gigabyte that serving must not keep."""
    process = await asyncio.create_subprocess_exec(*TRAIN)
    try:
        if await process.wait():
            raise training.TrainingFailed("Learning from data/ has failed.")
    finally:
        with suppress(ProcessLookupError):
            process.terminate()


def _advice(error: Exception) -> str:
    named = f"{error} " if isinstance(error, (training.TrainingFailed, ContentMissing)) else ""
    return f"{named}`hipbot check` says what is wrong; then start it again."


def _welcome(address: str, production: bool) -> str:
    lines = ["", "Hipbot is ready.", f"  On a web page:  {address}/"]
    if not production:
        lines.append("  In a terminal:  make shell")
        lines.append(f"  Over HTTP:      POST {address}/webhooks/rest/webhook  (no guard: development only)")
    return "\n".join([*lines, ""])


async def _start(app: Sanic, _loop: Any) -> None:
    website = app.ctx.website
    purging = purge_daily(app.ctx.tracker_store, website.feedback, website.facts.website.keep_days)
    app.ctx.tasks = [asyncio.ensure_future(task) for task in (make_ready(app), purging)]


async def _stop(app: Sanic, _loop: Any) -> None:
    for task in app.ctx.tasks:
        task.cancel()
    await asyncio.wait(app.ctx.tasks)


async def _secure(_request: Request, response: HTTPResponse) -> None:
    for name, value in door.ALWAYS.items():
        response.headers.setdefault(name, value)


async def _refused(request: Request, error: Exception) -> HTTPResponse:
    """An error that no channel has answered: one sentence of JSON, and no word of the request in the log."""
    status = error.status_code or 500 if isinstance(error, SanicException) else 500
    if request.method == STAND_IN:
        status = status if 400 <= status < 500 else 400
    if status >= 500:
        logger.error("Request failed: %s", where_it_failed(error))
    said = pages.NOTHING_HERE["error"] if status == 404 else "This request cannot be answered."
    return json({"error": said}, status=status)


def _endpoints() -> AvailableEndpoints:
    return AvailableEndpoints.read_endpoints(str(project.ROOT / "endpoints.yml"))


def _taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False

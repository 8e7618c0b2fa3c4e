"""Everything besides the conversation: the widget's files, the demo page, health. Mounted by the server."""

from __future__ import annotations

from typing import Mapping, Tuple

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from hipbot.channel import door
from hipbot.channel.files import File

DEMO = "demo.html"
NOTHING_HERE = {"error": "There is nothing at this address."}
READY, LOADING, FAILED = "ready", "loading", "failed"  # of app.ctx.state


def blueprint(files: Mapping[str, File], origins: Tuple[str, ...]) -> Blueprint:
    """The routes.

    Args:
        files: the widget's, by name.
        origins: pages that may load the widget's modules, besides this server's own.
    """
    pages = Blueprint("pages")

    def send(name: str, request: Request) -> HTTPResponse:
        file = files.get(name)
        if file is None:
            return json(NOTHING_HERE, status=404)
        status, headers, body = file.response(request.headers)
        headers.update({**door.cross_origin(request.headers, origins), "Vary": headers["Vary"]})
        if name.endswith(".html"):
            headers["Content-Security-Policy"] = door.PAGE_POLICY
        return HTTPResponse(body, status, headers, content_type=headers.pop("Content-Type", None))

    @pages.route("/", methods=["GET", "HEAD"])
    async def demo(request: Request) -> HTTPResponse:
        return send(DEMO, request)

    @pages.route("/widget/<name:path>", methods=["GET", "HEAD"])
    async def file(request: Request, name: str) -> HTTPResponse:
        return send(name, request)

    @pages.route("/health", methods=["GET", "HEAD"])
    async def health(request: Request) -> HTTPResponse:
        """The process lives and answers."""
        return json({"status": "alive"}, headers={"Cache-Control": "no-store"})

    @pages.route("/ready", methods=["GET", "HEAD"])
    async def ready(request: Request) -> HTTPResponse:
        """The model answers; until then 503."""
        state = request.app.ctx.state
        return json({"status": state}, 200 if state == READY else 503, headers={"Cache-Control": "no-store"})

    return pages

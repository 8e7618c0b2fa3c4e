"""Rasa's REST channel with its door closed to malformed requests. Development only (credentials.yml).

Stock `rest` gives everybody without a sender the same conversation and answers JSON of the wrong shape
with an internal error.
"""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse, json

from hipbot.channel.tokens import PREFIX

LONGEST_SENDER = 255  # characters, the width of Rasa's column


class RestChannel(RestInput):
    """`/webhooks/rest/webhook`, as in Rasa; 400 with a sentence where the request makes no sense."""

    @classmethod
    def name(cls) -> Text:
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "RestChannel":
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        webhook = super().blueprint(on_new_message)

        @webhook.on_request
        async def refuse_nonsense(request: Request) -> Optional[HTTPResponse]:
            if request.method != "POST":
                return None
            fault = request_fault(request)
            if fault:
                return json({"error": fault}, status=400)
            agent = getattr(request.app.ctx, "agent", None)
            return None if agent and agent.is_ready() else json({"error": "The model is not loaded yet."}, status=503)

        return webhook


def request_fault(request: Request) -> Optional[Text]:
    """What is wrong with a request, in a sentence, or None."""
    try:
        body = request.json
    except (InvalidUsage, RecursionError, UnicodeDecodeError):
        return "The body must be JSON."
    if not isinstance(body, dict):
        return 'The body must be a JSON object: {"sender": "...", "message": "..."}.'
    sender, message = body.get("sender"), body.get("message")
    if not isinstance(sender, str) or not sender.strip() or len(sender) > LONGEST_SENDER:
        return f'"sender" must be a text of 1 to {LONGEST_SENDER} characters.'
    if sender.startswith(PREFIX):
        return f'"sender" must not begin with "{PREFIX}": these conversations belong to visitors of the website.'
    if not isinstance(message, str):
        return '"message" must be a text.'
    if not isinstance(body.get("metadata") or {}, dict):
        return '"metadata" must be an object.'
    return None

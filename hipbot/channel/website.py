"""The website channel: `/webhooks/website/...`, as docs/decisions/0004-website-channel.md describes it.

Listed in credentials.yml. Each handler reads its request, asks one of the plain modules beside it, answers.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from functools import wraps
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json
from sqlalchemy.exc import SQLAlchemyError

from hipbot import project
from hipbot.apology import where_it_failed
from hipbot.channel import bodies, door
from hipbot.channel.facts import Facts
from hipbot.channel.feedback import FeedbackStore
from hipbot.channel.limits import Limit, Limits, visitor
from hipbot.channel.output import WebsiteOutput
from hipbot.channel.tokens import Conversation, Foreign, Signer, secret
from hipbot.channel.turns import Busy, OtherMessage, Turn, Turns
from hipbot.missed import keeper
from hipbot.server.processor import readable

logger = logging.getLogger(__name__)

TOKEN_SECONDS = 24 * 3_600  # the widget forgets a conversation after half an hour; a tab left open gets a day
MOST_DELETED = 100_000  # deleted conversations remembered until their tokens expire
BUSY_SECONDS = 5
PRIVATE = {"Cache-Control": "no-store"}
STREAM = "application/x-ndjson; charset=utf-8"

OnMessage = Callable[[UserMessage], Awaitable[Any]]
Handler = Callable[[Request], Awaitable[Optional[HTTPResponse]]]


class Problem(Exception):
    """An answer other than a good one."""

    def __init__(self, status: int, sentence: Text, **more: Any) -> None:
        super().__init__(sentence)
        self.status, self.body = status, {"error": sentence, **more}


class WebsiteChannel(InputChannel):
    """Conversations that the server opens, and nobody else can name."""

    def __init__(
        self,
        facts: Facts,
        signer: Signer,
        feedback: FeedbackStore,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.facts, self.feedback = facts, feedback
        self._signer, self._now = signer, now
        self._limits, self._turns = Limits(clock), Turns(clock, facts.failure)
        self._deleted: Dict[Text, int] = {}  # conversation -> when its token expires

    @classmethod
    def name(cls) -> Text:
        return "website"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "WebsiteChannel":
        """With the project's files.

        Raises:
            ContentMissing, BadSecret: if it would have to say something false, or trust anybody.
        """
        facts = Facts.load(project.CONTENT, project.CLINIC)
        return cls(facts, Signer(secret(project.SECRET)), FeedbackStore(project.FEEDBACK))

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        self._on_new_message = on_new_message
        pages = Blueprint("website_channel")

        async def preflight(request: Request) -> HTTPResponse:
            return empty(headers=door.preflight(request.headers, self._origins))

        for path, method, handler in (
            ("/settings", "GET", self._settings),
            ("/conversations", "POST", self._begin),
            ("/messages", "POST", self._message),
            ("/feedback", "POST", self._feedback),
            ("/conversation", "DELETE", self._delete),
        ):
            name, streamed = handler.__name__, method != "GET"
            pages.add_route(self._guarded(handler), path, methods=[method], stream=streamed, name=name)
            pages.add_route(preflight, path, methods=["OPTIONS"], name=f"preflight{name}")
        return pages

    # the five requests ----------------------------------------------------------------------------

    async def _settings(self, request: Request) -> HTTPResponse:
        return json(self.facts.settings())

    async def _begin(self, request: Request) -> HTTPResponse:
        self._slow_down(self._limits.conversations, self._visitor(request))
        await _nothing(request)
        expires = int(self._now()) + TOKEN_SECONDS
        token, _ = self._signer.new_conversation(expires)
        return json({"token": token, "expires": expires}, status=201)

    async def _message(self, request: Request) -> None:
        raw = await _json_body(request)
        conversation = self._conversation(request)  # after the body: while it came, a delete may have come, too
        key = bodies.key(request.headers.get("idempotency-key"))
        text, reply = bodies.message(raw)
        if reply is not None:
            text = self._words(conversation, reply)
        self._slow_down(self._limits.messages, conversation.id)
        if not _is_ready(request):
            raise Problem(503, self.facts.say("website_loading"), retry_after=BUSY_SECONDS)

        async def answer(turn: Turn) -> None:
            output = WebsiteOutput(turn, conversation.id, self.facts, self._signer)
            said = UserMessage(readable(text), output, conversation.id, input_channel=self.name())
            await self._on_new_message(said)

        turn = self._turns.turn(conversation.id, key, hashlib.sha256(raw).digest(), answer)
        await self._stream(request, turn)

    async def _stream(self, request: Request, turn: Turn) -> None:
        headers = {**PRIVATE, "X-Accel-Buffering": "no", **door.cross_origin(request.headers, self._origins)}
        response = await request.respond(content_type=STREAM, headers=headers)
        async for line in turn.lines():
            await response.send(line)
        await response.eof()

    async def _feedback(self, request: Request) -> HTTPResponse:
        raw = await _json_body(request)
        conversation = self._conversation(request)
        given = bodies.feedback(raw)
        topic = self.facts.topic(given["answer"])
        if topic is None:
            raise Problem(400, '"answer" must be the id of an answer.')
        self._slow_down(self._limits.messages, conversation.id)
        self.feedback.add(conversation.id, topic, given, self._now())
        if not given["helpful"]:
            keeper().thumbs_down(conversation.id, topic)
        return empty()

    async def _delete(self, request: Request) -> HTTPResponse:
        """Also with a token that has expired: the right to be forgotten has not."""
        conversation = self._conversation(request, even_expired=True)
        await _nothing(request)
        self._remember_deleted(conversation)
        await self._turns.forget(conversation.id)
        self._limits.messages.forget(conversation.id)
        try:
            await _tracker_store(request).delete(conversation.id)
            self.feedback.forget(conversation.id)
            keeper().forget(conversation.id)
        except (SQLAlchemyError, sqlite3.Error) as error:
            logger.error("A conversation could not be deleted: %s", where_it_failed(error))
            raise Problem(500, self.facts.say("website_not_deleted")) from error
        return empty()

    # what they share ------------------------------------------------------------------------------

    def _guarded(self, handler: Handler) -> Handler:
        """The handler, behind origin and address; whatever is wrong becomes an answer in JSON."""

        @wraps(handler)
        async def guarded(request: Request) -> Optional[HTTPResponse]:
            try:
                if not door.may_ask(request.headers, self._origins):
                    raise Problem(403, "This page may not use the chat. Its address belongs in clinic.yml.")
                self._slow_down(self._limits.address, self._visitor(request))
                response = await handler(request)
            except Exception as error:
                if request.stream and request.stream.response:  # too late: the answer has begun
                    raise
                response = self._failure(error)
            if response is not None:
                response.headers.update({**PRIVATE, **door.cross_origin(request.headers, self._origins)})
            return response

        return guarded

    def _failure(self, error: Exception) -> HTTPResponse:
        if isinstance(error, bodies.Refused):
            error = Problem(400, str(error))
        elif isinstance(error, bodies.Said):
            error = Problem(400, self.facts.say(error.phrase))
        elif isinstance(error, OtherMessage):
            error = Problem(400, "This Idempotency-Key was used for another message.")
        elif isinstance(error, Busy):
            error = Problem(503, self.facts.say("website_busy"), retry_after=BUSY_SECONDS)
        elif not isinstance(error, Problem):
            logger.error("Website request failed: %s", where_it_failed(error))
            error = Problem(500, self.facts.say("apology"))
        if error.status >= 500:
            error.body["emergency"] = self.facts.emergency()
        wait = error.body.get("retry_after")
        return json(error.body, status=error.status, headers={"Retry-After": str(wait)} if wait else None)

    @property
    def _origins(self) -> "tuple[str, ...]":
        return self.facts.website.origins

    def _visitor(self, request: Request) -> Text:
        forwarded = ",".join(request.headers.getall("x-forwarded-for", []))
        return visitor(request.ip, forwarded, self.facts.website.proxies)

    def _slow_down(self, limit: Limit, name: Text) -> None:
        wait = limit.wait(name)
        if wait:
            raise Problem(429, self.facts.say("website_too_fast"), retry_after=wait)

    def _conversation(self, request: Request, even_expired: bool = False) -> Conversation:
        try:
            conversation = self._signer.conversation(door.bearer(request.headers.get("authorization")))
        except Foreign as error:
            raise Problem(401, self.facts.say("website_unknown")) from error
        over = conversation.expires <= self._now() or conversation.id in self._deleted
        if over and not even_expired:
            raise Problem(410, self.facts.say("website_over"))
        return conversation

    def _words(self, conversation: Conversation, reply: Text) -> Text:
        try:
            return self._signer.words(conversation.id, reply)
        except Foreign as error:
            raise Problem(400, self.facts.say("website_button")) from error

    def _remember_deleted(self, conversation: Conversation) -> None:
        """Its token must open nothing any more: a message on its way would begin the conversation anew."""
        now = self._now()
        if len(self._deleted) >= MOST_DELETED:
            self._deleted = {id_: expires for id_, expires in self._deleted.items() if expires > now}
        if conversation.expires > now:
            self._deleted[conversation.id] = conversation.expires


def _is_ready(request: Request) -> bool:
    agent = getattr(request.app.ctx, "agent", None)
    return agent is not None and agent.is_ready()


def _tracker_store(request: Request) -> Any:
    """Ours, which is there before the model; under `rasa run` the agent's, which wraps it."""
    store = getattr(request.app.ctx, "tracker_store", None) or request.app.ctx.agent.tracker_store
    return getattr(store, "_tracker_store", store)


async def _json_body(request: Request) -> bytes:
    if not door.is_json(request.headers.get("content-type")):
        raise Problem(415, "The Content-Type must be application/json.")
    return await _body(request)


async def _nothing(request: Request) -> None:
    """No body, or an empty object."""
    raw = await _body(request)
    if raw:
        bodies.read(raw, {})


async def _body(request: Request) -> bytes:
    """The whole body, as far as it is small. (How long it may take: hipbot/server/protocol.py.)"""
    if request.stream.request_bytes > bodies.LARGEST_BODY:
        raise Problem(413, f"The body must have {bodies.LARGEST_BODY} bytes or fewer.")
    read = bytearray()
    while chunk := await request.stream.read():
        read += chunk
    return bytes(read)

"""Tokens that only this server can make: which conversation a request belongs to, which words a button stands for.

Used by `website.py`. Nothing is looked up: what is signed is in the token, so a restart loses none.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional, Tuple

VARIABLE = "HIPBOT_SECRET"
SHORTEST_SECRET = 32  # characters or bytes
PREFIX = "website-"  # of sender ids in the tracker store; no other channel may name one
ID_BYTES, TIME_BYTES, MAC_BYTES = 16, 8, 32
VERSION = b"\x01"  # with it a token is 57 bytes: a whole number of base64 groups, so there is one spelling only
REPLY_MAC_BYTES = 18
LONGEST_TOKEN = 8_192  # characters; a header or body cannot be longer anyway


class BadSecret(Exception):
    """The secret cannot be used; the message says what to do."""


class Foreign(Exception):
    """Not made by this server, or not for this conversation."""


@dataclass(frozen=True)
class Conversation:
    """Whose turn it is: 128 random bits, nothing of the person.

    Attributes:
        id: the sender id in the tracker store.
        expires: seconds since 1970.
    """

    id: str
    expires: int


class Signer:
    """Makes and reads tokens, each kind with a key of its own."""

    def __init__(self, secret: bytes) -> None:
        self._conversation_key = hmac.digest(secret, b"hipbot conversation", "sha256")
        self._reply_key = hmac.digest(secret, b"hipbot quick reply", "sha256")

    def new_conversation(self, expires: int) -> Tuple[str, Conversation]:
        """A token and the conversation that it opens."""
        id_ = secrets.token_bytes(ID_BYTES)
        body = VERSION + id_ + expires.to_bytes(TIME_BYTES, "big")
        token = _text(body + hmac.digest(self._conversation_key, body, "sha256"))
        return token, Conversation(PREFIX + id_.hex(), expires)

    def conversation(self, token: str) -> Conversation:
        """The conversation of a token, expired or not.

        Raises:
            Foreign: if this server did not make it.
        """
        raw = _bytes(token)
        body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        good = hmac.compare_digest(mac, hmac.digest(self._conversation_key, body, hashlib.sha256))
        if not good or len(body) != 1 + ID_BYTES + TIME_BYTES or not body.startswith(VERSION):
            raise Foreign
        id_, expires = body[1 : 1 + ID_BYTES], body[1 + ID_BYTES :]
        return Conversation(PREFIX + id_.hex(), int.from_bytes(expires, "big"))

    def reply(self, conversation: str, words: str) -> str:
        """A token for a quick reply: worth these words, in this conversation only."""
        said = words.encode("utf-8", "replace")
        return _text(self._reply_mac(conversation, said) + said)

    def words(self, conversation: str, token: str) -> str:
        """What a quick reply says.

        Raises:
            Foreign: if it was not issued in this conversation.
        """
        raw = _bytes(token)
        mac, said = raw[:REPLY_MAC_BYTES], raw[REPLY_MAC_BYTES:]
        if not said or not hmac.compare_digest(mac, self._reply_mac(conversation, said)):
            raise Foreign
        return said.decode("utf-8")

    def _reply_mac(self, conversation: str, said: bytes) -> bytes:
        return hmac.digest(self._reply_key, conversation.encode() + b"\0" + said, "sha256")[:REPLY_MAC_BYTES]


def secret(file: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The server's secret: from the environment, else from its file, made at the first start.

    Raises:
        BadSecret: if it is too short to be one.
    """
    given: Optional[str] = environment.get(VARIABLE)
    if given is not None:
        if len(given) < SHORTEST_SECRET:
            length = f"{SHORTEST_SECRET} characters or more"
            raise BadSecret(f"{VARIABLE} must have {length}. Make one: openssl rand -hex 32")
        return given.encode()
    try:
        kept = _kept(file)
    except OSError as error:
        wrong = f"{file.name} cannot be read or written ({error.strerror})"
        raise BadSecret(f"{wrong}. Mend its folder's rights.") from error
    if len(kept) < SHORTEST_SECRET:
        raise BadSecret(f"{file.name} is damaged. Delete it: conversations that are open now must begin anew.")
    return kept


def _kept(file: Path) -> bytes:
    """The file's secret; written whole, for its owner only, before it has its name."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_hex(32).encode())
        try:
            os.link(fresh, file)  # unlike a rename, never over the secret of a server that was quicker
        except FileExistsError:
            pass
        fresh.unlink()
    file.chmod(0o600)
    return file.read_bytes().strip()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(token: str) -> bytes:
    """The bytes of a token in its only spelling.

    Raises:
        Foreign: if it has another.
    """
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        raise Foreign
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Foreign from error
    if _text(raw) != token:
        raise Foreign
    return raw

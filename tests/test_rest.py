"""The REST channel's door: what is let in, and what is refused with which sentence."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from sanic.exceptions import InvalidUsage

from hipbot.server.rest import LONGEST_SENDER, RestChannel, request_fault

GOOD = [
    {"sender": "anna", "message": "how often?"},
    {"sender": "a" * LONGEST_SENDER, "message": ""},
    {"sender": "āe 🙂", "message": "   "},
    {"sender": "anna", "message": "x", "more": [1, 2]},
]
NO_OBJECT = [None, [], [{"sender": "a", "message": "b"}], "text", 7, True, 1.5]
NO_SENDER = [
    {"message": "hi"},
    {"sender": None, "message": "hi"},
    {"sender": "", "message": "hi"},
    {"sender": " \t", "message": "hi"},
    {"sender": 7, "message": "hi"},
    {"sender": ["a"], "message": "hi"},
    {"sender": {}, "message": "hi"},
    {"sender": "a" * (LONGEST_SENDER + 1), "message": "hi"},
]
NO_MESSAGE = [
    {"sender": "a"},
    {"sender": "a", "message": None},
    {"sender": "a", "message": 7},
    {"sender": "a", "message": ["b"]},
    {"sender": "a", "message": {}},
]
UNREADABLE = [b"", b"{", b"not json", b"\xff\xfe", b"[" * 100_000, b"{'sender': 'a'}"]


def request(body: bytes) -> SimpleNamespace:
    """As much of a request as is looked at."""

    class Asked:
        @property
        def json(self):
            try:
                return json.loads(body)
            except ValueError as error:
                raise InvalidUsage("Failed when parsing body as json") from error

    return Asked()


@pytest.mark.parametrize("body", GOOD, ids=str)
def test_a_sensible_request_passes(body):
    """A sender of 1 to 255 characters and a text, even an empty one."""
    assert request_fault(request(json.dumps(body).encode())) is None


@pytest.mark.parametrize(
    "body, names",
    [*((b, "object") for b in NO_OBJECT), *((b, "sender") for b in NO_SENDER), *((b, "message") for b in NO_MESSAGE)],
    ids=lambda v: str(v)[:60],
)
def test_a_senseless_one_is_told_what_is_wrong(body, names):
    """One sentence that names the field."""
    fault = request_fault(request(json.dumps(body).encode()))
    assert fault and names in fault and fault.endswith(".")


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: str(body[:12]))
def test_what_is_no_json_is_told_so(body):
    """Half a body, other encodings, a hundred thousand brackets."""
    assert "JSON" in request_fault(request(body))


def test_it_is_found_where_rasas_own_is():
    """Name and settings of the stock channel, so that clients need no change."""
    assert RestChannel.name() == "rest"
    assert isinstance(RestChannel.from_credentials(None), RestChannel)
    assert isinstance(RestChannel.from_credentials({"anything": 1}), RestChannel)

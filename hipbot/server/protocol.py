"""HTTP as Sanic speaks it, where it trusts its clients too much. Used by `http.py`.

Sanic 21.12 starts its clock anew with each byte, so one byte every minute would hold a connection for ever; and it
never comes back from reading a body of negative length: one such request would stop the server.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from httptools.parser.errors import HttpParserInvalidURLError
from sanic.compat import Header
from sanic.exceptions import InvalidUsage, RequestTimeout, SanicException
from sanic.http import Stage
from sanic.request import Request
from sanic.server.protocols.http_protocol import HttpProtocol


STAND_IN = "NONE"  # the method of the request that Sanic makes up where one could not be read


class MeasuredRequest(Request):
    """A request whose body, if any, has one length, in digits.

    Made before anything of the body is read. No browser sends chunks, and without them proxy and server cannot
    disagree on where a request ends.
    """

    def __init__(self, url_bytes: bytes, headers: Header, version: str, method: str, *args: Any, **kwargs: Any) -> None:
        if "transfer-encoding" in headers:
            raise SanicException("Send the body with a Content-Length.", status_code=411)
        lengths = headers.getall("content-length", [])
        if len(lengths) > 1 or not all(length.isascii() and length.isdigit() for length in lengths):
            raise InvalidUsage("Content-Length must be one number.")
        if method == STAND_IN:
            url_bytes = b"/"
        try:
            super().__init__(url_bytes, headers, version, method, *args, **kwargs)
        except HttpParserInvalidURLError as error:
            raise InvalidUsage("The address cannot be read.") from error


class PunctualProtocol(HttpProtocol):
    """A request, headers and body, must be here within REQUEST_TIMEOUT seconds of its first byte."""

    __slots__ = ("_began",)

    def data_received(self, data: bytes) -> None:
        if not self._is_coming():
            self._began = monotonic()
        super().data_received(data)

    def check_timeouts(self) -> None:
        """Called by Sanic again and again while the connection is open."""
        if self._task and self._is_coming() and monotonic() - self._began > self.request_timeout:
            self._http.exception = RequestTimeout("The request took too long to arrive.")
            self._task.cancel()
            return
        super().check_timeouts()

    def _is_coming(self) -> bool:
        """Whether a request has begun and is not wholly here."""
        http = getattr(self, "_http", None)  # set when the connection's task has begun
        return http is not None and (http.stage is Stage.REQUEST or bool(getattr(http, "request_body", None)))

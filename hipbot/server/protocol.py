"""HTTP as Sanic speaks it, with a deadline for whole requests. Used by `http.py`.

Sanic starts its clock anew with each byte, so one byte every minute would hold a connection for ever.
"""

from __future__ import annotations

from time import monotonic

from sanic.exceptions import RequestTimeout
from sanic.http import Stage
from sanic.server.protocols.http_protocol import HttpProtocol


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

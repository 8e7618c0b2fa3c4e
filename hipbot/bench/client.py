"""Patients over HTTP: each message waits for the answer to the one before, as people do."""

from __future__ import annotations

import asyncio
import time
from typing import List, Sequence, Tuple

import aiohttp

Said = Tuple[str, str]  # (sender, message)


class Clients:
    """Asks a server and keeps the seconds that each answer took."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url
        self.unanswered = 0  # messages that got an empty answer

    async def one(self, said: Sequence[Said]) -> List[float]:
        """One client; seconds of each message, from sending it to the answer's last byte."""
        return [await self._ask(sender, message) for sender, message in said]

    async def several(self, each: Sequence[Sequence[Said]]) -> List[float]:
        """Several clients at once, each with its own conversations."""
        return [seconds for one in await asyncio.gather(*map(self.one, each)) for seconds in one]

    async def _ask(self, sender: str, message: str) -> float:
        started = time.perf_counter()
        async with self._session.post(self._url, json={"sender": sender, "message": message}) as response:
            response.raise_for_status()
            answered = await response.json()
        self.unanswered += not answered
        return time.perf_counter() - started

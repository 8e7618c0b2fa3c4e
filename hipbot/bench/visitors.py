"""Part: fifty visitors at once on the website channel, each reading, thinking and typing as people do."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from typing import Any, Dict, List

import aiohttp

from hipbot.bench import questions
from hipbot.bench.part import Plan, main
from hipbot.bench.server import Server
from hipbot.bench.stats import summary

VISITORS = 50
SECONDS = 60.0  # of the whole scenario
ARRIVE = 10.0  # s within which they come
PAUSE = (4.0, 12.0)  # s from an answer to the next message: reading it and typing some eight words
SEED = 11
ORIGIN = "/webhooks/website"


class Visitor:
    """One conversation; keeps the seconds of each answer, and what went wrong."""

    def __init__(self, session: aiohttp.ClientSession, base: str, said: List[str], seed: int) -> None:
        self._session, self._base, self._said = session, base + ORIGIN, said
        self._random = random.Random(seed)
        self.seconds: List[float] = []
        self.errors = 0

    async def stay(self, until: float) -> None:
        """Come at some moment, then ask one question after another."""
        await asyncio.sleep(self._random.uniform(0, ARRIVE))
        async with self._session.post(f"{self._base}/conversations") as response:
            token = (await response.json())["token"]
        for text in self._said:
            await self._ask(token, text)
            pause = self._random.uniform(*PAUSE)
            if time.perf_counter() + pause > until:
                return
            await asyncio.sleep(pause)

    async def _ask(self, token: str, text: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(16)}
        started = time.perf_counter()
        try:
            async with self._session.post(f"{self._base}/messages", json={"text": text}, headers=headers) as response:
                lines = (await response.text()).splitlines()
            well = response.status == 200 and json.loads(lines[-1]) == {"type": "end"}
        except (aiohttp.ClientError, ValueError, IndexError):
            well = False
        self.seconds.append(time.perf_counter() - started)
        self.errors += not well


async def _measure(plan: Plan) -> Dict[str, Any]:
    most = int(SECONDS / PAUSE[0]) + 1
    texts = questions.texts(VISITORS * most)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=VISITORS)) as session:
        with Server(plan) as server:
            await server.first_answer(session)
            base = server.url.partition("/webhooks")[0]
            visitors = [Visitor(session, base, texts[n::VISITORS], SEED + n) for n in range(VISITORS)]
            until = time.perf_counter() + SECONDS
            await asyncio.gather(*(visitor.stay(until) for visitor in visitors))
    seconds = [s for visitor in visitors for s in visitor.seconds]
    errors = sum(visitor.errors for visitor in visitors)
    return {**summary(seconds), "visitors": VISITORS, "errors": errors, "per_second": round(len(seconds) / SECONDS, 1)}


if __name__ == "__main__":
    main(lambda plan: asyncio.run(_measure(plan)))

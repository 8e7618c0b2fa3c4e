"""Part: conversations of 300 turns over HTTP, and what a turn costs at the beginning, the middle and the end."""

from __future__ import annotations

import asyncio
from itertools import cycle, islice
from typing import Any, Dict

import aiohttp

from hipbot.bench.client import Clients
from hipbot.bench.part import Plan, main
from hipbot.bench.questions import LONG_TALK
from hipbot.bench.server import Server
from hipbot.bench.stats import around_turns, every_ten_turns

TURNS = 300


async def _measure(plan: Plan) -> Dict[str, Any]:
    async with aiohttp.ClientSession() as session:
        with Server(plan) as server:
            await server.first_answer(session)
            clients = Clients(session, server.url)
            await clients.one([("warm-up", text) for text in LONG_TALK])
            talks = [
                await clients.one([(f"long-{talk}", text) for text in islice(cycle(LONG_TALK), TURNS)])
                for talk in range(plan.times)
            ]
    return {"turns": around_turns(talks), "every_ten": every_ten_turns(talks), "talks": len(talks)}


if __name__ == "__main__":
    main(lambda plan: asyncio.run(_measure(plan)))

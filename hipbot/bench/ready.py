"""Part: from the start of the process to the first answer over HTTP, and memory after 200 messages."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any, Dict

import aiohttp

from hipbot.bench import questions
from hipbot.bench.client import Clients
from hipbot.bench.part import Plan, main
from hipbot.bench.server import Server

WEIGHED_AFTER = 200  # messages


async def _measure(plan: Plan) -> Dict[str, Any]:
    seconds, megabytes = [], 0.0
    async with aiohttp.ClientSession() as session:
        for start in range(plan.times):
            with Server(plan) as server:
                seconds.append(await server.first_answer(session))
                if start == plan.times - 1:
                    said = questions.in_conversations(questions.texts(WEIGHED_AFTER), "memory")
                    await Clients(session, server.url).one(said)
                    megabytes = server.megabytes()
    return {"seconds": round(median(seconds), 2), "starts": len(seconds), "megabytes": round(megabytes)}


if __name__ == "__main__":
    main(lambda plan: asyncio.run(_measure(plan)))

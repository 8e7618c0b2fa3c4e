"""Part: time per message over HTTP, one client and then eight at once, on one server."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Dict

import aiohttp

from hipbot.bench import questions
from hipbot.bench.client import Clients
from hipbot.bench.part import Plan, main
from hipbot.bench.server import Server
from hipbot.bench.stats import summary

CLIENTS = 8
WARM_UP = 20  # messages that are not counted


async def _measure(plan: Plan) -> Dict[str, Any]:
    said = questions.in_conversations(questions.texts(plan.messages), "one")
    eight = [
        questions.in_conversations(questions.texts(plan.messages)[n::CLIENTS], f"eight-{n}") for n in range(CLIENTS)
    ]
    async with aiohttp.ClientSession() as session:
        with Server(plan) as server:
            await server.first_answer(session)
            clients = Clients(session, server.url)
            await clients.one(questions.in_conversations(questions.texts(WARM_UP), "warm-up"))
            one = await clients.one(said)
            started = time.perf_counter()
            several = await clients.several(eight)
            rate = len(several) / (time.perf_counter() - started)
    return {
        "one": summary(one),
        "eight": summary(several),
        "per_second": round(rate, 1),
        "unanswered": clients.unanswered,
    }


if __name__ == "__main__":
    main(lambda plan: asyncio.run(_measure(plan)))

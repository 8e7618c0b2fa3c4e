"""Part: time per message in process: no HTTP, conversations in memory."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Dict

from hipbot.bench import agents, questions
from hipbot.bench.part import Plan, main
from hipbot.bench.stats import summary

WARM_UP = 20  # messages that are not counted


async def _measure(plan: Plan) -> Dict[str, Any]:
    agent = agents.load(plan)
    for sender, text in questions.in_conversations(questions.texts(WARM_UP), "warm-up"):
        await agents.answer(agent, sender, text)
    seconds = []
    for sender, text in questions.in_conversations(questions.texts(plan.messages), "timed"):
        started = time.perf_counter()
        await agents.answer(agent, sender, text)
        seconds.append(time.perf_counter() - started)
    return summary(seconds)


if __name__ == "__main__":
    main(lambda plan: asyncio.run(_measure(plan)))

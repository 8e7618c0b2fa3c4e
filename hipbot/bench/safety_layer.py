"""Part: time per message of the red-flag layer alone, and of reading its words."""

from __future__ import annotations

import time
from typing import Any, Dict

from hipbot import project
from hipbot.bench import questions
from hipbot.bench.part import Plan, main
from hipbot.bench.stats import summary
from hipbot.safety.loading import safety_of

WARM_UP = 20  # messages that are not counted


def _measure(plan: Plan) -> Dict[str, Any]:
    started = time.perf_counter()
    safety = safety_of(project.CONTENT)
    loaded = time.perf_counter() - started
    seconds = []
    for text in questions.texts(WARM_UP + plan.messages):
        started = time.perf_counter()
        safety.screen(text)
        seconds.append(time.perf_counter() - started)
    return {**summary(seconds[WARM_UP:]), "load_seconds": round(loaded, 2)}


if __name__ == "__main__":
    main(_measure)

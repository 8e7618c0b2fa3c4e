"""Part: training from scratch, ours. (`run.py` times the whole process and weighs it; stock runs `rasa train`.)"""

from __future__ import annotations

import logging
from typing import Any, Dict, List

import hipbot.quiet
from hipbot import training
from hipbot.bench.part import Plan, main

LOGGER = "hipbot.nlu.classifier"  # tells how many topics, messages, which temperature and sharpness


class _Listener(logging.Handler):
    """Keeps the figures that the classifier logs."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.figures: List[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "temperature" in str(record.msg) and record.args:
            self.figures = list(record.args)


def _measure(plan: Plan) -> Dict[str, Any]:
    hipbot.quiet.be_quiet()
    listener = _Listener()
    logger = logging.getLogger(LOGGER)
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    model = training.train()
    topics, messages, temperature, _ = listener.figures or (None, None, None, None)
    return {"model": str(model), "topics": topics, "messages": messages, "temperature": temperature}


if __name__ == "__main__":
    main(_measure)

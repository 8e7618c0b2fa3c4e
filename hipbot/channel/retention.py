"""Forgetting: one conversation when its visitor asks, all old ones every day. Used by `website.py` and the server."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from hipbot.apology import where_it_failed
from hipbot.channel.feedback import FeedbackStore

logger = logging.getLogger(__name__)

DAY = 86_400.0  # seconds


def purge(store: Any, feedback: FeedbackStore, keep_days: int, now: float) -> None:
    """Delete conversations whose last message is older than that, and their feedback."""
    store.delete_before(now - keep_days * DAY)
    feedback.forget_before(now - keep_days * DAY)


async def purge_daily(store: Any, feedback: FeedbackStore, keep_days: int) -> None:
    """At once, then every day; what fails is tried again the next day."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            await loop.run_in_executor(None, purge, store, feedback, keep_days, time.time())
        except Exception as error:  # a full disk must not end the purging for good
            logger.error("Old conversations could not be deleted: %s", where_it_failed(error))
        await asyncio.sleep(DAY)

"""A bot in this process, without a server: for `hipbot ask`, `hipbot chat` and the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore

from hipbot.server.processor import HipbotAgent, readable
from hipbot.server.tracker_store import IN_MEMORY, WindowedTrackerStore


class Bot:
    """Answers messages as the REST channel would, conversation by conversation."""

    def __init__(self, model: Path, store: Optional[TrackerStore] = None) -> None:
        """Load a model.

        Args:
            model: a file in models/.
            store: where conversations are kept; in memory where None.
        """
        self._agent = HipbotAgent(tracker_store=store or WindowedTrackerStore(db=IN_MEMORY))
        self._agent.load_model(model)

    async def answer(self, sender: str, text: str) -> List[Dict[str, Any]]:
        """The messages sent for one message, in the form of Rasa's REST channel."""
        channel = CollectingOutputChannel()
        await self._agent.handle_message(UserMessage(text, channel, sender, input_channel="rest"))
        return channel.messages

    async def read(self, text: str) -> Dict[str, Any]:
        """What the pipeline makes of a message: Rasa's parse data. Nothing is answered or kept."""
        return await self._agent.parse_message(readable(text))

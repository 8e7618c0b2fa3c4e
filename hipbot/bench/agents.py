"""Either side's agent in this process, without a server."""

from __future__ import annotations

from typing import Any, Dict, List

import hipbot.quiet
from hipbot.bench.part import OURS, Plan


def load(plan: Plan) -> Any:
    """The agent, with its conversations in memory."""
    hipbot.quiet.be_quiet()
    if plan.side == OURS:
        return _load_ours(plan)
    from rasa.core.agent import Agent
    from rasa.core.tracker_store import InMemoryTrackerStore

    agent = Agent(tracker_store=InMemoryTrackerStore(None))
    agent.load_model(plan.model)
    return agent


async def answer(agent: Any, sender: str, text: str) -> List[Dict[str, Any]]:
    """The messages sent for one message, as the REST channel collects them."""
    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

    channel = CollectingOutputChannel()
    await agent.handle_message(UserMessage(text, channel, sender, input_channel="rest"))
    return channel.messages


def _load_ours(plan: Plan) -> Any:
    import actions.reply
    from hipbot.server.processor import HipbotAgent
    from hipbot.server.tracker_store import IN_MEMORY, WindowedTrackerStore

    agent = HipbotAgent(tracker_store=WindowedTrackerStore(db=IN_MEMORY))
    agent.load_model(plan.model)
    actions.reply.conversation()  # reads content/ now, as the server does
    return agent

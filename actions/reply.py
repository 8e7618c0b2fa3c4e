"""`action_reply`: answers every message of a patient, from `hipbot.dialogue`.

Runs inside the server's own process (`hipbot.server.processor`) and unchanged under `rasa run actions`.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Dict, List, Optional, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from hipbot import project
from hipbot.apology import apology, first_aid, where_it_failed
from hipbot.dialogue.conversation import Conversation
from hipbot.dialogue.memory import Memory
from hipbot.dialogue.understanding import Understanding
from hipbot.safety.loading import safety_of

logger = logging.getLogger(__name__)
SLOT = "memory"


@lru_cache(maxsize=1)
def conversation() -> Conversation:
    """The one conversation core of this process; reads `content/` when first asked for."""
    return Conversation.load(project.CONTENT, project.CLINIC, safety_of(project.CONTENT))


class ActionReply(Action):
    """Understands in the light of the conversation, answers from content, remembers."""

    def __init__(self, core: Optional[Conversation] = None) -> None:
        """Args:
        core: what answers; `conversation()` where None.
        """
        self._core = core

    def name(self) -> Text:
        return "action_reply"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        """One turn. Whatever fails, the patient gets an answer and the log gets no word of theirs."""
        memory = Memory.from_slot(tracker.get_slot(SLOT))
        try:
            core = self._core or conversation()
            reply, memory = core.reply(Understanding.from_parse_data(tracker.latest_message), memory)
            payload = reply.payload(core.library)
        except Exception as error:  # the patient must hear something, whatever broke
            logger.error("No answer: %s", where_it_failed(error))
            aid = first_aid((tracker.latest_message or {}).get("text"), memory)
            if aid:
                dispatcher.utter_message(
                    text=one_bubble(aid.message.text), json_message=aid.payload, card=aid.message.card
                )
                return [SlotSet(SLOT, aid.memory.to_slot())]
            text, payload = apology()
            dispatcher.utter_message(text=text, json_message=payload)
            return []
        for index, message in enumerate(reply.messages):
            more = {"json_message": payload} if index == 0 else {}
            if message.card:  # Rasa takes what it does not know as metadata, which only the website channel reads
                more["card"] = message.card
            dispatcher.utter_message(text=one_bubble(message.text), buttons=list(message.buttons), **more)
        return [SlotSet(SLOT, memory.to_slot())]


def one_bubble(text: Text) -> Text:
    """Paragraphs that stay together: Rasa cuts a text at empty lines, so they hold a space."""
    return text.replace("\n\n", "\n \n")

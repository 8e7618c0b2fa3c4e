"""Message processor: the one seam where Hipbot differs from stock Rasa at run time.

Why (all measured in `shared` baselines or docs/benchmark.md):
- custom actions run in this process: no second server, no JSON round trip, no 20 ms schema check a call;
- a failing action, model or store leaves stock Rasa silent; here the patient gets an apology, or help where
  the red-flag patterns find danger in the message;
- a leading "/" is text: stock Rasa lets anybody name an intent and set slots with it;
- unreadable input (NUL bytes, half characters, 100,000 letters) is cut to what can be read.
"""

from __future__ import annotations

import ctypes
import gc
import logging
from typing import Any, Callable, Dict, List, Mapping, Optional, Text, Tuple

import actions.reply
from rasa.core.actions.action import Action
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator, TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from hipbot.apology import apology, first_aid, where_it_failed
from hipbot.dialogue.conversation import Conversation
from hipbot.server.graph_runner import PlannedGraphRunner

logger = logging.getLogger(__name__)

MOST_CHARACTERS = 4_000  # four times what the website lets through; the rest is not read
FAILED = {"failed": True}  # metadata of an apology, for channels that tell it from an answer
Heard = Callable[[Text, Mapping[Text, Any], Mapping[Text, Any]], None]  # conversation, parse data, payload
LEADING_SLASH = "\u2060/"  # word joiner: the patient's "/" stays visible and is no longer a command


class InProcessAction(Action):
    """One of our `rasa_sdk` actions, called directly."""

    def __init__(self, action: Any, heard: Optional[Heard] = None) -> None:
        self._action, self._heard = action, heard

    def name(self) -> Text:
        return self._action.name()

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> List[Event]:
        """What the action utters and sets, as Rasa events."""
        dispatcher = CollectingDispatcher()
        try:
            set_slots = self._action.run(dispatcher, _sdk_tracker(tracker), {})
        except Exception as error:  # an action that does not catch its own failure
            logger.error("Action failed: %s", where_it_failed(error))
            aid = first_aid((tracker.latest_message.text or "") if tracker.latest_message else "")
            if aid:
                text = actions.reply.one_bubble(aid.message.text)
                return [BotUttered(text, {"custom": aid.payload}, {"card": aid.message.card})]
            text, payload = apology()
            return [BotUttered(text, {"custom": payload}, FAILED)]
        # An answer always comes with what is remembered of it; `action_reply` apologises without.
        failed = {} if set_slots else FAILED
        uttered = [_bot_uttered(message, failed) for message in dispatcher.messages]
        if self._heard and set_slots:  # answered, not apologised
            self._heard(tracker.sender_id, tracker.latest_message.parse_data, dispatcher.messages[0]["custom"])
        return [*uttered, *(SlotSet(event["name"], event["value"]) for event in set_slots)]


class HipbotProcessor(MessageProcessor):
    """Stock processing, with our actions in process and never a silence."""

    def __init__(
        self, *args: Any, core: Optional[Conversation] = None, heard: Optional[Heard] = None, **kwargs: Any
    ) -> None:
        """Args:
        core: what answers; where None, the one of this process (`actions.reply.conversation`).
        heard: told of each answered turn.
        """
        super().__init__(*args, **kwargs)
        self.graph_runner = PlannedGraphRunner(self.graph_runner)
        ours = [actions.reply.ActionReply(core)]
        self._ours = {action.name(): InProcessAction(action, heard) for action in ours}

    def _get_action(self, action_name: Text) -> Optional[Action]:
        return self._ours.get(action_name) or super()._get_action(action_name)

    def predict_next_with_tracker_if_should(
        self, tracker: DialogueStateTracker
    ) -> Tuple[Action, PolicyPrediction]:
        action, prediction = super().predict_next_with_tracker_if_should(tracker)
        return self._ours.get(action.name(), action), prediction

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        """After one of our actions the bot listens, always: no need to ask the policies again."""
        if tracker.latest_action_name in self._ours and not tracker.followup_action:
            return PolicyPrediction.for_action_name(self.domain, ACTION_LISTEN_NAME)
        return super()._predict_next_with_tracker(tracker)

    async def handle_message(self, message: UserMessage) -> Optional[List[Dict[Text, Any]]]:
        """One turn; an apology where anything in it fails."""
        message.text = readable(message.text)
        try:
            answered = await super().handle_message(message)
        except Exception as error:  # whatever broke: the patient must hear something, and once
            logger.error("Turn failed: %s", where_it_failed(error))
            already = getattr(message.output_channel, "messages", None)
            return already or await apologise(message)
        return answered

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Nothing to do: the domain's only slot is set by `action_reply`."""
        return tracker


async def apologise(message: UserMessage) -> Optional[List[Dict[Text, Any]]]:
    """What is said when no turn could be made of a message: help where there is danger in it, else an apology."""
    channel, aid = message.output_channel, first_aid(message.text)
    if aid:
        text = actions.reply.one_bubble(aid.message.text)
        await channel.send_response(message.sender_id, {"text": text, "custom": aid.payload, "card": aid.message.card})
    else:
        text, payload = apology()
        await channel.send_response(message.sender_id, {"text": text, "custom": payload, **FAILED})
    return channel.messages if isinstance(channel, CollectingOutputChannel) else None


class HipbotAgent(Agent):
    """Rasa's agent with our processor, and with the tracker store as it is.

    Rasa's wrapper answers a failed read with "no such conversation": a red flag would be forgotten.
    """

    heard: Optional[Heard] = None  # set before loading; the server's keeper of missed messages

    @staticmethod
    def _create_tracker_store(store: Optional[TrackerStore], domain: Domain) -> TrackerStore:
        store = store or InMemoryTrackerStore(domain)
        store.domain = domain
        return store

    async def handle_message(self, message: UserMessage) -> Optional[List[Dict[Text, Any]]]:
        """As in Rasa, but never silent: without a model (no encoder, no training) or a lock there is still help."""
        message.text = readable(message.text)
        try:
            return await super().handle_message(message) if self.is_ready() else await apologise(message)
        except Exception as error:  # only what is around the processor, such as its lock: it catches its own
            logger.error("No turn: %s", where_it_failed(error))
            return await apologise(message)

    def load_model(self, model_path: Any, fingerprint: Optional[Text] = None) -> None:
        """As in Rasa, but for the class of the processor."""
        self.take(self.processor_of(model_path), fingerprint)
        settle_memory()

    def processor_of(self, model_path: Any, core: Optional[Conversation] = None) -> HipbotProcessor:
        """A processor of another model, loaded beside the one in use; `take` puts it to work."""
        return HipbotProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
            http_interpreter=self.http_interpreter,
            core=core,
            heard=self.heard,
        )

    def take(self, processor: HipbotProcessor, fingerprint: Optional[Text] = None) -> None:
        """Answer with this processor from the next message on."""
        self.processor = processor
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain
        if isinstance(self.nlg, TemplatedNaturalLanguageGenerator):
            self.nlg.responses = self.domain.responses if self.domain else {}


def settle_memory() -> None:
    """Give back what loading left behind, and keep the collector away from what stays.

    Loading leaves some 100 MB of freed memory that glibc holds on to, and a million objects of Rasa's imports
    that every full collection would walk through in the middle of somebody's turn.
    """
    gc.collect()
    gc.freeze()
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):  # no glibc: macOS, musl
        pass


def readable(text: Optional[Text]) -> Text:
    """A message that every part behind it can bear: no NUL, no half characters, not endless, no command."""
    text = (text or "")[:MOST_CHARACTERS].replace("\x00", " ")
    text = text.encode("utf-8", "replace").decode("utf-8")
    stripped = text.strip()
    return LEADING_SLASH + stripped[1:] if stripped.startswith("/") else text


def _sdk_tracker(tracker: DialogueStateTracker) -> Tracker:
    """The part of Rasa's tracker that our actions read."""
    latest = tracker.latest_message
    return Tracker(
        sender_id=tracker.sender_id,
        slots=tracker.current_slot_values(),
        latest_message=latest.parse_data if latest else {},
        events=[],
        paused=False,
        followup_action=None,
        active_loop={},
        latest_action_name=tracker.latest_action_name,
    )


def _bot_uttered(message: Dict[Text, Any], metadata: Mapping[Text, Any]) -> BotUttered:
    """A dispatcher's message as the event that Rasa stores and sends.

    A card travels in the metadata, as Rasa's own remote actions would hand it over: channels that do not know it
    never see it.
    """
    data = {key: message[key] for key in ("buttons", "custom") if message.get(key)}
    card = {"card": message["card"]} if message.get("card") else {}
    return BotUttered(message.get("text"), data, {**metadata, **card})

"""What the bot sends, turned into lines of the website's stream. One for each turn; made by `website.py`."""

from __future__ import annotations

import secrets
from typing import Any, Dict, List, Mapping, Optional, Text

from rasa.core.channels.channel import OutputChannel

from hipbot.channel.facts import Facts
from hipbot.channel.tokens import Signer
from hipbot.channel.turns import Turn

LANGUAGE = "en"  # of content/
PICTURES = "pictures/"  # how cards name their pictures; the server has them under /widget/


class WebsiteOutput(OutputChannel):
    """Sends each bubble at once, with all that belongs to it."""

    def __init__(self, turn: Turn, conversation: str, facts: Facts, signer: Signer) -> None:
        self.messages: List[Dict[Text, Any]] = []  # sent so far: the processor does not apologise after an answer
        self._turn, self._conversation, self._facts, self._signer = turn, conversation, facts, signer

    @classmethod
    def name(cls) -> Text:
        return "website"

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """One utterance: text, buttons, payload and card together, where other channels cut it up."""
        if message.get("failed"):
            self._turn.failed = True
            return
        bubble = self._bubble(message)
        if bubble:
            self.messages.append(bubble)
            self._turn.send(bubble)

    def _bubble(self, message: Mapping[Text, Any]) -> Optional[Dict[Text, Any]]:
        text = (message.get("text") or "").replace("\n \n", "\n\n").strip()  # actions/reply.py held them together
        more = {
            "buttons": [self._button(button) for button in message.get("buttons") or ()],
            "links": self._facts.links(text),
            "image": _image(message.get("image")),
            "attachment": message.get("attachment"),
            "card": _card(message.get("card")),
            **self._about(message.get("custom") or {}),
        }
        more = {name: value for name, value in more.items() if value}
        if not text and not more:
            return None
        return {"type": "message", "id": secrets.token_hex(8), "text": text, "lang": LANGUAGE, **more}

    def _button(self, button: Mapping[Text, Any]) -> Dict[Text, Text]:
        words = button.get("payload") or button["title"]
        return {"title": button["title"], "reply": self._signer.reply(self._conversation, words)}

    def _about(self, payload: Mapping[Text, Any]) -> Dict[Text, Any]:
        if not payload:
            return {}
        return {"sources": payload.get("sources"), "answer": self._facts.answer(payload)}


def _image(image: Any) -> Optional[Dict[Text, Text]]:
    return {"src": image, "alt": ""} if isinstance(image, str) else image


def _card(card: Optional[Mapping[Text, Any]]) -> Optional[Dict[Text, Any]]:
    """A card with its picture's address on this server; a picture from anywhere else is left out."""
    if not card:
        return None
    picture = card.get("picture")
    if not picture:
        return dict(card)
    ours = str(picture.get("src", "")).startswith(PICTURES)
    return {**card, "picture": {**picture, "src": f"/widget/{picture['src']}"} if ours else None}

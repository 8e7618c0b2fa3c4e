"""What the channel says for itself: the clinic's facts, its sentences, and the `website:` part of clinic.yml.

Used by `website.py` and `pages.py`. Needs clinic.yml and content/phrases.yml only, so that numbers stand
where another file of content is broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

from hipbot.channel.bodies import MOST_CHARACTERS, REASONS
from hipbot.channel.links import Links, page, phone, short_number
from hipbot.content import Library
from hipbot.content.library import ContentMissing, read_yaml

KEEP_DAYS = 30
SUGGESTED_ROOM = "faq"
SMALL_TALK = "chat"  # nobody is asked whether "hello" was helpful
HOWTO = "exercise_howto"  # the topic of exercises; its entries are content/exercises
URGENT = ("emergency", "same_day")  # care levels after which nobody is asked for thumbs


@dataclass(frozen=True)
class Settings:
    """clinic.yml, `website:`.

    Attributes:
        origins: web addresses of pages that may use the channel, besides this server's own.
        keep_days: for how long conversations are kept after their last message.
        proxies: addresses of our own proxies, whose word on the visitor's address is believed.
    """

    origins: Tuple[str, ...] = ()
    keep_days: int = KEEP_DAYS
    proxies: Tuple[str, ...] = ()

    @classmethod
    def from_clinic(cls, clinic: Mapping[str, Any]) -> "Settings":
        """As `hipbot check` allows it.

        Raises:
            ContentMissing: if it does not.
        """
        given = clinic.get("website") or {}
        try:
            settings = cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in given.items()})
            lists = (settings.origins, settings.proxies)
            sound = all(isinstance(texts, tuple) and all(isinstance(text, str) for text in texts) for texts in lists)
            sound = sound and type(settings.keep_days) is int and settings.keep_days >= 1
        except (TypeError, AttributeError):
            sound = False
        if not sound:
            raise ContentMissing("clinic.yml: `website` cannot be used. Run `hipbot check`.")
        return settings


class Facts:
    """Facts and sentences, filled in."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.website = Settings.from_clinic(library.clinic)
        facts = library.facts()
        self._facts = facts
        numbers = {facts[name]: short_number(facts[name]) for name in _numbers(facts)}
        self._links = Links(
            {
                facts["phone"]: phone(facts["phone"], facts["country"]),
                facts["email"]: f"mailto:{facts['email']}",
                facts["booking_link"]: page(facts["booking_link"]),
                **numbers,  # last: a clinic that gives the emergency number as its own still gets it as written
            }
        )

    @classmethod
    def load(cls, content: Path, clinic: Path) -> "Facts":
        """From the project's files.

        Raises:
            ContentMissing: if clinic.yml or content/phrases.yml cannot be used.
        """
        try:
            library = Library.load(content, clinic)
        except ContentMissing:  # the model will not load either; the numbers must stand all the same
            library = Library({}, {}, {}, read_yaml(clinic), read_yaml(content / "phrases.yml"))
        try:
            facts = cls(library)
            facts.settings()
            facts.failure()
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ContentMissing("clinic.yml or content/phrases.yml lacks something. Run `hipbot check`.") from error
        return facts

    def say(self, phrase: str) -> str:
        return self.library.say(phrase, days=self.website.keep_days)

    def links(self, text: str) -> List[Dict[str, str]]:
        return self._links.within(text)

    def emergency(self) -> Dict[str, str]:
        """The line that stands whatever else has failed."""
        number = self._facts["emergency_number"]
        return {"text": self.say("website_emergency"), "number": number, "href": short_number(number)}

    def clinic(self) -> Dict[str, Any]:
        """What the launcher is given, and `clinic` of the settings."""
        facts = self._facts
        return {
            "name": facts["clinic_name"],
            "phone": {"text": facts["phone"], "href": phone(facts["phone"], facts["country"])},
            "email": facts["email"],
            "booking": page(facts["booking_link"]),
            "emergency": self.emergency(),
            "notice": self.say("website_notice"),
        }

    def settings(self) -> Dict[str, Any]:
        """The answer to `GET settings`."""
        return {
            "clinic": self.clinic(),
            "notice": self.say("website_notice"),
            "privacy": self.say("website_privacy"),
            "suggestions": self._suggestions(),
            "limits": {"characters": MOST_CHARACTERS},
            "reasons": [{"id": reason, "title": self.say(f"website_reason_{reason}")} for reason in REASONS],
        }

    def failure(self) -> Dict[str, Any]:
        """The line that ends a turn which has failed."""
        text = self.say("apology")
        return {"type": "error", "text": text, "links": self.links(text)}

    def answer(self, payload: Mapping[str, Any]) -> Optional[Dict[str, str]]:
        """What feedback on a turn is about; None where nobody should be asked."""
        topic, exercise = str(payload.get("topic")), payload.get("exercise")
        answer = f"{topic}:{exercise}" if exercise else topic
        asked = payload.get("care") not in URGENT and self.topic(answer) is not None
        return {"id": answer, "topic": topic} if asked else None

    def topic(self, answer: str) -> Optional[str]:
        """The topic of an answer's id; None for what is no answer of ours."""
        topic, _, exercise = answer.partition(":")
        entry = self.library.answers.get(topic)
        known = topic == HOWTO if entry is None else entry.room != SMALL_TALK
        if not known or (exercise and exercise not in self.library.exercises) or answer.endswith(":"):
            return None
        return topic

    def _suggestions(self) -> List[str]:
        """Titles to begin with: the questions that a greeting and "what can you do?" offer."""
        offered = [self.library.answers.get(topic) for topic in ("greet", "capabilities")]
        references = [reference for entry in offered if entry for reference in entry.follow_ups]
        entries = [self.library.answers.get(reference) for reference in dict.fromkeys(references)]
        return [entry.title for entry in entries if entry and entry.room == SUGGESTED_ROOM]


def _numbers(facts: Mapping[str, str]) -> List[str]:
    return [name for name in ("emergency_number", "advice_line", "crisis_line") if name in facts]

"""A reply: what the bot sends back for one message, and its one payload (the conversation contract)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Optional, Tuple

from hipbot.content import Exercise, Library
from hipbot.content.library import SIGNED_ROOMS, Answer, Entry
from hipbot.signatures import day

Button = Dict[str, str]  # {"title", "payload"}: the payload is plain words that the bot understands


@dataclass(frozen=True)
class Message:
    """One bubble.

    Attributes:
        card: what frames the text on the website (docs/decisions/0004); other channels show the text alone.
    """

    text: str
    buttons: Tuple[Button, ...] = ()
    card: Optional[Dict[str, Any]] = None


@dataclass(frozen=True)
class Reply:
    """All that is sent for one message of the patient.

    Attributes:
        topic: what the message was taken to be about.
        messages: the bubbles, in order; never empty.
        entry: the answer or exercise behind the first bubble, for sources and review.
        asks: flag that the closed question is about.
    """

    topic: str
    messages: Tuple[Message, ...]
    exercise: Optional[str] = None
    care: Optional[str] = None
    options: Tuple[str, ...] = ()
    entry: Optional[Entry] = field(default=None, repr=False)
    asks: Optional[str] = None

    def payload(self, library: Library) -> Dict[str, Any]:
        """The contract's `custom` payload."""
        reviewed = None
        if isinstance(self.entry, Exercise) or (isinstance(self.entry, Answer) and self.entry.room in SIGNED_ROOMS):
            fits = self.entry.reviewed if self.entry.signed else {}  # nobody's name under words they did not read
            reviewed = {"by": fits.get("by"), "on": day(fits)}
        return {
            "topic": self.topic,
            "exercise": self.exercise,
            "care": self.care,
            "options": list(self.options),
            "sources": library.sources(self.entry) if self.entry else [],
            "reviewed": reviewed,
        }


def button(entry: Entry) -> Button:
    """A quick reply that leads to an entry: its title is also what is sent back."""
    return {"title": entry.title, "payload": entry.title}


def buttons(library: Library, references: Tuple[str, ...]) -> Tuple[Button, ...]:
    """Quick replies for follow-ups, unknown ones left out (`hipbot check` reports them)."""
    entries = [library.entry(reference) for reference in references]
    return tuple(button(entry) for entry in entries if entry)


def words(*titles: str) -> Tuple[Button, ...]:
    """Quick replies that send their own words."""
    return tuple({"title": title, "payload": title} for title in titles)


def with_buttons(messages: List[Message], more: Tuple[Button, ...]) -> Tuple[Message, ...]:
    """The messages with quick replies under the last one."""
    last = messages[-1]
    return (*messages[:-1], replace(last, buttons=(*last.buttons, *more)))

"""What the pipeline understood of one message, as the dialogue core sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Tuple

FALLBACK_INTENT = "nlu_fallback"  # what Rasa's FallbackClassifier calls an unsure reading
EMOJI = {"👋": "greet", "👍": "affirm", "👌": "affirm", "👎": "deny", "🙏": "thanks", "❤": "thanks", "😊": "thanks"}
_WORD = re.compile(r"[^\W_]", re.UNICODE)


@dataclass(frozen=True)
class Question:
    """One of several questions in a message."""

    text: str
    topic: str
    confidence: float


@dataclass(frozen=True)
class Understanding:
    """One message, read.

    Attributes:
        text: the message as typed.
        topics: (topic id, calibrated confidence), best first; red flags are no topics.
        red_flags: flag id -> calibrated confidence, of the likeliest ones.
        danger: confidence in all of them and a crisis together, of the whole message and of its most dangerous sentence.
        questions: its separate questions, where it asks two or more.
        entities: entity name -> values in the order of the message.
        sure: whether the best topic is sure enough to be answered without asking back.
    """

    text: str
    topics: Tuple[Tuple[str, float], ...] = ()
    questions: Tuple[Question, ...] = ()
    entities: Mapping[str, Tuple[Any, ...]] = None  # type: ignore[assignment]
    sure: bool = True
    red_flags: Mapping[str, float] = field(default_factory=dict)
    danger: Tuple[float, float] = (0.0, 0.0)

    @classmethod
    def from_parse_data(cls, parsed: Mapping[str, Any]) -> "Understanding":
        """From Rasa's parse data (`tracker.latest_message`); an intent without text will do."""
        entities: Dict[str, List[Any]] = {}
        for entity in parsed.get("entities") or ():
            if "entity" in entity and "value" in entity:
                entities.setdefault(entity["entity"], []).append(entity["value"])
        intent = parsed.get("intent") or {}
        ranked = parsed.get("topics") or [intent]
        meant = EMOJI.get((parsed.get("text") or "").strip()[:1])
        if meant and not _WORD.search(parsed["text"]):  # a picture says what it says
            ranked = [{"name": meant, "confidence": 1.0}]
        return cls(
            text=(parsed.get("text") or "").encode("utf-8", "replace").decode("utf-8"),  # no half characters
            topics=tuple((_topic(t), float(t.get("confidence") or 0.0)) for t in ranked if t.get("name")),
            questions=tuple(
                Question(q["text"], _topic(q), float(q["confidence"])) for q in parsed.get("questions") or ()
            ),
            entities={name: tuple(values) for name, values in entities.items()},
            sure=bool(meant) or intent.get("name") != FALLBACK_INTENT,
            red_flags={_topic(flag): float(flag["confidence"]) for flag in parsed.get("red_flags") or ()},
            danger=_danger(parsed),
        )

    @property
    def topic(self) -> Optional[str]:
        """The best topic."""
        return self.topics[0][0] if self.topics else None

    @property
    def confidence(self) -> float:
        """The best topic's confidence."""
        return self.topics[0][1] if self.topics else 0.0

    def confidence_in(self, topic: str) -> float:
        """The confidence in one topic, 0 where it is not among the best."""
        return dict(self.topics).get(topic, 0.0)

    def first(self, entity: str) -> Any:
        """The first value of an entity, or None. A duration's value is a mapping, any other's a name."""
        kind = dict if entity == "duration" else str
        return next((value for value in (self.entities or {}).get(entity, ()) if isinstance(value, kind)), None)

    @property
    def has_words(self) -> bool:
        """Whether there is a letter or digit in it at all."""
        return bool(_WORD.search(self.text))

    @property
    def words(self) -> List[str]:
        """Its words in lower case, without punctuation."""
        return re.findall(r"[\w']+", self.text.lower())


def _danger(parsed: Mapping[str, Any]) -> Tuple[float, float]:
    """As the model says; a model that was trained before it said so (`hipbot rollback`) has its likeliest flags."""
    whole, sentence = parsed.get("danger") or 2 * (sum(float(flag["confidence"]) for flag in parsed.get("red_flags") or ()),)
    return min(1.0, float(whole)), min(1.0, float(sentence))


def _topic(entry: Mapping[str, Any]) -> str:
    """`how_often` for `faq/how_often`."""
    return str(entry.get("name")).rpartition("/")[2]

"""How the bot understands one message, and why: topics, nearest taught messages, entities, safety, the answer.

Called by `hipbot try` and the staff page. Asks the trained model, and the same parts that answer patients.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

from hipbot.check.alike import Alike
from hipbot.check.files import Files, as_list, as_map
from hipbot.staff.judge import Judge

ASKED_BACK = ("clarify", "fallback")
NEAREST = 4
RED_FLAGS_SHOWN = 3


@dataclass(frozen=True)
class Sign:
    """A warning sign's words in the message.

    Attributes:
        sign: id in content/safety.
        words: the words that matched, as the safety layer reads them.
        meant: `yes`, or `maybe` (a general question, a what-if).
    """

    sign: str
    words: Tuple[str, ...]
    meant: str


@dataclass(frozen=True)
class Trial:
    """One message and all that became of it.

    Attributes:
        topics: (topic, calibrated confidence 0 to 1), the best first.
        threshold: confidence under which the bot asks back.
        sure: whether the pipeline was sure enough to answer.
        answered: topic of the answer, which safety or the talk may have changed.
        care: emergency, same_day, gp_soon, book or None.
        parts: (text, topic, confidence) of each question, where the message asks several.
        entities: (name, value, words).
        finding: of the patterns of content/safety.
        red_flags: (flag, confidence) that the classifier reads in it, the best first.
        decided: what came of both.
        near: nearest taught messages.
        messages: the answer, as the channel gets it.
        by_meaning: whether `near` knows meanings, or letters only.
    """

    text: str
    topics: Tuple[Tuple[str, float], ...]
    threshold: float
    sure: bool
    answered: str
    care: Optional[str]
    parts: Tuple[Tuple[str, str, float], ...]
    entities: Tuple[Tuple[str, str, str], ...]
    finding: Any
    red_flags: Tuple[Tuple[str, float], ...]
    decided: Any
    signs: Tuple[Sign, ...]
    near: Tuple[Alike, ...]
    messages: Tuple[Mapping[str, Any], ...]
    by_meaning: bool

    @property
    def asked_back(self) -> bool:
        return self.answered in ASKED_BACK


def trial(root: Path, model: Path, text: str) -> Trial:
    """Try one message as the first of a conversation.

    Args:
        root: the project's folder.
        model: a file in models/.
        text: as a patient would type it.
    """
    files = Files(root)
    judge = Judge(files)
    parsed, messages = asyncio.run(_asked(model, text))
    payload = next((m["custom"] for m in messages if "custom" in m), {})
    finding, signs, decided = danger_in(root, text, parsed)
    return Trial(
        text=text,
        topics=tuple((t["name"], float(t["confidence"])) for t in parsed.get("topics") or ()),
        threshold=threshold(files),
        sure=(parsed.get("intent") or {}).get("name") != "nlu_fallback",
        answered=str(payload.get("topic")),
        care=payload.get("care"),
        parts=tuple((q["text"], q["name"], float(q["confidence"])) for q in parsed.get("questions") or ()),
        entities=tuple(_entity(e, text) for e in parsed.get("entities") or ()),
        finding=finding,
        red_flags=tuple((_flag(f), float(f["confidence"])) for f in parsed.get("red_flags") or ())[:RED_FLAGS_SHOWN],
        decided=decided,
        signs=signs,
        near=tuple(judge.near(text, NEAREST)[:NEAREST]),
        messages=tuple(messages),
        by_meaning=judge.compares_meaning,
    )


async def _asked(model: Path, text: str) -> Tuple[Dict[str, Any], List[Dict[str, Any]]]:
    """What the pipeline reads in the text, and what the bot answers."""
    from hipbot.server.bot import Bot

    bot = Bot(model)
    return await bot.read(text), await bot.answer("try", text)


def _entity(entity: Mapping[str, Any], text: str) -> Tuple[str, str, str]:
    value = entity.get("value")
    if isinstance(value, dict):
        value = value.get("words") or value.get("grade")
    words = text[entity["start"] : entity["end"]] if "start" in entity and "end" in entity else ""
    return str(entity.get("entity")), str(value), words


def _flag(read: Mapping[str, Any]) -> str:
    return str(read["name"]).rpartition("/")[2]


def danger_in(root: Path, text: str, parsed: Mapping[str, Any]) -> Tuple[Any, Tuple[Sign, ...], Any]:
    """The patterns' finding, each sign of its flag with the words that made it, and what came of it and the classifier's opinion.

    Args:
        parsed: what the pipeline reads in the text.
    """
    from hipbot.content import Library
    from hipbot.dialogue.care import Care
    from hipbot.dialogue.memory import Memory
    from hipbot.dialogue.understanding import Understanding
    from hipbot.safety.loading import safety_of

    safety = safety_of(root / "content")
    finding, signs = safety.screen(text), safety.signs(text)
    rules = safety.data.flags[finding.flag].rules if finding.flag else ()
    of_flag = {name for _, needed, _ in rules if needed <= signs.keys() for name in needed}
    found = [Sign(n, safety.words_of(n, text), meant.name.lower()) for n, meant in signs.items() if n in of_flag]
    care = Care(Library.load(root / "content", root / "clinic.yml"), safety)
    return finding, tuple(found), care.screen(Understanding.from_parse_data(parsed), Memory())


def threshold(files: Files) -> float:
    """The confidence under which `config.yml` has the bot ask back."""
    steps = [as_map(step) for step in as_list(files.mapping("config.yml").get("pipeline"))]
    return next(
        (float(s["threshold"]) for s in steps if s.get("name") == "FallbackClassifier" and "threshold" in s), 0.0
    )

"""Part: how many of the untaught questions are understood, and what confidence is worth.

Each question is the first message of a conversation of its own. Right is the topic that it was written
for, or another that its writer accepts (`also`).
"""

from __future__ import annotations

import asyncio
from typing import Any, Dict, Iterator, List, Optional, Sequence

import numpy as np

from hipbot.bench import agents, questions
from hipbot.bench.part import OURS, Plan, main
from hipbot.bench.stats import Judged

URGENT = {"urgent_care", "crisis"}
HELPS = URGENT | {"safety_check"}  # an alarm, or the closed question
ALARMING = {"emergency", "same_day"}  # levels of care
FALLBACK = "nlu_fallback"


async def _measure(plan: Plan) -> Dict[str, Any]:
    agent = agents.load(plan)
    asked = questions.standing_questions()
    parsed = [await agent.parse_message(question.text) for question in asked]
    ranked = [topics(result) for result in parsed]
    if plan.side == OURS:
        payloads = [await _payload(agent, index, question.text) for index, question in enumerate(asked)]
    else:
        payloads = [{"topic": _first(result), "care": None} for result in parsed]
    measured = {**bot_figures(asked, payloads), "classifier": _share(asked, [best["name"] for best, *_ in ranked])}
    if plan.side == OURS:
        measured["judged"] = _judged(asked, ranked)
        if plan.temperature:
            measured["judged_before"] = await _judged_before(agent, asked, plan.temperature)
    return measured


def bot_figures(asked: Sequence[Any], payloads: Sequence[Dict[str, Any]]) -> Dict[str, Any]:
    """Shares (0 to 1) of right answers, of urgent messages found and of benign ones that raise an alarm."""
    pairs = list(zip(asked, payloads, strict=True))
    urgent = [payload["topic"] in HELPS for question, payload in pairs if question.topic in URGENT]
    benign = [_alarms(payload) for question, payload in pairs if not URGENT & set(question.accepted)]
    return {
        "questions": len(asked),
        "bot": _share(asked, [payload["topic"] for payload in payloads]),
        "urgent_found": sum(urgent) / max(len(urgent), 1),
        "urgent": len(urgent),
        "alarms": sum(benign) / max(len(benign), 1),
        "benign": len(benign),
    }


def topics(parsed: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The classifier's topics before any fallback, best first, each with `name` and `confidence`."""
    if parsed.get("topics"):
        ranked = parsed["topics"]
    else:
        ranked = [intent for intent in parsed["intent_ranking"] if intent["name"] != FALLBACK] or [parsed["intent"]]
    return [{"name": _key(parsed, best["name"]), "confidence": best["confidence"]} for best in ranked]


def _first(parsed: Dict[str, Any]) -> str:
    """The topic that a stock bot answers; `nlu_fallback` where it is not sure enough."""
    return _key(parsed, parsed["intent"]["name"] or FALLBACK)


def _key(parsed: Dict[str, Any], intent: str) -> str:
    """`how_often` for the retrieval intent `faq`, as Rasa's own ResponseSelector chose."""
    if intent != "faq":
        return intent.rpartition("/")[2]
    selected = parsed.get("response_selector", {}).get("default", {}).get("response", {})
    return str(selected.get("intent_response_key")).rpartition("/")[2]


def _alarms(payload: Dict[str, Any]) -> bool:
    return payload["topic"] in URGENT or payload["care"] in ALARMING


def _share(asked: Sequence[Any], found: Sequence[Optional[str]]) -> float:
    return sum(topic in question.accepted for question, topic in zip(asked, found, strict=True)) / max(len(asked), 1)


async def _payload(agent: Any, number: int, text: str) -> Dict[str, Any]:
    messages = await agents.answer(agent, f"asked-{number}", text)
    return next(message["custom"] for message in messages if "custom" in message)


def _judged(asked: Sequence[Any], ranked: Sequence[Sequence[Dict[str, Any]]]) -> List[Judged]:
    return [
        (best["confidence"], best["name"] in question.accepted)
        for question, (best, *_) in zip(asked, ranked, strict=True)
    ]


async def _judged_before(agent: Any, asked: Sequence[Any], temperature: float) -> List[Judged]:
    """The same with temperature and sharpness 1: what the classifier would claim without calibration."""
    for classifier in _classifiers(agent):
        learnt, before = classifier._model, np.float32(temperature)
        classifier._model = learnt._replace(weights=learnt.weights * before, bias=learnt.bias * before)
        classifier._sharpness = 1.0
    return _judged(asked, [topics(await agent.parse_message(question.text)) for question in asked])


def _classifiers(agent: Any) -> Iterator[Any]:
    """Our classifier inside Rasa's graph; there is no public way to it."""
    from hipbot.nlu.classifier import TopicClassifier

    for node in agent.processor.graph_runner._nodes.values():
        if isinstance(node._component, TopicClassifier):
            yield node._component


if __name__ == "__main__":
    main(lambda plan: asyncio.run(_measure(plan)))

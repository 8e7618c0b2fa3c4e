"""One message as the dialogue sees it, and `said`: the hand-made message of the other dialogue tests."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from hipbot.dialogue.understanding import Question, Understanding


def said(
    text: str, topic: Optional[str] = None, confidence: float = 0.9, sure: bool = True, **more: Any
) -> Understanding:
    """A message understood as `topic`, without a model.

    Args:
        more: `runners_up` (topic, confidence), `questions` (topic, confidence), else entities by name.
    """
    topics = ((topic, confidence),) if topic else ()
    questions = tuple(Question("", *question) for question in more.pop("questions", ()))
    runners_up = tuple(more.pop("runners_up", ()))
    entities = {name: (value,) for name, value in more.items()}
    return Understanding(text, (*topics, *runners_up), questions, entities, sure)


def test_reads_what_rasa_hands_over():
    """Intent, ranking, entities and questions of `tracker.latest_message` are all there."""
    parsed = {
        "text": "how often, and is it safe?",
        "intent": {"name": "faq", "confidence": 0.8},
        "topics": [{"name": "faq/how_often", "confidence": 0.8}, {"name": "greet", "confidence": 0.1}],
        "questions": [{"text": "how often", "name": "faq/how_often", "confidence": 0.9}],
        "entities": [{"entity": "sport", "value": "golf"}, {"entity": "sport", "value": "running"}],
    }
    read = Understanding.from_parse_data(parsed)
    assert read.topics == (("how_often", 0.8), ("greet", 0.1))
    assert read.questions == (Question("how often", "how_often", 0.9),)
    assert (read.topic, read.confidence, read.confidence_in("greet"), read.confidence_in("deny")) == (
        "how_often",
        0.8,
        0.1,
        0,
    )
    assert read.first("sport") == "golf"
    assert read.first("exercise") is None
    assert read.sure


@pytest.mark.parametrize(
    "parsed",
    [
        {},
        {"text": None},
        {"text": "", "intent": None, "entities": None, "questions": None, "topics": None},
        {"text": "hm", "intent": {}},
        {"text": "hm", "intent": {"name": None, "confidence": None}},
    ],
)
def test_nothing_understood_is_no_failure(parsed):
    """What Rasa leaves out is empty here; nothing raises."""
    read = Understanding.from_parse_data(parsed)
    assert (read.topic, read.confidence, read.topics, read.first("sport")) == (None, 0.0, (), None)


def test_an_intent_alone_will_do():
    """Other pipelines give no `topics`: the intent stands for them."""
    read = Understanding.from_parse_data({"text": "hi", "intent": {"name": "greet", "confidence": 0.7}})
    assert read.topics == (("greet", 0.7),)


def test_an_unsure_reading_keeps_its_topics():
    """`nlu_fallback` means unsure: the topics stay, for "did you mean"."""
    parsed = {
        "text": "hm",
        "intent": {"name": "nlu_fallback", "confidence": 0.7},
        "topics": [{"name": "faq/how_often", "confidence": 0.2}],
    }
    read = Understanding.from_parse_data(parsed)
    assert not read.sure
    assert read.topic == "how_often"


@pytest.mark.parametrize(
    "text, has_words",
    [
        ("hi", True),
        ("7", True),
        ("āe", True),
        ("痛い", True),
        ("?", False),
        ("🙂", False),
        ("", False),
        ("  ", False),
        ("___", False),
    ],
)
def test_whether_there_are_words(text, has_words):
    """A letter or digit of any script makes words."""
    assert said(text).has_words is has_words


@pytest.mark.parametrize(
    "more, danger",
    [({"danger": [0.4, 0.7]}, (0.4, 0.7)), ({}, (0.9, 0.9)), ({"red_flags": []}, (0.0, 0.0)), ({"danger": [1.0001, 0]}, (1.0, 0.0))],
)
def test_danger_of_a_model_that_does_not_say_it(more, danger):
    """One trained before it did, as after `hipbot rollback`, has its likeliest flags; never more than 1."""
    flags = [{"name": "red_flag/chest", "confidence": 0.6}, {"name": "crisis", "confidence": 0.3}]
    read = Understanding.from_parse_data({"text": "x", "intent": {"name": "greet"}, "red_flags": flags, **more})
    assert read.danger == pytest.approx(danger)

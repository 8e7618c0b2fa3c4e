"""The topic classifier: honest confidence, and the retrieval key where Rasa's own selector puts it."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix

from hipbot.nlu.classifier import TopicClassifier, calibrate, fit, full_topic, set_intent, softmax

CONFIG = TopicClassifier.get_default_config()


def messages(noise: float, count: int = 2_000, topics: int = 4, chaff: int = 60):
    """(features, topics) where a share of the topics is wrong, and most features mean nothing."""
    chance = np.random.default_rng(7)  # so that a red test is red twice
    right = chance.integers(0, topics, count)
    features = np.hstack(
        [np.eye(topics)[right] + chance.normal(0, 0.4, (count, topics)), chance.normal(0, 1, (count, chaff))]
    )
    noisy = np.where(chance.random(count) < noise, chance.integers(0, topics, count), right)
    return csr_matrix(features), np.array([f"topic {n}" for n in noisy])


@pytest.mark.parametrize("logits", [[[0.0, 0.0]], [[1e4, -1e4, 0]], [[-1e4, -1e4]], [[3.0, 1.0, 0.2], [0.1, 5.0, 0.1]]])
def test_softmax(logits):
    """Each row is a probability, the order stays, and no number is too large."""
    scores = softmax(np.array(logits))
    assert np.isfinite(scores).all() and np.allclose(scores.sum(axis=1), 1)
    assert (scores.argmax(axis=1) == np.array(logits).argmax(axis=1)).all()


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.5])
def test_confidence_means_what_it_says(noise):
    """On messages never taught, confidence is nearer to the share that is right than without calibration."""
    features, topics = messages(noise)
    taught = slice(0, 500)  # few messages, many features: far too sure by itself
    temperature = calibrate(features[taught], topics[taught], CONFIG)
    model = fit(features[taught], topics[taught], CONFIG)
    logits = model.decision_function(features[500:])
    place = np.searchsorted(model.classes_, topics[500:])

    def loss(scores):
        return -np.log(scores[np.arange(len(place)), place] + 1e-12).mean()

    right = (logits.argmax(axis=1) == place).mean()
    scores = softmax(logits / temperature)
    assert loss(scores) < loss(softmax(logits))
    assert abs(scores.max(axis=1).mean() - right) < 0.15


def test_the_same_data_learns_the_same():
    """Trained twice, the weights are the same."""
    features, topics = messages(0.2)
    assert np.array_equal(fit(features, topics, CONFIG).coef_, fit(features, topics, CONFIG).coef_)
    assert calibrate(features, topics, CONFIG) == calibrate(features, topics, CONFIG)


def test_a_small_topic_is_not_drowned():
    """A topic with a tenth of the messages is still found."""
    features = csr_matrix(np.vstack([np.tile([1.0, 0.0], (50, 1)), np.tile([0.0, 1.0], (5, 1))]))
    topics = np.array(["large"] * 50 + ["small"] * 5)
    assert list(fit(features, topics, CONFIG).predict(csr_matrix([[0.0, 1.0]]))) == ["small"]


def test_a_retrieval_topic_goes_where_rasa_looks_for_it():
    """`intent` is the base, `response_selector` has the key, as Rasa's ResponseSelector writes them."""
    message = Message({"text": "how often?"})
    set_intent(message, [{"name": "faq/how_often", "confidence": 0.8}, {"name": "greet", "confidence": 0.1}])
    assert message.get("intent") == {"name": "faq", "confidence": 0.8}
    assert message.get("intent_ranking") == [{"name": "faq", "confidence": 0.8}, {"name": "greet", "confidence": 0.1}]
    selected = message.get("response_selector")
    assert selected["all_retrieval_intents"] == ["faq"]
    assert selected["faq"]["response"] == {"intent_response_key": "faq/how_often", "confidence": 0.8}
    assert {"intent", "intent_ranking", "response_selector"} <= message.output_properties


def test_a_plain_topic_selects_nothing():
    """`greet` has no key."""
    message = Message({"text": "hi"})
    set_intent(message, [{"name": "greet", "confidence": 0.8}])
    assert message.get("intent") == {"name": "greet", "confidence": 0.8}
    assert message.get("response_selector") is None


def test_the_full_topic_of_an_example():
    """As it stands in data/nlu.yml."""
    assert full_topic(Message({"intent": "faq", "intent_response_key": "faq/how_often"})) == "faq/how_often"
    assert full_topic(Message({"intent": "greet"})) == "greet"


def test_a_message_without_features_has_no_intent():
    """Nothing was written: `intent` is there and empty, for whatever comes next in the pipeline."""
    message = Message({"text": ""})
    TopicClassifier(CONFIG, None, None).process([message])
    assert message.get("intent") == {"name": None, "confidence": 0.0}
    assert message.get("intent_ranking") == []

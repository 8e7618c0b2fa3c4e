"""The topic classifier: honest confidence, and the retrieval key where Rasa's own selector puts it."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from hipbot.nlu.classifier import (
    CRISIS_WEIGHT,
    SENTENCE_WEIGHT,
    TopicClassifier,
    calibrated,
    full_topic,
    mixed,
    set_intent,
    sharpened,
)
from hipbot.nlu.encoder import MEANING
from hipbot.nlu.neighbours import Neighbours, points_of
from hipbot.nlu.ngrams import WORDING
from hipbot.nlu.softmax_regression import Banded, fit, softmax

CONFIG = TopicClassifier.get_default_config()
SETTINGS = CONFIG["C"], CONFIG["max_iterations"]


def messages(noise: float, count: int = 2_000, topics: int = 4, chaff: int = 60):
    """(dense features, sparse features, topics) where a share of the topics is wrong, and most features mean nothing."""
    chance = np.random.default_rng(7)  # so that a red test is red twice
    right = chance.integers(0, topics, count)
    dense = np.eye(topics)[right] + chance.normal(0, 0.4, (count, topics))
    sparse = csr_matrix(chance.normal(0, 1, (count, chaff)).astype(np.float32))
    noisy = np.where(chance.random(count) < noise, chance.integers(0, topics, count), right)
    return dense.astype(np.float32), sparse, np.array([f"topic {n}" for n in noisy])


@pytest.mark.parametrize("logits", [[[0.0, 0.0]], [[1e4, -1e4, 0]], [[-1e4, -1e4]], [[3.0, 1.0, 0.2], [0.1, 5.0, 0.1]]])
def test_softmax(logits):
    """Each row is a probability, the order stays, and no number is too large."""
    scores = softmax(np.array(logits))
    assert np.isfinite(scores).all() and np.allclose(scores.sum(axis=1), 1)
    assert (scores.argmax(axis=1) == np.array(logits).argmax(axis=1)).all()


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.5])
def test_confidence_means_what_it_says(noise):
    """On messages never taught, confidence is nearer to the share that is right than without calibration; the vote counted in."""
    dense, sparse, topics = messages(noise)
    taught = dense[:500], sparse[:500], topics[:500]  # few messages, many features: far too sure by itself
    most, temperature, sharpness = calibrated(*taught, *SETTINGS, seed=7)
    model = fit(*taught, CONFIG["C"], CONFIG["last_iterations"], start=most)
    logits = model.scores(dense[500:], sparse[500:])
    place = np.searchsorted(model.classes, topics[500:])
    votes = Neighbours(points_of(dense[:500]), np.searchsorted(model.classes, topics[:500])).votes(dense[500:])

    def loss(scores):
        return -np.log(scores[np.arange(len(place)), place] + 1e-12).mean()

    scores = sharpened(mixed(logits / temperature, votes), sharpness)
    right = (scores.argmax(axis=1) == place).mean()
    assert loss(scores) < loss(mixed(logits, votes))
    assert abs(scores.max(axis=1).mean() - right) < 0.1


def test_sharper_probabilities_keep_their_order():
    """They still sum to 1, and the best one gains."""
    scores = np.array([[0.5, 0.3, 0.2], [0.9, 0.1, 0.0]])
    sharper = sharpened(scores, 1.5)
    assert np.allclose(sharper.sum(axis=1), 1) and (sharper.argsort(axis=1) == scores.argsort(axis=1)).all()
    assert (sharper[:, 0] > scores[:, 0]).all()
    assert np.allclose(sharpened(scores, 1.0), scores)


@pytest.mark.parametrize("cores", [None, 1, 2, 3, 64])
@pytest.mark.parametrize("rows", [0, 1, 2, 50])
def test_a_product_on_every_core_is_the_same(monkeypatch, cores, rows):
    """To the last bit, however many cores there are; empty rows, and fewer rows than cores."""
    monkeypatch.setattr("hipbot.nlu.softmax_regression.os.cpu_count", lambda: cores)
    chance = np.random.default_rng(7)
    table = chance.normal(0, 1, (rows, 30)).astype(np.float32) * (chance.random((rows, 30)) < 0.1)
    weights = chance.normal(0, 1, (30, 4)).astype(np.float32)
    assert np.array_equal(Banded(csr_matrix(table)) @ weights, csr_matrix(table) @ weights)


def test_the_same_data_learns_the_same():
    """Trained twice, the weights are the same."""
    data = messages(0.2)
    assert np.array_equal(fit(*data, *SETTINGS).weights, fit(*data, *SETTINGS).weights)
    once, again = (calibrated(*data, *SETTINGS, seed=7) for _ in range(2))
    assert np.array_equal(once[0].weights, again[0].weights) and once[1:] == again[1:]


def test_what_most_messages_taught_is_most_of_the_way():
    """Ten steps from there lead to what five times as many do from nothing."""
    dense, sparse, topics = messages(0.2)
    most = fit(dense[:1_600], sparse[:1_600], topics[:1_600], *SETTINGS)
    last = CONFIG["C"], CONFIG["last_iterations"]
    there, short = (softmax(fit(dense, sparse, topics, *last, start=start).scores(dense, sparse)) for start in (most, None))
    far = softmax(fit(dense, sparse, topics, CONFIG["C"], 5 * CONFIG["last_iterations"]).scores(dense, sparse))
    assert np.abs(there - far).mean() < np.abs(short - far).mean()


@pytest.mark.slow
def test_it_learns_what_scikit_learn_learns():
    """Same objective: both give the same probabilities when left to finish."""
    dense, sparse, topics = messages(0.2, count=400)
    ours = fit(dense, sparse, topics, 0.5, 500)
    of_topic = dict(zip(*np.unique(topics, return_counts=True)))
    weights = np.array([of_topic[topic] ** -0.5 for topic in topics])
    theirs = LogisticRegression(C=0.5, max_iter=500).fit(
        np.hstack([dense, sparse.toarray()]), topics, sample_weight=weights / weights.mean()
    )
    expected = theirs.predict_proba(np.hstack([dense, sparse.toarray()]))
    assert np.abs(softmax(ours.scores(dense, sparse)) - expected).max() < 0.01


def test_a_small_topic_is_not_drowned():
    """A topic with a tenth of the messages is still found."""
    dense = np.vstack([np.tile([1.0, 0.0], (50, 1)), np.tile([0.0, 1.0], (5, 1))]).astype(np.float32)
    topics = np.array(["large"] * 50 + ["small"] * 5)
    model = fit(dense, csr_matrix(dense), topics, *SETTINGS)
    alone = np.array([[0.0, 1.0]], dtype=np.float32)
    assert model.classes[model.scores(alone, csr_matrix(alone)).argmax()] == "small"


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


LONG, SHORT = "one two three four five six seven eight nine ten eleven twelve", "one two three"


@pytest.mark.parametrize(
    "sentence, topic, weight",
    [(LONG, 2, SENTENCE_WEIGHT), (SHORT, 2, SENTENCE_WEIGHT / 4), (LONG, 0, CRISIS_WEIGHT), (SHORT, 0, CRISIS_WEIGHT / 4)],
)
def test_a_sentence_out_of_its_story_counts_for_less(sentence, topic, weight):
    """The less, the shorter it is; a crisis, which nobody can ask about first, for least."""
    classifier = TopicClassifier(CONFIG, None, None)
    classifier._name(["crisis", "greet", "red_flag/chest"])
    alone = Message({"text": sentence}), np.eye(3)[topic]
    dangers = classifier._dangers(np.array([0.01, 0.98, 0.01]), [alone])
    assert dangers[topic] == pytest.approx(weight) and dangers[1] == 0.98


@pytest.mark.parametrize("sentences, worst", [([], 0.02), ([(LONG, 2), (SHORT, 0), (LONG, 1)], 1.0), ([(SHORT, 0), (LONG, 1)], 0.25)])
def test_danger_is_that_of_the_whole_and_of_its_worst_sentence(sentences, worst):
    """Red flags and a crisis together; a short sentence counts for less, and a short message is its own only one."""
    classifier = TopicClassifier(CONFIG, None, None)
    classifier._name(["crisis", "greet", "red_flag/chest"])
    alone = [(Message({"text": text}), np.eye(3)[topic]) for text, topic in sentences]
    assert classifier._danger(np.array([0.01, 0.98, 0.01]), alone) == [0.02, worst]


def test_regression_and_vote_count_half_each():
    """Both are probabilities, and so is what comes of them."""
    both = mixed(np.array([[0.0, 0.0, 1e4]]), np.array([[0.5, 0.5, 0.0]]))
    assert np.allclose(both, [[0.25, 0.25, 0.5]])


def test_few_rows_score_as_a_matrix_of_them():
    """The quick way for one message gives what training's gives."""
    dense, sparse, topics = messages(0.2, count=300)
    model = fit(dense, sparse, topics, *SETTINGS)
    rows = [row.tocoo() for row in sparse[:3]]
    assert np.allclose(model.scores_of_rows(dense[:3], rows), model.scores(dense[:3], sparse[:3]), atol=1e-4)


def test_other_featurizers_change_nothing():
    """Staff's or a developer's own features, in front of ours on the message, are not taken for ours."""
    dense, sparse, topics = messages(0.0, count=200)
    classifier = TopicClassifier(CONFIG, None, None)
    model = fit(dense, sparse, topics, *SETTINGS)
    nothing = np.eye(4, dtype=np.float32), np.zeros(4, np.float32)
    classifier._learn(model.classes, *model[1:], *nothing, points_of(dense), np.searchsorted(model.classes, topics), 1.0)

    def asked(*before):
        message = Message({"text": "how often?"}, features=list(before))
        message.add_features(Features(dense[:1], FEATURE_TYPE_SENTENCE, "text", MEANING))
        message.add_features(Features(sparse[0].tocoo(), FEATURE_TYPE_SENTENCE, "text", WORDING))
        return classifier._scores([message])

    foreign = Features(sparse[1].tocoo(), FEATURE_TYPE_SENTENCE, "text", "RegexFeaturizer")
    assert np.array_equal(asked(foreign, Features(dense[1:2], FEATURE_TYPE_SENTENCE, "text", "other")), asked())

"""Topic classifier: logistic regression over sentence vector and n-grams, with honest confidence.

Named in `config.yml` after the featurizers. Predicts every topic of `data/nlu.yml`, FAQs by their full
key (`faq/how_often`), fills `response_selector` as Rasa's own selector does, and classifies each
question of a message that asks two.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any, Dict, List, Sequence, Text, Tuple, Type

import numpy as np
from joblib import Parallel, delayed
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, RESPONSE_SELECTOR, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedShuffleSplit
from tqdm import tqdm

from hipbot.nlu.parts import QUESTIONS

logger = logging.getLogger(__name__)
RANKED = 5  # topics kept for `clarify` and for staff
TEMPERATURES = np.geomspace(0.25, 4.0, 41)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Adds `intent`, `intent_ranking`, `response_selector`, `topics` and `questions` to a message."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "C": 10.0,  # inverse regularisation; 3, 20 and 30 were no better on the untaught questions
            "dense_weight": 1.0,  # of the sentence vector beside the n-grams; 0.7, 1.5, 2 and 3 were worse
            "dense_dimensions": 192,  # principal components of it while learning: as right as 384, 40 % quicker
            "max_iterations": 40,
            "random_seed": 7,  # so that a red test is red twice
        }

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._topics: List[Text] = []
        self._weights = np.zeros((0, 0), dtype=np.float32)  # (features, topics), temperature applied
        self._bias = np.zeros(0, dtype=np.float32)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TopicClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TopicClassifier":
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            learnt = np.load(folder / "topics.npz", allow_pickle=False)
            classifier._topics = [str(topic) for topic in learnt["topics"]]
            classifier._weights, classifier._bias = learnt["weights"], learnt["bias"]
        return classifier

    # training ------------------------------------------------------------------------------------

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        topics = np.array([full_topic(example) for example in examples])
        dense, sparse = self._features(examples)
        mean, axes = principal_axes(dense, self._config["dense_dimensions"])
        features = hstack([csr_matrix((dense - mean) @ axes), sparse], format="csr", dtype=np.float32)
        tqdm.write("Learning topics ...")
        model, temperature = Parallel(n_jobs=2)(  # one core each
            delayed(learn)(features, topics, self._config) for learn in (fit, calibrate)
        )
        logger.info("%d topics from %d messages, temperature %.2f", len(model.classes_), len(topics), temperature)
        self._topics = list(model.classes_)
        weights, count = model.coef_.T / temperature, axes.shape[1]
        whole = axes @ weights[:count]  # the axes fold into the weights: a message is read without them
        self._weights = np.vstack([whole, weights[count:]]).astype(np.float32)
        self._bias = (model.intercept_ / temperature - mean @ whole).astype(np.float32)
        with self._storage.write_to(self._resource) as folder:
            np.savez(
                folder / "topics.npz", topics=np.array(self._topics), weights=self._weights, bias=self._bias
            )
        return self._resource

    # reading -------------------------------------------------------------------------------------

    def _features(self, messages: List[Message]) -> Tuple[np.ndarray, csr_matrix]:
        """Weighted sentence vectors, shape (messages, 384), and n-grams; a row for each message."""
        dense, sparse = zip(*map(_features_of, messages))
        dense, sparse = np.vstack(dense), vstack(sparse, format="csr")
        return dense * self._config["dense_weight"], sparse

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT) and message.get_dense_features(TEXT)[1]:
                self._set_topics(message)
            else:  # nothing was written: FallbackClassifier needs an intent all the same
                message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
                message.set("intent_ranking", [], add_to_output=True)
        return messages

    def _set_topics(self, message: Message) -> None:
        ranked = self._rank(message)
        message.set("topics", ranked, add_to_output=True)
        asked = [
            {"text": question.get(TEXT), **self._rank(question)[0]} for question in message.get(QUESTIONS, [])
        ]
        message.set(QUESTIONS, asked, add_to_output=True)
        set_intent(message, ranked)

    def _rank(self, message: Message) -> List[Dict[Text, Any]]:
        dense, sparse = _features_of(message)
        size = dense.shape[1]
        vector = dense[0] * self._config["dense_weight"]
        scores = softmax(vector @ self._weights[:size] + sparse.data @ self._weights[size + sparse.col] + self._bias)
        best = np.argsort(scores)[::-1][:RANKED]
        return [{"name": self._topics[i], "confidence": round(float(scores[i]), 4)} for i in best]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Settings are numbers, each with a default."""


def fit(features: csr_matrix, topics: np.ndarray, config: Dict[Text, Any]) -> LogisticRegression:
    """The classifier, not calibrated yet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopped early on purpose: more gains nothing
        return LogisticRegression(
            C=config["C"],
            max_iter=config["max_iterations"],
            class_weight="balanced",
            random_state=config["random_seed"],
        ).fit(features, topics)


def calibrate(features: csr_matrix, topics: np.ndarray, config: Dict[Text, Any]) -> float:
    """The temperature that makes confidence on a held-out fifth mean what it says.

    Source: Guo et al. 2017, "On calibration of modern neural networks" (temperature scaling).
    """
    split = StratifiedShuffleSplit(1, test_size=0.2, random_state=config["random_seed"])
    taught, held_out = next(split.split(features, topics))
    model = fit(features[taught], topics[taught], config)
    logits = model.decision_function(features[held_out])
    right = np.searchsorted(model.classes_, topics[held_out])
    losses = [-np.log(softmax(logits / t)[np.arange(len(right)), right] + 1e-12).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def principal_axes(vectors: np.ndarray, count: int) -> Tuple[np.ndarray, np.ndarray]:
    """Mean, shape (dimensions,), and the `count` axes of most variance, shape (dimensions, count)."""
    mean = vectors.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(vectors - mean, rowvar=False))  # ascending
    return mean, np.ascontiguousarray(axes[:, ::-1][:, :count], dtype=np.float32)


def full_topic(example: Message) -> Text:
    """`faq/how_often` or `greet`: the topic as it stands in `data/nlu.yml`."""
    return example.get("intent_response_key") or example.get(INTENT)


def set_intent(message: Message, ranked: Sequence[Dict[Text, Any]]) -> None:
    """Write topics as Rasa writes intents; a retrieval intent's key goes into `response_selector`."""
    ranking = [_as_intent(entry) for entry in ranked]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    base, _, key = ranked[0]["name"].partition("/")
    if key:
        response = {INTENT_RESPONSE_KEY: ranked[0]["name"], "confidence": ranked[0]["confidence"]}
        message.set(
            RESPONSE_SELECTOR, {"all_retrieval_intents": [base], base: {"response": response}}, add_to_output=True
        )


def _as_intent(entry: Dict[Text, Any]) -> Dict[Text, Any]:
    return {"name": entry["name"].partition("/")[0], "confidence": entry["confidence"]}


def _features_of(message: Message) -> Tuple[np.ndarray, coo_matrix]:
    """Sentence vector, shape (1, 384), and n-grams, shape (1, terms)."""
    return message.get_dense_features(TEXT)[1].features, message.get_sparse_features(TEXT)[1].features


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis, shape kept."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)

"""Topic classifier: logistic regression over sentence vector and n-grams, with honest confidence.

Named in `config.yml` after the featurizers. Predicts every topic of `data/nlu.yml`, FAQs by their full
key (`faq/how_often`), fills `response_selector` as Rasa's own selector does, and classifies each
question of a message that asks two.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Optional, Sequence, Text, Tuple, Type

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
from scipy.sparse import coo_matrix, csr_matrix, vstack
from sklearn.model_selection import StratifiedShuffleSplit
from tqdm import tqdm

from hipbot.language.minilm import DIMENSIONS
from hipbot.nlu.parts import QUESTIONS, SENTENCES
from hipbot.nlu.softmax_regression import fit, softmax

logger = logging.getLogger(__name__)
RED_FLAG = "red_flag/"  # how the topics of data/red_flags.yml begin
CRISIS = "crisis"  # a topic and a danger
SENTENCE_WEIGHT = 0.65  # of a sentence's red flags: may lead to the closed question, never to an alarm by itself
CRISIS_WEIGHT = 0.45  # of a sentence's crisis, which has no closed question: only a plain one counts
SENTENCE_WORDS = 12  # of a sentence that counts in full: "what about those of us who can't?" sounds like anything
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
            "dense_weight": 0.8,  # of the sentence vector beside the n-grams; 0.6, 1, 1.5, 2 and 3 were worse
            "layer_weight": 0.4,  # of each lower layer of the encoder
            "max_iterations": 40,
            "random_seed": 7,  # so that a red test is red twice
        }

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._learn([], np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.float32))

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
            classifier._learn(learnt["topics"], learnt["weights"], learnt["bias"])
        return classifier

    # training ------------------------------------------------------------------------------------

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        topics = np.array([full_topic(example) for example in examples])
        dense, sparse = self._features(examples)
        settings = self._config["C"], self._config["max_iterations"]
        tqdm.write("Learning topics ...")
        model, temperature = Parallel(n_jobs=2, prefer="threads")(  # one core each: NumPy and SciPy let go of Python's lock
            [delayed(fit)(dense, sparse, topics, *settings),
             delayed(calibrate)(dense, sparse, topics, *settings, self._config["random_seed"])]
        )  # fmt: skip
        logger.info("%d topics from %d messages, temperature %.2f", len(model.classes), len(topics), temperature)
        weights = np.vstack([model.weights, model.bias]) / np.float32(temperature)
        self._learn(model.classes, weights[:-1], weights[-1])
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "topics.npz", topics=model.classes, weights=self._weights, bias=self._bias)
        return self._resource

    def _learn(self, topics: Sequence[Text], weights: np.ndarray, bias: np.ndarray) -> None:
        self._topics = [str(topic) for topic in topics]
        self._weights, self._bias = weights, bias
        self._is_topic = np.array([not topic.startswith(RED_FLAG) for topic in self._topics], dtype=bool)
        self._is_danger = np.array([topic.startswith(RED_FLAG) or topic == CRISIS for topic in self._topics], dtype=bool)
        self._in_a_story = np.array([CRISIS_WEIGHT if topic == CRISIS else SENTENCE_WEIGHT for topic in self._topics])

    # reading -------------------------------------------------------------------------------------

    def _features(self, messages: List[Message]) -> Tuple[np.ndarray, csr_matrix]:
        """Weighted vectors of the encoder, shape (messages, 1536), and n-grams; a row for each message."""
        dense, sparse = zip(*map(_features_of, messages))
        dense, sparse = np.vstack(dense), vstack(sparse, format="csr")
        return dense * self._weights_of(dense), sparse

    def _weights_of(self, dense: np.ndarray) -> np.ndarray:
        """Of the encoder's layers, shape (1536,); the last one is the sentence vector."""
        weights = np.full(dense.shape[1], self._config["layer_weight"], dtype=np.float32)
        weights[-DIMENSIONS:] = self._config["dense_weight"]
        return weights

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT) and message.get_dense_features(TEXT)[1]:
                self._set_topics(message)
            else:  # nothing was written: FallbackClassifier needs an intent all the same
                message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
                message.set("intent_ranking", [], add_to_output=True)
        return messages

    def _set_topics(self, message: Message) -> None:
        scores = self._scores(message)
        ranked = self._ranked(scores)
        message.set("topics", self._ranked(scores, self._is_topic), add_to_output=True)
        message.set("red_flags", self._ranked(self._danger(message, scores), self._is_danger), add_to_output=True)
        asked = []
        for question in message.get(QUESTIONS, []):
            best = self._ranked(self._scores(question), self._is_topic)[0]
            asked.append({"text": question.get(TEXT), **best})
        message.set(QUESTIONS, asked, add_to_output=True)
        set_intent(message, ranked)

    def _danger(self, message: Message, scores: np.ndarray) -> np.ndarray:
        """The scores, raised where a sentence by itself says more; one sentence out of its story counts for less."""
        sentences = [self._scores(part) * _length_of(part) * self._in_a_story for part in message.get(SENTENCES, [])]
        message.set(SENTENCES, None)  # they have been read
        return np.max([scores, *sentences], axis=0)

    def _scores(self, message: Message) -> np.ndarray:
        """Calibrated probabilities, shape (topics,)."""
        dense, sparse = _features_of(message)
        size = dense.shape[1]
        vector = dense[0] * self._weights_of(dense)
        return softmax(vector @ self._weights[:size] + sparse.data @ self._weights[size + sparse.col] + self._bias)

    def _ranked(self, scores: np.ndarray, among: Optional[np.ndarray] = None) -> List[Dict[Text, Any]]:
        """The best topics with their confidence; `among` says which ones count."""
        order = [i for i in np.argsort(scores)[::-1] if among is None or among[i]]
        return [{"name": self._topics[i], "confidence": round(float(scores[i]), 4)} for i in order[:RANKED]]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Settings are numbers, each with a default."""


def calibrate(
    dense: np.ndarray, sparse: csr_matrix, topics: np.ndarray, C: float, iterations: int, seed: int
) -> float:
    """The temperature that makes confidence on a held-out fifth mean what it says.

    Source: Guo et al. 2017, "On calibration of modern neural networks" (temperature scaling).
    """
    split = StratifiedShuffleSplit(1, test_size=0.2, random_state=seed)
    taught, held_out = next(split.split(sparse, topics))
    model = fit(dense[taught], sparse[taught], topics[taught], C, iterations)
    logits = model.scores(dense[held_out], sparse[held_out])
    right = np.searchsorted(model.classes, topics[held_out])
    losses = [-np.log(softmax(logits / t)[np.arange(len(right)), right] + 1e-12).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


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


def _length_of(sentence: Message) -> float:
    """How much of a sentence of full length it is, 0 to 1."""
    return min(1.0, len(sentence.get(TEXT).split()) / SENTENCE_WORDS)


def _features_of(message: Message) -> Tuple[np.ndarray, coo_matrix]:
    """Vectors of the encoder, shape (1, 1536), and n-grams, shape (1, terms)."""
    return message.get_dense_features(TEXT)[1].features, message.get_sparse_features(TEXT)[1].features

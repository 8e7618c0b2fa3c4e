"""Topic classifier: logistic regression over sentence vectors and n-grams, and a vote of the nearest taught messages.

Named in `config.yml` after the featurizers. Predicts every topic of `data/nlu.yml`, FAQs by their full
key (`faq/how_often`), fills `response_selector` as Rasa's own selector does, and classifies each
question of a message that asks two. Its confidence is calibrated: docs/decisions/0002.
"""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Optional, Sequence, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, RESPONSE_SELECTOR, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedShuffleSplit
from tqdm import tqdm

from hipbot.language.minilm import DIMENSIONS, LAYERS
from hipbot.nlu.encoder import MEANING, SentenceEncoder
from hipbot.nlu.featurized import Featurized
from hipbot.nlu.neighbours import Neighbours, points_of
from hipbot.nlu.ngrams import WORDING, NGramFeaturizer
from hipbot.nlu.parts import QUESTIONS, SENTENCES, with_parts
from hipbot.nlu.principal_components import PrincipalComponents
from hipbot.nlu.softmax_regression import Model, fit, softmax

logger = logging.getLogger(__name__)
RED_FLAG = "red_flag/"  # how the topics of data/red_flags.yml begin
CRISIS = "crisis"  # a topic and a danger
SENTENCE_WEIGHT = 0.38  # of a sentence's red flags: may lead to the closed question, never to an alarm by itself
CRISIS_WEIGHT = 0.45  # of a sentence's crisis, which has no closed question: only a plain one counts
SENTENCE_WORDS = 12  # of a sentence that counts in full: "what about those of us who can't?" sounds like anything
LEARNT = "topics.npz"
RANKED = 5  # topics kept for `clarify` and for staff
TEMPERATURES = np.geomspace(0.25, 4.0, 41)
SHARPNESSES = np.linspace(1.0, 2.0, 21)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Adds `intent`, `intent_ranking`, `response_selector`, `topics`, `red_flags`, `danger` and `questions` to a message."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [SentenceEncoder, NGramFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "C": 60.0,  # inverse regularisation; 10 and 30 found fewer red flags, 200 fewer topics
            "dense_weight": 0.8,  # of the sentence vector beside the n-grams; 0.6, 1, 1.5, 2 and 3 were worse
            "layer_weight": 0.4,  # of each lower layer of the encoder
            "dimensions": 256,  # principal components of the vectors; all of them were hardly better, and a fifth slower to learn
            "max_iterations": 24,  # on four fifths of the messages,
            "last_iterations": 10,  # and then on all of them
            "random_seed": 7,  # so that a red test is red twice
        }

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource

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
        with model_storage.read_from(resource) as folder, np.load(folder / LEARNT, allow_pickle=False) as learnt:
            classifier._learn(**learnt)
        return classifier

    # training ------------------------------------------------------------------------------------

    def train(self, training_data: Featurized) -> Resource:
        examples = training_data.examples
        rows = [row for row, example in enumerate(examples) if example.get(INTENT)]
        topics, dense = np.array([full_topic(examples[row]) for row in rows]), training_data.dense[rows]
        components = PrincipalComponents.fit(dense, self._weights(), self._config["dimensions"])
        data = components.of(dense), training_data.sparse[rows], topics
        settings = self._config["C"], self._config["max_iterations"]
        tqdm.write("Learning topics ...")
        most, temperature, sharpness = calibrated(*data, *settings, self._config["random_seed"])
        model = fit(*data, self._config["C"], self._config["last_iterations"], start=most)  # what four fifths taught is most of the way
        measured = len(model.classes), len(topics), temperature, sharpness
        logger.info("%d topics from %d messages, temperature %.2f, sharpness %.2f", *measured)
        learnt = {
            "topics": model.classes,
            "weights": model.weights / np.float32(temperature),
            "bias": model.bias / np.float32(temperature),
            "directions": components.directions,
            "offset": components.offset,
            "points": points_of(data[0]).astype(np.float16),  # exact enough, in half the space
            "of_topic": np.searchsorted(model.classes, topics),
            "sharpness": np.float32(sharpness),
        }
        self._learn(**learnt)
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / LEARNT, **learnt)
        return self._resource

    def _weights(self) -> np.ndarray:
        """Of the encoder's layers, shape (1536,); the last one is the sentence vector."""
        weights = np.full(LAYERS * DIMENSIONS, self._config["layer_weight"], dtype=np.float32)
        weights[-DIMENSIONS:] = self._config["dense_weight"]
        return weights

    def _learn(
        self,
        topics: Sequence[Text],
        weights: np.ndarray,
        bias: np.ndarray,
        directions: np.ndarray,
        offset: np.ndarray,
        points: np.ndarray,
        of_topic: np.ndarray,
        sharpness: np.ndarray,
    ) -> None:
        self._name(topics)
        self._model = Model(topics, weights, bias)
        self._components, self._neighbours = PrincipalComponents(directions, offset), Neighbours(points, of_topic)
        self._sharpness = float(sharpness)

    def _name(self, topics: Sequence[Text]) -> None:
        self._topics = [str(topic) for topic in topics]
        self._is_topic = np.array([not topic.startswith(RED_FLAG) for topic in self._topics], dtype=bool)
        self._is_danger = np.array([topic.startswith(RED_FLAG) or topic == CRISIS for topic in self._topics], dtype=bool)
        self._in_a_story = np.array([CRISIS_WEIGHT if topic == CRISIS else SENTENCE_WEIGHT for topic in self._topics])

    # reading -------------------------------------------------------------------------------------

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT) and message.get_dense_features(TEXT, [MEANING])[1]:
                self._set_topics(message)
            else:  # nothing was written: FallbackClassifier needs an intent all the same
                message.set(INTENT, {"name": None, "confidence": 0.0}, add_to_output=True)
                message.set("intent_ranking", [], add_to_output=True)
        return messages

    def _set_topics(self, message: Message) -> None:
        parts = with_parts([message])
        scores_of = dict(zip(map(id, parts), self._scores(parts)))
        scores = scores_of[id(message)]
        sentences = [(sentence, scores_of[id(sentence)]) for sentence in message.get(SENTENCES, [])]
        message.set(SENTENCES, None)  # they have been read
        message.set("topics", self._ranked(scores, self._is_topic), add_to_output=True)
        message.set("red_flags", self._ranked(self._dangers(scores, sentences), self._is_danger), add_to_output=True)
        message.set("danger", self._danger(scores, sentences), add_to_output=True)
        asked = []
        for question in message.get(QUESTIONS, []):
            best = self._ranked(scores_of[id(question)], self._is_topic)[0]
            asked.append({"text": question.get(TEXT), **best})
        message.set(QUESTIONS, asked, add_to_output=True)
        set_intent(message, self._ranked(scores))

    def _dangers(self, scores: np.ndarray, sentences: Sequence[Tuple[Message, np.ndarray]]) -> np.ndarray:
        """The scores, raised where a sentence by itself says more; one sentence out of its story counts for less."""
        alone = [scores_alone * _length_of(sentence) * self._in_a_story for sentence, scores_alone in sentences]
        return np.max([scores, *alone], axis=0)

    def _danger(self, scores: np.ndarray, sentences: Sequence[Tuple[Message, np.ndarray]]) -> List[float]:
        """All red flags and a crisis together: in the whole message, and in its most dangerous sentence, or where it has not several, in the whole."""
        whole = float(scores[self._is_danger].sum())
        alone = [float(of[self._is_danger].sum()) * _length_of(sentence) for sentence, of in sentences]
        return [round(whole, 4), round(max(alone, default=whole), 4)]

    def _scores(self, messages: Sequence[Message]) -> np.ndarray:
        """Calibrated probabilities, shape (messages, topics)."""
        dense = np.vstack([message.get_dense_features(TEXT, [MEANING])[1].features for message in messages])
        sparse = [message.get_sparse_features(TEXT, [WORDING])[1].features for message in messages]
        vectors = self._components.of(dense)
        both = mixed(self._model.scores_of_rows(vectors, sparse), self._neighbours.votes(vectors))
        return sharpened(both, self._sharpness)

    def _ranked(self, scores: np.ndarray, among: Optional[np.ndarray] = None) -> List[Dict[Text, Any]]:
        """The best topics with their confidence; `among` says which ones count."""
        order = [i for i in np.argsort(scores)[::-1] if among is None or among[i]]
        return [{"name": self._topics[i], "confidence": round(float(scores[i]), 4)} for i in order[:RANKED]]

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Settings are numbers, each with a default."""


def calibrated(
    dense: np.ndarray, sparse: csr_matrix, topics: np.ndarray, C: float, iterations: int, seed: int
) -> Tuple[Model, float, float]:
    """A regression on four fifths, and what makes its confidence on the last fifth mean what it says: temperature, and sharpness of the mix.

    The vote is spread wide, and the regression's temperature cannot mend more than its half.
    Source: Guo et al. 2017, "On calibration of modern neural networks" (temperature scaling).
    """
    split = StratifiedShuffleSplit(1, test_size=0.2, random_state=seed)
    taught, held_out = next(split.split(sparse, topics))
    model = fit(dense[taught], sparse[taught], topics[taught], C, iterations)
    logits = model.scores(dense[held_out], sparse[held_out])
    neighbours = Neighbours(points_of(dense[taught]), np.searchsorted(model.classes, topics[taught]))
    votes = neighbours.votes(dense[held_out])
    right = np.searchsorted(model.classes, topics[held_out])

    def loss(scores: np.ndarray) -> float:
        return float(-np.log(scores[np.arange(len(right)), right] + 1e-12).mean())

    temperature = min(TEMPERATURES, key=lambda t: loss(mixed(logits / t, votes)))
    both = mixed(logits / temperature, votes)
    return model, float(temperature), float(min(SHARPNESSES, key=lambda sharpness: loss(sharpened(both, sharpness))))


def mixed(logits: np.ndarray, votes: np.ndarray) -> np.ndarray:
    """Probabilities of the regression and shares of the vote, half and half; both of shape (messages, topics)."""
    return (softmax(logits) + votes) / 2


def sharpened(scores: np.ndarray, sharpness: float) -> np.ndarray:
    """Probabilities of the same order, further from one another; shape (messages, topics)."""
    powers = scores**sharpness
    return powers / powers.sum(axis=1, keepdims=True)


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

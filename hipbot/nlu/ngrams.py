"""Sparse featurizer: TF-IDF over words (1-2) and characters in words (3-4).

Named in `config.yml`. Characters carry misspelt and foreign-sounding words that the sentence encoder
has never met; `shared` baselines put the two together 10 points above either.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from hipbot.language.reader import plain
from hipbot.nlu.featurized import Featurized
from hipbot.nlu.parts import mended_text, with_parts

WORDING = "wording"  # what the features are called, whatever other featurizers the pipeline has
MOST_REMEMBERED, LONGEST_REMEMBERED = 20_000, 16  # words and their letters: a stranger's gibberish must not fill the memory


def _lower(text: Text) -> Text:
    return plain(text).lower()


_words_of = CountVectorizer(preprocessor=_lower, ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b").build_analyzer()
_letters_in = CountVectorizer(analyzer="char_wb", ngram_range=(3, 4)).build_analyzer()


_letters_of_known = lru_cache(MOST_REMEMBERED)(_letters_in)


def _letters_of(text: Text) -> List[Text]:
    """As scikit-learn has them, which are those of each word by itself: most words have been met before."""
    words = _lower(text).split()
    return [term for word in words for term in (_letters_in if len(word) > LONGEST_REMEMBERED else _letters_of_known)(word)]


TERMS_OF = {"words": _words_of, "letters": _letters_of}  # by vocabulary


class Weigher(NamedTuple):
    """What one vectoriser has learnt, as plain values: its own attributes are computed anew at each look."""

    terms_of: Callable[[Text], List[Text]]
    columns: Dict[Text, int]
    idf: np.ndarray

    def weigh(self, text: Text) -> Tuple[np.ndarray, np.ndarray]:
        """Columns and values of one text: sublinear counts times idf, of length 1."""
        counts = Counter(self.columns[term] for term in self.terms_of(text) if term in self.columns)
        columns = np.fromiter(counts, dtype=np.int32, count=len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), dtype=float, count=len(counts)))) * self.idf[columns]
        return columns, weights / (np.linalg.norm(weights) or 1.0)


class NGrams:
    """The two vectorisers side by side, usable without Rasa."""

    def __init__(self, weighers: Mapping[Text, Weigher]) -> None:
        self._weighers = weighers

    @classmethod
    def fit(cls, texts: Sequence[Text], min_messages: int = 3) -> "NGrams":
        """Learn terms and their weights; a term of fewer messages than `min_messages` is left out."""
        learnt = {}
        for name, terms_of in TERMS_OF.items():
            vectorizer = TfidfVectorizer(analyzer=terms_of, min_df=min_messages).fit(texts)
            learnt[name] = Weigher(terms_of, vectorizer.vocabulary_, vectorizer.idf_)
        return cls(learnt)

    def transform(self, texts: Sequence[Text]) -> csr_matrix:
        """TF-IDF values, shape (len(texts), size of both vocabularies).

        The vectorisers' own sums, done directly: for one message their checks cost ten times the work.
        """
        width = sum(len(weigher.columns) for weigher in self._weighers.values())
        if not texts:
            return csr_matrix((0, width), dtype=np.float32)
        columns, values, ends = [], [], [0]
        for text in texts:
            offset = 0
            for weigher in self._weighers.values():
                found, weights = weigher.weigh(text)
                columns.append(found + offset)
                values.append(weights)
                offset += len(weigher.columns)
            ends.append(ends[-1] + sum(map(len, values[-len(self._weighers) :])))
        parts = np.concatenate(values), np.concatenate(columns), ends
        return csr_matrix(parts, shape=(len(texts), width), dtype=np.float32)

    def as_dict(self) -> Dict[Text, Any]:
        """What `from_dict` needs, as JSON."""
        return {
            name: {
                "terms": sorted(weigher.columns, key=weigher.columns.get),
                "idf": [round(float(value), 5) for value in weigher.idf],
            }
            for name, weigher in self._weighers.items()
        }

    @classmethod
    def from_dict(cls, learnt: Dict[Text, Any]) -> "NGrams":
        weighers = {}
        for name, terms_of in TERMS_OF.items():
            columns = {term: column for column, term in enumerate(learnt[name]["terms"])}
            weighers[name] = Weigher(terms_of, columns, np.array(learnt[name]["idf"]))
        return cls(weighers)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NGramFeaturizer(SparseFeaturizer, GraphComponent):
    """Gives each message, and each clause of it, one sparse sentence feature. In training: one matrix, as the encoder does."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**SparseFeaturizer.get_default_config(), FEATURIZER_CLASS_ALIAS: WORDING, "min_messages": 3}

    def __init__(
        self,
        config: Dict[Text, Any],
        name: Text,
        storage: ModelStorage,
        resource: Resource,
        ngrams: Optional[NGrams] = None,
    ) -> None:
        super().__init__(name, config)
        self._storage, self._resource, self._ngrams = storage, resource, ngrams

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NGramFeaturizer":
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NGramFeaturizer":
        with model_storage.read_from(resource) as folder:
            learnt = json.loads((folder / "ngrams.json").read_text("utf-8"))
        return cls(config, execution_context.node_name, model_storage, resource, NGrams.from_dict(learnt))

    def train(self, training_data: TrainingData) -> Resource:
        texts = [mended_text(example) for example in training_data.intent_examples]
        self._ngrams = NGrams.fit(texts, self._config["min_messages"])
        with self._storage.write_to(self._resource) as folder:
            (folder / "ngrams.json").write_text(json.dumps(self._ngrams.as_dict()), "utf-8")
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        parts = with_parts(messages)
        if parts:
            rows = self._ngrams.transform([mended_text(part) for part in parts])
            for row, part in zip(rows, parts):
                self.add_features_to_message(None, row.tocoo(), TEXT, part)
        return messages

    def process_training_data(self, training_data: TrainingData) -> Featurized:
        featurized = Featurized(training_data)
        featurized.sparse = self._ngrams.transform([mended_text(example) for example in featurized.examples])
        return featurized

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to check: `min_messages` is the only setting."""

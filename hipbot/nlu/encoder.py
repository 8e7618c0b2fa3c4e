"""Sentence-encoder featurizer: gives each message its vectors from `hipbot/language/minilm.py`.

Named in `config.yml`; the topic classifier reads its features.
"""

from __future__ import annotations

import zipfile
from typing import Any, Dict, List, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from hipbot import project
from hipbot.language.kept_vectors import joined, separate
from hipbot.language.minilm import DIMENSIONS, LAYERS, MiniLM, shared_encoder
from hipbot.nlu.featurized import Featurized
from hipbot.nlu.parts import mended_text, with_parts


MEANING = "meaning"  # what the features are called, whatever other featurizers the pipeline has


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Gives each message one dense sentence feature of shape (1, 1536): four layers of the encoder.

    In training all of them go to the topic classifier as one matrix; no other component would find them.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), FEATURIZER_CLASS_ALIAS: MEANING}

    def __init__(self, config: Dict[Text, Any], name: Text, encoder: MiniLM) -> None:
        super().__init__(name, config)
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoder":
        return cls(config, execution_context.node_name, shared_encoder())

    def process(self, messages: List[Message]) -> List[Message]:
        parts = with_parts(messages)
        for part, vector in zip(parts, self._encoder.layers([mended_text(part) for part in parts])):
            part.add_features(
                Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> Featurized:
        """Encode what was not encoded by an earlier training: an edit of one line costs one line."""
        featurized = Featurized(training_data)
        examples = featurized.examples
        texts = [mended_text(example) for example in examples]
        rows, known = _read_cache()
        new = sorted(set(texts) - rows.keys())
        rows.update({text: row for row, text in enumerate(new, len(known))})
        known = np.vstack([known, _as_cached(self._encoder.layers_of_all(new))])
        featurized.dense = known[[rows[text] for text in texts]]
        if texts:
            written = {example.get(TEXT): mended_text(example) for example in examples}
            mended = {text: right for text, right in written.items() if text != right}
            unique = list(dict.fromkeys(texts))
            _write_cache(unique, known[[rows[text] for text in unique]], mended)
        return featurized

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to check: there are no settings."""


def _read_cache() -> Tuple[Dict[Text, int], np.ndarray]:
    """The row of each text of the last training, and the vectors; none where there are none of this encoder."""
    try:
        with np.load(project.VECTORS, allow_pickle=False) as kept:
            if str(kept["encoder"]) == shared_encoder().identity():
                rows = {text: row for row, text in enumerate(separate(kept["texts"]))}
                return rows, np.hstack([kept["lower"].astype(np.float32), kept["vectors"]])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass
    return {}, np.empty((0, LAYERS * DIMENSIONS), dtype=np.float32)


def _as_cached(layers: np.ndarray) -> np.ndarray:
    """As the cache will give them back: or the first training would not give what the second gives."""
    lower = layers[:, :-DIMENSIONS].astype(np.float16).astype(np.float32)
    return np.hstack([lower, layers[:, -DIMENSIONS:]])


def _write_cache(texts: List[Text], layers: np.ndarray, mended: Dict[Text, Text]) -> None:
    """Whole or not at all; a cache that cannot be written is no reason to stop.

    `vectors` are the sentence vectors, which staff tools read alone, with `as_written`, the texts that were mended before they
    were encoded (`mended`: to what), and `rows`, where theirs are. The lower layers need less exactness.

    Args:
        layers: of each text, shape (texts, 1536).
    """
    fresh = project.VECTORS.with_suffix(".new.npz")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        lower, vectors = layers[:, :-DIMENSIONS].astype(np.float16), layers[:, -DIMENSIONS:]
        row = {text: at for at, text in enumerate(texts)}
        rows = np.array([row[text] for text in mended.values()], dtype=int)
        words = {"texts": joined(texts), "as_written": joined(mended), "rows": rows}
        np.savez(fresh, encoder=shared_encoder().identity(), vectors=vectors, lower=lower, **words)
        fresh.replace(project.VECTORS)
    except OSError:
        fresh.unlink(missing_ok=True)

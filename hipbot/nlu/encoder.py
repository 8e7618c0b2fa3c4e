"""Sentence-encoder featurizer: all-MiniLM-L6-v2 as int8 ONNX, on the CPU.

Named in `config.yml`; the topic classifier reads its features.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any, Dict, List, Sequence, Text, Type

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
from tqdm import tqdm

from hipbot import project
from hipbot.nlu.parts import mended_text, with_parts

DIMENSIONS = 384  # of all-MiniLM-L6-v2's hidden state
MOST_TOKENS = 128  # what the model was trained with; longer messages are cut there
CHUNK = 32  # texts that a thread takes at a time


class MiniLM:
    """The encoder itself, usable without Rasa: texts in, unit vectors out."""

    def __init__(self, folder: Path) -> None:
        """Load the weights.

        Args:
            folder: holds `model.onnx` and `tokenizer.json` (`make setup` puts them there).

        Raises:
            FileNotFoundError: if a file is missing, with what to run.
        """
        import onnxruntime
        from tokenizers import Tokenizer as WordPieces

        for name in ("model.onnx", "tokenizer.json"):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"{folder / name} is missing. Run `make setup` to fetch it.")
        self._pieces = WordPieces.from_file(str(folder / "tokenizer.json"))
        self._pieces.no_padding()
        self._pieces.enable_truncation(MOST_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # one message is too small to share: a second thread gains nothing
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[Text]) -> np.ndarray:
        """Mean-pooled, normalised vectors, shape (len(texts), 384), float32.

        One text at a time: neighbours in a batch would shift the int8 scales, and so the vectors.
        """
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(len(texts), DIMENSIONS)

    def encode_all(self, texts: Sequence[Text]) -> np.ndarray:
        """The same for thousands of texts: on every core, with a progress bar."""
        with ThreadPool() as pool:
            vectors = list(tqdm(pool.imap(self._vector, texts, CHUNK), "Encoding messages", len(texts)))
        return np.array(vectors, dtype=np.float32).reshape(len(texts), DIMENSIONS)

    def _vector(self, text: Text) -> np.ndarray:
        tokens = np.array([self._pieces.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        pooled = self._session.run(None, inputs)[0][0].mean(axis=0)
        return pooled / max(np.linalg.norm(pooled), 1e-9)


@lru_cache(maxsize=1)
def shared_encoder() -> MiniLM:
    """The project's encoder, loaded once for all who need it in this process."""
    return MiniLM(project.ENCODER_FOLDER)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Gives each message one dense sentence feature of shape (1, 384)."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return DenseFeaturizer.get_default_config()

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
        self._featurize(messages)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode what was not encoded by an earlier training: an edit of one line costs one line."""
        parts = with_parts(training_data.training_examples)
        known = _read_cache()
        new = sorted({mended_text(part) for part in parts} - known.keys())
        known.update(zip(new, self._encoder.encode_all(new)))
        used = {mended_text(part): known[mended_text(part)] for part in parts}
        self._add(parts, list(map(used.get, map(mended_text, parts))))
        _write_cache(used)
        return training_data

    def _featurize(self, messages: List[Message]) -> None:
        parts = with_parts(messages)
        self._add(parts, self._encoder.encode([mended_text(part) for part in parts]))

    def _add(self, parts: List[Message], vectors: Sequence[np.ndarray]) -> None:
        for part, vector in zip(parts, vectors):
            part.add_features(
                Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
            )

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to check: there are no settings."""


def _read_cache() -> Dict[Text, np.ndarray]:
    """Vectors of the last training by text; {} where there are none, or none of this encoder."""
    try:
        with np.load(project.VECTORS, allow_pickle=False) as kept:
            if str(kept["encoder"]) == _encoder_identity():
                return dict(zip(map(str, kept["texts"]), kept["vectors"]))
    except (OSError, ValueError, KeyError):
        pass
    return {}


def _write_cache(vectors: Dict[Text, np.ndarray]) -> None:
    """Whole or not at all; a cache that cannot be written is no reason to stop."""
    fresh = project.VECTORS.with_suffix(".new.npz")
    try:
        fresh.parent.mkdir(parents=True, exist_ok=True)
        np.savez(fresh, encoder=_encoder_identity(), texts=np.array(list(vectors)), vectors=np.array(list(vectors.values())))
        fresh.replace(project.VECTORS)
    except OSError:
        fresh.unlink(missing_ok=True)


def _encoder_identity() -> Text:
    """Hash of the weights and the tokenizer."""
    digest = hashlib.sha256()
    for name in ("model.onnx", "tokenizer.json"):
        digest.update((project.ENCODER_FOLDER / name).read_bytes())
    return digest.hexdigest()

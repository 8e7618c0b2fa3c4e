"""Sentence-encoder featurizer: all-MiniLM-L6-v2 as int8 ONNX, on the CPU.

Named in `config.yml`; the topic classifier reads its features.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
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
from hipbot.nlu.parts import mended_text, with_questions

DIMENSIONS = 384  # of all-MiniLM-L6-v2's hidden state
MOST_TOKENS = 128  # what the model was trained with; longer messages are cut there
BATCH = 16


class MiniLM:
    """The encoder itself, usable without Rasa: texts in, unit vectors out."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        """Load the weights.

        Args:
            folder: holds `model.onnx` and `tokenizer.json` (`make setup` puts them there).
            threads: CPU threads for one message.

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
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # or idle threads eat a busy core
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[Text], progress: bool = False) -> np.ndarray:
        """Mean-pooled, normalised vectors, shape (len(texts), 384), float32.

        Texts of one length share a batch: padding would shift the int8 scales and so the vectors.
        """
        encodings = self._pieces.encode_batch(list(texts))
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        by_length: Dict[int, List[int]] = {}
        for index, encoding in enumerate(encodings):
            by_length.setdefault(len(encoding.ids), []).append(index)
        batches = [
            rows[start : start + BATCH] for rows in by_length.values() for start in range(0, len(rows), BATCH)
        ]
        for rows in tqdm(batches, desc="Encoding messages", disable=not progress):
            vectors[rows] = self._encode_batch([encodings[row].ids for row in rows])
        return vectors

    def _encode_batch(self, ids: List[List[int]]) -> np.ndarray:
        tokens = np.array(ids, dtype=np.int64)
        hidden = self._session.run(
            None,
            {
                "input_ids": tokens,
                "attention_mask": np.ones_like(tokens),
                "token_type_ids": np.zeros_like(tokens),
            },
        )[0]
        pooled = hidden.mean(axis=1)
        return pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9)


@lru_cache(maxsize=2)
def shared_encoder(threads: int) -> MiniLM:
    """The project's encoder, loaded once for all who need it in this process (some 100 MB each)."""
    return MiniLM(project.ENCODER_FOLDER, threads)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Gives each message one dense sentence feature of shape (1, 384)."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "threads": 2}

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
        return cls(config, execution_context.node_name, shared_encoder(config["threads"]))

    def process(self, messages: List[Message]) -> List[Message]:
        self._featurize(messages)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode what was not encoded by an earlier training: an edit of one line costs one line."""
        parts = with_questions(training_data.training_examples)
        known = _read_cache()
        new = sorted({mended_text(part) for part in parts} - known.keys())
        known.update(zip(new, self._encoder.encode(new, progress=True)))
        used = {mended_text(part): known[mended_text(part)] for part in parts}
        self._add(parts, list(map(used.get, map(mended_text, parts))))
        _write_cache(used)
        return training_data

    def _featurize(self, messages: List[Message]) -> None:
        parts = with_questions(messages)
        self._add(parts, self._encoder.encode([mended_text(part) for part in parts]))

    def _add(self, parts: List[Message], vectors: Sequence[np.ndarray]) -> None:
        for part, vector in zip(parts, vectors):
            part.add_features(
                Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
            )

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to check: `threads` is the only setting."""


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

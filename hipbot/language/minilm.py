"""The sentence encoder: all-MiniLM-L6-v2 as int8 ONNX, on the CPU. Knows nothing of Rasa, so that it loads in a moment.

Used by the featurizer and the entity extractor in `hipbot/nlu`, and by staff tools that compare messages by meaning.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Text

import numpy as np
from tqdm import tqdm

from hipbot import project
from hipbot.language import kept_vectors

DIMENSIONS = 384  # of all-MiniLM-L6-v2's hidden state
LAYERS = 4  # whose means the model gives (scripts/int8_encoder.py), the sentence vector's last
MOST_TOKENS = 128  # what the model was trained with; longer messages are cut there
CHUNK = 32  # texts that a thread takes at a time


class MiniLM:
    """Texts in, unit vectors out."""

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
        self._folder = folder
        self._before: Dict[Text, np.ndarray] = {}
        self._kept: Optional[Dict[Text, np.ndarray]] = None  # while `keeping`
        self._pieces = WordPieces.from_file(str(folder / "tokenizer.json"))
        self._pieces.no_padding()
        self._pieces.enable_truncation(MOST_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # one message is too small to share: a second thread gains nothing
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[Text]) -> np.ndarray:
        """Sentence vectors: the last layer, mean-pooled, normalised; shape (len(texts), 384), float32."""
        return self.layers(texts)[:, -DIMENSIONS:]

    def layers(self, texts: Sequence[Text]) -> np.ndarray:
        """The same of each of four layers side by side, shape (len(texts), 1536); the sentence vector is the last.

        One text at a time: neighbours in a batch would shift the int8 scales, and so the vectors.
        """
        return self._stacked([self._vectors(text) for text in texts])

    def layers_of_all(self, texts: Sequence[Text]) -> np.ndarray:
        """The same for thousands of texts: on every core, with a progress bar."""
        with ThreadPool() as pool:
            return self._stacked(list(tqdm(pool.imap(self._vectors, texts, CHUNK), "Encoding messages", len(texts))))

    @contextmanager
    def keeping(self, file: Path) -> Iterator[None]:
        """Within, what is encoded goes into a file, and what was there before need not be encoded again.

        For the test messages; never for what patients write. What was there and is not encoded this time is dropped.
        """
        identity = self.identity()
        before, kept = kept_vectors.read(file, identity), {}
        self._before, self._kept = before, kept
        try:
            yield
        finally:
            self._before, self._kept = {}, None
        if kept.keys() != before.keys():
            kept_vectors.write(file, identity, kept)

    def identity(self) -> Text:
        """Hash of the weights and the tokenizer."""
        digest = hashlib.sha256()
        for name in ("model.onnx", "tokenizer.json"):
            digest.update((self._folder / name).read_bytes())
        return digest.hexdigest()

    @staticmethod
    def _stacked(vectors: List[np.ndarray]) -> np.ndarray:
        return np.array(vectors, dtype=np.float32).reshape(len(vectors), LAYERS * DIMENSIONS)

    def _vectors(self, text: Text) -> np.ndarray:
        """Shape (4, 384), each row of length 1."""
        if self._kept is None or "\0" in text:
            return self._encoded(text)
        if text not in self._kept:
            known = self._before.get(text)
            self._kept[text] = self._encoded(text) if known is None else known
        return self._kept[text]

    def _encoded(self, text: Text) -> np.ndarray:
        tokens = np.array([self._pieces.encode(text).ids], dtype=np.int64)
        means = self._session.run(None, {"input_ids": tokens})[0].reshape(LAYERS, DIMENSIONS)
        return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)


@lru_cache(maxsize=1)
def shared_encoder() -> MiniLM:
    """The project's encoder, loaded once for all who need it in this process."""
    return MiniLM(project.ENCODER_FOLDER)

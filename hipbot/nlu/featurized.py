"""Training data with the features of all its messages as two matrices, passed from the featurizers to the classifier.

Rasa hangs an array on each message and hashes all of them after each component: 20,000 messages took 15 seconds more to learn.
A message that a patient writes carries its features as Rasa means it.
"""

from __future__ import annotations

import hashlib
from typing import List, Optional, Text

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix


class Featurized(TrainingData):
    """The same training data, row by row of `examples` with its features.

    Attributes:
        dense: vectors of the encoder, shape (examples, 1536), or None.
        sparse: n-grams, shape (examples, terms), or None.
    """

    def __init__(self, data: TrainingData) -> None:
        self.dense: Optional[np.ndarray] = None
        self.sparse: Optional[csr_matrix] = None
        self.__dict__.update(data.__dict__)  # its constructor would look for duplicates once more

    @property
    def examples(self) -> List[Message]:
        """The messages that have words, in their order."""
        return [example for example in self.training_examples if example.get(TEXT)]

    def fingerprint(self) -> Text:
        """Of the messages and of both matrices."""
        digest = hashlib.md5(super().fingerprint().encode(), usedforsecurity=False)
        parts = [self.dense] if self.dense is not None else []
        parts += [self.sparse.data, self.sparse.indices, self.sparse.indptr] if self.sparse is not None else []
        for part in parts:
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

"""Principal components: vectors of 1,536 numbers told in 256, with next to nothing lost. Called by `classifier.py`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class PrincipalComponents(NamedTuple):
    """`directions` has shape (dimensions, components), the most telling first; `offset` is what the mean vector gives."""

    directions: np.ndarray
    offset: np.ndarray

    @classmethod
    def fit(cls, vectors: np.ndarray, weights: np.ndarray, count: int) -> "PrincipalComponents":
        """Args:
        vectors: float32, shape (messages, dimensions).
        weights: how much each dimension counts, shape (dimensions,).
        count: of components.
        """
        mean = vectors.mean(axis=0)
        spread = (vectors.T @ vectors / len(vectors) - np.outer(mean, mean)) * np.outer(weights, weights)
        _, directions = np.linalg.eigh(spread)
        directions = (weights[:, None] * directions[:, ::-1][:, :count]).astype(np.float32)
        return cls(directions, mean @ directions)

    def of(self, vectors: np.ndarray) -> np.ndarray:
        """Shape (messages, components), their mean over the taught messages 0."""
        return vectors @ self.directions - self.offset

"""A vote of all taught messages, each as loud as it is like the new one. Called by `classifier.py`, beside the regression.

The regression draws straight borders between topics; where a meaning turns on a few words, the messages most like it know better.
Source: Nadaraya 1964, Watson 1964 (kernel regression), with the cosine of the principal components as likeness.
"""

from __future__ import annotations

import numpy as np

DIMENSIONS = 128  # the first components; 256 were no better, 64 worse
NEARNESS = 0.05  # difference of two cosines at which the nearer message is e times as loud; 0.1 was worse
SMALLEST = 1e-9  # length, so that nothing is divided by 0
CHUNK = 256  # new messages at a time


class Neighbours:
    """The taught messages as points on a sphere."""

    def __init__(self, points: np.ndarray, topics: np.ndarray) -> None:
        """Args:
        points: unit vectors, shape (messages, 128), as `points_of` gives them.
        topics: place of each one's topic, shape (messages,); every topic has a message.
        """
        order = np.argsort(topics, kind="stable")
        self._points = np.ascontiguousarray(points[order].T, dtype=np.float32)  # this way round a few rows multiply fastest
        self._starts = np.flatnonzero(np.diff(topics[order], prepend=-1))

    def votes(self, vectors: np.ndarray) -> np.ndarray:
        """Shares of the vote, shape (new messages, topics).

        Args:
            vectors: principal components, shape (new messages, 128 or more).
        """
        chunks = [self._votes(vectors[start : start + CHUNK]) for start in range(0, len(vectors), CHUNK)]
        return np.concatenate(chunks)

    def _votes(self, vectors: np.ndarray) -> np.ndarray:
        likeness = points_of(vectors) @ self._points
        likeness -= likeness.max(axis=1, keepdims=True)
        loudness = np.exp(likeness / np.float32(NEARNESS))
        votes = np.add.reduceat(loudness, self._starts, axis=1)
        return votes / votes.sum(axis=1, keepdims=True)


def points_of(vectors: np.ndarray) -> np.ndarray:
    """The first components at length 1, shape (messages, 128)."""
    first = vectors[:, :DIMENSIONS]
    return first / np.maximum(np.linalg.norm(first, axis=1, keepdims=True), SMALLEST)

"""Multinomial logistic regression over a dense and a sparse block of features. Called by `classifier.py`.

scikit-learn's takes one matrix: with the sentence vectors stored as sparse numbers it is three times as slow.
Same objective (L2, intercept free, classes balanced half-way), same solver (L-BFGS); not SciPy's, which spends more than half of
its time on bounds that these weights do not have, and works in float64. Each feature is scaled by its own curvature: a rare word's
weight would need forty steps to get where a frequent one's is after four.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Deque, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

MEMORY = 5  # steps that L-BFGS remembers; 10 learnt no better in half as much time again
DOUBT = 0.3  # guess at how much of a feature's squares counts as curvature; 0.01 to 1 learn as quickly
FLOOR = 1.0  # curvature of the rarest, so that they are not learnt by heart at once: 0.1 found fewer red flags, 20 was as slow as none
DECREASE = 1e-4  # of what the slope promises: Armijo's condition
SHORTEST = 1e-8  # step, under which nothing is left to gain


class Model(NamedTuple):
    """What was learnt: `weights` has shape (dense + sparse features, classes), `bias` (classes,)."""

    classes: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def scores(self, dense: np.ndarray, sparse: csr_matrix) -> np.ndarray:
        """Logits, shape (messages, classes)."""
        size = dense.shape[1]
        return dense @ self.weights[:size] + sparse @ self.weights[size:] + self.bias

    def scores_of_rows(self, dense: np.ndarray, sparse: Sequence[coo_matrix]) -> np.ndarray:
        """The same for few messages, each with its sparse row: ten times as fast as a matrix of them."""
        size = dense.shape[1]
        wording = np.array([row.data @ self.weights[size + row.col] for row in sparse])
        return dense @ self.weights[:size] + wording + self.bias


class Banded:
    """A sparse matrix for products on every core: SciPy's take one, and were two thirds of the time to learn."""

    def __init__(self, matrix: csr_matrix) -> None:
        edges = np.linspace(0, matrix.nnz, (os.cpu_count() or 1) + 1)[1:-1]
        cuts = [0, *np.searchsorted(matrix.indptr, edges), matrix.shape[0]]
        self._bands = [matrix[start:end] for start, end in zip(cuts, cuts[1:])]
        self._cores = ThreadPoolExecutor(len(self._bands))

    def __matmul__(self, weights: np.ndarray) -> np.ndarray:
        """As of the whole matrix, to the last bit."""
        return np.concatenate(list(self._cores.map(lambda band: band @ weights, self._bands)))


def fit(
    dense: np.ndarray, sparse: csr_matrix, labels: np.ndarray, C: float, iterations: int, start: Optional[Model] = None
) -> Model:
    """Learn labels from features.

    Args:
        dense: float32, shape (messages, dimensions).
        sparse: float32, shape (messages, terms).
        labels: shape (messages,); a class of a hundredth of the messages of another weighs a tenth of it in all. (Were they
            all equal, one message of a small class would count as much as ten of those that set it apart.)
        C: inverse regularisation.
        iterations: of L-BFGS at most; it stops early on purpose, more gains nothing.
        start: what was learnt of most of these messages, of the same classes; None: from nothing.
    """
    classes, targets = np.unique(labels, return_inverse=True)
    messages, width, terms = len(targets), dense.shape[1], sparse.shape[1]
    shape = width + terms + 1, len(classes)
    importance = np.sqrt(messages / (len(classes) * np.bincount(targets)))[targets].astype(np.float32)
    importance /= importance.mean()
    dense_back, rows = np.ascontiguousarray(dense.T), np.arange(messages)
    wording, wording_back = Banded(sparse), Banded(sparse.T.tocsr())

    def loss(flat: np.ndarray) -> Tuple[float, np.ndarray]:
        """Weighted cross-entropy plus half the squared weights over C, and its gradient, per message."""
        weights = flat.reshape(shape)
        logits = dense @ weights[:width] + wording @ weights[width:-1] + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        errors = np.exp(logits)
        totals = errors.sum(axis=1, keepdims=True)
        fault = -(importance * (logits[rows, targets] - np.log(totals[:, 0]))).sum(dtype=float)
        errors /= totals
        errors[rows, targets] -= 1
        errors *= importance[:, None]
        gradient = np.empty(shape, dtype=np.float32)
        gradient[:width], gradient[width:-1] = dense_back @ errors, wording_back @ errors
        gradient[-1] = errors.sum(axis=0)
        gradient[:-1] += weights[:-1] / np.float32(C)
        fault += 0.5 / C * float(np.square(weights[:-1]).sum(dtype=float))
        return fault / messages, gradient.ravel() / np.float32(messages)

    squares = [importance @ np.square(dense), sparse.multiply(sparse).T @ importance, [importance.sum()]]
    curvature = (DOUBT * np.concatenate(squares) + FLOOR) / messages
    known = np.zeros(shape, dtype=np.float32) if start is None else np.vstack([start.weights, start.bias])
    learnt = minimised(loss, known.ravel(), iterations, np.repeat(curvature, shape[1])).reshape(shape)
    return Model(classes, learnt[:-1], learnt[-1])


Loss = Callable[[np.ndarray], Tuple[float, np.ndarray]]  # a point's value and gradient
Past = Deque[Tuple[np.ndarray, np.ndarray, float]]  # steps, what they changed in the gradient, 1 / their product


def minimised(loss: Loss, point: np.ndarray, iterations: int, curvature: np.ndarray) -> np.ndarray:
    """Where a convex loss is least, as far as so many steps of L-BFGS lead, from a point of shape (weights,).

    Source: Nocedal and Wright 2006, "Numerical optimization", algorithms 7.4 and 7.5, with backtracking.

    Args:
        curvature: a guess at the second derivatives, shape (weights,); any positive one leads there, a good one sooner.
    """
    flatness = (1 / curvature).astype(np.float32)
    past: Past = deque(maxlen=MEMORY)
    value, gradient = loss(point)
    for _ in range(iterations):
        way = _downhill(gradient, past, flatness)
        length = 1.0 if past else 1 / max(float(np.linalg.norm(way)), SHORTEST)
        promised = DECREASE * float(way @ gradient)
        while True:
            step = np.float32(length) * way
            new_value, new_gradient = loss(point - step)
            if new_value <= value - length * promised:
                break
            length /= 2
            if length < SHORTEST:
                return point
        change = gradient - new_gradient
        if float(step @ change) > 0:  # rounding may hide the curve
            past.append((step, change, 1 / float(step @ change)))
        point, value, gradient = point - step, new_value, new_gradient
    return point


def _downhill(gradient: np.ndarray, past: Past, flatness: np.ndarray) -> np.ndarray:
    """The gradient, turned and stretched by what the past steps tell of the curve."""
    way, shares = gradient.copy(), []
    for step, change, scale in reversed(past):
        shares.append(scale * float(step @ way))
        way -= np.float32(shares[-1]) * change
    way *= flatness
    if past:
        _, change, scale = past[-1]
        way /= np.float32(scale * float(change @ (flatness * change)))
    for (step, change, scale), share in zip(past, reversed(shares)):
        way += np.float32(share - scale * float(change @ way)) * step
    return way


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis, shape kept."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)

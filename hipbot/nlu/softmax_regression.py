"""Multinomial logistic regression over a dense and a sparse block of features. Called by `classifier.py`.

scikit-learn's takes one matrix: with the sentence vectors stored as sparse numbers it is three times as slow.
Same objective (L2, intercept free, balanced classes), same solver (L-BFGS, from SciPy).
"""

from __future__ import annotations

from typing import NamedTuple, Tuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix


class Model(NamedTuple):
    """What was learnt: `weights` has shape (dense + sparse features, classes), `bias` (classes,)."""

    classes: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def scores(self, dense: np.ndarray, sparse: csr_matrix) -> np.ndarray:
        """Logits, shape (messages, classes)."""
        size = dense.shape[1]
        return dense @ self.weights[:size] + sparse @ self.weights[size:] + self.bias


def fit(dense: np.ndarray, sparse: csr_matrix, labels: np.ndarray, C: float, iterations: int) -> Model:
    """Learn labels from features.

    Args:
        dense: float32, shape (messages, dimensions).
        sparse: float32, shape (messages, terms).
        labels: shape (messages,); each class weighs the same, however many messages it has.
        C: inverse regularisation.
        iterations: of L-BFGS at most; it stops early on purpose, more gains nothing.
    """
    classes, targets = np.unique(labels, return_inverse=True)
    messages, width, terms = len(targets), dense.shape[1], sparse.shape[1]
    shape = (width + terms + 1, len(classes))
    importance = (messages / (len(classes) * np.bincount(targets)))[targets].astype(np.float32)
    dense_back, sparse_back = np.ascontiguousarray(dense.T), sparse.T.tocsr()
    rows = np.arange(messages)

    def loss(flat: np.ndarray) -> Tuple[float, np.ndarray]:
        """Weighted cross-entropy plus half the squared weights over C, and its gradient, per message."""
        weights = flat.reshape(shape).astype(np.float32)
        logits = dense @ weights[:width] + sparse @ weights[width:-1] + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        errors = np.exp(logits)
        totals = errors.sum(axis=1, keepdims=True)
        fault = -(importance * (logits[rows, targets] - np.log(totals[:, 0]))).sum()
        errors /= totals
        errors[rows, targets] -= 1
        errors *= importance[:, None]
        gradient = np.empty(shape)
        gradient[:width], gradient[width:-1] = dense_back @ errors, sparse_back @ errors
        gradient[-1] = errors.sum(axis=0)
        gradient[:-1] += weights[:-1] / C
        fault += 0.5 / C * float(np.square(weights[:-1]).sum())
        return fault / messages, (gradient / messages).ravel()

    found = minimize(loss, np.zeros(np.prod(shape)), jac=True, method="L-BFGS-B", options={"maxiter": iterations})
    learnt = found.x.reshape(shape).astype(np.float32)
    return Model(classes, learnt[:-1], learnt[-1])


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis, shape kept."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)

"""The vote of the taught messages: shares of one, the nearest the loudest."""

from __future__ import annotations

import numpy as np
import pytest

from hipbot.nlu.neighbours import CHUNK, DIMENSIONS, NEARNESS, Neighbours, points_of

POINTS = np.eye(DIMENSIONS, dtype=np.float32)[:4]
TOPICS = np.array([1, 0, 1, 2])


@pytest.fixture
def neighbours():
    return Neighbours(POINTS, TOPICS)


def test_shares_of_one_vote(neighbours):
    """Whatever is asked, even nothing: a row for each message that sums to one."""
    votes = neighbours.votes(np.vstack([POINTS * 7, np.zeros((1, DIMENSIONS), np.float32)]))
    assert votes.shape == (5, 3) and np.isfinite(votes).all() and np.allclose(votes.sum(axis=1), 1)
    assert np.allclose(votes[4], [0.25, 0.5, 0.25])  # like all of them, which is like none


def test_the_nearest_is_the_loudest(neighbours):
    """A message that was taught gets its own topic, whatever its length."""
    assert neighbours.votes(POINTS * 3).argmax(axis=1).tolist() == TOPICS.tolist()


def test_loudness_falls_with_distance():
    """One message is e times as loud as another whose cosine is smaller by NEARNESS."""
    cosines = np.array([0.9, 0.9 - NEARNESS])
    points = np.zeros((2, DIMENSIONS), np.float32)
    points[:, 0], points[:, 1] = cosines, np.sqrt(1 - cosines**2)
    nearer, farther = Neighbours(points, np.array([0, 1])).votes(np.eye(1, DIMENSIONS, dtype=np.float32))[0]
    assert nearer / farther == pytest.approx(np.e, rel=1e-3)


def test_many_at_once_are_as_one_by_one():
    """Chunks make no difference, nor does the order in which messages were taught."""
    chance = np.random.default_rng(7)
    vectors = chance.normal(size=(CHUNK + 3, DIMENSIONS)).astype(np.float32)
    points, topics = points_of(vectors[:50]), np.arange(50) % 5
    order = chance.permutation(50)
    together = Neighbours(points, topics).votes(vectors)
    assert np.allclose(together[-1:], Neighbours(points[order], topics[order]).votes(vectors[-1:]), atol=1e-5)


def test_points_have_length_one():
    """The first components only."""
    points = points_of(np.arange(3 * (DIMENSIONS + 5), dtype=np.float32).reshape(3, -1))
    assert points.shape == (3, DIMENSIONS) and np.allclose(np.linalg.norm(points, axis=1), 1)

"""Principal components: the most telling directions first, and distances kept."""

from __future__ import annotations

import numpy as np
import pytest

from hipbot.nlu.principal_components import PrincipalComponents


@pytest.fixture
def vectors():
    """300 vectors of six numbers, spread widely along two directions and hardly along the others, far from 0."""
    chance = np.random.default_rng(7)
    spread = np.array([5, 0.01, 3, 0.01, 0.01, 0.01])
    return (chance.normal(size=(300, 6)) * spread + 40).astype(np.float32)


def test_the_mean_becomes_zero(vectors):
    """What all messages share says nothing about any of them."""
    components = PrincipalComponents.fit(vectors, np.ones(6, np.float32), 2).of(vectors)
    assert components.shape == (300, 2) and np.abs(components.mean(axis=0)).max() < 1e-3


def test_the_widest_spread_comes_first(vectors):
    """Two components hold nearly all of it."""
    components = PrincipalComponents.fit(vectors, np.ones(6, np.float32), 2).of(vectors)
    assert components[:, 0].std() == pytest.approx(5, rel=0.1) and components[:, 1].std() == pytest.approx(3, rel=0.1)


def test_all_of_them_keep_every_distance(vectors):
    """Nothing is lost but the place of the origin; a weighted dimension counts as often as it weighs."""
    weights = np.array([1, 2, 1, 1, 0.5, 1], np.float32)
    components = PrincipalComponents.fit(vectors, weights, 6).of(vectors)
    before = np.linalg.norm((vectors[:50] - vectors[50:100]) * weights, axis=1)
    assert np.allclose(np.linalg.norm(components[:50] - components[50:100], axis=1), before, rtol=1e-3)

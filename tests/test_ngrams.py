"""Words and letters as features: learnt once, stored as JSON, the same after loading."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from hipbot.language.reader import plain
from hipbot.nlu.ngrams import NGrams

TAUGHT = [
    "how often should I do it", "how often do I stretch", "how long do I hold the stretch", "how long to hold it",
    "is it safe with a sore back", "is the stretch safe", "half-kneeling stretch", "my back is sore",
]  # fmt: skip
ASKED = ["how oftne shuold I strech?", "HALF KNEELING", "quite unknown wörds 🙂", "", "\x00", "a" * 10_000]


@pytest.fixture(scope="module")
def ngrams():
    return NGrams.fit(TAUGHT, min_messages=2)


def test_through_json_and_back(ngrams):
    """A model that was stored reads every message as the one that was trained."""
    loaded = NGrams.from_dict(json.loads(json.dumps(ngrams.as_dict())))
    before, after = ngrams.transform(ASKED + TAUGHT), loaded.transform(ASKED + TAUGHT)
    assert before.shape == after.shape
    assert np.abs((before - after).toarray()).max() < 1e-4


def test_they_are_scikit_learns():
    """Read word by word and weighed by hand, and yet what its own vectorisers give."""
    ngrams, lower = NGrams.fit(TAUGHT, min_messages=1), {"preprocessor": lambda text: plain(text).lower(), "sublinear_tf": True}
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **lower).fit(TAUGHT)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), **lower).fit(TAUGHT)
    both = hstack([words.transform(TAUGHT + ASKED), letters.transform(TAUGHT + ASKED)])
    assert np.allclose(ngrams.transform(TAUGHT + ASKED).toarray(), both.toarray(), atol=1e-6)


def test_shape_and_size(ngrams):
    """A row a text, float32, each half of length 1 or empty."""
    rows = ngrams.transform(ASKED)
    words = len(ngrams.as_dict()["words"]["terms"])
    assert rows.shape[0] == len(ASKED) and rows.dtype == np.float32
    for half in (rows[:, :words], rows[:, words:]):
        lengths = np.sqrt(half.multiply(half).sum(axis=1))
        assert all(np.isclose(length, 1, atol=1e-5) or length == 0 for length in np.asarray(lengths).ravel())


def test_case_and_hyphens_make_no_difference(ngrams):
    """ "Half-Kneeling" is "half kneeling"."""
    one, other = ngrams.transform(["Half-Kneeling STRETCH", "half kneeling stretch"]).toarray()
    assert np.array_equal(one, other)


def test_letters_carry_a_slip(ngrams):
    """A misspelt message is nearer to what was meant than to anything else."""
    rows = ngrams.transform(TAUGHT).toarray() @ ngrams.transform(["how oftn shuold I do it"]).toarray()[0]
    assert int(rows.argmax()) == 0


def test_rare_words_are_left_out(ngrams):
    """A word of one message only is no feature."""
    assert "half" not in ngrams.as_dict()["words"]["terms"]
    assert "stretch" in ngrams.as_dict()["words"]["terms"]


def test_unknown_words_give_an_empty_row(ngrams):
    """Nothing known is nothing, not a failure."""
    assert ngrams.transform(["", "🙂"]).nnz == 0


def test_nothing_in_nothing_out(ngrams):
    """No messages, as Rasa may hand over: a matrix of the right width."""
    assert ngrams.transform([]).shape == (0, ngrams.transform(["x"]).shape[1])

"""Training data with its features as matrices: the same messages, and a fingerprint that knows of both."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from hipbot.language.minilm import DIMENSIONS, LAYERS
from hipbot.nlu.encoder import SentenceEncoder
from hipbot.nlu.featurized import Featurized


@pytest.fixture
def data():
    return TrainingData([Message({"text": "how often?", "intent": "faq"}), Message({"intent": "greet"})])


def featurized(data, number=1.0):
    made = Featurized(data)
    made.dense, made.sparse = np.array([[number, 2.0]], np.float32), csr_matrix([[0, 3.0]], dtype=np.float32)
    return made


def test_the_same_messages(data):
    """Not copies; those without words have no row."""
    made = featurized(data)
    assert made.training_examples is data.training_examples
    assert [example.get("text") for example in made.examples] == ["how often?"]


def test_what_one_featurizer_found_goes_on_to_the_next(data):
    """Each adds its own matrix."""
    again = Featurized(featurized(data))
    assert again.dense is not None and again.sparse is not None


def test_its_fingerprint_is_that_of_all_it_holds(data):
    """Other features, or other messages: Rasa must not take one for the other."""
    same, other = featurized(data).fingerprint(), featurized(data, 1.5).fingerprint()
    sparser = featurized(data)
    sparser.sparse = csr_matrix([[3.0, 0]], dtype=np.float32)
    more = featurized(TrainingData([*data.training_examples, Message({"text": "hi", "intent": "greet"})]))
    assert same == featurized(data).fingerprint() and len({same, other, sparser.fingerprint(), more.fingerprint()}) == 4


def test_no_words_no_rows(monkeypatch, tmp_path):
    """Rasa featurizes messages without words for end-to-end policies: an empty matrix, and the cache stays."""
    monkeypatch.setattr("hipbot.project.VECTORS", tmp_path / "vectors.npz")
    component = SentenceEncoder.create(SentenceEncoder.get_default_config(), None, None, SimpleNamespace(node_name="encoder"))
    featurized = component.process_training_data(TrainingData([Message({"intent": "greet"})]))
    assert featurized.dense.shape == (0, LAYERS * DIMENSIONS) and not list(tmp_path.iterdir())


def test_the_first_training_learns_what_the_second_does(monkeypatch, tmp_path, data):
    """Vectors are rounded as the cache keeps them, also where they come from the encoder."""
    monkeypatch.setattr("hipbot.project.VECTORS", tmp_path / "vectors.npz")
    component = SentenceEncoder.create(SentenceEncoder.get_default_config(), None, None, SimpleNamespace(node_name="encoder"))
    first, second = (component.process_training_data(data).dense for _ in range(2))
    assert (tmp_path / "vectors.npz").is_file() and np.array_equal(first, second)

"""The sentence encoder: unit vectors, alike in meaning where alike in words, the same every time."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from hipbot import project
from hipbot.language import kept_vectors
from hipbot.language.minilm import DIMENSIONS, LAYERS, MiniLM

TEXTS = [
    "how often should I do it",
    "how frequently do I need to do this",
    "where can I park",
    "x",
    "",
    "   ",
    "🙂🙂",
    "āe, he pai",
    "my hip is tight " * 200,
    "\x00",
    "痛い",
]


@pytest.fixture(scope="module")
def encoder():
    return MiniLM(project.ENCODER_FOLDER)


@pytest.fixture(scope="module")
def vectors(encoder):
    return encoder.encode(TEXTS)


def test_one_unit_vector_a_text(vectors):
    """Shape (texts, 384), float32, length 1, no NaN, whatever the text."""
    assert vectors.shape == (len(TEXTS), DIMENSIONS) and vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_alone_or_among_others(encoder, vectors):
    """A text's vector does not depend on its neighbours, nor on how many are encoded at once."""
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert np.array_equal(encoder.encode([text])[0], vector), text[:20]
    assert np.array_equal(encoder.layers_of_all(TEXTS[::-1])[::-1], encoder.layers(TEXTS))


def test_four_layers_the_last_is_the_sentence_vector(encoder, vectors):
    """Each of length 1, and no two alike."""
    layers = encoder.layers(TEXTS).reshape(len(TEXTS), LAYERS, DIMENSIONS)
    assert np.array_equal(layers[:, -1], vectors) and np.allclose(np.linalg.norm(layers, axis=2), 1, atol=1e-5)
    assert np.einsum("tid,tjd->tij", layers, layers)[:, ~np.eye(LAYERS, dtype=bool)].max() < 0.9


def test_what_was_kept_is_not_encoded_again(tmp_path, monkeypatch):
    """The same vectors; what is not asked for any more is dropped, and outside nothing is kept."""
    encoder, file = MiniLM(project.ENCODER_FOLDER), tmp_path / "cache" / "asked.npz"
    encoded, encode = [], encoder._encoded
    monkeypatch.setattr(encoder, "_encoded", lambda text: encoded.append(text) or encode(text))
    with encoder.keeping(file):
        first = encoder.layers(TEXTS + TEXTS)
    assert sorted(set(encoded)) == sorted(TEXTS) and len(encoded) <= len(TEXTS) + 1  # a text with a NUL is not kept
    encoded.clear()
    with encoder.keeping(file):
        assert np.array_equal(encoder.layers(TEXTS[:4]), first[:4])
    assert not encoded
    with encoder.keeping(file):
        encoder.layers(TEXTS[:5])
    assert encoded == TEXTS[4:5]
    encoder.layers(["a patient's words"])
    assert b"patient" not in file.read_bytes()


def test_vectors_of_another_encoder_or_a_damaged_file_are_not_used(tmp_path, monkeypatch):
    """They are encoded anew, and the file is written anew."""
    encoder, file = MiniLM(project.ENCODER_FOLDER), tmp_path / "asked.npz"
    for spoil in (lambda: file.write_bytes(b"PK no archive"), lambda: monkeypatch.setattr(encoder, "identity", lambda: "x")):
        with encoder.keeping(file):
            right = encoder.layers(TEXTS[:2])
        spoil()
        with encoder.keeping(file):
            assert np.array_equal(encoder.layers(TEXTS[:2]), right)
        assert kept_vectors.read(file, encoder.identity()).keys() == set(TEXTS[:2])


def test_an_interrupted_run_leaves_what_was_kept(tmp_path):
    """Or half of the messages would have to be encoded again."""
    encoder, file = MiniLM(project.ENCODER_FOLDER), tmp_path / "asked.npz"
    with encoder.keeping(file):
        encoder.layers(TEXTS[:4])
    before = file.read_bytes()
    with pytest.raises(KeyboardInterrupt), encoder.keeping(file):
        encoder.layers(TEXTS[:1])
        raise KeyboardInterrupt
    assert file.read_bytes() == before


def test_the_same_twice(encoder, vectors):
    """No chance in it, and a second encoder gives the same."""
    assert np.array_equal(encoder.encode(TEXTS), vectors)
    assert np.array_equal(MiniLM(project.ENCODER_FOLDER).encode(TEXTS), vectors)


def test_meaning_is_near_meaning(vectors):
    """Two ways to ask the same are nearer than two questions."""
    often, frequently, park = vectors[:3]
    assert often @ frequently > 0.5 > often @ park


def test_nothing_in_nothing_out(encoder):
    """No texts: an empty array of the right width."""
    assert encoder.encode([]).shape == (0, DIMENSIONS)
    assert encoder.layers([]).shape == encoder.layers_of_all([]).shape == (0, LAYERS * DIMENSIONS)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_says_what_to_run(tmp_path, missing):
    """The error names the file and `make setup`."""
    for name in {"model.onnx", "tokenizer.json"} - {missing}:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(FileNotFoundError, match=f"{missing}.*make setup"):
        MiniLM(tmp_path)


@pytest.mark.slow
def test_staff_need_not_wait_for_rasa():
    """Comparing a new message by meaning loads the encoder, and none of Rasa or TensorFlow."""
    compare = (
        "import sys; from hipbot import project; from hipbot.check.files import Files; from hipbot.staff.judge import Judge; "
        "judge = Judge(Files(project.ROOT)); judge.near('is my office chair to blame'); "
        "assert judge.compares_meaning and 'hipbot.language.minilm' in sys.modules; "
        "print([name for name in ('rasa', 'tensorflow', 'sanic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", compare], capture_output=True, text=True, timeout=120)
    assert done.stdout == "[]\n", done.stdout + done.stderr

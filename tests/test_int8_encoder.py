"""The rewritten encoder: int8 weights stay int8, and what it computes is what a BERT with the published weights computes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from scipy.special import erf, softmax

from hipbot import project

sys.path.insert(0, str(project.ROOT / "scripts"))
from int8_encoder import EMBEDDINGS, HEAD, LAYER, MOST_TOKENS, keep_int8  # noqa: E402 - scripts/ is no package

WORDS, WIDTH, WIDER, LAYERS = 50, 64, 128, 2
MESSAGE = np.array([[3, 14, 15, 9, 2]])
DENSE = {
    "attention.self.query": (WIDTH, WIDTH),
    "attention.self.key": (WIDTH, WIDTH),
    "attention.self.value": (WIDTH, WIDTH),
    "attention.output.dense": (WIDTH, WIDTH),
    "intermediate.dense": (WIDTH, WIDER),
    "output.dense": (WIDER, WIDTH),
}
Tensors = Dict[str, np.ndarray]


def small_tensors() -> Tensors:
    """A small encoder's weights, named and stored as the published ones."""
    random = np.random.default_rng(7)

    def int8(*shape: int) -> np.ndarray:
        return random.integers(-127, 128, shape, dtype=np.int8)

    def floats(*shape: int) -> np.ndarray:
        return random.uniform(0.5, 1.5, shape).astype(np.float32)

    made = {f"{EMBEDDINGS}token_type_embeddings.weight": floats(2, WIDTH)}
    for table, rows in (("word", WORDS), ("position", MOST_TOKENS)):
        name = f"{EMBEDDINGS}{table}_embeddings.weight"
        made.update({f"{name}_q": int8(rows, WIDTH), f"{name}_scale": floats(rows, 1) / 100})
    norms = [EMBEDDINGS, *(f"{LAYER.format(n)}{part}" for n in range(LAYERS) for part in ("attention.output.", "output."))]
    made.update({f"{norm}LayerNorm.{part}": floats(WIDTH) for norm in norms for part in ("weight", "bias")})
    for layer in range(LAYERS):
        for part, shape in DENSE.items():
            name = LAYER.format(layer) + part
            made.update({f"{name}_q": int8(*shape), f"{name}_scale": floats(1, shape[1]) / 500, f"{name}.bias": floats(shape[1])})
    return made


def published(path: Path, tensors: Tensors) -> None:
    """A file with these tensors in which every dense step casts, scales, multiplies and adds, as the published one does."""
    nodes: List[Any] = []
    for name in [LAYER.format(layer) + part for layer in range(LAYERS) for part in DENSE]:
        nodes.append(helper.make_node("Cast", [f"{name}_q"], [f"{name}_cast"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [f"{name}_cast", f"{name}_scale"], [f"{name}_floats"]))
        nodes.append(helper.make_node("MatMul", ["value", f"{name}_floats"], [f"{name}_product"]))
        nodes.append(helper.make_node("Add", [f"{name}_product", f"{name}.bias"], [f"{name}_sum"]))
    graph = helper.make_graph(nodes, "small", [], [], [numpy_helper.from_array(value, name) for name, value in tensors.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), str(path))


def expected(tensors: Tensors) -> List[np.ndarray]:
    """Means of each layer in plain arithmetic, after Devlin et al. 2019."""

    def scaled(name: str) -> np.ndarray:
        return tensors[f"{name}_q"] * tensors[f"{name}_scale"]

    def normalised(value: np.ndarray, name: str) -> np.ndarray:
        value = (value - value.mean(-1, keepdims=True)) / value.std(-1, keepdims=True)
        return value * tensors[f"{name}LayerNorm.weight"] + tensors[f"{name}LayerNorm.bias"]

    def dense(value: np.ndarray, name: str) -> np.ndarray:
        return value @ scaled(name) + tensors[f"{name}.bias"]

    def heads(value: np.ndarray) -> np.ndarray:
        return value.reshape(len(value), -1, HEAD).transpose(1, 0, 2)

    (words,), means = MESSAGE, []
    places = scaled(f"{EMBEDDINGS}position_embeddings.weight")[: len(words)]
    vectors = scaled(f"{EMBEDDINGS}word_embeddings.weight")[words] + places
    value = normalised(vectors + tensors[f"{EMBEDDINGS}token_type_embeddings.weight"][0], EMBEDDINGS)
    for name in map(LAYER.format, range(LAYERS)):
        query, key, values = (heads(dense(value, f"{name}attention.self.{part}")) for part in ("query", "key", "value"))
        seen = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(HEAD), axis=-1) @ values
        seen = seen.transpose(1, 0, 2).reshape(value.shape)
        value = normalised(value + dense(seen, f"{name}attention.output.dense"), f"{name}attention.output.")
        wide = dense(value, f"{name}intermediate.dense")
        value = normalised(value + dense(wide * (1 + erf(wide / np.sqrt(2))) / 2, f"{name}output.dense"), f"{name}output.")
        means.append(value.mean(0))
    return means


def test_what_the_published_weights_give(tmp_path: Path) -> None:
    """Each layer within two hundredths of its largest value: what is multiplied was rounded to 8 bits on the way."""
    tensors = small_tensors()
    published(tmp_path / "a.onnx", tensors)
    keep_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", layers=(1, 2))
    session = onnxruntime.InferenceSession(str(tmp_path / "b.onnx"), providers=["CPUExecutionProvider"])
    (given,) = session.run(None, {"input_ids": MESSAGE})[0].reshape(-1, LAYERS, WIDTH)
    for layer, wanted in zip(given, expected(tensors)):
        assert np.abs(layer - wanted).max() < 0.02 * np.abs(wanted).max()


def test_no_weights_become_floats(tmp_path: Path) -> None:
    """Six multiplications a layer, as int8; the one cast is that of the message's own words."""
    published(tmp_path / "a.onnx", small_tensors())
    keep_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", layers=(1, 2))
    kinds = [node.op_type for node in onnx.load(str(tmp_path / "b.onnx")).graph.node]
    assert kinds.count("DynamicQuantizeMatMul") == LAYERS * len(DENSE)
    assert kinds.count("Cast") == 1 and kinds.index("Gather") < kinds.index("Cast")


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    """Or the hash in fetch_encoder.py could not hold."""
    published(tmp_path / "a.onnx", small_tensors())
    for name in ("b.onnx", "c.onnx"):
        keep_int8(tmp_path / "a.onnx", tmp_path / name, layers=(2,))
    assert (tmp_path / "b.onnx").read_bytes() == (tmp_path / "c.onnx").read_bytes()


def test_a_model_without_int8_weights_is_refused(tmp_path: Path) -> None:
    """A published file of another shape stops the set-up, in words."""
    published(tmp_path / "a.onnx", small_tensors())
    model = onnx.load(str(tmp_path / "a.onnx"))
    del model.graph.node[:]
    onnx.save(model, str(tmp_path / "a.onnx"))
    with pytest.raises(ValueError, match=r"no int8 weights for .*query\.bias"):
        keep_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", layers=(1, 2))


def test_a_model_without_a_tensor_is_refused(tmp_path: Path) -> None:
    """Their names are part of what was pinned."""
    tensors = small_tensors()
    del tensors[f"{EMBEDDINGS}LayerNorm.bias"]
    published(tmp_path / "a.onnx", tensors)
    with pytest.raises(ValueError, match=r"no tensor .*LayerNorm\.bias"):
        keep_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", layers=(1, 2))


@pytest.mark.parametrize("layers", [(1, 3), (1,)])
def test_a_model_with_other_layers_is_refused(tmp_path: Path, layers: tuple) -> None:
    """The last one given is the sentence vector: it must be the encoder's last."""
    published(tmp_path / "a.onnx", small_tensors())
    with pytest.raises(ValueError, match="2 layers where"):
        keep_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", layers)

"""The rewritten encoder: int8 weights stay int8, and what it computes stays what it was."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from hipbot import project

sys.path.insert(0, str(project.ROOT / "scripts"))
from int8_encoder import keep_int8  # noqa: E402 - scripts/ is no package

WORDS, WIDTH = 50, 64
LAYERS = ("vectors", "hidden")
RANDOM = np.random.default_rng(7)


def published(path: Path) -> None:
    """A small model made like the published one: int8 weights, cast and scaled, then gathered and multiplied."""
    int8 = {
        "table": RANDOM.integers(-127, 128, (WORDS, WIDTH), dtype=np.int8),
        "dense": RANDOM.integers(-127, 128, (WIDTH, WIDTH), dtype=np.int8),
    }
    scales = {"table_scale": (WORDS, 1), "dense_scale": (1, WIDTH)}
    floats = {name: RANDOM.uniform(0.001, 0.01, shape).astype(np.float32) for name, shape in scales.items()}
    nodes = []
    for name in int8:
        nodes.append(helper.make_node("Cast", [name], [f"{name}_cast"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("Mul", [f"{name}_cast", f"{name}_scale"], [f"{name}_floats"]))
    nodes.append(helper.make_node("Gather", ["table_floats", "rows"], ["vectors"], axis=0))
    nodes.append(helper.make_node("MatMul", ["vectors", "dense_floats"], ["hidden"]))
    tensors = [numpy_helper.from_array(value, name) for name, value in {**int8, **floats}.items()]
    rows = helper.make_tensor_value_info("rows", TensorProto.INT64, [1, None])
    hidden = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [1, None, WIDTH])
    graph = helper.make_graph(nodes, "small", [rows], [hidden], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), str(path))


def run(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"rows": np.array([[3, 14, 15, 9]])})[0]


def test_the_same_result_without_floats_of_the_weights(tmp_path: Path) -> None:
    """Within two hundredths of the largest value; no cast of a whole table is left."""
    published(tmp_path / "a.onnx")
    keep_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", LAYERS)
    before, after = run(tmp_path / "a.onnx").mean(axis=1), run(tmp_path / "b.onnx")
    assert after.shape == (1, len(LAYERS) * WIDTH)
    after = after[:, WIDTH:]
    assert np.abs(before - after).max() < 0.02 * np.abs(before).max()
    nodes = onnx.load(str(tmp_path / "b.onnx")).graph.node
    assert [node.op_type for node in nodes].count("DynamicQuantizeMatMul") == 1
    assert not [node for node in nodes if node.op_type == "Cast" and node.input[0] in ("table", "dense")]


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    """Or the hash in fetch_encoder.py could not hold."""
    published(tmp_path / "a.onnx")
    for name in ("b.onnx", "c.onnx"):
        keep_int8(tmp_path / "a.onnx", tmp_path / name, LAYERS)
    assert (tmp_path / "b.onnx").read_bytes() == (tmp_path / "c.onnx").read_bytes()


def test_a_model_without_int8_weights_is_refused(tmp_path: Path) -> None:
    """A published file of another shape stops the set-up, in words."""
    published(tmp_path / "a.onnx")
    keep_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", LAYERS)
    with pytest.raises(ValueError, match="no int8 weights"):
        keep_int8(tmp_path / "b.onnx", tmp_path / "c.onnx", LAYERS)


def test_a_model_without_the_layers_is_refused(tmp_path: Path) -> None:
    """Their names are part of what was pinned."""
    published(tmp_path / "a.onnx")
    with pytest.raises(ValueError, match="no layers hidden, deeper"):
        keep_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", ("hidden", "deeper"))

"""Write the encoder's graph anew: int8 weights are multiplied as int8, whole steps are one operator each, and it gives the mean
vectors of four layers. Called by `fetch_encoder.py`.

The published file stores int8 weights and turns them back into floats (`Cast`, `Mul` by a scale) before each `MatMul`; ONNX Runtime
does that once at load and then reads 42 MB of floats for every message. It also builds an attention mask of ones from 30 nodes,
for texts that come one at a time and have nothing to mask. Here a layer is nine operators of ONNX Runtime's own
(https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md): half the time, 70 MB less memory (docs/decisions/0002).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, List, Sequence, Tuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

STANDARD, CONTRIB = "", "com.microsoft"
OPSET, IR_VERSION = 17, 8
LAYERS = (1, 3, 5, 6)  # whose means are given: docs/decisions/0002
HEAD = 32  # dimensions of one attention head
MOST_TOKENS = 128  # what the model was trained with; the table of positions goes on to 512
ZERO = 128  # of unsigned weights
EPSILON = 1e-12  # of all layer normalisations
EMBEDDINGS, LAYER = "inner.embeddings.", "inner.encoder.layer.{}."
Weights = Tuple[np.ndarray, np.ndarray]  # int8 of shape (rows, columns), and a scale for each column


class Published:
    """The published file's tensors by what they are for; ValueError where one is not where it was."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(str(path)).graph
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        self._makers = {output: node for node in graph.node for output in node.output}
        self._adders = {name: node for node in graph.node if node.op_type == "Add" for name in node.input}

    @property
    def layers(self) -> int:
        """How many the encoder has."""
        names = re.compile(re.escape(LAYER).replace(r"\{\}", r"(\d+)") + r"output\.dense\.bias$")
        return len([name for name in self._tensors if names.match(name)])

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._tensors:
            raise ValueError(f"The published encoder has no tensor {name}.")
        return numpy_helper.to_array(self._tensors[name])

    def weights(self, bias: str) -> Weights:
        """Of the multiplication whose product gets this bias: `Add(MatMul(x, Mul(Cast(int8), scales)), bias)`."""
        product = self._maker("MatMul", self._adders[bias].input) if bias in self._adders else None
        scaled = self._maker("Mul", product.input[1:]) if product is not None else None
        cast = self._maker("Cast", scaled.input) if scaled is not None else None
        if cast is None:
            raise ValueError(f"The published encoder holds no int8 weights for {bias}.")
        (scales,) = set(scaled.input) - set(cast.output)
        return self[cast.input[0]], self[scales].reshape(-1)

    def _maker(self, kind: str, values: Sequence[str]) -> Any:
        """The node of this kind that made one of these values; None where there is none."""
        return next((node for node in map(self._makers.get, values) if node is not None and node.op_type == kind), None)


class Fused:
    """The new graph as it grows: each method adds a node and returns the name of what it gives."""

    def __init__(self) -> None:
        self._nodes: List[Any] = []
        self._tensors: List[Any] = []

    def tensor(self, values: np.ndarray) -> str:
        name = f"tensor_{len(self._tensors)}"
        self._tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, *inputs: str, domain: str = STANDARD, **attributes: Any) -> str:
        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def dense(self, value: str, weights: Weights, bias: np.ndarray) -> str:
        """Multiply and add. Unsigned, round 128: with signed weights, processors without VNNI add up in 16 bits, and overflow."""
        int8, scales = weights
        unsigned = (int8.astype(np.int16) + ZERO).astype(np.uint8)
        constants = [unsigned, scales, np.full(len(scales), ZERO, dtype=np.uint8), bias]
        return self.node("DynamicQuantizeMatMul", value, *map(self.tensor, constants), domain=CONTRIB)

    def sum_normalised(self, one: str, other: str, scale: np.ndarray, shift: np.ndarray) -> str:
        """Layer normalisation of the sum of both."""
        learnt = self.tensor(scale), self.tensor(shift)
        return self.node("SkipLayerNormalization", one, other, *learnt, domain=CONTRIB, epsilon=EPSILON)

    def write(self, path: Path, words: str, vectors: str) -> None:
        inputs = [helper.make_tensor_value_info(words, TensorProto.INT64, [1, None])]
        outputs = [helper.make_tensor_value_info(vectors, TensorProto.FLOAT, [1, None])]
        graph = helper.make_graph(self._nodes, "encoder", inputs, outputs, self._tensors)
        opsets = [helper.make_opsetid(STANDARD, OPSET), helper.make_opsetid(CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        path.write_bytes(model.SerializeToString(deterministic=True))


def keep_int8(source: Path, target: Path, layers: Sequence[int] = LAYERS) -> None:
    """Write the model anew; the same bytes for the same source and the same onnx.

    Takes `input_ids`, shape (1, tokens); gives the means over the tokens of each layer, side by side, shape (1, layers * width).

    Args:
        layers: which ones, counted from 1.

    Raises:
        ValueError: if something is not where it was: the published file has changed its shape.
    """
    published, graph = Published(source), Fused()
    if max(layers) != published.layers:
        raise ValueError(f"The published encoder has {published.layers} layers where {max(layers)} were expected.")
    value, means = _embedded(graph, published, "input_ids"), []
    for layer in range(published.layers):
        value = _through_layer(graph, published, LAYER.format(layer), value)
        if layer + 1 in layers:
            means.append(graph.node("ReduceMean", value, axes=[1], keepdims=0))
    graph.write(target, "input_ids", graph.node("Concat", *means, axis=1))


def _embedded(graph: Fused, published: Published, words: str) -> str:
    """Vectors of the words and of their places. Only the rows of this message's words become floats."""
    name = f"{EMBEDDINGS}word_embeddings.weight"
    int8 = graph.node("Gather", graph.tensor(published[f"{name}_q"]), words, axis=0)
    scales = graph.node("Gather", graph.tensor(published[f"{name}_scale"]), words, axis=0)
    vectors = graph.node("Mul", graph.node("Cast", int8, to=TensorProto.FLOAT), scales)
    first, last = graph.tensor(np.array([0])), graph.node("Shape", words, start=1, end=2)
    here = graph.node("Slice", graph.tensor(_places(published)), first, last, graph.tensor(np.array([0])))
    learnt = [graph.tensor(published[f"{EMBEDDINGS}LayerNorm.{part}"]) for part in ("weight", "bias")]
    return graph.node("LayerNormalization", graph.node("Add", vectors, here), *learnt, axis=-1, epsilon=EPSILON)


def _places(published: Published) -> np.ndarray:
    """What is added to the word at each place, shape (128, width): its position, and that it is of the first of two texts."""
    name = f"{EMBEDDINGS}position_embeddings.weight"
    positions = published[f"{name}_q"].astype(np.float32) * published[f"{name}_scale"]
    return positions[:MOST_TOKENS] + published[f"{EMBEDDINGS}token_type_embeddings.weight"][0]


def _through_layer(graph: Fused, published: Published, name: str, value: str) -> str:
    """One layer of a BERT (Devlin et al. 2019): attention, then two dense steps, each added to what came in and normalised."""
    def dense(part: str, of: str) -> str:
        bias = f"{name}{part}.bias"
        return graph.dense(of, published.weights(bias), published[bias])

    def added(part: str, step: str, onto: str) -> str:
        learnt = [published[f"{name}{part}.LayerNorm.{which}"] for which in ("weight", "bias")]
        return graph.sum_normalised(dense(f"{part}.dense", step), onto, *learnt)

    asked = [dense(f"attention.self.{part}", value) for part in ("query", "key", "value")]
    heads = len(published[f"{name}attention.self.query.bias"]) // HEAD
    seen = graph.node("MultiHeadAttention", *asked, domain=CONTRIB, num_heads=heads)
    value = added("attention.output", seen, onto=value)
    wide = graph.node("Gelu", dense("intermediate.dense", value), domain=CONTRIB)
    return added("output", wide, onto=value)

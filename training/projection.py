"""Fewer dimensions: the directions in which the project's texts differ.

The student gives as many dimensions as its teacher has, far more than one field of
language uses. Projected on its principal axes, half of them rank the calibration set's
entries as all of them do, and search reads half the memory.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Floats = NDArray[np.float32]

OUTPUT = "vectors"
_LEAST_NORM = 1e-12


def principal_axes(vectors: Floats, dim: int) -> Floats:
    """Return float32 [hidden, dim], the first ``dim`` right singular vectors of ``vectors``.

    The vectors are not centred: cosines are kept best by axes through the origin
    (Eckart & Young 1936). Signs are fixed so that a second run gives the same axes.

    Args:
        vectors: float32 [texts, hidden], length 1.
        dim: How many axes; at most ``hidden``.
    """
    _, axes = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors)
    kept = axes[:, ::-1][:, :dim]
    strongest = np.abs(kept).argmax(axis=0)
    signs = np.sign(kept[strongest, np.arange(kept.shape[1])])
    return np.ascontiguousarray(kept * signs, dtype=np.float32)


def project_output(graph: onnx.ModelProto, axes: Floats) -> None:
    """Let ``graph`` give its vectors along ``axes``, at length 1.

    Args:
        graph: A network whose output ``vectors`` is float32 [texts, hidden]; changed in place.
        axes: float32 [hidden, dim].
    """
    nodes = graph.graph.node
    for node in nodes:
        for place, name in enumerate(node.output):
            if name == OUTPUT:
                node.output[place] = "unprojected"
    tables = {"axes": axes, "least_norm": np.array([_LEAST_NORM], dtype=np.float32)}
    graph.graph.initializer.extend(numpy_helper.from_array(table, name) for name, table in tables.items())
    nodes.extend(
        [
            helper.make_node("MatMul", ["unprojected", "axes"], ["projected"]),
            helper.make_node("ReduceL2", ["projected"], ["norms"], axes=[-1], keepdims=1),
            helper.make_node("Max", ["norms", "least_norm"], ["lengths"]),
            helper.make_node("Div", ["projected", "lengths"], [OUTPUT]),
        ]
    )
    graph.graph.output[0].type.tensor_type.shape.dim[-1].dim_value = axes.shape[1]

"""Turns the trained network into the files that serving loads.

The word embeddings stay in the four bits the teacher was published in (training
froze them, so nothing is lost); all other matrices become int8, quantised per
column, their inputs on the fly. Mean pooling and length 1 are part of the graph.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions

from training.network import Pooled
from training.weights import BLOCK, Q4

_OPSET = 17


def export_network(model: Pooled, words: Q4, output: Path) -> None:
    """Write ``model`` as a quantised ONNX graph.

    Inputs ``input_ids`` and ``attention_mask``, int64 [texts, tokens]; output
    ``vectors``, float32 [texts, hidden].

    Args:
        model: The trained network; its word embeddings must be those of ``words``.
        words: The kept rows of the teacher's embeddings, in four bits.
        output: The file to write; its folder must exist.
    """
    with tempfile.TemporaryDirectory(prefix="baowen-export-") as folder:
        plain, fused, small = (Path(folder) / f"{name}.onnx" for name in ("plain", "fused", "small"))
        _trace(model, plain)
        _fuse(model, plain, fused)
        quantize_dynamic(
            fused,
            small,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Attention"],
            extra_options={"DefaultTensorType": 1},
        )
        graph = onnx.load(small)
        _pack_words(graph, words)
        onnx.save(graph, output)


def _trace(model: Pooled, path: Path) -> None:
    ids = torch.ones((2, 9), dtype=torch.int64)
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.eval(),
            (ids, torch.ones_like(ids)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def _fuse(model: Pooled, source: Path, target: Path) -> None:
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False
    config = model.network.config
    fused = optimizer.optimize_model(
        str(source),
        "bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
        optimization_options=options,
        opt_level=0,
        use_gpu=False,
    )
    fused.save_model_to_file(str(target))
    print(fused.get_fused_operator_statistics())


def _pack_words(graph: onnx.ModelProto, words: Q4) -> None:
    """Replace the float32 word embeddings by their four-bit blocks."""
    names = {item.name: item for item in graph.graph.initializer}
    shape = list(words.halves.shape)
    gather = next(
        node
        for node in graph.graph.node
        if node.op_type == "Gather" and node.input[0] in names and list(names[node.input[0]].dims) == shape
    )
    graph.graph.initializer.remove(names[gather.input[0]])
    packed = words.halves[:, 0::2] | (words.halves[:, 1::2] << 4)
    data = helper.make_tensor("words", TensorProto.UINT8, packed.shape, packed.tobytes(), raw=True)
    scales = onnx.numpy_helper.from_array(np.ascontiguousarray(words.scales), "word_scales")
    graph.graph.initializer.extend([data, scales])
    node = helper.make_node(
        "GatherBlockQuantized",
        ["words", gather.input[1], "word_scales"],
        list(gather.output),
        domain="com.microsoft",
        bits=4,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    place = list(graph.graph.node).index(gather)
    graph.graph.node.remove(gather)
    graph.graph.node.insert(place, node)

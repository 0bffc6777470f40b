"""Turns the trained network into the files that serving loads.

The word embeddings stay in the four bits the teacher was published in (training
froze them, so nothing is lost); all other matrices become int8, quantised per
column, their inputs on the fly. Mean pooling and length 1 are part of the graph.
"""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from tokenizers import Tokenizer

from knowledge_base.search.encoders import DESCRIPTION_FILE, MODEL_FILE, TOKENIZER_FILE
from training.network import Pooled, States
from training.projection import project_output
from training.weights import BLOCK, Q4

_OPSET = 17


def write_encoder(
    model: Pooled, tokenizer: Tokenizer, words: Q4, axes: NDArray[np.float32], output: Path
) -> None:
    """Write the three files that serving loads; ``encoder.json`` last: it vouches for the others.

    Args:
        model: The trained network; its word embeddings must be those of ``words``.
        tokenizer: Its tokeniser, which cuts texts at the network's positions.
        words: Its word embeddings, in four bits.
        axes: float32 [hidden, dim], what its vectors are projected on.
        output: The folder; made if missing. Its files are replaced when all are ready.
    """
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="encoder-", dir=output.parent) as folder:
        made = Path(folder)
        export_network(model, words, axes, made / MODEL_FILE)
        tokenizer.save(str(made / TOKENIZER_FILE), pretty=False)
        _describe(made, axes.shape[1], model.network.config.max_position_embeddings)
        for name in (MODEL_FILE, TOKENIZER_FILE, DESCRIPTION_FILE):
            (made / name).replace(output / name)


def export_network(model: Pooled, words: Q4, axes: NDArray[np.float32], output: Path) -> None:
    """Write ``model`` as a quantised ONNX graph.

    Inputs ``input_ids`` and ``attention_mask``, int64 [texts, tokens]; output
    ``vectors``, float32 [texts, dim], the vectors along ``axes``.
    """
    with tempfile.TemporaryDirectory(prefix="baowen-export-") as folder:
        fused, small = fused_graph(model, Path(folder)), Path(folder) / "small.onnx"
        with _quiet():
            quantize_dynamic(
                fused,
                small,
                weight_type=QuantType.QInt8,
                per_channel=True,
                reduce_range=True,  # without VNNI, eight full bits overflow sums of sixteen
                op_types_to_quantize=["MatMul", "Attention"],
                extra_options={"DefaultTensorType": TensorProto.FLOAT},
            )
        graph = onnx.load(small)
        _pack_words(graph, words)
        project_output(graph, axes)
        onnx.save(graph, output)


def fused_graph(model: Pooled | States, folder: Path) -> Path:
    """Write ``model`` to ``folder`` as float32 ONNX with fused operators, and return the file."""
    plain, fused = folder / "plain.onnx", folder / "fused.onnx"
    _trace(model, plain)
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False  # it would hide the words that are packed later
    config = model.network.config
    with _quiet():
        result = optimizer.optimize_model(
            str(plain),
            "bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            optimization_options=options,
            opt_level=0,
            use_gpu=False,
        )
        result.save_model_to_file(str(fused))
    return fused


def _trace(model: Pooled | States, path: Path) -> None:
    ids = torch.ones((2, 9), dtype=torch.int64)
    axes = {0: "texts", 1: "tokens"}
    output_axes = {0: "texts"} if isinstance(model, Pooled) else {1: "texts", 2: "tokens"}
    with _quiet():
        torch.onnx.export(
            model.eval(),
            (ids, torch.ones_like(ids)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": output_axes},
            opset_version=_OPSET,
            dynamo=False,  # the fusions know the patterns of the older exporter
        )


def _pack_words(graph: onnx.ModelProto, words: Q4) -> None:
    """Replace the float32 word embeddings by their four-bit blocks, two weights a byte."""
    tables = {item.name: item for item in graph.graph.initializer}
    shape = list(words.halves.shape)
    gather = next(
        node
        for node in graph.graph.node
        if node.op_type == "Gather" and node.input[0] in tables and list(tables[node.input[0]].dims) == shape
    )
    graph.graph.initializer.remove(tables[gather.input[0]])
    packed = words.halves[:, 0::2] | (words.halves[:, 1::2] << 4)
    data = helper.make_tensor("words", TensorProto.UINT8, packed.shape, packed.tobytes(), raw=True)
    scales = numpy_helper.from_array(np.ascontiguousarray(words.scales), "word_scales")
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


def _describe(folder: Path, dim: int, max_length: int) -> None:
    files = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (MODEL_FILE, TOKENIZER_FILE)
    }
    name = f"baowen-encoder-{files[MODEL_FILE][:8]}"
    text = json.dumps({"id": name, "dim": dim, "max_length": max_length, "files": files}, indent=2)
    (folder / DESCRIPTION_FILE).write_text(text + "\n", encoding="utf-8")


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what exporter and quantiser say about their own coming versions.

    They log through the root logger, which gives itself a handler for good if it has none.
    """
    log, silent = logging.getLogger(), logging.NullHandler()
    level = log.level
    log.setLevel(logging.ERROR)
    log.addHandler(silent)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
        log.removeHandler(silent)

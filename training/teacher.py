"""What the teacher makes of many texts, by the fastest exact way on a processor."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from training.distil import Progress
from training.export import fused_graph
from training.network import SPECIAL, States, build_network, build_tokenizer, pad, tokenize
from training.vocabulary import full_pieces
from training.weights import Weights

PREFIX = "query: "
"""What E5 was trained to see before a text that is compared with its like."""

PREFIX_TOKENS = 3
"""How many pieces ``PREFIX`` makes; they stand behind the border piece."""

_BATCH = 32


@dataclass(frozen=True, slots=True)
class Teaching:
    """The teacher's answers for some texts.

    Attributes:
        vectors: Mean over all tokens with the prefix, length 1, float32 [texts, hidden].
        states: What stands behind the chosen layers for each token but the prefix,
            all texts in a row, float16 [layers, tokens of all texts, hidden].
        starts: Where each text's tokens start in ``states``, and the end, int64 [texts + 1].
    """

    vectors: NDArray[np.float32]
    states: NDArray[np.float16]
    starts: NDArray[np.int64]


def teach(
    weights: Weights,
    texts: Sequence[str],
    layers: Sequence[int],
    max_length: int,
    threads: int,
    progress: Progress,
) -> Teaching:
    """Ask the teacher about normalised ``texts``.

    All twelve layers in float32: int8 would turn the centred vectors (cosine .98). Only the
    pieces that occur are loaded, and onnxruntime's fused operators take half of torch's time.

    Args:
        weights: The teacher.
        texts: What to encode, without prefix.
        layers: Behind which layers to look, from 1; the last one gives the vectors.
        max_length: Tokens read of a text, without the prefix.
        threads: Cores to use.
        progress: Told about the texts done.
    """
    tokenizer = build_tokenizer(full_pieces(weights), weights.scores, max_length + PREFIX_TOKENS, PREFIX)
    tokens, rows = _compact(tokenize(tokenizer, texts))
    network = States(build_network(weights, range(weights.shape.layers), rows), layers)
    with tempfile.TemporaryDirectory(prefix="baowen-teacher-") as folder:
        session = _session(fused_graph(network, Path(folder)), threads)
    lengths = np.array([len(row) - PREFIX_TOKENS for row in tokens])
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    states = np.empty((len(layers), starts[-1], weights.shape.hidden), dtype=np.float16)
    vectors = np.empty((len(texts), weights.shape.hidden), dtype=np.float32)
    for place, found in _answers(session, tokens, progress):
        states[:, starts[place] : starts[place + 1]] = np.delete(found, range(1, 1 + PREFIX_TOKENS), axis=1)
        mean = found[-1].mean(axis=0)
        vectors[place] = mean / np.linalg.norm(mean)
    return Teaching(vectors, states, starts)


def student_positions(max_length: int) -> list[int]:
    """Return the teacher's positions that a student without prefix meets its tokens at."""
    return [0, *range(1 + PREFIX_TOKENS, max_length + PREFIX_TOKENS)]


def _answers(
    session: onnxruntime.InferenceSession, tokens: Sequence[Sequence[int]], progress: Progress
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield each text's place with its states, float32 [layers, its tokens, hidden]."""
    order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
    for start in range(0, len(order), _BATCH):
        chosen = order[start : start + _BATCH]
        ids, mask = pad([tokens[place] for place in chosen])
        inputs = {"input_ids": ids.numpy(), "attention_mask": mask.numpy()}
        found = session.run(None, inputs)[0]
        for number, place in enumerate(chosen):
            yield place, found[:, number, : len(tokens[place])]
        progress("teacher", min(start + _BATCH, len(order)), len(order))


def _compact(tokens: Sequence[Sequence[int]]) -> tuple[list[list[int]], NDArray[np.int64]]:
    """Number only the pieces that occur, the special four first; return tokens and rows."""
    occurring = {piece for row in tokens for piece in row} | set(range(len(SPECIAL)))
    rows = np.array(sorted(occurring), dtype=np.int64)
    number = {int(row): place for place, row in enumerate(rows)}
    return [[number[piece] for piece in row] for row in tokens], rows


def _session(graph: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

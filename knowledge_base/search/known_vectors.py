"""Vectors of texts that were encoded before, in a quarter of their size.

A bundle brings those of the shipped content, so that a first start encodes only what
was written since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def quantise_rows(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return int8 rows and the scale of each: ``row ~ quantised * scale``."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127.0
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def rounded(vectors: Floats) -> Floats:
    """Return vectors as ``KnownVectors`` gives them back, so that a text has one vector, new or known."""
    quantised, scales = quantise_rows(vectors)
    return np.asarray(quantised.astype(np.float32) * scales[:, None], dtype=np.float32)


def text_key(text: str) -> int:
    """Return 64 bits that stand for a text: two of a million texts share them once in 37 million."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """Quantised vectors by the key of their text.

    Attributes:
        fingerprint: Of the encoder that made them.
        keys: uint64 [n], ascending.
        quantised: int8 [n, dim].
        scales: float32 [n].
    """

    fingerprint: str
    keys: NDArray[np.uint64]
    quantised: NDArray[np.int8]
    scales: Floats

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Floats, fingerprint: str) -> KnownVectors:
        """Keep the vectors (float32 [n, dim]) of normalised ``texts``; a text may come twice."""
        keys, places = np.unique(_keys(texts), return_index=True)
        quantised, scales = quantise_rows(vectors[places])
        return cls(fingerprint, keys, quantised, scales)

    def find(self, texts: Sequence[str]) -> tuple[NDArray[np.bool_], Floats]:
        """Return which ``texts`` are known, and float32 [known of them, dim] in their order."""
        if not len(self.keys):
            return np.zeros(len(texts), dtype=np.bool_), np.empty((0, self.quantised.shape[1]), np.float32)
        keys = _keys(texts)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[places] == keys
        rows = places[known]
        return known, self.quantised[rows].astype(np.float32) * self.scales[rows, None]


def _keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    return np.array([text_key(text) for text in texts], dtype=np.uint64)

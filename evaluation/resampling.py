"""The bootstrap of rows that stream by: every unit brings its own draws with it.

A unit is a conversation, or a row that belongs to none. In each resample a unit counts k times,
k drawn from Poisson(1) by a hash of the unit's name: rows of one conversation are drawn together
wherever they stand (a clustered bootstrap), no row need be kept, and neither the order of the
rows nor the number of workers changes a draw.

Source: N. Chamandy, O. Muralidharan, A. Najmi and S. Naidu, "Estimating uncertainty for
massive data streams", Google Research (2012); clusters: C. Field and A. Welsh,
"Bootstrapping clustered data", JRSS B 69 (2007), 369-390.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.statistics import RESAMPLES, SEED
from evaluation.types import Case

Draws = NDArray[np.float32]
_STEP = np.uint64(0x9E3779B97F4A7C15)


def _poisson_table() -> NDArray[np.float32]:
    """Return the quantiles of Poisson(1) at 65,536 even steps."""
    chances = [math.exp(-1) / math.factorial(k) for k in range(12)]
    steps = (np.arange(1 << 16) + 0.5) / (1 << 16)
    return np.searchsorted(np.cumsum(chances), steps).astype(np.float32)


_POISSON = _poisson_table()


def unit_of(case: Case) -> str:
    """Return the name of what a row is drawn with: its conversation, else the row alone."""
    return f"c {case.conversation_id}" if case.conversation_id else f"r {case.id}"


def name_hash(name: str, seed: int = SEED) -> int:
    """Return 64 bits of a name, the same on every machine (BLAKE2b)."""
    key = seed.to_bytes(8, "little")
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=key).digest(), "little")


def draws_of(cases: Sequence[Case], resamples: int = RESAMPLES, seed: int = SEED) -> Draws:
    """Return how often each row is drawn in each resample, float32 [rows, resamples]."""
    units = np.array([name_hash(unit_of(case), seed) for case in cases], dtype=np.uint64)
    with np.errstate(over="ignore"):
        bits = units[:, None] + _STEP * np.arange(1, resamples + 1, dtype=np.uint64)
        # splitmix64: G. Steele, D. Lea and C. Flood, OOPSLA 2014
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(_POISSON[(bits >> np.uint64(48)).astype(np.intp)])

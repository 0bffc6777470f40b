"""Token by token: the student's layers against the teacher's.

A text gives one vector but a dozen tokens, so this teaches a dozen times as much a
step (patient distillation; Sun et al., "Patient Knowledge Distillation for BERT Model
Compression", EMNLP 2019). Inner layers are compared by the squared distance in units
of each dimension's spread; behind the last layer only directions count, less the
teacher's mean state, which leaves the pooled vectors centred.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_SAMPLE = 50_000
_LEAST_SPREAD = 1e-3


class Alignment:
    """The teacher's states of all texts, ready to be compared."""

    def __init__(self, states: NDArray[np.float16], spans: NDArray[np.int64]) -> None:
        """Keep the states and their mean and spread.

        Args:
            states: float16 [layers, tokens of all texts, hidden]; the last layer last.
            spans: For each text where its tokens start and end, int64 [texts, 2]; equal
                where the teacher read other tokens than the student (a damaged view).
        """
        sample = torch.from_numpy(states[:, :_SAMPLE].astype(np.float32))
        self._states, self._spans = states, spans
        self._mean = sample.mean(dim=1)
        self._spread = sample.std(dim=1).clamp_min(_LEAST_SPREAD)

    def loss(self, layers: Sequence[Tensor], mask: Tensor, places: NDArray[np.int64]) -> Tensor:
        """Return the mean loss of inner layers plus that of the last.

        Args:
            layers: The student's states behind each of its layers, [texts, tokens, hidden].
            mask: int64 [texts, tokens], 1 for a token.
            places: Which texts these are, int64 [texts].
        """
        spans = self._spans[places]
        aligned = torch.from_numpy(spans[:, 1] > spans[:, 0])
        if not aligned.any():
            return torch.zeros(())
        chosen = mask.bool() & aligned[:, None]
        rows = np.concatenate([np.arange(start, end) for start, end in spans])
        wanted = torch.from_numpy(self._states[:, rows].astype(np.float32))
        last = layers[-1][chosen], wanted[-1] - self._mean[-1]
        total = 2.0 * (1.0 - nn.functional.cosine_similarity(*last, dim=-1).mean())
        for number, layer in enumerate(layers[:-1]):
            apart = (layer[chosen] - wanted[number]) / self._spread[number]
            total = total + apart.square().mean() / (len(layers) - 1)
        return total

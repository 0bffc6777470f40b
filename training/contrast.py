"""The student learns which wordings ask for the same answer.

Multiple negatives ranking (Henderson et al., 2017, arXiv:1705.00652), both ways: two
questions of one entry attract each other, the other entries of the batch repel. The
imitation of the teacher goes on beside it, so that what the entries do not touch stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.distil import Lessons, Progress, imitation, optimiser, take_step
from training.network import Pooled, pad

_PART = 28


@dataclass(frozen=True, slots=True)
class ContrastPlan:
    """How long and how hard the entries pull.

    Attributes:
        steps: Batches in all.
        groups: Entries in a batch.
        others: Texts of the batch that only imitate the teacher.
        rate: Highest learning rate.
        warm_up: Share of the steps in which the rate rises.
        temperature: What cosines are divided by.
        imitation_weight: Weight of the teacher beside the entries.
    """

    steps: int = 400
    groups: int = 48
    others: int = 16
    rate: float = 2e-4
    warm_up: float = 0.1
    temperature: float = 0.07
    imitation_weight: float = 1.0


def contrast(
    student: Pooled,
    lessons: Lessons,
    groups: Sequence[Sequence[int]],
    plan: ContrastPlan,
    seed: int,
    progress: Progress,
) -> float:
    """Train ``student`` in place and return the mean loss of the last tenth of the steps.

    Args:
        student: A distilled network.
        lessons: The texts of the distillation.
        groups: For each entry the places of its questions in ``lessons``; at least two each.
        plan: Length and weights.
        seed: Decides pairs and batches.
        progress: Told about each step.
    """
    optimizer, schedule = optimiser(student, plan.rate, plan.steps, plan.warm_up)
    targets = torch.from_numpy(lessons.targets)
    losses: list[float] = []
    student.train()
    for step, chosen in enumerate(_batches(lessons, groups, plan, seed)):
        vectors = _encode(student, [lessons.tokens[place] for place in chosen])
        pull = _ranking(vectors[: len(chosen) - plan.others], plan.temperature)
        keep = imitation(vectors, targets[lessons.target_of[chosen]])
        take_step(pull + plan.imitation_weight * keep, student, optimizer, schedule)
        losses.append(float(pull.detach()))
        progress("contrast", step + 1, plan.steps)
    student.eval()
    return float(np.mean(losses[-max(1, plan.steps // 10) :]))


def _encode(student: Pooled, tokens: Sequence[Sequence[int]]) -> Tensor:
    """Return the vectors of a large batch, run in parts of like length: half the time of one part."""
    order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
    parts = [order[start : start + _PART] for start in range(0, len(order), _PART)]
    vectors = torch.cat([student(*pad([tokens[place] for place in part])) for part in parts])
    return vectors[torch.tensor(order).argsort()]


def _ranking(vectors: Tensor, temperature: float) -> Tensor:
    """Return the ranking loss of pairs whose anchors fill the first half of ``vectors``."""
    half = len(vectors) // 2
    scores = vectors[:half] @ vectors[half:].T / temperature
    right = torch.arange(half)
    there, back = nn.functional.cross_entropy(scores, right), nn.functional.cross_entropy(scores.T, right)
    return (there + back) / 2


def _batches(
    lessons: Lessons, groups: Sequence[Sequence[int]], plan: ContrastPlan, seed: int
) -> Iterator[NDArray[np.int64]]:
    """Yield places: anchors, their positives in the same order, then the others."""
    rng = np.random.default_rng(seed)
    size = min(plan.groups, len(groups))
    order: list[int] = []
    for _ in range(plan.steps):
        if len(order) < size:
            order = rng.permutation(len(groups)).tolist()
        chosen, order = order[:size], order[size:]
        pairs = [rng.choice(groups[place], 2, replace=False) for place in chosen]
        anchors, positives = np.array(pairs, dtype=np.int64).T
        others = rng.integers(0, len(lessons.tokens), plan.others)
        yield np.concatenate([anchors, positives, others])

"""The student learns which wordings ask for the same answer.

Two losses pull. Multiple negatives ranking (Henderson et al., 2017, arXiv:1705.00652),
both ways: two questions of one group attract each other, the other groups of the batch
repel. And a prototype for each group, learnt beside the student (Movshovitz-Attias et
al., "No Fuss Distance Metric Learning using Proxies", ICCV 2017), against which every
question is told from all groups at once, neighbouring entries included, which a batch
seldom holds. The imitation of the teacher goes on beside them, so that what the groups do
not touch stays; part of the questions are read in a damaged view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.distil import Lessons, Progress, imitation, optimiser, take_step
from training.network import Pooled, embed, pad

_PART = 28


@dataclass(frozen=True, slots=True)
class ContrastPlan:
    """How long and how hard the groups pull.

    Attributes:
        steps: Batches in all.
        groups: Groups in a batch, two questions each.
        others: Texts of the batch that only imitate the teacher.
        rate: Highest learning rate of the student.
        prototype_rate: Learning rate of the prototypes.
        warm_up: Share of the steps in which the rate rises.
        temperature: What cosines of pairs are divided by.
        prototype_temperature: What cosines to prototypes are divided by.
        imitation_weight: Weight of the teacher beside the groups.
        damaged: Share of the questions that are read in a damaged view.
    """

    steps: int = 2600
    groups: int = 48
    others: int = 16
    rate: float = 3e-4
    prototype_rate: float = 2e-3
    warm_up: float = 0.1
    temperature: float = 0.07
    prototype_temperature: float = 0.05
    imitation_weight: float = 0.5
    damaged: float = 0.4


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
        groups: For each group the places of its questions in ``lessons``; at least two each.
        plan: Length and weights.
        seed: Decides pairs, views and batches.
        progress: Told about each step.
    """
    optimizer, schedule = optimiser(student, plan.rate, plan.steps, plan.warm_up)
    prototypes = nn.Parameter(_centres(student, lessons, groups))
    learner = torch.optim.Adam([prototypes], lr=plan.prototype_rate)
    targets = torch.from_numpy(lessons.targets)
    losses: list[float] = []
    student.train()
    for step, (labels, chosen) in enumerate(_batches(lessons, groups, plan, seed)):
        vectors = _encode(student, [lessons.tokens[place] for place in chosen])
        asked = vectors[: len(chosen) - plan.others]
        pull = _ranking(asked, plan.temperature) + _naming(asked, labels, prototypes, plan)
        keep = imitation(vectors, targets[lessons.target_of[chosen]])
        learner.zero_grad(set_to_none=True)
        take_step(pull + plan.imitation_weight * keep, student, optimizer, schedule)
        learner.step()
        losses.append(float(pull.detach()))
        progress("contrast", step + 1, plan.steps)
    student.eval()
    return float(np.mean(losses[-max(1, plan.steps // 10) :]))


def _centres(student: Pooled, lessons: Lessons, groups: Sequence[Sequence[int]]) -> Tensor:
    """Return the mean direction of each group's questions, [groups, hidden]."""
    vectors = embed(student, [lessons.tokens[place] for group in groups for place in group])
    bounds = np.cumsum([0, *(len(group) for group in groups)])
    means = [vectors[start:end].mean(axis=0) for start, end in pairwise(bounds)]
    return nn.functional.normalize(torch.from_numpy(np.stack(means)), dim=-1)


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


def _naming(vectors: Tensor, labels: NDArray[np.int64], prototypes: Tensor, plan: ContrastPlan) -> Tensor:
    """Return the loss of telling each question's group among all by their prototypes."""
    scores = vectors @ nn.functional.normalize(prototypes, dim=-1).T / plan.prototype_temperature
    return nn.functional.cross_entropy(scores, torch.from_numpy(labels), label_smoothing=0.05)


def _batches(
    lessons: Lessons, groups: Sequence[Sequence[int]], plan: ContrastPlan, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the groups of anchors and positives, and places: anchors, positives, then the others.

    A group comes the oftener the more questions it has, by their square root.
    """
    rng = np.random.default_rng(seed)
    views = _views(lessons)
    size = min(plan.groups, len(groups))
    chances = np.sqrt([len(group) for group in groups])
    chances /= chances.sum()
    for _ in range(plan.steps):
        chosen = rng.choice(len(groups), size, replace=False, p=chances)
        pairs = [rng.choice(groups[place], 2, replace=False) for place in chosen]
        asked = np.array(pairs, dtype=np.int64).T.reshape(-1)
        read = [_view(int(place), views, plan.damaged, rng) for place in asked]
        others = rng.integers(0, len(lessons.tokens), plan.others)
        yield np.concatenate([chosen, chosen]), np.concatenate([np.array(read, dtype=np.int64), others])


def _views(lessons: Lessons) -> dict[int, list[int]]:
    """Return the places of the damaged views of each text."""
    views: dict[int, list[int]] = {}
    for place, original in enumerate(lessons.target_of.tolist()):
        if place != original:
            views.setdefault(original, []).append(place)
    return views


def _view(place: int, views: dict[int, list[int]], share: float, rng: np.random.Generator) -> int:
    damaged = views.get(place)
    return int(rng.choice(damaged)) if damaged and rng.random() < share else place

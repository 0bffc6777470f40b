"""The student learns the teacher's vectors.

Loss: ``1 - cosine`` to the teacher's vector, plus the divergence between the two
models' similarities inside a batch (relational distillation; Park et al., "Relational
Knowledge Distillation", CVPR 2019), plus the alignment of tokens. The teacher's vectors
crowd around their mean, so they are centred first; the student then needs no centring
when serving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.alignment import Alignment
from training.network import Pooled, pad, pool

Progress = Callable[[str, int, int], None]
"""Told the stage's name, the steps done and the steps in all."""

RELATION_TEMPERATURE = 0.05


@dataclass(frozen=True, slots=True)
class DistilPlan:
    """How long and how hard the student learns.

    Attributes:
        steps: Batches in all.
        batch: Texts a batch.
        rate: Highest learning rate.
        warm_up: Share of the steps in which the rate rises.
    """

    steps: int = 1500
    batch: int = 32
    rate: float = 8e-4
    warm_up: float = 0.1


@dataclass(frozen=True, slots=True)
class Lessons:
    """What the student reads and what it is to answer.

    Attributes:
        tokens: Token numbers of each text.
        targets: float32 [vectors, hidden], length 1.
        target_of: For each text the row of ``targets``, int64 [texts].
        alignment: The teacher's states of the same texts.
    """

    tokens: Sequence[Sequence[int]]
    targets: NDArray[np.float32]
    target_of: NDArray[np.int64]
    alignment: Alignment


def centred(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``vectors`` less their mean, each brought to length 1."""
    moved = vectors - vectors.mean(axis=0)
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)


def distil(student: Pooled, lessons: Lessons, plan: DistilPlan, seed: int, progress: Progress) -> float:
    """Train ``student`` in place and return the mean loss of the last tenth of the steps."""
    targets = torch.from_numpy(lessons.targets)
    optimizer, schedule = optimiser(student, plan.rate, plan.steps, plan.warm_up)
    losses: list[float] = []
    student.train()
    for step, chosen in enumerate(batches(lessons.tokens, plan.batch, plan.steps, seed)):
        ids, mask = pad([lessons.tokens[place] for place in chosen])
        output = student.network(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        vectors = pool(output.last_hidden_state, mask)
        loss = imitation(vectors, targets[lessons.target_of[chosen]])
        loss = loss + lessons.alignment.loss(output.hidden_states[1:], mask, chosen)
        take_step(loss, student, optimizer, schedule)
        losses.append(float(loss.detach()))
        progress("distil", step + 1, plan.steps)
    student.eval()
    return float(np.mean(losses[-max(1, plan.steps // 10) :]))


def imitation(vectors: Tensor, targets: Tensor) -> Tensor:
    """Return the loss between the student's ``vectors`` and ``targets``, both [texts, hidden]."""
    cosine = 1.0 - (vectors * targets).sum(-1).mean()
    return cosine + _relation(vectors, targets)


def _relation(vectors: Tensor, targets: Tensor) -> Tensor:
    """Return the mean divergence between both models' views of who is near whom."""
    others = ~torch.eye(len(vectors), dtype=torch.bool)
    size = (len(vectors), len(vectors) - 1)
    ours = (vectors @ vectors.T)[others].reshape(size) / RELATION_TEMPERATURE
    theirs = (targets @ targets.T)[others].reshape(size) / RELATION_TEMPERATURE
    return nn.functional.kl_div(
        ours.log_softmax(-1), theirs.log_softmax(-1), log_target=True, reduction="batchmean"
    )


def optimiser(
    student: Pooled, rate: float, steps: int, warm_up: float
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """Return AdamW over what is not frozen, and a schedule: up for ``warm_up``, then down to 0."""
    learnt = [weight for weight in student.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=rate, weight_decay=0.01)
    rise = max(1, int(steps * warm_up))

    def factor(step: int) -> float:
        return min((step + 1) / rise, max(0.0, (steps - step) / max(1, steps - rise)))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def take_step(
    loss: Tensor,
    student: Pooled,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    """Follow the gradient of ``loss`` once, clipped to norm 1."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(student.parameters(), 1.0)
    optimizer.step()
    schedule.step()


def batches(tokens: Sequence[Sequence[int]], size: int, steps: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield ``steps`` batches of places; texts of a batch are about equally long (less padding)."""
    rng = np.random.default_rng(seed)
    lengths = np.array([len(row) for row in tokens])
    made = 0
    while made < steps:
        noisy = lengths + rng.uniform(-2.0, 2.0, len(lengths))
        order = np.argsort(noisy, kind="stable")
        starts = np.arange(0, max(1, len(order) - size + 1), size)
        rng.shuffle(starts)
        for start in starts[: steps - made]:
            yield order[start : start + size]
        made += len(starts)

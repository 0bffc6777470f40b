"""Fits the softmax regression over entries.

With some 1,200 classes a general solver takes minutes a run; minibatches with Adam (Kingma and
Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980) take half of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from assistant.understanding.entry_head import GUESSED_FROM, EntryHead, described
from knowledge_base.search.search import IndexedQuestion
from knowledge_base.types import Candidate
from training.head import in_half_precision

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

_BETAS = 0.9, 0.999
_EPSILON = 1e-8


@dataclass(frozen=True, slots=True)
class HeadPlan:
    """How the regression is fitted; chosen by hit@1 and coverage on the calibration set.

    Attributes:
        epochs: How often every question is seen.
        batch: Questions a step.
        rate: Step size at the beginning; it falls to zero.
        scale: Length of the rows at the beginning, when each is its entry's mean direction.
        smoothing: Share of the probability that is spread over all rows.
    """

    epochs: int = 12
    batch: int = 512
    rate: float = 0.02
    scale: float = 20.0
    smoothing: float = 0.1


def class_of(question: IndexedQuestion, unanswered: frozenset[str]) -> str:
    """Return the entry that a question asks for, its intent where no entry answers that, or nothing."""
    return question.entry_id or (question.intent if question.intent in unanswered else "")


def fit_entry_head(
    vectors: Floats, classes: Sequence[str], seed: int, plan: HeadPlan | None = None
) -> EntryHead:
    """Fit the regression; the guess for unknown entries is fitted later.

    Args:
        vectors: float32 [questions, dim], length 1.
        classes: The entry or intent of each; a question without ("") teaches nothing.
        seed: Decides the order of the questions.
        plan: Lengths and sizes.
    """
    plan = plan or HeadPlan()
    told = np.array([bool(name) for name in classes], dtype=np.bool_)
    names = sorted({name for name in classes if name})
    places = {name: place for place, name in enumerate(names)}
    rows = np.array([places[name] for name in classes if name], dtype=np.int64)
    fitted = in_half_precision(_fit(vectors[told], rows, len(names), seed, plan))
    weights, bias = (np.ascontiguousarray(part) for part in (fitted[:, :-1], fitted[:, -1]))
    return EntryHead(places, weights, bias, np.zeros(1 + len(GUESSED_FROM)))


def _fit(vectors: Floats, rows: Places, count: int, seed: int, plan: HeadPlan) -> Floats:
    """Return float32 [count, dim + 1], the bias last."""
    inputs = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    weights = _start(vectors, rows, count, plan.scale)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    rng = np.random.default_rng(seed)
    order = rng.permuted(np.tile(np.arange(len(rows)), (plan.epochs, 1)), axis=1).ravel()
    steps = range(0, len(order), plan.batch)
    for step, start in enumerate(steps, start=1):
        chosen = order[start : start + plan.batch]
        gradient = _gradient(inputs[chosen], rows[chosen], weights, plan.smoothing)
        first += (1 - _BETAS[0]) * (gradient - first)
        second += (1 - _BETAS[1]) * (gradient**2 - second)
        rate = plan.rate * (1 - step / (len(steps) + 1))
        upwards, spread = first / (1 - _BETAS[0] ** step), second / (1 - _BETAS[1] ** step)
        weights -= np.float32(rate) * upwards / (np.sqrt(spread) + _EPSILON)
    return weights


def _start(vectors: Floats, rows: Places, count: int, scale: float) -> Floats:
    """Return the mean direction of each class, ``scale`` long, and a bias of 0."""
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, rows, vectors)
    sums *= scale / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    return np.hstack([sums, np.zeros((count, 1), dtype=np.float32)])


def _gradient(inputs: Floats, rows: Places, weights: Floats, smoothing: float) -> Floats:
    """Return the gradient of the mean cross-entropy with smoothed labels."""
    chances = special.softmax(inputs @ weights.T, axis=1)
    chances -= np.float32(smoothing / weights.shape[0])
    chances[np.arange(len(rows)), rows] -= np.float32(1 - smoothing)
    return np.asarray(chances.T @ inputs / np.float32(len(rows)))


def with_guess(head: EntryHead, vectors: Sequence[Floats], found: Sequence[Sequence[Candidate]]) -> EntryHead:
    """Fit what stands in for the head where it does not know an entry, by least squares.

    Args:
        head: A fitted head.
        vectors: float32 [dim] of each of some texts that it did not learn from.
        found: The candidates of each text.
    """
    told = [head.log_probabilities(v, known) for v, known in zip(vectors, found, strict=True)]
    scores = np.array([described(candidate) for known in found for candidate in known])
    guess, *_ = np.linalg.lstsq(scores, np.concatenate(told), rcond=None)
    return replace(head, guess=guess)

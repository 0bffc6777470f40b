"""Trains head, confidence and thresholds on a given encoder: minutes, no torch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.types import Thresholds
from assistant.understanding.confidence import ConfidenceModel
from assistant.understanding.cues import Cues
from assistant.understanding.intents import IntentModel
from evaluation.types import Case
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.fusion import DENSE_WEIGHT
from knowledge_base.search.snapshots import Snapshot
from knowledge_base.search.text import normalize
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.taxonomy import Taxonomy
from training.bundles import restore_rows, write_bundle
from training.confidence import crossfit_probabilities, fit_confidence, top_calibration_error
from training.corpus import TrainingQuestion
from training.head import FittedHead, LabelledTexts, combine, fit_head
from training.observations import Observation, observe, queries_of
from training.thresholds import Targets, choose_thresholds

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a training run learns from."""

    questions: Sequence[TrainingQuestion]
    calibration: Sequence[Case]
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class QuickResult:
    """What a quick training run fitted."""

    fitted: FittedHead
    intents: IntentModel
    examples: NDArray[np.float32]
    confidence: ConfidenceModel
    thresholds: Thresholds
    metrics: dict[str, Any]


def train_quick(
    data: TrainingData,
    encoder: Encoder,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    cues: Cues,
    targets: Targets,
    seed: int,
    progress: Progress,
) -> QuickResult:
    """Fit everything that stands on the encoder.

    Args:
        data: Training questions, calibration rows and the published entries.
        encoder: The encoder; it is not changed.
        tokenizer: Cuts queries into terms.
        taxonomy: Intents and their classes.
        cues: Word lists for complex and vague messages.
        targets: What the thresholds aim at.
        seed: Seed of every random choice.
        progress: Called with a sentence at each step.
    """
    progress(f"Encoding {len(data.questions)} training questions")
    texts = [question.normalized for question in data.questions]
    labels = [question.intent for question in data.questions]
    vectors = encoder.encode(texts)
    progress("Fitting the intent head")
    fitted = fit_head(*_with_entries(texts, vectors, labels, data.snapshot), seed)
    queries = queries_of(data.calibration, tokenizer)
    tuning_vectors = encoder.encode([query.normalized for query in queries])
    progress("Weighing head against nearest examples")
    intents, combined = combine(
        fitted,
        restore_rows(vectors),
        labels,
        _tuning(data.calibration, [q.normalized for q in queries], tuning_vectors),
    )
    progress(f"Observing {len(data.calibration)} calibration questions")
    entries = dict(data.snapshot.entries)
    observations = observe(
        data.calibration, queries, tuning_vectors, intents, data.snapshot.index, entries, taxonomy, cues
    )
    progress("Fitting confidence and thresholds")
    probabilities = crossfit_probabilities(observations, seed)
    version = _version(data, encoder, seed)
    thresholds = choose_thresholds(observations, probabilities, entries, taxonomy, targets, version)
    metrics = {"intents": combined, **_retrieval_metrics(observations, probabilities)}
    return QuickResult(fitted, intents, vectors, fit_confidence(observations), thresholds, metrics)


def _with_entries(
    texts: Sequence[str], vectors: NDArray[np.float32], labels: Sequence[str], snapshot: Snapshot
) -> tuple[list[str], NDArray[np.float32], list[str]]:
    """Add the published questions, so that an insurer's own entries shape its head too."""
    published = snapshot.index.questions
    more = [normalize(question.text) for question in published]
    intents = [snapshot.entries[question.entry_id].intent for question in published]
    together = np.concatenate([vectors, snapshot.index.dense.vectors])
    return [*texts, *more], together, [*labels, *intents]


def _tuning(cases: Sequence[Case], texts: Sequence[str], vectors: NDArray[np.float32]) -> LabelledTexts:
    """Keep the rows whose intent is scored."""
    kept = [i for i, case in enumerate(cases) if case.scores_intent]
    return LabelledTexts([texts[i] for i in kept], vectors[kept], [cases[i].intents for i in kept])


def _version(data: TrainingData, encoder: Encoder, seed: int) -> str:
    lines = [encoder.fingerprint, data.snapshot.version, str(seed)]
    lines += [f"{case.text} {case.action} {case.entry_ids}" for case in data.calibration]
    return "fitted-" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _retrieval_metrics(
    observations: Sequence[Observation], probabilities: Sequence[NDArray[np.float64]]
) -> dict[str, Any]:
    """Return hit rates on the calibration rows, and the calibration error, out of fold."""
    answerable = [(o, p) for o, p in zip(observations, probabilities, strict=True) if o.case.entry_ids]
    ranks = [int(np.argmax(o.right[np.argsort(-p)])) if o.right.any() else 10**6 for o, p in answerable]
    shares = {f"hit_at_{k}": float(np.mean([rank < k for rank in ranks])) for k in (1, 3, 10)}
    error = top_calibration_error(observations, probabilities)
    return {"calibration_rows": len(observations), **shares, "expected_calibration_error": error}


def save_quick(
    result: QuickResult,
    questions: Sequence[TrainingQuestion],
    encoder_folder: Path,
    output: Path,
    facts: dict[str, Any],
) -> None:
    """Write the bundle of a quick run."""
    write_bundle(
        output,
        encoder_folder,
        result.intents,
        result.examples,
        [question.intent for question in questions],
        result.confidence,
        DENSE_WEIGHT,
        result.thresholds,
        {**facts, "metrics": result.metrics},
    )

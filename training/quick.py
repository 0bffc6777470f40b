"""Trains head, confidence and thresholds on a given encoder: minutes, no torch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.cues import Cues
from assistant.understanding.entry_head import EntryHead
from assistant.understanding.intents import COMPLEX_CASE, voters_of
from evaluation.types import Case
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.fusion import DENSE_WEIGHT
from knowledge_base.search.known_vectors import KnownVectors
from knowledge_base.search.search import SearchIndex
from knowledge_base.search.snapshots import Snapshot
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Example, Query
from training.bundles import Trained
from training.confidence import crossfit_probabilities, fit_confidence, top_calibration_error
from training.corpus import TrainingQuestion
from training.entry_head import class_of, fit_entry_head, with_guess
from training.head import FittedHead, TuningTexts, combine, fit_head
from training.observations import Observation, observe, queries_of
from training.thresholds import Targets, choose_thresholds

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a training run learns from.

    Attributes:
        whole: The published entries, indexed together with all training questions: the heads
            learn from them.
        serving: The same with those that the index keeps, as it will serve.
        examples: The training questions of ``serving``.
        calibration: Labelled questions by other writers.
    """

    whole: Snapshot
    serving: Snapshot
    examples: Sequence[Example]
    calibration: Sequence[Case]


@dataclass(frozen=True, slots=True)
class QuickResult:
    """What a quick training run fitted, and how good it is."""

    fitted: FittedHead
    trained: Trained
    metrics: dict[str, Any]


def examples_of(questions: Sequence[TrainingQuestion]) -> list[Example]:
    """Return the training questions as the index takes them."""
    return [
        Example(one.normalized, COMPLEX_CASE if one.complex_case else one.label, one.entry_id)
        for one in questions
    ]


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
    fitted, entry_head = _fit_heads(data.whole.index, taxonomy, seed, progress)
    index = data.serving.index
    queries = queries_of(data.calibration, tokenizer, index)
    vectors = encoder.encode([query.normalized for query in queries])
    found = [index.search(query, vector) for query, vector in zip(queries, vectors, strict=True)]
    entry_head = with_guess(entry_head, vectors, found)
    progress("Weighing head against nearest questions")
    intents, combined = combine(fitted, encoder.dim, _tuning(data.calibration, queries, vectors, index))
    progress(f"Observing {len(data.calibration)} calibration questions")
    entries = dict(data.serving.entries)
    observed = observe(
        data.calibration, queries, vectors, intents, entry_head, index, entries, taxonomy, cues
    )
    observations = [one for one in observed if _tells_the_entry(one.case)]
    progress("Fitting confidence and thresholds")
    probabilities = crossfit_probabilities(observations, seed)
    version = _version(data, encoder, targets, seed)
    thresholds = choose_thresholds(observations, probabilities, entries, taxonomy, targets, version)
    texts = [question.normalized for question in index.questions]
    known = KnownVectors.of(texts, index.dense.at(np.arange(len(index.dense))), encoder.fingerprint)
    confidence = fit_confidence(observations)
    trained = Trained(intents, entry_head, confidence, thresholds, DENSE_WEIGHT, data.examples, known)
    return QuickResult(
        fitted, trained, {"intents": combined, **_retrieval_metrics(observations, probabilities)}
    )


def _fit_heads(
    index: SearchIndex, taxonomy: Taxonomy, seed: int, progress: Progress
) -> tuple[FittedHead, EntryHead]:
    """Fit the heads of intents and entries on all questions of an index."""
    vectors = index.dense.at(np.arange(len(index.questions)))
    labels = [question.intent for question in index.questions]
    progress(f"Fitting the intent head on {sum(map(bool, labels))} questions")
    fitted = fit_head([question.normalized for question in index.questions], vectors, labels, seed)
    unanswered = taxonomy.handoff | taxonomy.declined | {COMPLEX_CASE}
    classes = [class_of(question, unanswered) for question in index.questions]
    progress(f"Fitting the entry head on {sum(map(bool, classes))} questions")
    return fitted, fit_entry_head(vectors, classes, seed)


def _tells_the_entry(case: Case) -> bool:
    """Tell whether a row says which entries are right, be it that none is."""
    return case.entry_ids is not None or "answer" not in case.allowed_actions


def _tuning(
    cases: Sequence[Case], queries: Sequence[Query], vectors: NDArray[np.float32], index: SearchIndex
) -> TuningTexts:
    """Keep the rows whose intent is scored."""
    kept = [i for i, case in enumerate(cases) if case.scores_intent]
    voters = [voters_of(index, index.nearest(vectors[i])) for i in kept]
    texts = [queries[i].normalized for i in kept]
    return TuningTexts(texts, vectors[kept], voters, [cases[i].intents for i in kept])


def _version(data: TrainingData, encoder: Encoder, targets: Targets, seed: int) -> str:
    lines = [encoder.fingerprint, data.serving.version, repr(targets), str(seed)]
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

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
from knowledge_base.search.known_vectors import KnownVectors, rounded
from knowledge_base.search.search import SearchIndex, questions_of, read_text
from knowledge_base.search.snapshots import Snapshot
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Example
from training.bundles import Trained
from training.confidence import crossfit_probabilities, fit_confidence, top_calibration_error
from training.corpus import TrainingQuestion
from training.entry_head import class_of, fit_entry_head, with_guess
from training.head import FittedHead, TuningTexts, combine, fit_head
from training.mistyped import mistyped
from training.observations import Observation, Sought, observe, seek
from training.thresholds import Targets, choose_thresholds

Progress = Callable[[str], None]

_GUESSED = 10
"""Candidates of a text that the guess for unknown entries is fitted on: the first, which matter most."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a training run learns from.

    Attributes:
        examples: The training questions that the index keeps.
        situations: Those that the heads learn from only.
        calibration: Labelled questions by other writers.
        snapshot: The published entries, indexed together with ``examples``.
    """

    examples: Sequence[Example]
    situations: Sequence[Example]
    calibration: Sequence[Case]
    snapshot: Snapshot


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
    fitted, entry_head = _fit_heads(data, encoder, tokenizer, taxonomy, seed, progress)
    index = data.snapshot.index
    sought = seek([case.text for case in data.calibration], encoder, tokenizer, index)
    nearest = [one.candidates[:_GUESSED] for one in sought]
    entry_head = with_guess(entry_head, [one.vector for one in sought], nearest)
    progress("Weighing head against nearest questions")
    intents, combined = combine(fitted, encoder.dim, _tuning(data.calibration, sought, index))
    progress(f"Observing {len(data.calibration)} calibration questions")
    entries = dict(data.snapshot.entries)
    observed = observe(data.calibration, sought, intents, entry_head, index, entries, taxonomy, cues)
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
    data: TrainingData,
    encoder: Encoder,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    seed: int,
    progress: Progress,
) -> tuple[FittedHead, EntryHead]:
    """Fit the heads of intents and entries on the questions of the index and the situations."""
    index = data.snapshot.index
    published = list(data.snapshot.entries.values())
    # The questions of the index stand first: it was made of them in this order.
    questions = questions_of(published, (*data.examples, *data.situations))
    texts = [question.normalized for question in questions]
    known = len(index.questions)
    vectors = np.vstack([index.dense.at(np.arange(known)), rounded(encoder.encode(texts[known:]))])
    labels = [question.intent for question in questions]
    copies, told = mistyped(texts, labels, lambda text: read_text(text, tokenizer, index.speller), seed)
    progress(f"Fitting the intent head on {sum(map(bool, labels))} questions, {len(copies)} mistyped copies")
    seen = np.vstack([vectors, encoder.encode(copies)])
    fitted = fit_head([*texts, *copies], seen, [*labels, *told], seed)
    unanswered = taxonomy.handoff | taxonomy.declined | {COMPLEX_CASE}
    classes = [class_of(question, unanswered) for question in questions]
    progress(f"Fitting the entry head on {sum(map(bool, classes))} questions")
    return fitted, fit_entry_head(vectors, classes, seed)


def _tells_the_entry(case: Case) -> bool:
    """Tell whether a row says which entries are right, be it that none is."""
    return case.entry_ids is not None or "answer" not in case.allowed_actions


def _tuning(cases: Sequence[Case], sought: Sequence[Sought], index: SearchIndex) -> TuningTexts:
    """Keep the rows whose intent is scored."""
    kept = [(case, one) for case, one in zip(cases, sought, strict=True) if case.scores_intent]
    return TuningTexts(
        [one.query.normalized for _, one in kept],
        np.array([one.vector for _, one in kept]),
        [voters_of(index, one.near) for _, one in kept],
        [case.intents for case, _ in kept],
    )


def _version(data: TrainingData, encoder: Encoder, targets: Targets, seed: int) -> str:
    lines = [encoder.fingerprint, data.snapshot.version, repr(targets), str(seed)]
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

"""``kb validate`` as data: what the checks have against a set of entries, and three figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from evaluation.statistics import proportion
from evaluation.types import Metric
from knowledge_base.editing.checks.content import check_entries
from knowledge_base.editing.checks.retrieval import (
    RetrievalBounds,
    RetrievalReport,
    Share,
    measure_retrieval,
)
from knowledge_base.editing.checks.retrieval_findings import retrieval_findings
from knowledge_base.editing.rules import Rules
from knowledge_base.editing.types import PublishFinding
from knowledge_base.search.search import SearchIndex
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.settings import Settings
from knowledge_base.types import Entry


@dataclass(frozen=True, slots=True)
class Validation:
    """What was checked and found.

    Attributes:
        questions: Searchable questions of all entries.
        figures: Self-retrieval, and hit@1 and hit@3 with the asked question left out.
        retrieval: None where search was not measured.
    """

    entries: int
    questions: int
    findings: tuple[PublishFinding, ...]
    figures: dict[str, Metric]
    retrieval: RetrievalReport | None

    @property
    def errors(self) -> tuple[PublishFinding, ...]:
        """Return what refuses a publish."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[PublishFinding, ...]:
        """Return what is only listed."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")


def retrieval_bounds(settings: Settings) -> RetrievalBounds:
    """Return how retrieval is measured in this installation."""
    return RetrievalBounds(
        margin=settings.collision_margin, sample=settings.validation_sample, threads=os.cpu_count() or 1
    )


def validate_entries(
    entries: Sequence[Entry],
    rules: Rules,
    make_index: Callable[[Sequence[Entry]], SearchIndex] | None = None,
    tokenizer: Tokenizer | None = None,
    bounds: RetrievalBounds | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Validation:
    """Check entries by themselves, beside each other and in search.

    Args:
        entries: The whole set.
        rules: What they are checked against.
        make_index: Indexes them; None leaves search out.
        tokenizer: The one of the index.
        bounds: How search is measured.
        progress: Told how many questions were asked, of how many.
    """
    findings = check_entries(entries, rules)
    questions = sum(len(entry.questions) for entry in entries if entry.kind == "answer")
    report = None
    if make_index and tokenizer and questions:
        index = make_index(entries)
        report = measure_retrieval(index, questions, tokenizer, bounds or RetrievalBounds(), progress)
        findings += retrieval_findings(report)
    return Validation(len(entries), questions, tuple(findings), _figures(report), report)


def _figures(report: RetrievalReport | None) -> dict[str, Metric]:
    if report is None:
        return {}
    return {
        "self_retrieval": _metric(report.self_retrieval),
        "left_out_hit_at_1": _metric(report.first),
        "left_out_hit_at_3": _metric(report.first_three),
    }


def _metric(share: Share) -> Metric:
    successes = np.arange(share.n) < share.hits
    return proportion(successes, np.ones(share.n))


def validation_to_dict(validation: Validation) -> dict[str, Any]:
    """Return a validation as plain data: counts, figures, findings, collisions with both questions."""
    report = validation.retrieval
    return {
        "entries": validation.entries,
        "questions": validation.questions,
        "errors": len(validation.errors),
        "warnings": len(validation.warnings),
        "figures": {name: asdict(metric) for name, metric in validation.figures.items()},
        "findings": [asdict(finding) for finding in validation.findings],
        "collisions": [asdict(rivalry) for rivalry in report.collisions] if report else [],
        "rivalries": [asdict(rivalry) for rivalry in report.rivalries] if report else [],
        "near_duplicates": [asdict(twins) for twins in report.near_duplicates] if report else [],
    }

"""What was found in labelled files, for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evaluation.agreement import Agreement
from evaluation.data_check import DataCheck, Row
from evaluation.noise_suggestion import NoiseSuggestion
from evaluation.types import Metric

SHOWN = 30


def check_lines(found: DataCheck, noise: Mapping[Row, NoiseSuggestion] | None) -> Iterator[str]:
    """Yield what was found, a line each, with at most ``SHOWN`` examples of a kind."""
    yield f"{found.rows} rows"
    yield from _part("asked twice in one file", [" = ".join(map(str, group)) for group in found.duplicates])
    near = [f"{pair.similarity:.2f} {pair.first} ~ {pair.second}" for pair in found.near]
    yield from _part("nearly the same in one file", near)
    shared = [f"{pair.similarity:.2f} {pair.first} ~ {pair.second}" for pair in found.shared]
    yield from _part("in several files", shared)
    conflicts = [f"{field}: {one} / {other}" for one, other, field in found.conflicts]
    yield from _part("the same question with conflicting labels", conflicts)
    if noise is not None:
        suggested = [
            f"{row}: {one.given} ({one.given_probability:.2f}) -> {one.suggested} ({one.probability:.2f})?"
            for row, one in noise.items()
        ]
        yield from _part("probably mislabelled", suggested)


def _part(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield f"{len(lines)} {title}"
    yield from (f"  {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"  ... and {len(lines) - SHOWN} more; --json lists all"


def check_object(found: DataCheck, noise: Mapping[Row, NoiseSuggestion] | None) -> dict[str, object]:
    """Return what was found as JSON values."""

    def pair(one: Row, other: Row, **more: object) -> dict[str, object]:
        return {"first": _row(one), "second": _row(other), **more}

    told: dict[str, object] = {
        "rows": found.rows,
        "duplicates": [[_row(row) for row in group] for group in found.duplicates],
        "near": [pair(one.first, one.second, similarity=one.similarity) for one in found.near],
        "shared": [pair(one.first, one.second, similarity=one.similarity) for one in found.shared],
        "conflicts": [pair(one, other, field=field) for one, other, field in found.conflicts],
    }
    if noise is not None:
        told["noise"] = [_suggestion(row, one) for row, one in noise.items()]
    return told


def _row(row: Row) -> dict[str, object]:
    return {"file": row.file, "id": row.case.id, "text": row.case.text}


def _suggestion(row: Row, one: NoiseSuggestion) -> dict[str, object]:
    return _row(row) | {
        "given": one.given,
        "suggested": one.suggested,
        "given_probability": one.given_probability,
        "probability": one.probability,
    }


def agreement_lines(found: Mapping[str, Agreement]) -> Iterator[str]:
    """Yield the agreement in each field, a line each."""
    for field, one in found.items():
        kappa, alpha = figure_text(one.kappa), figure_text(one.alpha)
        same = figure_text(one.same)
        figures = f"same label {same}, Cohen's kappa {kappa}, Krippendorff's alpha {alpha}"
        yield f"{field}: {one.items} rows, {figures}"


def figure_text(metric: Metric) -> str:
    """Return a figure with its 95 % interval."""
    if metric.value is None or metric.low is None or metric.high is None:
        return "undefined"
    return f"{metric.value:.2f} ({metric.low:.2f} to {metric.high:.2f})"

"""The report as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from evaluation.types import Metric, Report

FORMAT_VERSION = 2
"""1: metrics, intents, confusions. 2: with more metrics, strict intents, slices, the curve, run facts."""


def report_object(report: Report) -> dict[str, object]:
    """Return the report as JSON values.

    At the top level stand ``n`` and every metric as {value, low, high, n}; then
    ``handoff_split`` (shares of all rows), ``latency_ms``, ``reliability`` (expected calibration
    error of the confidence and its diagram, or null), ``mix``, ``unweighted`` (the
    metrics with every row counted once, or null), ``run`` (what was measured), ``intents``
    (leniently scored) and ``intents_strict``, ``confusions``, ``slices``, ``curve``, and how many
    rows share conversations (``units``), were sampled (``sampled``), are wrong (``errors``).
    """
    return {
        "format_version": FORMAT_VERSION,
        "n": report.n,
        **_figures(report.metrics),
        "handoff_split": asdict(report.handoff_split),
        "latency_ms": asdict(report.latency),
        "reliability": None if report.reliability is None else asdict(report.reliability),
        "mix": dict(report.mix),
        "unweighted": None if report.unweighted is None else _figures(report.unweighted),
        "run": _run(report),
        "intents": [asdict(score) for score in report.intents],
        "intents_strict": [asdict(score) for score in report.intents_strict],
        "confusions": [asdict(confusion) for confusion in report.confusions],
        "slices": [asdict(one) for one in report.slices],
        "curve": asdict(report.curve),
        "units": report.units,
        "sampled": report.sampled,
        "errors": report.kept.error_count,
    }


def report_json(report: Report) -> str:
    """Return the report as indented JSON text."""
    return json.dumps(report_object(report), ensure_ascii=False, allow_nan=False, indent=2)


def _figures(metrics: Mapping[str, Metric]) -> dict[str, object]:
    return {name: asdict(metric) for name, metric in metrics.items()}


def _run(report: Report) -> dict[str, object]:
    versions = [asdict(version) for version in report.versions]
    return asdict(report.facts) | {"where": list(report.facts.where), "versions": versions}

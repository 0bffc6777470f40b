"""The report as one file for a browser: nothing is loaded from elsewhere, everything is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assistant.types import Thresholds
from evaluation.reports.charts import Chart, accuracy_handoff, reliability_chart, risk_coverage
from evaluation.reports.page_data import Names, embedded_json, page_data
from evaluation.reports.targets import RunTargets, Verdict, shipped_targets
from evaluation.reports.words import (
    ACTIONS,
    FIELDS,
    METRICS,
    STANDS,
    VALUES,
    VERDICT_REASONS,
    VERDICTS,
    MetricWords,
)
from evaluation.row_scores import COST
from evaluation.slices import SLICED
from evaluation.types import IntentScore, Metric, Report

HEADLINE = (
    "auto_answer_accuracy",
    "handoff_rate",
    "effective_handoff_rate",
    "entry_accuracy",
    "must_handoff_recall",
    "intent_accuracy",
)
HANDOFF_PARTS = ("handoff_requested", "handoff_policy", "handoff_uncertain")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the headline, beside its target where it has one."""

    words: MetricWords
    metric: Metric
    target: str = ""
    verdict: Verdict | None = None

    @property
    def said(self) -> tuple[str, str]:
        """Return the verdict in a word and its reason in a sentence."""
        return (VERDICTS[self.verdict], VERDICT_REASONS[self.verdict]) if self.verdict else ("", "")


def report_page(report: Report, names: Names | None = None, targets: RunTargets | None = None) -> str:
    """Return the report as an HTML document.

    Personal data in questions is masked.

    Args:
        report: What was found.
        names: What intents, queues and entries are called; ids are shown without.
        targets: What figures are held to; the shipped targets without.
    """
    targets = targets or shipped_targets()
    names = names or Names()
    page = _environment().get_template("report.html.j2")
    return page.render(
        report=report,
        tiles=[_tile(name, report.metrics[name], targets) for name in HEADLINE],
        parts=[(METRICS[name], report.metrics[name]) for name in HANDOFF_PARTS],
        all_metrics=list(_all_metrics(report)),
        charts=_charts(report),
        intents=list(_intents(report, names)),
        slices=[(FIELDS[f], [*of_field]) for f, of_field in groupby(report.slices, lambda one: one.field)],
        sliced=[METRICS[name].name for name in SLICED],
        values=VALUES,
        actions=ACTIONS,
        stand=STANDS,
        reply_target=targets.reply_ms,
        data=Markup(embedded_json(page_data(report, names))),  # noqa: S704 - no character of markup is left
        style=_asset("report.css"),
        script=_asset("report.js"),
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evaluation.reports", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "interval": interval, "figure": figure, "bounds": bounds}
    environment.filters |= {"tick": lambda value: f"{100 * value:.0f}%", "cuts": _cuts}
    return environment


def _asset(name: str) -> Markup:
    """Return a file of the page itself, which is ours and needs no escaping."""
    text = (files("evaluation.reports") / "page" / name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704


def _tile(name: str, metric: Metric, targets: RunTargets) -> Tile:
    target = targets.metrics.get(name)
    if target is None:
        return Tile(METRICS[name], metric)
    return Tile(METRICS[name], metric, target.bound_text, target.verdict(metric))


def _all_metrics(report: Report) -> Iterator[tuple[str, MetricWords, Metric, Metric | None]]:
    for name, metric in report.metrics.items():
        yield name, METRICS[name], metric, report.unweighted[name] if report.unweighted else None


def _charts(report: Report) -> dict[str, Chart]:
    certificate = report.facts.certificate
    charts = [risk_coverage(report.curve, certificate), accuracy_handoff(report.curve, certificate)]
    if report.reliability:
        charts.append(reliability_chart(report.reliability))
    return {chart.id: chart for chart in charts}


def _intents(report: Report, names: Names) -> Iterator[tuple[str, IntentScore, float | None]]:
    strict = {score.intent: score.f1 for score in report.intents_strict}
    for score in report.intents:
        yield names.intents.get(score.intent, score.intent), score, strict.get(score.intent)


def _cuts(thresholds: Thresholds) -> str:
    """Return the cuts as JSON."""
    return json.dumps(asdict(thresholds), ensure_ascii=False)


def percent(value: float | None) -> str:
    """Return a share with one decimal, a dash for none."""
    return "–" if value is None else f"{100 * value:.1f}%"


def interval(metric: Metric) -> str:
    """Return the interval of a share."""
    return bounds(None if metric.low is None or metric.high is None else (metric.low, metric.high))


def bounds(given: tuple[float, float] | None) -> str:
    """Return two shares as an interval."""
    return "–" if given is None else f"{100 * given[0]:.1f}–{100 * given[1]:.1f}%"


def figure(metric: Metric, name: str) -> str:
    """Return a metric's value and interval: a price as numbers, all else as percentages."""
    if name != COST or metric.value is None:
        return f"{percent(metric.value)}（{interval(metric)}）"
    return f"{metric.value:.3f}（{metric.low:.3f}–{metric.high:.3f}）"

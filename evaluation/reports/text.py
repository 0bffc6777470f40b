"""The report for a terminal: tables with the insurer's targets beside the figures."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from evaluation.reports.targets import RunTargets, shipped_targets
from evaluation.row_scores import ABOUT, COST
from evaluation.types import Metric, Report

MAX_CONFUSIONS = 15
_VERDICTS = {"met": "met", "missed": "missed", "undecided": "too few rows to tell", "nothing": ""}
_BAR = 25


def print_report(report: Report, console: Console, targets: RunTargets | None = None) -> None:
    """Print the report on ``console``."""
    console.print(text_report(report, targets))


def text_report(report: Report, targets: RunTargets | None = None) -> RenderableType:
    """Return the report as tables that rich can print; without targets beside the shipped ones."""
    return Group(
        _facts(report),
        _metrics(report, targets or shipped_targets()),
        _handoffs(report),
        *_reliability(report),
        _intents(report),
        *_confusions(report),
    )


def _table(title: str, *columns: str) -> Table:
    """Return a table whose first column is text and whose others are figures."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", overflow="fold")
    return table


def _facts(report: Report) -> Text:
    facts = report.facts
    lines = [f"{report.n} rows" + (f" of {facts.data}" if facts.data else "")]
    if facts.where:
        lines.append(f"where {' and '.join(facts.where)}")
    hashes = {"data": facts.data_hash, "knowledge base": facts.kb_hash, "bundle": facts.bundle_hash}
    lines.extend(f"{name} {digest[:12]}" for name, digest in hashes.items() if digest)
    if report.mix:
        shares = ", ".join(f"{action} {share:.1%}" for action, share in report.mix.items())
        lines.append(f"weighted to the mix {shares}")
    return Text("\n".join(lines))  # a Text is printed as it is: names hold no markup


def _metrics(report: Report, targets: RunTargets) -> Table:
    weighted = report.unweighted is not None
    columns = ["metric", "value", "95 % interval", "n", *(["unweighted"] if weighted else [])]
    table = _table("Metrics", *columns, "target", "")
    table.add_column("share of", justify="left", overflow="fold")
    for name, metric in report.metrics.items():
        plain = [_shown(name, report.unweighted[name].value)] if report.unweighted is not None else []
        target = targets.metrics.get(name)
        goal = (str(target), _VERDICTS[target.verdict(metric)]) if target else ("", "")
        table.add_row(
            name,
            _shown(name, metric.value),
            _interval(metric, name),
            str(metric.n),
            *plain,
            *goal,
            ABOUT[name],
        )
    return table


def _handoffs(report: Report) -> Table:
    split, latency = report.handoff_split, report.latency
    table = _table("Handoffs and time", "", "")
    table.show_header = False
    table.add_row("handed over: customer asked", _percent(split.requested))
    table.add_row("handed over: policy requires", _percent(split.policy))
    table.add_row("handed over: uncertain", _percent(split.uncertain))
    table.add_row("time, median", f"{latency.p50:.1f} ms")
    table.add_row("time, 99th percentile", f"{latency.p99:.1f} ms")
    return table


def _reliability(report: Report) -> Iterator[RenderableType]:
    if report.reliability is None:
        return
    named = (("rows", report.reliability.error), ("answered rows", report.reliability.answered))
    errors = (f"{_percent(error.value)} ({_interval(error)}) on {error.n} {name}" for name, error in named)
    yield Text(f"Expected calibration error of the confidence, bootstrap intervals: {', '.join(errors)}")
    table = _table("Reliability", "stated", "right", "95 % interval", "rows")
    table.add_column("", justify="left", no_wrap=True)
    for one in report.reliability.bins:
        interval = f"{100 * one.low:.1f} – {100 * one.high:.1f}"
        shown = _percent(one.confidence), _percent(one.right), interval, str(one.n)
        table.add_row(*shown, _bar(one.confidence, one.right))
    yield table


def _bar(stated: float, seen: float) -> str:
    """Draw the share seen as a bar, with a mark where the confidence says it should end."""
    cells = ["█" if (cell + 0.5) / _BAR <= seen else "·" for cell in range(_BAR)]
    cells[min(int(stated * _BAR), _BAR - 1)] = "|"
    return "".join(cells)


def _intents(report: Report) -> Table:
    table = _table("Intents", "intent", "precision", "recall", "F1", "rows", "predicted", "right")
    for score in report.intents:
        shares = (score.precision, score.recall, score.f1)
        counts = (score.support, score.predicted, score.correct)
        table.add_row(Text(score.intent), *map(_percent, shares), *map(str, counts))
    return table


def _confusions(report: Report) -> Iterator[RenderableType]:
    if not report.confusions:
        return
    table = _table("Confused intents", "true", "rows")
    table.add_column("taken for", justify="left", overflow="fold")
    for confusion in report.confusions[:MAX_CONFUSIONS]:
        table.add_row(Text(confusion.truth), str(confusion.count), Text(confusion.predicted))
    yield table
    hidden = len(report.confusions) - MAX_CONFUSIONS
    if hidden > 0:
        yield Text(f"and {hidden} rarer pairs")


def _shown(name: str, value: float | None) -> str:
    """Return a metric's value: a price as a number, all else as a percentage."""
    return _percent(value) if name != COST or value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _interval(metric: Metric, name: str = "") -> str:
    if metric.low is None or metric.high is None:
        return "–"
    if name == COST:
        return f"{metric.low:.3f} – {metric.high:.3f}"
    return f"{100 * metric.low:.1f} – {100 * metric.high:.1f}"

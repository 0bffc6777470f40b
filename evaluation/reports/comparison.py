"""A comparison for a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evaluation.compare import CHANGES, Change, ChangedRow, Comparison
from evaluation.paired_metrics import RIGHT, Compared, Verdict
from evaluation.pairing import Pairing
from evaluation.row_scores import COST
from evaluation.runs import RunRow
from evaluation.types import Metric

FORMAT_VERSION = 1
SHOWN_ROWS = 20
WORDS: dict[Verdict, str] = {
    "better": "better",
    "worse": "WORSE",
    "higher": "higher",
    "lower": "lower",
    "unclear": "chance may explain it",
    "equal": "no difference",
    "unmeasured": "no rows",
}
_MARKS: dict[Verdict, str] = {"better": " better", "worse": " WORSE", "higher": " higher", "lower": " lower"}
_CHANGES: tuple[tuple[Change, str], ...] = (
    ("worse", "Rows that got worse"),
    ("better", "Rows that got better"),
)


def comparison_text(pairing: Pairing, comparisons: Sequence[Comparison]) -> RenderableType:
    """Return what rich can print: two runs in detail, more of them as a table."""
    notes = [Text(f"note: {note}") for note in pairing.notes]
    notes += [Text(f"  labelled anew: {case.id} {case.text}") for case in pairing.relabelled]
    notes += [Text(f"  judged anew: {case.id} {case.text}") for case in pairing.decided]
    rows = Text(f"{len(pairing.cases)} rows in common, drawn as {comparisons[0].units} conversations or rows")
    if len(comparisons) > 1:
        return Group(rows, *notes, _runs(pairing.names), _many(comparisons))
    one = comparisons[0]
    parts = (_runs(pairing.names), _summary(one), _two(one), *_slices(one), *_changes(one))
    return Group(rows, *notes, *parts)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", overflow="fold")
    return table


def _runs(names: Sequence[str]) -> Text:
    return Text("\n".join(f"{letter_of(index)}  {name}" for index, name in enumerate(names)))


def letter_of(index: int) -> str:
    """Name a run shortly: A, B, ... Z, then R27, R28."""
    return chr(ord("A") + index) if index < 26 else f"R{index + 1}"


def _summary(one: Comparison) -> Text:
    if not one.changes:
        return Text("Every row is decided the same way: the runs do not differ.")
    right = one.metric(RIGHT)
    counts = f"{one.count('better')} rows got better, {one.count('worse')} worse"
    said = {
        "better": "B is better than A",
        "worse": "B is WORSE than A",
        "unclear": "A difference as large as this may be chance",
        "equal": "As many rows are right as before",
    }[right.verdict]
    other = one.count("neither")
    return Text(f"{said} (p = {p_text(right.p)}): {counts}, {other} are decided otherwise and as rightly.")


def _two(one: Comparison) -> Table:
    table = _table("Metrics", "metric", "A", "B", "B - A", "95 % interval", "better / worse", "p")
    table.add_column("", justify="left", overflow="fold")
    for metric in one.metrics:
        counts = f"{metric.better} / {metric.worse}" if metric.better or metric.worse else ""
        table.add_row(metric.name, *_figures(metric), counts, p_text(metric.p), WORDS[metric.verdict])
    return table


def _figures(metric: Compared) -> tuple[str, str, str, str]:
    difference = metric.difference
    if metric.name == COST:
        return _costs(metric)
    shown = _percent(metric.first), _percent(metric.second)
    if difference.value is None or difference.low is None or difference.high is None:
        return (*shown, "–", "–")
    interval = f"{100 * difference.low:+.1f} – {100 * difference.high:+.1f}"
    return (*shown, f"{100 * difference.value:+.1f}", interval)


def _costs(metric: Compared) -> tuple[str, str, str, str]:
    """Return the figures of a price, which is no share."""
    difference = metric.difference
    sides = [f"{one.value or 0.0:.3f}" for one in (metric.first, metric.second)]
    interval = f"{difference.low or 0.0:+.3f} – {difference.high or 0.0:+.3f}"
    return sides[0], sides[1], f"{difference.value or 0.0:+.3f}", interval


def _slices(one: Comparison) -> Iterator[RenderableType]:
    if not one.slices:
        return
    title = f"Slices: {RIGHT}; p-values hold for all slices together (Holm)"
    table = _table(title, "slice", "rows", "A", "B", "B - A", "95 % interval", "better / worse", "p")
    table.add_column("", justify="left", overflow="fold")
    for part in one.slices:
        metric = next(m for m in part.metrics if m.name == RIGHT)
        counts = f"{metric.better} / {metric.worse}"
        name = Text(f"{part.field}={part.value}")
        table.add_row(name, str(part.n), *_figures(metric), counts, p_text(metric.p), WORDS[metric.verdict])
    yield table


def _changes(one: Comparison) -> Iterator[RenderableType]:
    for change, title in _CHANGES:
        rows = [row for row in one.changes if row.change == change]
        if not rows:
            continue
        table = _table(f"{title} ({len(rows)})", "id")
        for column in ("question", "wanted", "A", "B"):
            table.add_column(column, justify="left", overflow="fold")
        for row in rows[:SHOWN_ROWS]:
            table.add_row(*map(Text, _row(row)))
        yield table
        if len(rows) > SHOWN_ROWS:
            yield Text(f"and {len(rows) - SHOWN_ROWS} more; --format json lists all")


def _row(row: ChangedRow) -> tuple[str, ...]:
    case = row.before.case
    wanted = " or ".join(case.entry_ids or ()) or case.queue or ""
    return (
        case.id,
        case.text[:60],
        f"{case.action} {wanted}".strip(),
        _outcome(row.before),
        _outcome(row.after),
    )


def _outcome(row: RunRow) -> str:
    target = row.saved.entry_id or row.saved.stored.get("queue") or ""
    return f"{row.saved.action} {target}".strip()


def _many(comparisons: Sequence[Comparison]) -> Table:
    letters = [letter_of(index) for index in range(len(comparisons) + 1)]
    table = _table("Metrics; a word where the difference to A is hardly chance", "metric", *letters)
    for at, first in enumerate(comparisons[0].metrics):
        found = [one.metrics[at] for one in comparisons]
        cells = [f"{_figures(metric)[1]}{_MARKS.get(metric.verdict, '')}" for metric in found]
        table.add_row(first.name, _figures(first)[0], *cells)
    table.add_row(
        "rows better / worse", "", *(f"{o.count('better')} / {o.count('worse')}" for o in comparisons)
    )
    return table


def _percent(metric: Metric) -> str:
    return "–" if metric.value is None else f"{100 * metric.value:.1f} %"


def p_text(p: float) -> str:
    """Write a p-value as papers do."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def comparison_json(pairing: Pairing, comparisons: Sequence[Comparison]) -> str:
    """Return the comparisons as indented JSON text; see docs/evaluation.md."""
    told = {
        "format_version": FORMAT_VERSION,
        "runs": list(pairing.names),
        "n": len(pairing.cases),
        "notes": list(pairing.notes),
        "relabelled": [{"id": case.id, "text": case.text} for case in pairing.relabelled],
        "decided": [{"id": case.id, "text": case.text} for case in pairing.decided],
        "comparisons": [_object(one) for one in comparisons],
    }
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=2)


def _object(one: Comparison) -> dict[str, object]:
    return {
        "first": one.first,
        "second": one.second,
        "units": one.units,
        "counts": {change: one.count(change) for change in CHANGES},
        "metrics": {metric.name: _metric(metric) for metric in one.metrics},
        "slices": [
            {
                "slice": f"{part.field}={part.value}",
                "n": part.n,
                "metrics": {m.name: _metric(m) for m in part.metrics},
            }
            for part in one.slices
        ],
        "changes": [_change(row) for row in one.changes],
    }


def _metric(metric: Compared) -> dict[str, object]:
    told = {name: value for name, value in asdict(metric).items() if name != "name"}
    difference = {name: value for name, value in asdict(metric.difference).items() if name != "p"}
    return told | {"difference": difference, "significant": metric.significant}


def _change(row: ChangedRow) -> dict[str, object]:
    case = row.before.case
    return {
        "id": case.id,
        "text": case.text,
        "change": row.change,
        "wanted": {
            "action": case.action,
            "queue": case.queue,
            "entry_ids": case.entry_ids,
            "intents": case.intents,
        },
        "before": _decision(row.before),
        "after": _decision(row.after),
    }


def _decision(row: RunRow) -> dict[str, object]:
    saved = row.saved
    told = {name: saved.stored.get(name) for name in ("queue", "confidence", "reason")}
    return {
        "action": saved.action,
        "entry_id": saved.entry_id,
        "intent": saved.intent,
        **told,
        "faults": saved.faults,
    }

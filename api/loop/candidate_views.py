"""Candidates as the dashboard gets them: their trials, what both bundles decided, what the gate says."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from api.knowledge.jobs import is_lost
from api.knowledge.tables import JobRow
from api.loop.promotion import LEAST_PAIRS, MORE_HANDOFFS, Tried
from evaluation.gate_files import Regression
from evaluation.gates import GateLine
from evaluation.online.arms import compare_arms
from evaluation.online.pairs import read_pairs, report_pairs
from evaluation.online.trials import CandidateRow
from evaluation.paired_metrics import RIGHT
from evaluation.reports.words import METRICS

Json = dict[str, Any]

_NAMES = {RIGHT: "判断正确率"} | {name: words.name for name, words in METRICS.items()}


def candidate_view(row: CandidateRow, names: dict[str, str]) -> Json:
    """Return a candidate; its folder stays with those who run the servers."""
    return {
        "version": row.version,
        "champion": row.champion,
        "state": row.state,
        "share": row.share,
        "started_by": names.get(row.started_by, row.started_by),
        "started_at": row.started_at.isoformat(),
        "ended_by": names.get(row.ended_by or "", row.ended_by),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "reason": row.reason,
    }


def comparison_view(session: Session, version: str) -> Json:
    """Return what both bundles decided on the same messages, and what came of both arms."""
    pairs = report_pairs(read_pairs(session, version))
    told = asdict(pairs)
    told["examples"] = [
        {"text": one.text, "champion": one.champion, "candidate": one.candidate} for one in pairs.examples
    ]
    arms = {name: asdict(compared) for name, compared in compare_arms(session, version).items()}
    return {"candidate": version, "pairs": told, "arms": arms, "least_pairs": LEAST_PAIRS}


def verdict_view(tried: Tried, regression: Regression) -> Json:
    """Return what the gate found, in words of the dashboard beside those of the command.

    Args:
        tried: What was looked at.
        regression: The gate's only part: a line a metric, before those of live traffic.
    """
    metrics = tried.comparison.metrics
    guarded = [next(one for one in metrics if one.name == name) for name in regression.metrics]
    said: list[Json] = []
    for one in guarded:
        name = f"标注题 · {_NAMES.get(one.name, one.name)}"
        said.append({"name": name, "first": one.first.value, "second": one.second.value})
    said += _live_words(tried)
    lines = [
        {**words, "passed": line.passed, "text": line.text}
        for words, line in zip(said, tried.lines, strict=True)
    ]
    return {"passed": tried.passed, "rows": tried.comparison.n, "lines": lines}


def _live_words(tried: Tried) -> list[Json]:
    """Return the lines of live traffic, in the order of the gate."""
    pairs = tried.pairs
    said: list[Json] = [{"name": f"真实咨询中两者都判断过的消息，至少 {LEAST_PAIRS} 条", "count": pairs.n}]
    for changed, name in (
        (pairs.handoff, f"真实咨询 · 转人工率，增加不超过 {100 * MORE_HANDOFFS:.0f} 个百分点"),
        (pairs.accuracy, f"真实咨询 · 有标签的 {pairs.labelled} 条判断正确率"),
    ):
        if changed:
            said.append({"name": name, "first": changed.champion, "second": changed.candidate})
    return said


def gate_view(job: JobRow | None, now: dt.datetime) -> Json:
    """Return how far a gate's check is: ``none``, ``running``, ``failed`` or ``done``."""
    if job is None:
        return {"state": "none"}
    state = "failed" if is_lost(job, now) else job.state
    view = {"state": state, "stage": job.stage, "done": job.done, "total": job.total}
    return view | {"at": job.beat_at.isoformat(), "error": job.error, "verdict": job.result}


def gate_lines(verdict: Json) -> tuple[GateLine, ...]:
    """Return the lines of a verdict that was kept."""
    return tuple(GateLine(bool(one["passed"]), str(one["text"])) for one in verdict["lines"])

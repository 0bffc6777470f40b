"""A report gathered from a stream: as from rows at hand, whatever their order, in bounded memory."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.types import Cuts, Thresholds
from evaluation import gathering
from evaluation.costs import Prices
from evaluation.curves import curve_of, fate_of
from evaluation.gathering import Gatherer, measure
from evaluation.mix import case_weights
from evaluation.reports.machine import report_object
from evaluation.survey import survey_of
from evaluation.types import CaseResult, Report, RunFacts
from tests.evaluation.builders import candidates, case, choices, result

ACTIONS = ("answer", "clarify", "handoff", "decline")
REASONS = {
    "answer": "confident",
    "clarify": "several_readings",
    "handoff": "uncertain",
    "decline": "not_insurance",
}
CUTS = Cuts(0.6, 0.2, 1, 1, 1, 1, 1)


def rows(n: int, seed: int = 1, conversations: int = 0) -> list[CaseResult]:
    """Make rows of every kind, the actions decided by their confidence where it decides."""
    random = np.random.default_rng(seed)
    intents = ("surrender", "claim_amount", "claim_process")
    made = []
    for row in range(n):
        truth, seen = (intents[place] for place in random.integers(0, 3, 2))
        confidence = round(float(random.random()), 3)
        kind = "decline" if random.random() < 0.1 else "answer" if confidence >= CUTS.answer else "clarify"
        action = "handoff" if kind == "clarify" and confidence < CUTS.clarify else kind
        found = tuple(replace(c, confidence=confidence) for c in candidates(f"{seen}.x", f"{truth}.x"))
        of = case(
            ACTIONS[int(random.choice(4, p=[0.7, 0.05, 0.15, 0.1]))],
            (truth,),
            id=f"r{row}",
            text=f"问题{row}",
            entry_ids=(f"{truth}.x",) if random.random() < 0.8 else None,
            weight=float(random.integers(1, 4)),
            channel=("web", "app")[row % 2],
            tags=("typo",) if row % 5 == 0 else (),
            conversation_id=f"c{row % conversations}" if conversations else "",
        )
        offered = choices(seen, truth) if seen != truth else choices(seen, seen)
        made.append(
            result(
                of,
                action,
                seen,
                REASONS[action],
                candidates=found,
                confidence=confidence,
                entry_id=f"{seen}.x" if action == "answer" else None,
                choices=offered if action == "clarify" else (),
                elapsed_ms=float(random.integers(1, 100)),
            )
        )
    return made


def gathered(results: list[CaseResult], mix=None, facts: RunFacts | None = None) -> Report:
    gatherer = Gatherer(survey_of([r.case for r in results]), mix, facts or RunFacts())
    for one in results:
        gatherer.add(one)
    return gatherer.report()


def test_sums_by_blocks_are_the_metrics_of_all_rows() -> None:
    results, mix = rows(1300), {"handoff": 0.08, "decline": 0.06}
    report = gathered(results, mix)
    weights = case_weights([r.case for r in results], mix)
    expected, plain = measure(results, weights), measure(results, np.ones(len(results)))
    assert report.unweighted is not None
    for name, metric in expected.items():
        for found, wanted in ((report.metrics[name], metric), (report.unweighted[name], plain[name])):
            assert found.n == wanted.n
            assert (found.value, found.low, found.high) == pytest.approx(
                (wanted.value, wanted.low, wanted.high), abs=1e-6
            )
    assert report.n == report.sampled == 1300


def test_the_order_of_the_rows_changes_nothing() -> None:
    results = rows(700, conversations=90)
    one, other = (report_object(gathered(given)) for given in (results, results[::-1]))
    for name, figure in one.items():
        if isinstance(figure, dict) and "low" in figure:
            assert list(figure.values()) == pytest.approx(list(other[name].values()), abs=1e-5), name
    assert one["confusions"] == other["confusions"]


def test_the_same_run_twice_gives_the_same_report() -> None:
    one, other = (json.dumps(report_object(gathered(rows(300, conversations=40)))) for _ in range(2))
    assert one == other


def test_slices_are_the_metrics_of_their_rows() -> None:
    results = rows(600)
    report = gathered(results)
    found = {(s.field, s.value): s for s in report.slices}
    assert {field for field, _ in found} == {"channel", "script", "length", "tag"}
    for key, chosen in (
        (("channel", "app"), [r for r in results if r.case.channel == "app"]),
        (("tag", "typo"), [r for r in results if r.case.tags]),
    ):
        expected = measure(chosen, case_weights([r.case for r in chosen]))
        assert found[key].n == len(chosen)
        for name, metric in found[key].metrics.items():
            assert metric.n == expected[name].n
            assert metric.value == pytest.approx(expected[name].value)
            assert metric.low == pytest.approx(expected[name].low)


def test_many_values_of_a_field_are_put_together() -> None:
    results = [result(case(id=str(row), source=f"s{row}")) for row in range(150)]
    of_source = [s for s in gathered(results).slices if s.field == "source"]
    assert len(of_source) == 101
    assert sum(s.n for s in of_source) == 150


def test_the_curve_at_the_cut_in_use_is_what_happened() -> None:
    """Moving the cut back to where it is must give the run itself."""
    results, prices = rows(500), Prices()
    fates = [fate_of(r, r.case.weight, prices, CUTS) for r in results]
    metrics = measure(results, case_weights([r.case for r in results]), prices)
    curve = curve_of(fates, CUTS.answer)
    point = next(p for p in curve.points if p.cut == CUTS.answer)
    for found, name in (
        (point.answered_share, "answered_share"),
        (point.handoff_rate, "handoff_rate"),
        (point.effective_handoff_rate, "effective_handoff_rate"),
    ):
        assert found.value == pytest.approx(metrics[name].value), name
        assert found.low == pytest.approx(metrics[name].low)
    assert point.cost == pytest.approx(metrics["cost_per_row"].value)
    coverages = [p.coverage.value or 0.0 for p in curve.points]
    assert coverages == sorted(coverages, reverse=True)
    assert curve.points[0].coverage.value == pytest.approx(
        sum(f.weight for f in fates if f.confidence >= 0) / sum(f.weight for f in fates)
    )


def test_more_rows_than_are_kept_are_sampled_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_ERRORS", 40)
    monkeypatch.setattr(gathering, "MOST_RIGHT", 30)
    monkeypatch.setattr(gathering, "SAMPLED", 100)
    facts = RunFacts(thresholds=Thresholds("t", CUTS))
    results = rows(2000)
    report = gathered(results, facts=facts)
    kept = report.kept
    assert (len(kept.errors), len(kept.right), report.sampled, report.curve.rows) == (40, 30, 100, 100)
    assert kept.error_count + kept.right_count == report.n == 2000
    numbers = [int(r.case.id[1:]) for r in kept.errors]
    assert numbers == sorted(numbers)
    assert 600 < np.mean(numbers) < 1400  # from all over the file
    again = gathered(results[::-1], facts=facts)
    assert {r.case.id for r in again.kept.errors} == {r.case.id for r in kept.errors}


def test_a_file_streams_and_is_refused_whole_where_a_row_is_bad(tmp_path: Path) -> None:
    from evaluation.case_source import open_cases
    from knowledge_base.errors import InvalidInputError
    from tests.evaluation.builders import LABELS

    labels, path = LABELS, tmp_path / "rows.jsonl"
    good = [{"id": f"r{n}", "text": "怎么退保", "intent": "surrender", "action": "answer"} for n in range(50)]
    lines = [json.dumps(row | {"conversation_id": f"c{n // 5}"}) for n, row in enumerate(good)]
    path.write_text("\n".join(lines), encoding="utf-8")
    cases = open_cases(path, labels)
    assert (cases.survey.n, cases.survey.units, cases.survey.clustered) == (50, 10, True)
    assert [c.id for c in cases] == [c.id for c in cases] == [f"r{n}" for n in range(50)]
    assert [c.id for c in open_cases(path, labels, ["id=r7"])] == ["r7"]

    path.write_text("\n".join([*lines, lines[3], '{"text": "", "action": "fly"}', "{"]), encoding="utf-8")
    with pytest.raises(InvalidInputError, match="changed while"):
        list(cases)
    with pytest.raises(InvalidInputError) as caught:
        open_cases(path, labels)
    assert [fault.partition(":")[0] for fault in caught.value.detail] == ["line 51", "line 52", "line 53"]
    assert "already used on line 4" in caught.value.detail[0]

"""Figures, verdicts and targets; rising topics."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import stats
from sqlalchemy import literal, select

from evaluation.multiple_testing import benjamini_hochberg
from evaluation.online.days import Period, SqlTime
from evaluation.online.definitions import DEFINITIONS, MINIMUM
from evaluation.online.figures import Sums, Value, change_of, signed_change_of, value_of, verdict_of
from evaluation.online.targets import Target, read_targets
from evaluation.online.topics import rising
from knowledge_base.database import UtcDateTime
from knowledge_base.errors import ContentError
from tests.evaluation.online.worlds import ZONE


def sums_of(values):
    return Sums(len(values), int(sum(values)), int(sum(value * value for value in values)))


def test_a_share_has_wilsons_interval():
    found = value_of(Sums(100, 90, 90), "share")
    assert (found.value, found.n) == (0.9, 100)
    assert (found.low, found.high) == pytest.approx((0.8256, 0.9448), abs=1e-4)


def test_a_mean_time_has_the_normal_interval_of_its_sample():
    values = np.random.default_rng(1).lognormal(8, 0.8, 400).astype(int)
    found = value_of(sums_of(values.tolist()), "seconds")
    low, high = stats.norm.interval(0.95, values.mean() / 100, stats.sem(values) / 100)
    assert (found.value, found.low, found.high) == pytest.approx((values.mean() / 100, low, high))


def test_the_interval_of_a_change_covers():
    rng, covered = np.random.default_rng(2), 0
    for _ in range(500):
        now, before = (rng.gamma(2, scale, 200).round().astype(int) for scale in (800, 1000))
        found = change_of(sums_of(now.tolist()), sums_of(before.tolist()))
        covered += found.low <= -0.2 <= found.high
    assert 0.92 <= covered / 500 <= 0.98


def test_a_net_promoter_score_has_the_interval_of_its_mean():
    found = value_of(sums_of([1] * 50 + [0] * 30 + [-1] * 20), "points")
    low, high = stats.norm.interval(0.95, 30, 100 * stats.sem([1] * 50 + [0] * 30 + [-1] * 20))
    assert (found.value, found.low, found.high) == pytest.approx((30, low, high))
    assert value_of(sums_of([-1] * 9 + [0]), "points").low == -100


def test_the_interval_of_the_change_of_a_score_covers():
    rng, covered = np.random.default_rng(3), 0
    for _ in range(500):
        now = rng.choice((1, 0, -1), 300, p=(0.5, 0.3, 0.2))
        before = rng.choice((1, 0, -1), 300, p=(0.55, 0.3, 0.15))
        found = signed_change_of(sums_of(now.tolist()), sums_of(before.tolist()))
        covered += found.low <= -0.25 <= found.high
    assert 0.92 <= covered / 500 <= 0.98


@pytest.mark.parametrize("before", [[], [1], [-1] * 30 + [1] * 20, [1] * 11 + [-1] * 9])
def test_a_change_from_a_score_that_is_not_surely_above_nothing_is_not_told(before):
    assert signed_change_of(sums_of([1, 1, 0]), sums_of(before)).value is None


@pytest.mark.parametrize(
    ("low", "high", "n", "verdict"),
    [
        (0.86, 0.9, 500, "met"),
        (0.7, 0.84, 500, "missed"),
        (0.8, 0.9, 500, "unsure"),
        (0.86, 0.9, MINIMUM - 1, "too_few"),
    ],
)
def test_the_interval_decides(low, high, n, verdict):
    target = Target(at_least=0.85, basis="x")
    assert verdict_of(Value((low + high) / 2, low, high, n), target) == verdict


def test_one_late_case_misses_what_always_has_to_be():
    always = Target(always=True, basis="x")
    assert verdict_of(value_of(Sums(5, 5, 5), "share"), always) == "met"
    assert verdict_of(value_of(Sums(500, 499, 499), "share"), always) == "missed"
    assert verdict_of(value_of(Sums(), "share"), always) == "missing"


def test_targets_are_changed_key_by_key(tmp_path):
    (tmp_path / "targets.yaml").write_text(
        "targets:\n  handoff: {at_most: 0.2, basis: 自定}\n  repeat: null\n"
        "baseline: {since: 2026-04-01, until: 2026-06-30}\n",
        encoding="utf-8",
    )
    found = read_targets(tmp_path)
    assert found.of("handoff").at_most == 0.2
    assert found.of("repeat") is None
    assert found.of("answer_accuracy").at_least == 0.85
    assert found.baseline.until == dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        "targets: {handoff_elderly: {at_most: 0.1, basis: x}}",
        "targets: {nonsense: {at_most: 0.1, basis: x}}",
        "targets: {handoff: {at_most: 0.1, at_least: 0.2, basis: x}}",
        "targets: [1]",
        "baseline: {since: 2026-06-30, until: 2026-04-01}",
    ],
)
def test_unusable_targets_are_refused(tmp_path, text):
    (tmp_path / "targets.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="Targets"):
        read_targets(tmp_path)


def test_every_target_has_a_measure_and_the_elderly_none():
    names = {one.id for one in DEFINITIONS}
    assert set(read_targets().targets) <= names
    assert read_targets().of("handoff_elderly") is None


def test_days_of_a_zone_that_changes_its_clock(engine):
    zone = ZoneInfo("Europe/Berlin")
    period = Period(dt.date(2026, 10, 24), dt.date(2026, 10, 27), zone)
    time = SqlTime(engine.dialect.name, zone, period.start, period.end)
    moments = [period.start + dt.timedelta(minutes=30 * n) for n in range(2 * 73)]
    with engine.connect() as connection:
        told = [connection.scalar(select(time.day(literal(moment, UtcDateTime())))) for moment in moments]
    assert told == [moment.astimezone(zone).date().isoformat() for moment in moments]


# rising topics

DAYS = Period(dt.date(2026, 9, 1), dt.date(2026, 10, 6), ZONE)
SPLIT = dt.date(2026, 9, 29)


def drawn(rng, rates):
    days = [day.isoformat() for day in DAYS.days]
    return {
        f"t{i}": {day: int(rng.poisson(rate(n))) for n, day in enumerate(days)}
        for i, rate in enumerate(rates)
    }


def test_a_topic_that_doubles_is_found_first():
    rng = np.random.default_rng(3)
    rates = [lambda n: 20.0] * 30 + [lambda n: 12.0 if n < 28 else 24.0]
    found = rising(drawn(rng, rates), DAYS, SPLIT)
    assert found[0].intent == "t30"
    assert found[0].low < 2 < found[0].high


def test_quiet_topics_seldom_rise_even_where_days_differ_more_than_chance():
    rng, named = np.random.default_rng(4), 0
    for _ in range(200):
        daily = rng.gamma(4, 5, (40, 35))  # twice and more the variance of a Poisson count
        rates = [lambda n, row=row: row[n] for row in daily]
        named += bool(rising(drawn(rng, rates), DAYS, SPLIT))
    assert named <= 20  # at most one look in ten names anything


def test_corrected_p_values_are_those_of_scipy():
    p = np.random.default_rng(5).uniform(0, 1, 50) ** 3
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))

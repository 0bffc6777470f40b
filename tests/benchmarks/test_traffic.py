"""Generated months fit the tables, come out the same again, and hold what was planted."""

import datetime as dt
from collections import Counter

import pytest
from sqlalchemy import func, select

from assistant.decision_log import DecisionRow
from assistant.desk.tables import MessageRow
from benchmarks.traffic import DriftPlan, NewTopic, Plan, make_month

PLAN = Plan(dt.date(2026, 9, 1), 10, 2000, seed=3, new_topic=NewTopic(6), drift=DriftPlan(5))


@pytest.fixture(scope="module")
def month():
    return make_month(PLAN)


def test_a_month_fits_the_tables(month, database):
    with database.engine.begin() as connection:
        month.write(connection)
    with database.reading() as session:
        asked = session.scalar(select(func.count()).where(MessageRow.author == "customer"))
    assert asked == len(month.rows[DecisionRow]) == pytest.approx(2000, rel=0.1)


def test_the_same_plan_gives_the_same_month(month):
    assert make_month(PLAN).rows == month.rows


def test_what_is_planted_begins_on_its_day(month):
    begins = dt.datetime(2026, 9, 6, 16, tzinfo=dt.UTC)  # midnight in China
    planted = [row for row in month.rows[DecisionRow] if row["id"] in month.planted]
    assert planted and all(row["decided_at"] >= begins for row in planted)
    drifted = dt.datetime(2026, 9, 5, 16, tzinfo=dt.UTC)
    shares = Counter(
        (row["decided_at"] >= drifted, row["intent"] in PLAN.drift.intents) for row in month.rows[DecisionRow]
    )
    before, after = (
        shares[late, True] / (shares[late, True] + shares[late, False]) for late in (False, True)
    )
    assert after > 1.5 * before

"""Audited answers that are wrong too often become an alarm, once."""

import datetime as dt
from dataclasses import replace

import pytest

from api.loop.audited import look_at_answers
from assistant.decision_log import DecisionRow
from benchmarks.traffic import Plan, make_month
from evaluation.online.alarms import list_alarms
from evaluation.online.audits import judge
from evaluation.online.tables import AuditBatchRow, AuditItemRow

START = dt.date(2026, 9, 1)
NOW = dt.datetime(2026, 9, 4, tzinfo=dt.UTC)


@pytest.fixture
def answered(services, database):
    """Answers of the bundle in use; return the services and the decisions."""
    versions = "kb", services.bundle.version, services.bundle.thresholds.version
    month = make_month(Plan(START, 2, 200, seed=4, versions=versions))
    with database.engine.begin() as connection:
        month.write(connection)
    found = sorted(month.rows[DecisionRow], key=lambda row: (row["decided_at"], row["id"]))
    return replace(services, database=database), [row["id"] for row in found if row["action"] == "answer"]


def audit(database, ids, wrong):
    """Judge answers, of which those at some places are wrong."""
    batch = {"since": NOW, "until": NOW, "half_width": 0.1, "expected": 0.9, "population": 9, "seed": 1}
    with database.transaction() as session:
        session.add(AuditBatchRow(id="b", kind="answers", actor="zhao", made_at=NOW, **batch))
        session.flush()
        for place, id_ in enumerate(ids):
            item = {"stratum": "all", "weight": 1.0, "place": place, "needed": 1}
            session.add(AuditItemRow(id=f"i{place}", batch_id="b", decision_id=id_, **item))
            session.flush()
            judge(session, f"i{place}", "wu", "handoff" if place in wrong else "right", NOW)


def test_more_wrong_answers_than_the_target_allows_raise_one_alarm(answered):
    services, ids = answered
    audit(services.database, ids[:40], range(20))
    found = look_at_answers(services, NOW)
    assert found and found.wrong == found.audited <= 20  # told as soon as it is sure
    look_at_answers(services, NOW)
    with services.database.reading() as session:
        (alarm,) = list_alarms(session)
    assert (alarm.kind, alarm.detail["allowed"]) == ("answers", pytest.approx(0.15))


def test_as_many_wrong_answers_as_are_allowed_raise_none(answered):
    services, ids = answered
    audit(services.database, ids[:40], range(3, 40, 8))
    assert look_at_answers(services, NOW) is None

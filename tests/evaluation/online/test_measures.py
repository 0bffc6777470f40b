"""Measures of a generated month agree with counting its rows one by one, on both databases."""

import datetime as dt
from collections import defaultdict

import pytest
from sqlalchemy import select

from assistant.decision_log import DecisionRow
from assistant.desk.breaches import breaches
from assistant.desk.complaint_figures import complaint_figures
from assistant.desk.tables import ComplaintRow, ConversationRow, MessageRow, SuggestionRow, TicketRow
from benchmarks.traffic import Plan, make_month
from evaluation.online.counting import FAMILIES, Filter, count_units
from evaluation.online.facts.contacts import REPEATS
from evaluation.online.facts.visits import not_topics
from evaluation.online.figures import Sums, sum_of
from evaluation.online.measures import measure
from evaluation.online.rollups import count_day, counts_by, keep_day, measured, uncounted_days
from evaluation.online.targets import Baseline, Target, Targets
from tests.evaluation.online.worlds import RULES, ZONE, day_of, scope_of

START, DAYS = dt.date(2026, 9, 28), 14
FIRST, LAST = dt.date(2026, 10, 1), dt.date(2026, 10, 10)
NOW = dt.datetime(2026, 10, 14, 3, tzinfo=dt.UTC)
WEEK, HOUR = dt.timedelta(days=7), dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def month():
    return make_month(Plan(START, DAYS, 1500, seed=11, returning=0.3))


@pytest.fixture
def filled(month, database):
    with database.engine.begin() as connection:
        month.write(connection)
    return database


@pytest.fixture
def scope(filled):
    return scope_of(filled, FIRST, LAST, NOW)


def count_all(database, scope, wanted=Filter()):  # noqa: B008 - it is frozen
    found = {}
    with database.reading() as session:
        for family in FAMILIES:
            found |= count_units(session, family, scope, wanted)
    return {name: dict(days) for name, days in found.items() if days}


def totals(counted):
    found = {name: sum_of(days.values()) for name, days in counted.items()}
    return defaultdict(Sums, found)


def inside(at):
    return at is not None and FIRST <= day_of(at) < LAST


def visits_of(month):
    """Return by conversation and day: decisions in order, tickets in order."""
    found = defaultdict(lambda: ([], []))
    for row in month.rows[DecisionRow]:
        found[row["conversation_id"], day_of(row["decided_at"])][0].append(row)
    for row in month.rows[TicketRow]:
        found[row["conversation_id"], day_of(row["created_at"])][1].append(row)
    return {key: told for key, told in found.items() if FIRST <= key[1] < LAST}


def test_visits_and_decisions(month, filled, scope):
    found = totals(count_all(filled, scope))
    elderly = {row["id"]: row["segment"] == "elderly" for row in month.rows[ConversationRow]}
    visits = visits_of(month)
    usual = {key: told for key, told in visits.items() if not elderly[key[0]]}
    handed = [told for told in usual.values() if told[1]]
    assert (found["handoff"].n, found["handoff"].total) == (len(usual), len(handed))
    parts = ("handoff_requested", "handoff_policy", "handoff_uncertain")
    assert sum(found[part].total for part in parts) == len(handed)
    asked = [told for told in handed if told[1][0]["reason"] == "asked_for_person"]
    assert found["handoff_requested"].total == len(asked)
    left = [told for told in usual.values() if told[1] or (told[0] and told[0][-1]["action"] == "clarify")]
    assert found["handoff_effective"].total == len(left)
    assert found["handoff_elderly"].n == len(visits) - len(usual)
    decisions = [row for row in month.rows[DecisionRow] if inside(row["decided_at"])]
    assert found["answered"].n == len(decisions)
    assert found["answered"].total == sum(row["action"] == "answer" for row in decisions)
    written = [row for row in month.rows[MessageRow] if row["author"] == "customer" and inside(row["at"])]
    assert found["effort"].total == len(written)


def test_contacts(month, filled, scope):
    person = {row["id"]: row["customer_id"] or row["id"] for row in month.rows[ConversationRow]}
    asked = defaultdict(list)
    for row in month.rows[DecisionRow]:
        if row["intent"] not in not_topics():
            asked[person[row["conversation_id"]], row["intent"]].append(row["decided_at"])
    repeated, helped = [], []
    for times in asked.values():
        times.sort()
        begun = [i for i, at in enumerate(times) if i == 0 or at - times[i - 1] > HOUR]
        for place, i in enumerate(begun):
            if not inside(times[i]):
                continue
            repeated.append(i > 0 and times[i] - times[i - 1] <= WEEK)
            later = times[begun[place + 1]] if place + 1 < len(begun) else None
            if times[i] <= NOW - WEEK:
                helped.append(later is None or later - times[i] > WEEK)
    found = totals(count_all(filled, scope))
    assert (found["repeat"].n, found["repeat"].total) == (len(repeated), sum(repeated))
    assert (found["first_contact"].n, found["first_contact"].total) == (len(helped), sum(helped))
    assert 0 < sum(repeated) < len(repeated) and 0 < sum(helped) < len(helped) < len(repeated)


def test_what_customers_and_agents_said(month, filled, scope):
    found = totals(count_all(filled, scope))
    rows = month.rows[ConversationRow]
    rated = [row for row in rows if inside(row["rated_at"])]
    assert (found["satisfaction"].n, found["satisfaction"].total) == (
        len(rated),
        sum(row["rating"] >= 4 for row in rated),
    )
    said = [row["recommend"] for row in rows if inside(row["recommend_at"])]
    net = sum(score >= 9 for score in said) - sum(score <= 6 for score in said)
    assert (found["nps_score"].n, found["nps_score"].total) == (len(said), net)
    assert 0 < len(said) < len(rated) and min(said) <= 6
    assert found["rating_capture"].n == sum(inside(row["closed_at"]) for row in rows)
    sets = defaultdict(list)
    for row in month.rows[SuggestionRow]:
        if inside(row["made_at"]) and row["outcome"]:
            sets[row["ticket_id"], row["message_seq"]].append(row["outcome"])
    used = sum("accepted" in outcomes for outcomes in sets.values())
    assert (found["suggestions"].n, found["suggestions"].total) == (len(sets), used)


def test_changes_since_the_baseline(filled, scope):
    baseline = Baseline(since=START, until=LAST)
    targets = Targets(targets={"nps": Target(at_least=0.1, basis="x")}, baseline=baseline)
    with filled.reading() as session:
        told = {one.definition.id: one for one in measure(session, scope, Filter(), targets)}
    change = _net(filled, FIRST, LAST) / _net(filled, START, LAST + dt.timedelta(days=1)) - 1
    assert told["nps"].value.value == pytest.approx(change)
    assert told["nps"].value.low < told["nps"].value.value < told["nps"].value.high
    assert told["nps"].verdict in ("met", "missed", "unsure")
    assert told["waiting_change"].value.value is not None


def _net(filled, since, until):
    with filled.reading() as session:
        said = session.execute(select(ConversationRow.recommend, ConversationRow.recommend_at)).all()
    scores = [score for score, at in said if at and since <= day_of(at) < until]
    return (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)


def test_waits(month, filled, scope):
    found = totals(count_all(filled, scope))
    said = defaultdict(list)
    for row in month.rows[MessageRow]:
        if row["author"] == "agent":
            said[row["conversation_id"]].append(row["at"])
    tickets = [row for row in month.rows[TicketRow] if inside(row["created_at"])]
    replied = [min(at for at in said[row["conversation_id"]] if at >= row["created_at"]) for row in tickets]
    late = sum(at > row["reply_by"] for at, row in zip(replied, tickets, strict=True))
    assert found["person_in_time"] == Sums(len(tickets), len(tickets) - late, len(tickets) - late)
    waits = [(at - row["reply_by"]).total_seconds() + 30 for at, row in zip(replied, tickets, strict=True)]
    mean = sum(min(max(wait, 0), 86_400) for wait in waits) / len(waits)
    assert found["person_reply"].mean / 100 == pytest.approx(mean, abs=0.01)


def test_complaints_and_deadlines_agree_with_the_desks_own(month, filled, scope):
    whole = scope_of(filled, dt.date(2026, 10, 1), dt.date(2026, 11, 1), NOW)
    found = totals(count_all(filled, whole))
    with filled.reading() as session:
        figures = complaint_figures(session, 2026, 10, RULES, NOW)
        late = [
            timer
            for timer in breaches(session, RULES.deadlines, NOW, since=whole.period.start)
            if whole.period.start <= timer.due < whole.period.end
        ]
    assert sum(one.received for one in figures) == sum(
        day_of(row["received_at"]) >= dt.date(2026, 10, 1) for row in month.rows[ComplaintRow]
    )
    for name, share in (
        ("complaint_accepted", "accepted_in_time"),
        ("complaint_decided", "told_in_time"),
        ("complaint_satisfied", "satisfied"),
    ):
        shares = [getattr(one, share) for one in figures]
        assert (found[name].n, found[name].total) == (
            sum(one.of for one in shares),
            sum(one.count for one in shares),
        ), name
    assert found["breaches"].total == len(late)


FILTERS = [Filter(), Filter(channel="wechat"), Filter(intent="surrender"), Filter(product="motor")]


def test_kept_days_give_exactly_what_the_rows_give(filled, scope):
    direct = [count_all(filled, scope, wanted) for wanted in FILTERS]
    with filled.reading() as session:
        topics = counts_by(session, REPEATS, "repeat", "intent", scope, Filter())
        missing = uncounted_days(session, RULES, ZONE, NOW)
        rows = [count_day(session, *one) for one in missing]
    for one, told in zip(missing, rows, strict=True):
        for _ in range(2):  # a process that is second changes nothing
            with filled.transaction() as session:
                keep_day(session, *one, told)
    with filled.reading() as session:
        assert len(missing) > 20 and not uncounted_days(session, RULES, ZONE, NOW)
        for wanted, expected in zip(FILTERS, direct, strict=True):
            kept = measured(session, scope, wanted)
            assert {name: dict(days) for name, days in kept.items() if days} == expected
        assert counts_by(session, REPEATS, "repeat", "intent", scope, Filter()) == topics

"""Who is next."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.desk.priorities import place_in_queue, points_now, priority_of
from assistant.desk.tables import TicketRow
from tests.assistant.desk.builders import NOW, RULES, after

POINTS = RULES.priorities
REASONS = st.sampled_from(sorted(POINTS.reason))
URGENCIES = st.sampled_from(["normal", "high", "immediate"])
WAITS = st.timedeltas(dt.timedelta(0), dt.timedelta(days=30))


def ticket(name, waited=None, **fields):
    given_fields = {"urgency": "normal", "reason": "uncertain", "queue": "claims", **fields}
    since = NOW - (waited or dt.timedelta(0))
    return TicketRow(id=name, priority=priority_of(rules=POINTS, **given_fields), waiting_since=since)


def order(*rows):
    return [row.id for row in sorted(rows, key=lambda row: place_in_queue(row, POINTS, NOW))]


def test_emergencies_go_before_the_returned_and_these_before_the_rest():
    rows = [
        ticket("waiting", dt.timedelta(days=1)),
        ticket("fraud", reason="fraud", urgency="high", queue="risk_security"),
        ticket("returned", returned=True),
        ticket("emergency", reason="emergency", urgency="immediate", queue="emergency"),
        ticket("new"),
    ]
    assert order(*rows) == ["emergency", "returned", "fraud", "waiting", "new"]


def test_a_ticket_moved_to_the_emergency_queue_is_an_emergency():
    assert order(ticket("a", returned=True), ticket("b", queue="emergency")) == ["b", "a"]


def test_among_equals_the_longest_waiting_one_is_next():
    assert order(ticket("b"), ticket("a"), ticket("c", dt.timedelta(seconds=5))) == ["c", "a", "b"]


@settings(max_examples=300)
@given(URGENCIES, REASONS.filter(lambda reason: reason != "emergency"), WAITS, WAITS)
def test_waiting_never_lowers_a_place_and_never_overtakes_an_emergency(urgency, reason, waited, more):
    row = ticket("a", waited, urgency=urgency, reason=reason)
    assert points_now(row, POINTS, NOW) <= points_now(row, POINTS, NOW + more)
    emergency = ticket("e", queue="emergency", reason="emergency", urgency="immediate")
    assert points_now(row, POINTS, NOW + more) < points_now(emergency, POINTS, NOW)
    assert points_now(row, POINTS, after(days=-40)) == row.priority

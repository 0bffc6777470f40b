"""What nobody takes or resolves in time."""

import pytest
from sqlalchemy import select

from assistant.desk import tickets
from assistant.desk.conversations import locked
from assistant.desk.escalation import escalate_late, overflow
from assistant.desk.presence import set_presence
from assistant.desk.tables import TicketEventRow
from tests.assistant.desk.builders import HOURS, NOW, RULES, after, open_ticket

STAFFING = RULES.staffing
OVER = NOW + STAFFING.overflow_after
UP = NOW + STAFFING.escalate_waiting


def come(session, level, now=NOW, available=True):
    set_presence(
        session,
        f"level{level}",
        now,
        name="",
        queues=["claims"],
        level=level,
        available=available,
        capacity=1,
    )


def events(session, kind):
    return session.scalars(select(TicketEventRow).where(TicketEventRow.kind == kind)).all()


def test_what_waits_too_long_overflows_and_keeps_its_wait(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        for queue in ("complaints", "emergency", "general"):
            open_ticket(session, queue)
        assert overflow(session, HOURS, OVER - (OVER - NOW) / 10) == []
        assert overflow(session, HOURS, OVER) == [ticket]
        assert (ticket.queue, ticket.waiting_since) == ("general", NOW)
        assert events(session, "overflowed")[0].detail["before"]["queue"] == "claims"
        assert overflow(session, HOURS, OVER) == []


def test_the_night_does_not_count_as_waiting(database):
    with database.transaction() as session:
        ticket = open_ticket(session, now=after(hours=7))  # at five in the evening
        assert overflow(session, HOURS, after(hours=22)) == []
        assert overflow(session, HOURS, after(hours=23, minutes=4)) == []
        assert overflow(session, HOURS, after(hours=23, minutes=5)) == [ticket]


def test_what_waits_too_long_goes_up_where_somebody_is_there(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        assert escalate_late(session, HOURS, UP) == []  # nobody of the next level
        come(session, 2, UP, available=False)
        assert escalate_late(session, HOURS, UP) == []
        come(session, 2, UP)
        assert escalate_late(session, HOURS, UP - (UP - NOW) / 10) == []
        assert escalate_late(session, HOURS, UP) == [ticket]
        assert (ticket.level, ticket.state, ticket.waiting_since) == (2, "waiting", UP)
        assert events(session, "escalated")[0].detail["reason"] == "waited too long"
        assert escalate_late(session, HOURS, UP) == []


def test_what_is_not_resolved_goes_up_once_a_day_to_the_last_level(database):
    with database.transaction() as session:
        come(session, 3)
        ticket = open_ticket(session)
        tickets.take(session, ticket.id, "user:a", NOW)
        assert escalate_late(session, HOURS, after(hours=24)) == []
        late = after(hours=24, minutes=1)
        assert escalate_late(session, HOURS, late) == [ticket]
        assert (ticket.level, ticket.assignee, ticket.state) == (2, None, "waiting")
        assert locked(session, ticket.conversation_id).state == "waiting"
        tickets.take(session, ticket.id, "user:b", late)
        assert escalate_late(session, HOURS, after(hours=47)) == []
        assert escalate_late(session, HOURS, after(hours=48, minutes=1)) == [ticket]
        assert ticket.level == 3
        assert escalate_late(session, HOURS, after(days=9)) == []
        assert [event.detail["reason"] for event in events(session, "escalated")] == [
            "not resolved in time"
        ] * 2


@pytest.mark.parametrize("known", [1, None])
def test_it_stays_where_nobody_of_the_next_level_is_known(database, known):
    with database.transaction() as session:
        if known:
            come(session, known)
        open_ticket(session)
        assert escalate_late(session, HOURS, after(days=3)) == []


def test_what_is_held_stays(database):
    with database.transaction() as session:
        come(session, 3)
        ticket = open_ticket(session)
        tickets.take(session, ticket.id, "user:a", NOW)
        tickets.hold(session, ticket.id, "user:a", NOW, "waits for papers")
        assert escalate_late(session, HOURS, after(days=3)) == []

"""Who gets which ticket, and what a waiting customer is told."""

import datetime as dt
import threading
from contextlib import suppress

import pytest
from sqlalchemy import select

from assistant.desk import tickets
from assistant.desk.conversations import locked
from assistant.desk.presence import idle_since, loads, seen, set_presence
from assistant.desk.staffing import (
    HandsFullError,
    NotAvailableError,
    assign_waiting,
    next_agent,
    next_ticket,
    return_vanished,
)
from assistant.desk.tables import PresenceRow, TicketRow
from assistant.desk.waiting import Place, places
from knowledge_base.errors import InvalidInputError
from tests.assistant.desk.builders import HOURS, NOW, RULES, after, handle, open_ticket

VANISHED = RULES.staffing.vanished_after
FEWEST = RULES.staffing.fewest_tickets


def come(session, actor, now=NOW, **fields):
    chosen = {"queues": ["claims"], "level": 1, "available": True, "capacity": 2, **fields}
    return set_presence(session, actor, now, name=actor, **chosen)


def name_of(agent):
    return agent and agent.actor


def pull(session, queues=("claims", "emergency"), actor="a", now=NOW):
    return next_ticket(session, actor, queues, 1, RULES, now)


def test_the_agent_idle_longest_gets_it(database):
    with database.transaction() as session:
        come(session, "a", after(minutes=-2))
        come(session, "b", after(minutes=-3))
        come(session, "c", after(minutes=-4))
        for agent in "abc":
            seen(session, agent, NOW)
        busy = open_ticket(session)
        tickets.take(session, busy.id, "c", after(minutes=-1))
        session.flush()
        assert name_of(next_agent(session, open_ticket(session), RULES, NOW)) == "b"
        tickets.close_ticket(session, busy.id, "c", after(seconds=-10))
        rows = session.scalars(select(PresenceRow)).all()
        assert sorted(idle_since(session, rows), key=idle_since(session, rows).get) == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("fields", "gets_it"),
    [
        ({}, True),
        ({"queues": ["billing"]}, False),
        ({"available": False}, False),
        ({"capacity": 0}, False),
        ({"level": 3}, True),
        ({"now": NOW - VANISHED - dt.timedelta(seconds=1)}, False),
    ],
)
def test_only_who_is_there_has_room_and_serves_the_queue(database, fields, gets_it):
    with database.transaction() as session:
        come(session, "a", **fields)
        ticket = open_ticket(session)
        assert (next_agent(session, ticket, RULES, NOW) is not None) == gets_it


def test_a_higher_level_needs_an_agent_of_it_and_seniors_come_last(database):
    with database.transaction() as session:
        come(session, "senior", after(hours=-9), level=3)
        come(session, "first", level=1)
        seen(session, "senior", NOW)
        session.flush()
        assert name_of(next_agent(session, open_ticket(session), RULES, NOW)) == "first"
        assert name_of(next_agent(session, open_ticket(session, level=2), RULES, NOW)) == "senior"


def test_an_agent_pulls_the_next_until_both_hands_are_full(database):
    with database.transaction() as session:
        come(session, "a", queues=["claims", "emergency"])
        open_ticket(session, now=after(minutes=-9))
        urgent = open_ticket(session, "emergency", "emergency", "immediate")
        open_ticket(session, "billing", now=after(minutes=-20))
        open_ticket(session, level=2, now=after(minutes=-20))
        older = open_ticket(session, now=after(minutes=-10))
        assert [pull(session) for _ in range(2)] == [urgent, older]
        with pytest.raises(HandsFullError, match="holds 2"):
            pull(session)
        assert (older.assignee, older.state) == ("a", "taken")
        tickets.hold(session, older.id, "a", NOW, "waits for papers")
        assert pull(session, ["billing"]).queue == "billing"
        assert loads(session, ["a", "b"]) == {"a": 2, "b": 0}
        come(session, "a", capacity=9)
        assert [pull(session).queue, pull(session)] == ["claims", None]


def test_who_is_not_available_pulls_nothing(database):
    with database.transaction() as session:
        open_ticket(session)
        with pytest.raises(NotAvailableError):
            pull(session)
        come(session, "a", available=False)
        with pytest.raises(NotAvailableError):
            pull(session)


def test_waiting_tickets_are_given_out_as_far_as_hands_go(database):
    with database.transaction() as session:
        come(session, "a", after(seconds=-2))
        come(session, "b", after(seconds=-1), capacity=1)
        rows = [open_ticket(session, now=after(minutes=-n)) for n in (4, 3, 2, 1)]
        given = assign_waiting(session, RULES, ["claims", "billing"], NOW)
        assert [(row.id, row.assignee) for row in given] == [
            (rows[0].id, "a"),
            (rows[1].id, "b"),
            (rows[2].id, "a"),
        ]
        assert rows[3].state == "waiting"


def test_a_vanished_agents_tickets_stand_first_and_held_ones_stay(database):
    with database.transaction() as session:
        come(session, "a", after(minutes=-10), queues=["claims", "emergency"])
        come(session, "b")
        lost, held = (open_ticket(session, now=after(minutes=-9)) for _ in range(2))
        for row in (lost, held):
            tickets.take(session, row.id, "a", after(minutes=-8))
        tickets.hold(session, held.id, "a", after(minutes=-7), "waits for papers")
        kept = open_ticket(session)
        tickets.take(session, kept.id, "b", NOW)
        waiting = open_ticket(session, "claims", "complex_case", "high", now=after(hours=-2))
    with database.transaction() as session:
        assert [row.id for row in return_vanished(session, HOURS, NOW)] == [lost.id]
        assert return_vanished(session, HOURS, NOW) == []
    with database.transaction() as session:
        lost, held, kept = (session.get(TicketRow, row.id) for row in (lost, held, kept))
        assert (lost.state, lost.assignee, lost.reply_by) == ("waiting", None, after(seconds=30))
        assert (held.assignee, kept.assignee) == ("a", "b")
        assert locked(session, lost.conversation_id).state == "waiting"
        assert not session.get(PresenceRow, "a").available
        assert pull(session, actor="b", now=after(seconds=5)).id == lost.id
        assert waiting.state == "waiting"


def place(session, ticket, now=NOW):
    return places(session, ticket.queue, HOURS, now)[ticket.id]


def test_the_place_in_the_queue_counts_those_before(database):
    with database.transaction() as session:
        late, early = open_ticket(session), open_ticket(session, now=after(seconds=-30))
        open_ticket(session, "billing", now=after(minutes=-30))
        open_ticket(session, level=2, now=after(minutes=-30))
        assert [place(session, row).position for row in (late, early)] == [2, 1]
        urgent = open_ticket(session, reason="complex_case", urgency="high")
        assert [place(session, row).position for row in (urgent, early, late)] == [1, 2, 3]


def handled(session, count, minutes):
    """Let tickets be handled, each in ``minutes``."""
    for number in range(count):
        taken = after(days=-1, minutes=-number)
        ticket = open_ticket(session, now=taken)
        handle(session, ticket, taken, taken + dt.timedelta(minutes=minutes), "z")


def wait(session, ticket, now=NOW):
    return place(session, ticket, now).wait


def test_the_expected_wait_comes_from_what_was_measured(database):
    with database.transaction() as session:
        handled(session, FEWEST - 1, 6)
        rows = [open_ticket(session, now=after(seconds=n)) for n in range(4)]
        come(session, "a")
        assert wait(session, rows[0]) is None  # too few were handled
        handled(session, 1, 600)
        assert [wait(session, row) for row in rows] == [dt.timedelta(minutes=m) for m in (0, 0, 3, 6)]
        of_all = places(session, "claims", HOURS, NOW)
        assert of_all == {
            row.id: Place(n, dt.timedelta(minutes=m))
            for row, n, m in zip(rows, (1, 2, 3, 4), (0, 0, 3, 6), strict=True)
        }
        come(session, "b", capacity=4, queues=["claims", "billing"])
        assert wait(session, rows[3]) == dt.timedelta(0)
        come(session, "b", capacity=0)
        come(session, "a", capacity=0)
        assert wait(session, rows[0]) is None  # nobody is there
        come(session, "a")
        assert wait(session, rows[3]) is not None
        evening = after(hours=8)
        come(session, "a", evening)
        assert wait(session, rows[3], evening) is None  # the queue is closed


def test_who_serves_two_queues_with_people_waiting_counts_half(database):
    with database.transaction() as session:
        handled(session, FEWEST, 10)
        come(session, "a", queues=["claims", "billing"])
        rows = [open_ticket(session, now=after(seconds=n)) for n in range(3)]
        assert wait(session, rows[2]) == dt.timedelta(minutes=5)
        open_ticket(session, "billing")
        assert wait(session, rows[2]) == dt.timedelta(minutes=10)


@pytest.mark.parametrize("fields", [{"level": 0}, {"level": 4}, {"capacity": -1}, {"capacity": 51}])
def test_presence_has_bounds(database, fields):
    with database.transaction() as session, pytest.raises(InvalidInputError, match="has to be"):
        come(session, "a", **fields)


def test_idle_begins_when_an_agent_becomes_available(database):
    with database.transaction() as session:
        assert come(session, "a").idle_since == NOW
        assert come(session, "a", after(minutes=1)).idle_since == NOW
        come(session, "a", after(minutes=2), available=False)
        assert come(session, "a", after(minutes=3)).idle_since == after(minutes=3)


def test_many_who_pull_at_once_get_each_ticket_once_and_no_more_than_they_can_hold(database):
    agents, capacity, count = [f"a{n}" for n in range(4)], 10, 30
    with database.transaction() as session:
        for agent in agents:
            come(session, agent, capacity=capacity)
        for _ in range(count):
            open_ticket(session)
    barrier, pulled, faults = threading.Barrier(len(agents) + 1), [], []

    def pull_all(agent):
        barrier.wait()
        try:
            for _ in range(capacity + 2):
                with suppress(HandsFullError), database.transaction() as session:
                    ticket = pull(session, actor=agent)
                    pulled.extend([ticket.id] if ticket else [])
        except Exception as error:  # a thread's error would be lost
            faults.append(error)

    def push():
        barrier.wait()
        try:
            for _ in range(5):
                with database.transaction() as session:
                    pulled.extend(row.id for row in assign_waiting(session, RULES, ["claims"], NOW))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=pull_all, args=(agent,)) for agent in agents]
    threads.append(threading.Thread(target=push))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(pulled) == len(set(pulled)) == count
    with database.reading() as session:
        assert max(loads(session, agents).values()) <= capacity

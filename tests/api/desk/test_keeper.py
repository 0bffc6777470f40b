"""The keeper's sweeps: the customer is told, and nothing is done twice."""

import datetime as dt

import pytest
from sqlalchemy import select

from api.tickets.keeper import keep
from api.tickets.settings import DeskSettings
from assistant.desk.tables import ConversationRow, FollowUpRow, PresenceRow, TicketRow
from tests.api.test_conversations import Customer

NEVER = DeskSettings(keep_seconds=3600)
PUSH = DeskSettings(keep_seconds=3600, assign="push")
OPEN_DAY = dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)
"""A Thursday, ten in the morning in China."""


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setenv("BAOWEN_DESK_KEEP_SECONDS", "3600")  # only the test sweeps


def texts(customer):
    return [m["text"] for m in customer.get("/messages").json()["messages"]]


def test_a_vanished_agents_ticket_goes_back_to_the_front(app, ticket, agent, customer, database):
    agent.post("/presence", {"available": True}, method="PUT")
    agent.post(f"/tickets/{ticket['id']}/take")
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    for _ in range(2):
        keep(app.state.desk, NEVER, later)
    found = agent.get(f"/tickets/{ticket['id']}")
    assert (found["state"], found["events"][-1]["kind"]) == ("waiting", "vanished")
    assert found["priority"] > ticket["priority"]
    assert sum("连接中断" in text for text in texts(customer)) == 1
    with database.reading() as session:
        assert not session.get(PresenceRow, agent.actor).available


def moved_to(database, ticket, at, queue=None):
    with database.transaction() as session:
        row = session.get(TicketRow, ticket["id"])
        row.queue, row.waiting_since = queue or row.queue, at


def test_what_waits_too_long_overflows_and_then_goes_up(app, ticket, agent, person, customer, database):
    moved_to(database, ticket, OPEN_DAY, "claims")
    keep(app.state.desk, NEVER, OPEN_DAY + dt.timedelta(minutes=4))
    assert agent.get(f"/tickets/{ticket['id']}")["queue"] == "claims"
    keep(app.state.desk, NEVER, OPEN_DAY + dt.timedelta(minutes=6))
    assert agent.get(f"/tickets/{ticket['id']}")["queue"] == "general"
    assert "理赔" in texts(customer)[-1] and "正忙" in texts(customer)[-1]
    senior = person("senior", level=2)
    senior.post("/presence", {"available": True}, method="PUT")
    at = OPEN_DAY + dt.timedelta(minutes=20)
    with database.transaction() as session:
        session.get(PresenceRow, senior.actor).last_seen = at
    keep(app.state.desk, NEVER, at)
    assert senior.get(f"/tickets/{ticket['id']}")["level"] == 2
    assert "升级" in texts(customer)[-1]


def test_a_sweep_goes_on_a_few_at_a_time_until_all_is_done(app, page, agent, database, monkeypatch):
    monkeypatch.setattr("api.tickets.keeper.AT_ONCE", 2)
    for _ in range(5):
        Customer(page).post("/handoff")
    waiting = agent.get("/tickets")["tickets"]
    for one in waiting:
        moved_to(database, one, OPEN_DAY, "claims")
    keep(app.state.desk, NEVER, OPEN_DAY + dt.timedelta(minutes=6))
    queues = [agent.get(f"/tickets/{one['id']}")["queue"] for one in waiting]
    assert queues == ["general"] * 5


def test_where_tickets_are_pushed_the_free_agent_gets_them(app, ticket, agent, customer):
    agent.post("/presence", {"available": True}, method="PUT")
    keep(app.state.desk, NEVER)
    assert agent.get(f"/tickets/{ticket['id']}")["state"] == "waiting"
    for _ in range(2):
        keep(app.state.desk, PUSH)
    assert agent.get(f"/tickets/{ticket['id']}")["assignee"] == agent.actor
    assert sum("客服li已接入" in text for text in texts(customer)) == 1


def test_silent_conversations_are_closed_and_asked_once(app, page, customer, database):
    customer.write("怎么退保")
    empty = Customer(page)
    with database.transaction() as session:
        for row in session.scalars(select(ConversationRow)):
            row.changed_at -= dt.timedelta(minutes=61)
    other = Customer(page)
    other.write("怎么退保")
    for _ in range(2):
        keep(app.state.desk, NEVER)
    assert [one.get().json()["state"] for one in (customer, empty, other)] == [
        "closed",
        "closed",
        "assistant",
    ]
    assert [one.get().json()["last_seq"] for one in (customer, empty, other)] == [3, 0, 2]


def test_a_follow_up_that_is_due_asks_once(app, ticket, agent, customer, database):
    moved_to(database, ticket, OPEN_DAY, "claims")
    agent.post(f"/tickets/{ticket['id']}/take")
    agent.post(f"/tickets/{ticket['id']}/resolve", {"label": "answered", "entry_id": None})
    before = len(texts(customer))
    keep(app.state.desk, NEVER)
    assert len(texts(customer)) == before
    with database.transaction() as session:
        session.scalars(select(FollowUpRow)).one().due_at = OPEN_DAY
    for _ in range(2):
        keep(app.state.desk, NEVER)
    assert texts(customer)[before:] == [app.state.desk.notices.text("claim", "follow_ups")]

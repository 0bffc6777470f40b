"""Follow-ups at the desk: listed when due, done by an agent or by the customer's own rating."""

import datetime as dt

import pytest
from sqlalchemy import select

from assistant.desk.tables import FollowUpRow


@pytest.fixture
def resolved(ticket, agent):
    """The resolved ticket of a claim, which is followed up in seven days."""
    agent.post(f"/tickets/{ticket['id']}/transfer", {"queue": "claims", "reason": "理赔"})
    agent.post(f"/tickets/{ticket['id']}/resolve", {"label": "answered", "entry_id": None})
    return ticket


def fall_due(database):
    with database.transaction() as session:
        row = session.scalars(select(FollowUpRow)).one()
        row.due_at = row.due_at - dt.timedelta(days=8)


def rate(customer, *, resolved):
    answer = customer.post("/rating", {"score": 2, "resolved": resolved, "comment": "电话13812345678"})
    assert answer.status_code == 200, answer.text
    return answer.json()["state"]


def kept(database):
    with database.reading() as session:
        row = session.scalars(select(FollowUpRow)).one()
        return row.actor, row.outcome, row.done_at is not None


def test_a_follow_up_is_done_once(resolved, agent, person, database):
    assert agent.get("/follow-ups") == []
    fall_due(database)
    (due,) = agent.get("/follow-ups")
    assert (due["number"], due["kind"]) == (resolved["number"], "claim")
    path = f"/follow-ups/{due['id']}/done"
    other = person("general", queues=("general",))
    assert other.get("/follow-ups") == []
    other.post(path, {"outcome": "solved"}, 404)
    done = agent.post(path, {"outcome": "unsolved", "note": "电话13812345678"})
    assert (done["outcome"], done["note"]) == ("unsolved", "电话[手机号]")
    agent.post(path, {"outcome": "solved"}, 409)
    assert agent.get("/follow-ups") == []


def test_a_rating_answers_what_is_due(resolved, agent, customer, database):
    fall_due(database)
    assert rate(customer, resolved=True) == "closed"
    assert kept(database) == ("customer", "solved", True)
    assert agent.get("/follow-ups") == []


def test_who_is_still_not_helped_goes_to_people_for_that_reason(resolved, agent, customer, database):
    fall_due(database)
    assert rate(customer, resolved=False) == "waiting"
    assert kept(database) == ("customer", "unsolved", True)
    (again,) = agent.get("/tickets")["tickets"]
    assert (again["reason"], again["reason_text"]) == ("follow_up", "回访时客户还有问题")


def test_a_rating_before_it_is_due_leaves_it_planned(resolved, customer, database):
    rate(customer, resolved=True)
    assert kept(database) == (None, None, False)

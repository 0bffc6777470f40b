"""Complaints, breaches, figures and the supervisor's view over HTTP."""

import csv
import datetime as dt
import io

import pytest

from api.accounts.audit import list_notes
from api.accounts.roles import Role
from assistant.desk.tables import TicketRow
from tests.api.conftest import code_of

SORTED = {"step": "classified", "category": "complaint_claim", "cause": "refusal", "complex": True}


@pytest.fixture
def boss(person):
    return person("boss", Role.SUPERVISOR)


@pytest.fixture
def complaint(customer, agent):
    customer.write("你们无理拒赔，我要投诉你们")
    (found,) = agent.get("/complaints")["complaints"]
    return found


def step(someone, complaint, status=200, **wanted):
    return someone.post(f"/complaints/{complaint['number']}/step", wanted, status)


def test_a_complaint_goes_its_way_step_by_step(complaint, agent, boss, customer):
    listed = agent.get("/complaints")
    assert complaint["number"].startswith("TS") and complaint["step_name"] == "已收到"
    assert {one["id"] for one in listed["causes"]} >= {"refusal"}
    category = listed["categories"][0]["id"]
    step(agent, complaint, 409, step="decided")
    step(agent, complaint, 422, step="classified", category=category)
    accepted = step(agent, complaint, **{**SORTED, "category": category})
    assert (accepted["step"], accepted["cause_name"]) == ("classified", "拒赔有争议")
    assert (complaint["extendable"], accepted["extendable"], accepted["running"]) == (False, True, True)
    paused = step(agent, complaint, step="paused", reason="appraisal")
    assert paused["deadlines"][1]["paused"]
    assert "鉴定" in customer.get("/messages").json()["messages"][-1]["text"]
    step(agent, complaint, 409, step="investigated")
    step(agent, complaint, step="resumed")
    assert code_of(
        agent.client.post(f"/v1/complaints/{complaint['number']}/step", json={"step": "extended"})
    ) == (403, "forbidden")
    due = accepted["deadlines"][1]["due"]
    extended = step(boss, complaint, step="extended", note="复杂")
    assert extended["deadlines"][1]["due"] > due
    assert (extended["extended"], extended["extendable"]) == (True, False)
    for name in ("investigated", "decided", "told", "satisfaction_asked"):
        step(agent, complaint, step=name, note="电话13812345678")
    closed = step(agent, complaint, step="closed", satisfied=True)
    assert not closed["running"]
    assert (closed["satisfied"], closed["next_steps"]) == (True, ["reopened", "review"])
    assert "13812345678" not in str(closed)
    assert agent.get("/complaints")["complaints"] == []
    assert len(agent.get("/complaints?ended=true")["complaints"]) == 1
    month = dt.datetime.now(dt.UTC) + dt.timedelta(hours=8)
    (row,) = boss.get(f"/complaints/figures?year={month.year}&month={month.month}")
    assert (row["received"], row["cause"], row["told_in_time"]) == (
        1,
        "refusal",
        {"count": 1, "of": 1, "value": 1.0},
    )
    agent.get("/complaints/figures?year=2026&month=11", 403)


def test_complaints_of_other_queues_are_not_there(complaint, person):
    other = person("claims", queues=("claims",))
    assert other.get("/complaints")["complaints"] == []
    step(other, complaint, 404, **SORTED)
    step(other, {"number": "TS1"}, 404, **SORTED)


def late(database, ticket):
    with database.transaction() as session:
        row = session.get(TicketRow, ticket["id"])
        row.reply_by = row.created_at - dt.timedelta(minutes=5)


def test_breaches_are_listed_and_exported_with_a_note(ticket, boss, agent, database):
    assert boss.get("/breaches") == []
    late(database, ticket)
    (row,) = boss.get("/breaches")
    assert (row["number"], row["kind"], row["queue_name"]) == (ticket["number"], "reply", "综合人工")
    assert row["late_s"] >= 300
    answer = boss.client.get("/v1/breaches", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    (exported,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert exported["number"] == ticket["number"]
    with database.reading() as session:
        (noted,) = list_notes(session, action="report.exported")
    assert (noted.actor, noted.detail["rows"]) == (boss.actor, 1)
    assert boss.get("/breaches?queue=claims") == []
    assert len(boss.get("/breaches?queue=general")) == 1
    boss.get("/breaches?queue=nowhere", 422)
    agent.get("/breaches", 403)
    boss.get("/breaches?since=yesterday", 422)


def test_the_supervisor_sees_load_waits_and_breaches(ticket, boss, agent, database):
    agent.post("/presence", {"available": True}, method="PUT")
    agent.post(f"/tickets/{ticket['id']}/take")
    late(database, ticket)
    seen = boss.get("/supervision")
    (row,) = seen["agents"]
    assert (row["actor"], row["load"], row["here"]) == (agent.actor, 1, True)
    assert {one["queue"]: one["with_person"] for one in seen["queues"]}["general"] == 1
    assert seen["breaches"][0]["assignee_name"] == "客服li"
    agent.get("/supervision", 403)

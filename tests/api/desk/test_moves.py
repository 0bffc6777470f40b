"""Tickets go from hand to hand; the customer is told, and never two answer at once."""

import datetime as dt

import jwt
from sqlalchemy import select

from api.accounts.audit import list_notes
from api.accounts.roles import Role
from api.channels.settings import Channel, ChannelSettings
from assistant.desk.tables import FollowUpRow, TicketRow
from tests.api.conftest import code_of
from tests.api.test_conversations import KEY, Customer

WHY = {"reason": "客户不懂条款"}


def last_text(customer):
    return customer.get("/messages").json()["messages"][-1]["text"]


def actions(database, action):
    with database.reading() as session:
        return list_notes(session, action=action)


def test_a_ticket_is_released_taken_by_another_transferred_and_escalated(ticket, agent, person, customer):
    path = f"/tickets/{ticket['id']}"
    agent.post(f"{path}/take")
    released = agent.post(f"{path}/release")
    assert (released["state"], released["assignee"]) == ("waiting", None)
    assert "排队" in last_text(customer)
    agent.post(f"{path}/release", status=422)
    moved = agent.post(f"{path}/transfer", {"queue": "claims", "reason": "理赔，电话13812345678"})
    assert (moved["queue"], moved["events"][-1]["detail"]["reason"]) == ("claims", "理赔,电话[手机号]")
    assert "理赔" in last_text(customer)
    agent.post(f"{path}/transfer", {"queue": "claims", "reason": "x"}, 422)
    agent.post(f"{path}/transfer", {"queue": "nowhere", "reason": "x"}, 422)
    raised = agent.post(f"{path}/escalate", WHY)
    assert (raised["level"], raised["state"]) == (2, "waiting")
    assert code_of(agent.client.post(f"/v1{path}/take")) == (404, "not_found")
    senior = person("senior", level=3)
    senior.post(f"{path}/take")
    assert customer.get().json()["ticket"]["level"] == 2
    assert senior.post(f"{path}/escalate", WHY)["level"] == 3
    assert code_of(senior.client.post(f"/v1{path}/escalate", json=WHY)) == (409, "conflict")


def test_who_waits_anew_is_owed_a_reply_anew(ticket, agent, database):
    with database.transaction() as session:
        row = session.get(TicketRow, ticket["id"])
        row.reply_by = row.created_at - dt.timedelta(days=1)
    agent.post(f"/tickets/{ticket['id']}/take")
    released = agent.post(f"/tickets/{ticket['id']}/release")
    assert released["deadlines"][0]["kind"] == "reply"
    assert not released["deadlines"][0]["late"]


def test_on_hold_the_agent_keeps_it_and_goes_on(ticket, agent, person):
    path = f"/tickets/{ticket['id']}"
    agent.post(f"{path}/take")
    assert agent.post(f"{path}/hold", WHY)["state"] == "held"
    assert agent.get("/presence")["load"] == 0
    assert code_of(person("wang").client.post(f"/v1{path}/resume")) == (409, "conflict")
    assert agent.post(f"{path}/resume")["state"] == "taken"
    assert agent.get("/presence")["load"] == 1


def test_given_back_the_assistant_answers_again_and_reopened_it_waits(ticket, agent, customer):
    path = f"/tickets/{ticket['id']}"
    agent.post(f"{path}/take")
    agent.post(f"{path}/give-back")
    assert customer.write("怎么退保").json()["messages"][1]["author"] == "assistant"
    again = agent.post(f"{path}/reopen", WHY)
    assert (again["state"], again["resolved_at"]) == ("waiting", None)
    assert [m["author"] for m in customer.write("在吗").json()["messages"]] == ["customer"]
    assert code_of(agent.client.post(f"/v1{path}/reopen", json=WHY)) == (409, "conflict")


def test_a_supervisor_takes_over_and_it_is_in_the_audit_log(ticket, agent, person, customer, database):
    path = f"/tickets/{ticket['id']}"
    agent.post(f"{path}/take")
    boss = person("boss", Role.SUPERVISOR)
    assert code_of(agent.client.post(f"/v1{path}/assign", json={"agent": agent.actor})) == (403, "forbidden")
    assert boss.post(f"{path}/assign", {"agent": boss.actor})["assignee"] == boss.actor
    assert customer.get().json()["agent"] == "客服boss"
    assert code_of(agent.client.post(f"/v1{path}/reply", json={"text": "您好", "client_id": "9"})) == (
        409,
        "conflict",
    )
    editor = person("editor", Role.EDITOR)
    boss.post(f"{path}/assign", {"agent": editor.actor}, 422)
    (noted,) = actions(database, "ticket.taken_over")
    assert (noted.actor, noted.detail["before"]) == (boss.actor, agent.actor)


def test_suggestions_are_used_and_search_finds(ticket, agent, customer):
    path = f"/tickets/{ticket['id']}"
    agent.post(f"{path}/take")
    shown = agent.get(f"{path}/suggestions")
    assert 1 <= len(shown) <= 3 and shown[0]["entry_id"].startswith("surrender")
    body = {"text": shown[0]["text"], "client_id": "s1", "suggestion_id": shown[0]["id"]}
    agent.post(f"{path}/reply", body, 201)
    agent.post(f"/suggestions/{shown[1]['id']}/used", {"outcome": "rejected"}, 204)
    outcomes = [one["outcome"] for one in agent.get(f"{path}/suggestions")]
    assert outcomes[:2] == ["accepted", "rejected"]
    agent.post(f"/suggestions/{'0' * 32}/used", {"outcome": "rejected"}, 404)
    found = agent.get("/knowledge/search?q=怎么退保")
    assert found[0]["entry_id"].startswith("surrender")
    assert found[0]["text"] and found[0]["confidence"] > 0
    agent.get("/knowledge/search?q=%20", 422)


def test_revealing_is_noted_and_needs_the_right(ticket, agent, database):
    path = f"/tickets/{ticket['id']}/reveal"
    place = [entity["kind"] for entity in agent.get(f"/tickets/{ticket['id']}")["entities"]].index("phone")
    assert "13812345678" in agent.post(path, {"what": "message:1"})["value"]
    assert agent.post(path, {"what": f"entity:{place}"})["value"] == "13812345678"
    for what, status in (("message:99", 404), ("entity:99", 404), ("all", 422), ("message:-1", 422)):
        agent.post(path, {"what": what}, status)
    noted = actions(database, "customer.revealed")
    assert [note.detail["what"] for note in noted] == [f"entity:{place}", "message:1"]
    assert "13812345678" not in str(noted)


def test_the_off_switch_hands_to_people_and_is_noted(agent, person, customer, database):
    boss = person("boss", Role.SUPERVISOR)
    off = [{"scope": "all", "notice": "系统升级中"}]
    assert code_of(agent.client.put("/v1/off-switch", json=off)) == (403, "forbidden")
    assert boss.post("/off-switch", off, method="PUT")[0]["actor_name"] == "客服boss"
    assert customer.write("怎么退保").json()["state"] == "waiting"
    assert agent.get("/off-switch")[0]["notice"] == "系统升级中"
    boss.post("/off-switch", [{"scope": "x", "notice": ""}], 422, method="PUT")
    assert boss.post("/off-switch", [], method="PUT") == []
    assert len(actions(database, "off_switch.set")) == 2


def test_a_verified_customers_history_is_for_those_with_a_ticket(app, page, agent, person):
    app.state.channels = ChannelSettings(channels=(Channel(name="web", key=KEY),))
    at = int(dt.datetime.now(dt.UTC).timestamp())
    claims = {"sub": "c1", "aud": "baowen:web", "iat": at, "exp": at + 600, "name": "王女士"}
    token = jwt.encode(claims, KEY, algorithm="HS256")
    first, second = (Customer(page, customer_token=token) for _ in range(2))
    first.write("怎么退保")
    second.post("/handoff")
    (ticket,) = agent.get("/tickets")["tickets"]
    assert ticket["customer"]["name"] == "王女士"
    told = agent.get(f"/customers/{ticket['customer']['id']}/history")
    assert {row["id"] for row in told["conversations"]} == {first.id, second.id}
    person("claims", queues=("claims",)).get(f"/customers/{ticket['customer']['id']}/history", 404)


def test_a_resolved_claim_is_followed_up(ticket, agent, database):
    path = f"/tickets/{ticket['id']}"
    agent.post(f"{path}/transfer", {"queue": "claims", "reason": "理赔"})
    agent.post(f"{path}/take")
    agent.post(f"{path}/resolve", {"label": "answered", "entry_id": None})
    with database.reading() as session:
        (row,) = session.scalars(select(FollowUpRow)).all()
        assert (row.ticket_id, row.kind) == (ticket["id"], "claim")

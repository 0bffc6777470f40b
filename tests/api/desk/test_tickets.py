"""Agents find, take, answer and resolve tickets over HTTP."""

import pytest

from api.accounts.roles import Role
from tests.api.conftest import code_of
from tests.api.test_conversations import Customer


def texts(customer, kind=None):
    found = customer.get("/messages").json()["messages"]
    return [m["text"] for m in found if kind is None or m["kind"] == kind]


def test_a_ticket_stands_in_the_list_with_what_is_known(ticket, agent, customer):
    assert (ticket["state"], ticket["queue"], ticket["queue_name"]) == ("waiting", "general", "综合人工")
    assert ticket["reason_text"] == "客户要求人工服务"
    assert [one["kind"] for one in ticket["deadlines"]] == ["reply", "resolve"]
    assert ticket["conversation"]["id"] == customer.id
    assert "13812345678" not in str(agent.get("/tickets"))
    counts = {row["queue"]: row for row in agent.get("/queues")}
    assert counts.keys() == {"general", "claims", "complaints"}
    assert (counts["general"]["waiting"], counts["claims"]["waiting"]) == (1, 0)
    assert counts["general"]["oldest_wait_s"] >= 0


def test_a_list_masks_what_people_wrote_and_not_our_own_numbers(ticket, agent, customer):
    customer.write("13812345678")
    (listed,) = agent.get("/tickets")["tickets"]
    assert listed["conversation"]["last_message"]["text"] == "[手机号]"
    other = Customer(customer.client)
    other.write("你们无理拒赔，我要投诉你们")
    (number,) = [one["number"] for one in agent.get("/complaints")["complaints"]]
    other.write("理赔员态度不好")
    other.write("上个月")
    other.write("道歉")
    (listed,) = [one for one in agent.get("/tickets")["tickets"] if one["complaint"]]
    assert number in listed["conversation"]["last_message"]["text"]


def test_one_ticket_tells_all_and_masks_the_customer(ticket, agent):
    whole = agent.get(f"/tickets/{ticket['id']}")
    first = whole["conversation"]["messages"][0]
    assert "[手机号]" in first["text"] and first["masked"]
    assert not any(m["masked"] for m in whole["conversation"]["messages"][1:])
    assert "13812345678" not in str(whole)
    assert "phone" in {entity["kind"] for entity in whole["entities"]}
    assert whole["events"][0]["kind"] == "created"
    later = agent.get(f"/tickets/{ticket['id']}?after=2")["conversation"]["messages"]
    assert next(m["seq"] for m in later) == 3


def test_the_way_of_a_ticket_from_taking_to_rating(ticket, agent, customer):
    path = f"/tickets/{ticket['id']}"
    taken = agent.post(f"{path}/take")
    assert (taken["state"], taken["assignee"], taken["assignee_name"]) == ("taken", agent.actor, "客服li")
    assert customer.get().json()["agent"] == "客服li"
    assert agent.post(f"{path}/take")["conversation"]["last_seq"] == taken["conversation"]["last_seq"]
    sent = agent.post(f"{path}/reply", {"text": "您好，我来帮您看。", "client_id": "a1"}, 201)
    assert (sent["author"], sent["agent"]) == ("agent", "客服li")
    assert agent.post(f"{path}/reply", {"text": "您好，我来帮您看。", "client_id": "a1"}, 200) == sent
    assert texts(customer).count("您好，我来帮您看。") == 1
    agent.post(f"{path}/typing", status=204)
    agent.post(f"{path}/note", {"text": "客户电话13812345678"})
    done = agent.post(
        f"{path}/resolve", {"label": "answered", "entry_id": "surrender.how_to", "note": "已说明"}
    )
    assert (done["state"], done["right_entry_id"]) == ("resolved", "surrender.how_to")
    kinds = [event["kind"] for event in done["events"]]
    assert kinds == ["created", "taken", "note", "resolve"]
    assert done["events"][2]["detail"]["text"] == "客户电话[手机号]"
    assert customer.get().json()["state"] == "closed"
    assert len(texts(customer, "survey")) == 1
    assert agent.get("/tickets?state=resolved&mine=true")["tickets"][0]["id"] == ticket["id"]
    assert agent.get("/tickets")["tickets"] == []
    assert code_of(agent.client.post(f"/v1{path}/resolve", json={"label": "x", "entry_id": None})) == (
        409,
        "conflict",
    )


def test_the_second_agent_gets_409_and_neither_writes_nor_resolves(ticket, agent, person):
    path = f"/v1/tickets/{ticket['id']}"
    other = person("wang")
    agent.post(f"/tickets/{ticket['id']}/take")
    for body, deed in (
        (None, "take"),
        ({"text": "您好", "client_id": "1"}, "reply"),
        ({"label": "answered", "entry_id": None}, "resolve"),
        (None, "typing"),
    ):
        assert code_of(other.client.post(f"{path}/{deed}", json=body)) == (409, "conflict"), deed


def test_forbidden_wording_is_not_sent(ticket, agent, customer):
    path = f"/tickets/{ticket['id']}"
    agent.post(f"{path}/take")
    refused = agent.post(f"{path}/reply", {"text": "这款产品保证收益，稳赚不赔", "client_id": "1"}, 422)
    assert refused["error"]["code"] == "forbidden_wording"
    assert any("保证收益" in row for row in refused["error"]["detail"])
    assert all("保证收益" not in text for text in texts(customer))


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("resolve", {"label": "answered", "entry_id": "no.such_entry"}),
        ("resolve", {"label": "no_entry", "entry_id": "surrender.how_to"}),
        ("resolve", {"label": "", "entry_id": None}),
        ("reply", {"text": " ", "client_id": "1"}),
        ("reply", {"text": "您好", "client_id": "", "x": 1}),
        ("note", {"text": "  "}),
    ],
)
def test_what_is_not_usable_is_422(ticket, agent, deed, body):
    agent.post(f"/tickets/{ticket['id']}/take")
    agent.post(f"/tickets/{ticket['id']}/{deed}", body, 422)


def test_other_queues_and_higher_levels_are_not_there(ticket, agent, person, customer):
    claims = person("claims", queues=("claims",))
    assert claims.get("/tickets")["tickets"] == []
    for path in ("", "/take", "/note"):
        method = "GET" if not path else "POST"
        answer = claims.client.request(
            method, f"/v1/tickets/{ticket['id']}{path}", json={"text": "x"} if path == "/note" else None
        )
        assert code_of(answer) == (404, "not_found"), path
    boss = person("boss", Role.SUPERVISOR, queues=())
    assert boss.get("/tickets")["tickets"][0]["id"] == ticket["id"]
    assert len(boss.get("/queues")) > 3


def test_who_has_no_such_role_is_refused(ticket, person, page):
    for role in (Role.EDITOR, Role.ANALYST, Role.ADMIN):
        someone = person(role.value, role)
        assert code_of(someone.client.get("/v1/tickets")) == (403, "forbidden")
        assert code_of(someone.client.post(f"/v1/tickets/{ticket['id']}/take")) == (403, "forbidden")
    assert code_of(page.get("/v1/tickets")) == (401, "not_signed_in")


def test_pages_follow_each_other_without_gap_or_repetition(page, agent):
    ids = []
    for _ in range(5):
        one = Customer(page)
        one.post("/handoff")
        ids.append(one.id)
    cursor, seen = "", []
    while cursor is not None:
        answer = agent.get(f"/tickets?limit=2&cursor={cursor}")
        seen += [row["conversation"]["id"] for row in answer["tickets"]]
        cursor = answer["next"]
    assert seen == ids
    for bad in ("x", "bnVsbA==", "WzEsMiwzXQ=="):
        assert code_of(agent.client.get(f"/v1/tickets?cursor={bad}")) == (422, "invalid_input")


def test_presence_is_bounded_by_the_account(agent):
    assert agent.get("/presence")["available"] is False
    here = agent.post("/presence", {"available": True}, method="PUT")
    assert (here["available"], here["capacity"], here["most"], here["load"]) == (True, 3, 3, 0)
    assert agent.post("/presence", {"available": True, "capacity": 2}, method="PUT")["capacity"] == 2
    agent.post("/presence", {"available": True, "capacity": 4}, 422, method="PUT")
    assert agent.get("/presence")["capacity"] == 2

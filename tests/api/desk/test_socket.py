"""One socket tells a desk what happens, and nothing that is not its business."""

import datetime as dt

import pytest
from starlette.websockets import WebSocketDisconnect

from api.conversing.desk import now
from api.tickets.keeper import keep
from api.tickets.settings import DeskSettings
from tests.api.test_conversations import Customer

PATH = "/v1/desk/events"


def until(socket, kind, **where):
    """Return the next event of a kind; what comes before it is let go."""
    for _ in range(30):
        event = socket.receive_json()
        if event["type"] == kind and all(event.get(name) == value for name, value in where.items()):
            return event
    raise AssertionError(f"no {kind!r} event")


@pytest.fixture
def socket(agent):
    with agent.client.websocket_connect(PATH) as socket:
        hello = socket.receive_json()
        assert hello["type"] == "hello"
        assert hello.keys() == {"type", "queues", "presence", "agents", "off"}
        yield socket


def test_a_new_ticket_its_messages_and_its_state_are_told(socket, agent, customer):
    customer.post("/handoff")
    event = until(socket, "ticket")["ticket"]
    assert (event["state"], event["conversation"]["id"]) == ("waiting", customer.id)
    assert {row["queue"]: row["waiting"] for row in until(socket, "queues")["queues"]}["general"] == 1
    socket.send_json({"type": "watch", "tickets": {event["id"]: 0}})
    first = until(socket, "messages")["messages"]
    assert [m["seq"] for m in first] == [1]
    customer.write("我的电话是13812345678")
    later = until(socket, "messages")["messages"]
    assert [m["seq"] for m in later] == [2]
    assert "13812345678" not in str(later)
    agent.post(f"/tickets/{event['id']}/take")
    assert [m["kind"] for m in until(socket, "messages")["messages"]] == ["notice"]
    customer.post("/typing")
    assert until(socket, "typing")["ticket"] == event["id"]


def test_who_connects_again_gets_what_was_missed_once(agent, ticket, customer):
    with agent.client.websocket_connect(PATH) as socket:
        socket.send_json({"type": "watch", "tickets": {ticket["id"]: ticket["conversation"]["last_seq"]}})
        customer.write("在吗")
        last = until(socket, "messages")["messages"][-1]["seq"]
    customer.write("还在吗")
    with agent.client.websocket_connect(PATH) as socket:
        socket.send_json({"type": "watch", "tickets": {ticket["id"]: last}})
        assert [m["seq"] for m in until(socket, "messages")["messages"]] == [last + 1]


def test_what_another_queue_gets_is_not_told(person, page, agent):
    claims = person("claims", queues=("claims",))
    with claims.client.websocket_connect(PATH) as socket:
        socket.receive_json()
        customer = Customer(page)
        customer.post("/handoff")
        (ticket,) = agent.get("/tickets")["tickets"]
        socket.send_json({"type": "watch", "tickets": {ticket["id"]: 0}})
        assert until(socket, "gone")["ticket"] == ticket["id"]
        customer.write("在吗")
        claims.post("/presence", {"available": True}, method="PUT")
        kinds = []
        while "presence" not in kinds:
            kinds.append(socket.receive_json()["type"])
        assert not {"ticket", "messages"} & set(kinds)


@pytest.mark.parametrize("sent", ["{", "[]", '{"type": "x"}', '{"type": "watch", "tickets": {"x": 1}}'])
def test_what_is_no_message_ends_the_socket(socket, sent):
    socket.send_text(sent)
    with pytest.raises(WebSocketDisconnect) as closed:
        until(socket, "never")
    assert closed.value.code == 1003


def test_other_sites_and_strangers_are_not_let_in(agent, page):
    for client, headers in ((agent.client, {"Origin": "https://evil.example"}), (page, {})):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(PATH, headers=headers):
            pass


def test_what_somebody_takes_who_never_was_available_goes_back_when_they_vanish(app, agent, ticket):
    with agent.client.websocket_connect(PATH) as socket:
        assert [one["actor"] for one in socket.receive_json()["agents"]] == [agent.actor]
        agent.post(f"/tickets/{ticket['id']}/take")
    keep(app.state.desk, DeskSettings(), now() + dt.timedelta(minutes=5))
    assert agent.get("/tickets")["tickets"][0]["state"] == "waiting"

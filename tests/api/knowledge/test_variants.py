"""Questions of customers become variants: proposed with what told them, taken up or never seen again."""

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from assistant.desk import tickets
from assistant.desk.conversations import append, start
from assistant.desk.types import NewMessage
from tests.api.knowledge.test_writing import ID
from tests.api.test_conversations import Customer
from tests.assistant.desk.builders import open_ticket

ASKED = "上个月办的那张卡注销啦扣钱咋整，电话13812345678"
MASKED = "上个月办的那张卡注销啦扣钱咋整,电话[手机号]"


@pytest.fixture
def label(database):
    """Return a function that lets an agent resolve a ticket with the entry that was right."""

    def labelled(*texts, entry_id=ID, reason="uncertain", days=1):
        at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        with database.transaction() as session:
            ticket = open_ticket(session, reason=reason, now=at, texts=texts)
            tickets.take(session, ticket.id, "user:a", at)
            tickets.close_ticket(session, ticket.id, "user:a", at, label="answered", right_entry_id=entry_id)

    return labelled


def proposals(li, **query):
    return {one["entry_id"]: one for one in li.get("/variants", params=query)["groups"]}


def test_what_agents_labelled_is_proposed_by_entry(li, label):
    base = li.get(f"/entries/{ID}")["entry"]
    for text in (ASKED, ASKED, "换保费扣款卡", "更换保费扣款卡", "x" * 200):
        label(text)
    label("我的卡换啦扣不了", "不是这个")
    label("随便问问", reason="asked_for_person")
    label("老早的问题怎么办", days=200)
    group = proposals(li)[ID]
    assert (group["question"], group["status"]) == (base["question"], "published")
    told = {one["text"]: one for one in group["proposals"]}
    assert set(told) == {MASKED, "更换保费扣款卡", "我的卡换啦扣不了"}
    assert (told[MASKED]["count"], told[MASKED]["masked"], told[MASKED]["sources"]) == (2, True, {"label": 2})
    assert group["proposals"][0]["text"] == MASKED
    assert told["更换保费扣款卡"]["near"]["question"] == "换保费扣款卡"
    assert told["更换保费扣款卡"]["duplicate"] is True
    assert told["我的卡换啦扣不了"]["duplicate"] is False
    assert set(told["我的卡换啦扣不了"]["finds"]) == {"entry_id", "question", "right"}
    assert set(proposals(li, days=300)[ID]["proposals"][-1]) == set(group["proposals"][0])


def test_what_customers_picked_is_proposed(li, app, database):
    customer = Customer(TestClient(app))
    asked = customer.write("这个怎么办理？").json()["messages"][-1]["reply"]
    assert asked["action"] == "clarify"
    choice = next(one for one in asked["choices"] if one["entry_id"])
    customer.write(choice["text"])
    with database.transaction() as session:  # turned down first, then picked
        row, _ = start(session, "web", dt.datetime.now(dt.UTC))
        again = {**asked, "choices": [choice]}
        for message in (
            NewMessage("customer", "我卡换掉之后怎么搞"),
            NewMessage("assistant", "答案", reply={"action": "answer"}),
            NewMessage("customer", "不是这个"),
            NewMessage("assistant", "哪一个", reply=again, decision_id=asked["decision_id"]),
            NewMessage("customer", choice["text"]),
        ):
            append(session, row, message, dt.datetime.now(dt.UTC))
    told = {one["text"]: one["sources"] for one in proposals(li)[choice["entry_id"]]["proposals"]}
    assert told == {"这个怎么办理？": {"picked": 1}, "我卡换掉之后怎么搞": {"rejected": 1}}


def test_one_by_one_they_are_taken_up_or_never_seen_again(li, wang, label):
    label("卡掉了重新办的扣款咋办")
    label(ASKED)
    label("保费卡的事情")
    base = li.get(f"/entries/{ID}")
    refused = {"entry_id": ID, "proposed": MASKED, "text": MASKED}
    assert li.post("/variants/accept", refused, 422)["error"]["code"] == "invalid_input"
    first = li.post("/variants/accept", {"entry_id": ID, "proposed": MASKED, "text": "卡注销了扣钱咋整"})
    text = "卡掉了重新办的扣款咋办"
    second = wang.post("/variants/accept", {"entry_id": ID, "proposed": text, "text": text})
    assert (first["revision"], second["revision"]) == (base["revision"] + 1, base["revision"] + 2)
    now = li.get(f"/entries/{ID}")
    assert now["status"] == "draft"
    assert now["entry"]["variants"] == [*base["entry"]["variants"], "卡注销了扣钱咋整", text]
    assert [one["text"] for one in proposals(li)[ID]["proposals"]] == ["保费卡的事情"]
    said = {"entry_id": ID, "proposed": "保费卡的事情"}
    li.post("/variants/reject", said, 204)
    assert proposals(li) == {}
    li.post("/variants/reconsider", said, 204)
    assert [one["text"] for one in proposals(wang, entry_id=ID)[ID]["proposals"]] == ["保费卡的事情"]
    assert li.post("/variants/reject", {"entry_id": "no.such", "proposed": "x"}, 404)

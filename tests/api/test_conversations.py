"""A customer's conversation over HTTP."""

import datetime as dt
import time

import jwt
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.channels.settings import Channel, ChannelSettings
from api.conversing.recommending import is_asked
from assistant.decision_log import DecisionRow
from assistant.desk.tables import ComplaintRow, ConversationRow, TicketRow
from assistant.desk.tickets import take

KEY = "a key of this test that is long enough for HS256 and even for HS512, which is refused"


@pytest.fixture
def app(services):
    app = create_app(services)
    channels = (Channel(name="web", key=KEY), Channel(name="app", key=KEY, site="web"))
    app.state.channels = ChannelSettings(channels=channels)
    return app


@pytest.fixture
def client(app):
    with TestClient(app) as client:
        yield client


class Customer:
    """One customer's page."""

    def __init__(self, client, **wanted):
        self.client = client
        started = client.post("/v1/conversations", json={"channel": "web", **wanted})
        assert started.status_code == 201, started.text
        self.id = started.json()["id"]
        self.headers = {"Authorization": f"Bearer {started.json()['token']}"}
        self.sent = 0

    def post(self, path, body=None, **options):
        url = f"/v1/conversations/{self.id}{path}"
        return self.client.post(url, json=body if body is not None else {}, headers=self.headers, **options)

    def get(self, path="", **options):
        return self.client.get(f"/v1/conversations/{self.id}{path}", headers=self.headers, **options)

    def write(self, text, client_id=None):
        self.sent += 1
        return self.post("/messages", {"text": text, "client_id": client_id or f"c{self.sent}"})


@pytest.fixture
def customer(client):
    return Customer(client)


def stored(services, table, **where):
    with services.database.reading() as session:
        return session.scalars(select(table).filter_by(**where)).all()


def test_a_question_is_stored_with_its_answer_and_logged_once(customer, services):
    sent = customer.write("怎么退保")
    assert sent.status_code == 201
    question, answer = sent.json()["messages"]
    assert (question["seq"], question["author"], answer["seq"], answer["author"]) == (
        1,
        "customer",
        2,
        "assistant",
    )
    assert answer["reply"]["action"] == "answer"
    assert answer["reply"]["citations"][0]["entry_id"] == answer["reply"]["entry_id"]
    assert len(stored(services, DecisionRow, id=answer["reply"]["decision_id"])) == 1
    assert customer.get("/messages").json() == {"messages": [question, answer], "last_seq": 2}
    assert customer.get("/messages?after=1").json()["messages"] == [answer]


def test_a_message_sent_again_is_neither_stored_nor_answered_again(customer):
    first = customer.write("怎么退保", client_id="same")
    again = customer.write("怎么退保", client_id="same")
    assert again.status_code == 200
    assert again.json() == first.json()
    assert customer.get().json()["last_seq"] == 2


def test_a_follow_up_takes_its_topic_from_the_conversation(customer):
    customer.write("住院理赔需要什么材料")
    reply = customer.write("那多久能到账").json()["messages"][1]["reply"]
    assert reply["intent"] in ("claim_payment", "claim_process")


def test_the_button_hands_over_silences_the_assistant_and_leads_back(customer, services):
    customer.write("怎么退保")
    handed = customer.post("/handoff").json()
    assert handed["state"] == "waiting"
    assert handed["ticket"]["queue"] == "general"
    assert handed["ticket"]["position"] >= 1
    before = handed["last_seq"]
    assert [m["author"] for m in customer.write("在吗").json()["messages"]] == ["customer"]
    assert customer.post("/handoff").json()["last_seq"] == before + 1
    back = customer.post("/back").json()
    assert (back["state"], back["ticket"]) == ("assistant", None)
    assert customer.write("怎么退保").json()["messages"][1]["author"] == "assistant"
    ticket = stored(services, TicketRow, conversation_id=customer.id)[0]
    assert (ticket.state, ticket.reason) == ("resolved", "asked_for_person")
    assert ticket.answered[0].startswith("surrender")


def test_a_dispute_opens_one_ticket_with_what_the_agent_needs(customer, services):
    customer.write("我的电话是13812345678，2026年3月1日住院，理赔要交什么材料")
    customer.write("你们无理拒赔，我要投诉你们")
    view = customer.get().json()
    assert view["state"] == "waiting"
    ticket = stored(services, TicketRow, conversation_id=customer.id)[0]
    assert ticket.queue == "complaints"
    assert "13812345678" not in str((ticket.summary, ticket.entities))
    assert {"phone", "date"} <= {entity["kind"] for entity in ticket.entities}
    assert ticket.candidates
    assert ticket.resolve_by > ticket.created_at
    complaint = stored(services, ComplaintRow, conversation_id=customer.id)[0]
    assert view["complaint"] == complaint.number


def test_a_complaint_is_taken_in_bit_by_bit_while_it_waits(customer, services):
    customer.write("你们无理拒赔，我要投诉你们")
    for text in ("住院花了三万只赔了两千", "上个月20号", "把差额赔给我"):
        told = customer.write(text).json()["messages"]
        assert [message["author"] for message in told] == ["customer", "system"]
    complaint = stored(services, ComplaintRow, conversation_id=customer.id)[0]
    assert (complaint.what, complaint.happened, complaint.wanted) == (
        "住院花了三万只赔了两千",
        "上个月20号",
        "把差额赔给我",
    )
    assert [m["author"] for m in customer.write("还有一件事").json()["messages"]] == ["customer"]


def test_a_callback_is_masked_outside_the_conversation(customer, services):
    noted = customer.post("/callback", {"phone": "13812345678", "when": "明天上午"})
    assert noted.status_code == 201
    ticket = stored(services, TicketRow, conversation_id=customer.id)[0]
    assert ticket.reason == "callback"
    assert "13812345678" not in str(ticket.callback)
    assert "13812345678" in customer.get("/messages").json()["messages"][0]["text"]


def test_what_was_not_solved_goes_to_people(customer, services):
    customer.write("怎么退保")
    closed = customer.post("/close").json()
    assert closed["state"] == "closed"
    assert customer.get("/messages").json()["messages"][-1]["kind"] == "survey"
    rated = customer.post("/rating", {"score": 2, "resolved": False, "comment": "我电话13812345678"}).json()
    assert (rated["state"], rated["rated"]) == ("waiting", True)
    row = stored(services, ConversationRow, id=customer.id)[0]
    assert row.rating == 2
    assert "13812345678" not in row.rating_comment
    assert stored(services, TicketRow, conversation_id=customer.id)[0].reason == "unsolved"


def test_whether_one_would_recommend_is_asked_once_after_the_rating(customer, services):
    customer.write("怎么退保")
    assert customer.post("/close").json()["asks_recommendation"] is False
    assert customer.post("/recommendation", {"score": 9}).status_code == 409
    assert customer.post("/rating", {"score": 5, "resolved": True}).json()["asks_recommendation"] is True
    for score in (11, -1, 5.5, True, "9"):
        assert customer.post("/recommendation", {"score": score}).status_code == 422
    assert customer.post("/recommendation", {"score": 9}).json()["asks_recommendation"] is False
    assert stored(services, ConversationRow, id=customer.id)[0].recommend == 9


@pytest.mark.parametrize("how", ["skipped", "written on"])
def test_who_does_not_say_whether_one_would_recommend_is_not_asked_again(customer, services, how):
    customer.post("/close")
    assert customer.post("/rating", {"score": 5, "resolved": True}).json()["asks_recommendation"] is True
    if how == "skipped":
        customer.post("/recommendation", {"score": None})
    customer.write("怎么退保")
    assert customer.post("/close").json()["asks_recommendation"] is False
    assert stored(services, ConversationRow, id=customer.id)[0].recommend is None


def test_a_share_of_customers_is_asked_whether_they_would_recommend():
    at = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    rows = [ConversationRow(id=f"{n:032x}", state="closed", rated_at=at, closed_at=at) for n in range(2000)]
    asked = {share: {row.id for row in rows if is_asked(row, share)} for share in (0, 0.25, 0.5, 1)}
    assert len(asked[0]) == 0 and len(asked[1]) == 2000 and asked[0.25] < asked[0.5]
    assert 440 < len(asked[0.25]) < 560


def test_a_new_message_opens_a_closed_conversation(customer):
    customer.post("/close")
    assert customer.post("/rating", {"score": 5, "resolved": True}).json()["state"] == "closed"
    assert customer.write("怎么退保").json()["state"] == "assistant"


def test_a_failing_model_hands_over_with_an_apology(app, client, monkeypatch):
    from assistant.understanding.reader import Reader

    customer = Customer(client)

    def broken(*_):
        raise RuntimeError("the encoder is gone")

    monkeypatch.setattr(Reader, "read", broken)
    sent = customer.write("怎么退保").json()
    assert sent["state"] == "waiting"
    assert sent["messages"][1]["reply"]["reason"] == "failure"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer "}])
def test_without_a_token_nothing_is_shown(client, customer, headers):
    refused = client.get(f"/v1/conversations/{customer.id}", headers=headers)
    assert refused.status_code == 401
    assert set(refused.json()["error"]) == {"code", "message", "detail"}


def test_another_customers_conversation_does_not_exist(client, customer):
    other = Customer(client)
    for path in ("", "/messages", "/events"):
        url = f"/v1/conversations/{customer.id}{path}"
        assert client.get(url, headers=other.headers).status_code == 404
    for path, body in (("/messages", {"text": "x", "client_id": "1"}), ("/handoff", {}), ("/close", {})):
        url = f"/v1/conversations/{customer.id}{path}"
        assert client.post(url, json=body, headers=other.headers).status_code == 404


def token(**claims):
    now = int(time.time())
    known = {"sub": "kunde-1", "aud": "baowen:web", "iat": now, "exp": now + 600, **claims}
    return jwt.encode({k: v for k, v in known.items() if v is not None}, KEY, algorithm="HS256")


def test_a_verified_customer_has_one_history_on_all_channels_of_a_site(client, services):
    one = Customer(client, customer_token=token(name="张三"))
    two = Customer(client, channel="app", customer_token=token(aud="baowen:app"))
    rows = [stored(services, ConversationRow, id=customer.id)[0] for customer in (one, two)]
    assert rows[0].customer_id
    assert rows[0].customer_id == rows[1].customer_id
    anonymous = Customer(client)
    anonymous.write("我是kunde-1，身份证110101199003070134")
    assert stored(services, ConversationRow, id=anonymous.id)[0].customer_id is None


@pytest.mark.parametrize(
    "bad",
    [
        token(exp=int(time.time()) - 60),
        token(aud="baowen:app"),
        token(sub=None),
        token(exp=int(time.time()) + 7200),
        jwt.encode({"sub": "x"}, KEY, algorithm="HS256"),
        jwt.encode({"sub": "x", "aud": "baowen:web", "iat": 1, "exp": 2**33}, KEY, algorithm="HS512"),
        token()[:-3] + "abc",
        "x.y.z",
    ],
)
def test_forged_and_stale_customer_tokens_are_refused(client, bad):
    refused = client.post("/v1/conversations", json={"channel": "web", "customer_token": bad})
    assert refused.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"text": "", "client_id": "1"},
        {"text": "  \n ", "client_id": "1"},
        {"text": "x" * 10_000, "client_id": "1"},
        {"text": "x" * 30_000, "client_id": "1"},
        {"text": "怎么退保"},
        {"text": "怎么退保", "client_id": "<script>"},
        {"text": 7, "client_id": "1"},
        {"text": "怎么退保", "client_id": "1", "author": "agent"},
    ],
)
def test_unusable_messages_are_refused_and_leave_nothing(customer, body):
    assert customer.post("/messages", body).status_code == 422
    assert customer.get().json()["last_seq"] == 0


def test_unknown_channels_are_refused(client):
    assert client.post("/v1/conversations", json={"channel": "fax"}).status_code == 422


def test_top_questions_type_ahead_and_company(client):
    top = client.get("/v1/top-questions").json()["questions"]
    assert len(top) == 6
    assert "claim_documents.general" in {question["entry_id"] for question in top}
    found = client.get("/v1/suggest", params={"q": "退保"}).json()["questions"]
    assert 1 <= len(found) <= 5
    assert all("退保" in question["text"] for question in found)
    assert client.get("/v1/suggest", params={"q": "  "}).json() == {"questions": []}
    assert client.get("/v1/company").json()["hotline"] == "400-000-0000"


def test_an_agent_who_takes_it_is_seen(customer, services):
    customer.post("/handoff")
    ticket = stored(services, TicketRow, conversation_id=customer.id)[0]
    with services.database.transaction() as session:
        take(session, ticket.id, "user:1", dt.datetime.now(dt.UTC))
    view = customer.get().json()
    assert (view["state"], view["ticket"]["position"]) == ("with_person", None)
    assert customer.post("/back").status_code == 409

"""Files of a conversation: taken by what they hold, kept private, given back as downloads."""

import datetime as dt
import io
import os
import stat
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.conversing.desk import now
from api.conversing.file_kinds import JPEG, PDF, PNG, clean_name
from api.conversing.orphans import KEPT, remove_orphans
from api.services import open_services
from assistant.desk.tables import AttachmentRow, TicketRow
from knowledge_base.errors import StorageError
from knowledge_base.settings import Settings
from tests.api.test_conversations import Customer

PNG_BYTES = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
PDF_BYTES = b"%PDF-1.7\n" + b"x" * 100


@pytest.fixture
def client(services):
    with TestClient(create_app(services)) as client:
        yield client


@pytest.fixture
def customer(client):
    return Customer(client)


def upload(customer, content, name="发票.png", client_id="f1"):
    return customer.client.post(
        f"/v1/conversations/{customer.id}/attachments",
        files={"file": (name, content, "text/html")},
        data={"client_id": client_id},
        headers=customer.headers,
    )


def kept(services, name):
    return services.home.attachments / name


def test_a_file_goes_to_people_and_comes_back_as_a_download(customer, services):
    sent = upload(customer, PNG_BYTES)
    assert sent.status_code == 201, sent.text
    body = sent.json()
    attachment = body["messages"][0]["attachment"]
    assert attachment == {
        "id": attachment["id"],
        "name": "发票.png",
        "media_type": "image/png",
        "bytes": len(PNG_BYTES),
    }
    assert body["state"] == "waiting"
    notice = body["messages"][1]
    assert (notice["author"], notice["kind"]) == ("system", "notice")
    assert "人工查看" in notice["text"]
    with services.database.reading() as session:
        ticket = session.scalars(select(TicketRow).filter_by(conversation_id=customer.id)).one()
    assert ticket.reason == "attachment"
    got = customer.get(f"/attachments/{attachment['id']}")
    assert got.content == PNG_BYTES
    assert got.headers["content-type"] == "image/png"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert stat.S_IMODE(kept(services, attachment["id"]).stat().st_mode) == 0o600
    assert stat.S_IMODE(services.home.attachments.stat().st_mode) == 0o700


def test_a_file_sent_again_is_kept_once(customer, services):
    first, again = upload(customer, PDF_BYTES, "a.pdf"), upload(customer, PDF_BYTES, "a.pdf")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["messages"][0] == first.json()["messages"][0]
    with services.database.reading() as session:
        rows = session.scalars(select(AttachmentRow).filter_by(conversation_id=customer.id)).all()
    assert len(rows) == 1
    assert {path.name for path in services.home.attachments.iterdir()} >= {rows[0].id}
    assert not list(services.home.attachments.glob(".*"))


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"<html><script>alert(1)</script></html>", 415),
        (b"MZ\x90\x00" + b"x" * 100, 415),
        (b"GIF89a" + b"x" * 100, 415),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', 415),
        (b"", 422),
        (PNG_BYTES + b"\0" * (10 * 2**20), 413),
    ],
)
def test_other_files_are_refused_and_leave_nothing(customer, services, content, status):
    before = set(services.home.attachments.iterdir()) if services.home.attachments.exists() else set()
    refused = upload(customer, content)
    assert refused.status_code == status
    assert set(refused.json()["error"]) == {"code", "message", "detail"}
    after = set(services.home.attachments.iterdir()) if services.home.attachments.exists() else set()
    assert after == before
    assert customer.get().json()["last_seq"] == 0


def test_another_customers_file_does_not_exist(client, customer):
    attachment = upload(customer, PNG_BYTES).json()["messages"][0]["attachment"]
    other = Customer(client)
    path = f"/attachments/{attachment['id']}"
    assert other.get(path).status_code == 404
    assert client.get(f"/v1/conversations/{customer.id}{path}", headers=other.headers).status_code == 404
    assert client.get(f"/v1/conversations/{customer.id}{path}").status_code == 401
    assert upload(other, PNG_BYTES).json()["messages"][0]["attachment"]["id"] != attachment["id"]


@pytest.mark.parametrize("bad", ["../../etc/passwd", "..%2f..%2fbaowen.sqlite3", "x", "0" * 32])
def test_no_path_leads_out_of_the_folder(customer, bad):
    assert customer.get(f"/attachments/{bad}").status_code in (404, 422)


@pytest.mark.parametrize(
    ("typed", "kind", "clean"),
    [
        ("../../etc/发票.PDF", PDF, "发票.pdf"),
        ("C:\\Users\\me\\scan.pdf", PDF, "scan.pdf"),
        ("invoice\u202egnp.exe", PNG, "invoicegnp.exe.png"),
        ("a\r\nSet-Cookie: x.jpeg", JPEG, "aSet-Cookie x.jpeg"),
        ("", PNG, "file.png"),
        ("...", PNG, "file.png"),
        ("长" * 300 + ".png", PNG, "长" * 120 + ".png"),
        ("a.html", JPEG, "a.html.jpg"),
    ],
)
def test_names_are_cleaned(typed, kind, clean):
    assert clean_name(typed, kind) == clean


def test_what_is_polled_is_told_again_only_when_it_changed(client, customer):
    first = customer.get()
    tag = first.headers["etag"]
    url = f"/v1/conversations/{customer.id}"
    again = client.get(url, headers=customer.headers | {"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    customer.write("怎么退保")
    assert client.get(url, headers=customer.headers | {"If-None-Match": tag}).status_code == 200
    for path in ("/v1/company", "/v1/top-questions", "/v1/suggest?q=退保"):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": f'"x", W/{tag}'}).status_code == 304


def test_a_complaint_is_looked_up_by_its_own_customer(client, customer):
    customer.write("你们无理拒赔，我要投诉你们")
    number = customer.get().json()["complaint"]
    found = client.get(f"/v1/complaints/{number}", headers=customer.headers).json()
    assert (found["number"], found["step"], found["text"]) == (number, "received", "已收到")
    assert found["steps"][0]["step"] == "received"
    assert client.get(f"/v1/complaints/{number}", headers=Customer(client).headers).status_code == 404
    assert client.get(f"/v1/complaints/{number}").status_code == 401
    assert client.get("/v1/complaints/TS1", headers=customer.headers).status_code == 404


def test_a_file_whose_commit_came_through_unheard_is_not_lost(client, customer, monkeypatch):
    broker = client.app.state.desk.broker
    whole = broker.transaction

    @contextmanager
    def unheard():
        with whole() as session:
            yield session
        raise StorageError("the wire broke after the commit")

    with monkeypatch.context() as patch:
        patch.setattr(broker, "transaction", unheard)
        assert upload(customer, PNG_BYTES).status_code == 503
    again = upload(customer, PNG_BYTES)
    assert again.status_code == 200
    attachment = again.json()["messages"][0]["attachment"]
    assert customer.get(f"/attachments/{attachment['id']}").content == PNG_BYTES


def test_people_who_have_the_conversation_get_a_file_without_a_notice(customer):
    customer.post("/handoff")
    assert [one["author"] for one in upload(customer, PNG_BYTES).json()["messages"]] == ["customer"]


def test_a_file_that_no_message_knows_goes_after_a_day(client, customer, services):
    sent = upload(customer, PNG_BYTES).json()["messages"][0]["attachment"]
    folder, known = client.app.state.attachments, kept(services, sent["id"])
    (orphan, fresh, half) = (kept(services, name) for name in ("0" * 32, "1" * 32, ".2.part"))
    long_ago = (now() - KEPT - dt.timedelta(hours=1)).timestamp()
    for path in (orphan, fresh, half):
        path.write_bytes(PNG_BYTES)
    for path in (orphan, half, known):
        os.utime(path, (long_ago, long_ago))
    assert remove_orphans(client.app.state.desk, folder, now()) == 2
    assert [path.exists() for path in (orphan, half, known, fresh)] == [False, False, True, True]


def test_no_file_goes_while_the_database_is_away(client, services, monkeypatch):
    services.home.attachments.mkdir(exist_ok=True)
    orphan = kept(services, "0" * 32)
    orphan.write_bytes(PNG_BYTES)
    os.utime(orphan, (0, 0))

    @contextmanager
    def away():
        raise StorageError("away")
        yield

    monkeypatch.setattr(type(client.app.state.desk), "reading", property(lambda _: away))
    assert remove_orphans(client.app.state.desk, client.app.state.attachments, now()) == 0
    assert orphan.exists()


def test_no_file_goes_where_the_database_knows_none_at_all(own_home):
    with TestClient(create_app(open_services(Settings(home=own_home)))) as client:
        folder = client.app.state.attachments
        file = folder.keep(io.BytesIO(PNG_BYTES), "发票.png")
        os.utime(file.path, (0, 0))
        assert remove_orphans(client.app.state.desk, folder, now()) == 0
    assert file.path.exists()

"""With the database away no message is lost, doubled or left without a word."""

import json
import os
import signal
import sqlite3
import stat
import time
import urllib.error

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.exc import DataError

from api.app import create_app
from api.conversing import spooling, thinking
from api.conversing.spool import MOST_OF_STRANGERS, Spool, Waiting
from api.conversing.spooling import deliver
from api.services import open_services
from knowledge_base.credentials import hash_token
from knowledge_base.errors import StorageError
from knowledge_base.settings import Settings
from tests.api.test_conversations import Customer
from tests.api.test_streams import Server, start, write
from tests.databases import _postgresql_url
from tests.faults.relay import Relay

WAIT = 30


@pytest.fixture
def relay(postgresql):
    host = postgresql.query["host"]
    relay = Relay(f"{host}/.s.PGSQL.{postgresql.port or 5432}")
    yield relay
    relay.cut()


def messages_of(server, conversation):
    path = f"/v1/conversations/{conversation['id']}/messages"
    return server.call("GET", path, token=conversation["token"])["messages"]


def until(check):
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


def test_messages_survive_a_cut_wire_and_a_kill_and_come_once_in_order(own_home, postgresql, relay):
    url = _postgresql_url(postgresql)
    url = url.set(host="127.0.0.1", port=relay.port).difference_update_query(["host"])
    server = Server(own_home, url.render_as_string(hide_password=False)).start()
    try:
        conversation = start(server)
        write(server, conversation, "怎么退保", "1")
        relay.cut()
        told = write(server, conversation, "要多久到账", "2")
        assert (told["spooled"], told["messages"]) == (True, [])
        assert "400-000-0000" in told["notice"]
        write(server, conversation, "要多久到账", "2")
        write(server, conversation, "谢谢", "3")
        ready = server.call("GET", "/readyz")
        assert (ready["status"], ready["database"], ready["spooled"]) == ("degraded", "away", 3)
        with pytest.raises(urllib.error.HTTPError) as refused:
            messages_of(server, conversation)
        assert refused.value.code == 503
        assert "postgresql" not in refused.value.read().decode()
        files = list((own_home / "spool").iterdir())
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert not any(conversation["token"] in file.read_text() for file in files)
        server.stop(signal.SIGKILL)
        relay.mend()
        server.start()
        until(lambda: not list((own_home / "spool").iterdir()))
        stored = messages_of(server, conversation)
        assert [one["client_id"] for one in stored if one["author"] == "customer"] == ["1", "2", "3"]
        assert [one["author"] for one in stored] == ["customer", "assistant"] * 3
        assert write(server, conversation, "要多久到账", "2")["messages"][0]["seq"] == 3
    finally:
        server.stop()


@pytest.fixture
def installation(own_home):
    """An installation of its own that waits for locks no longer than a moment."""
    services = open_services(Settings(home=own_home))
    engine = services.database.engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    yield services
    engine.dispose()


@pytest.fixture
def locked_database(installation):
    """Hold SQLite's write lock, as a hanging program would; call it to let go."""
    other = sqlite3.connect(installation.home.database, isolation_level=None, check_same_thread=False)
    yield other
    other.close()


def test_a_locked_sqlite_file_spools_and_a_later_message_comes_behind(installation, locked_database):
    with TestClient(create_app(installation)) as client:
        customer = Customer(client)
        locked_database.execute("BEGIN IMMEDIATE")
        first = customer.write("怎么退保", "1")
        assert (first.status_code, first.json()["spooled"]) == (202, True)
        locked_database.execute("ROLLBACK")
        assert customer.write("要多久到账", "2").status_code == 201
        stored = customer.get("/messages").json()["messages"]
        assert [one["client_id"] for one in stored if one["author"] == "customer"] == ["1", "2"]
        until(lambda: client.get("/readyz").json()["spooled"] == 0)
        assert customer.get().json()["last_seq"] == 4


def test_a_forged_token_is_spooled_but_never_delivered(installation, locked_database):
    app = create_app(installation)
    with TestClient(app) as client:
        customer = Customer(client)
    desk = app.state.desk
    desk.spool.add(Waiting(customer.id, "0" * 64, "我是别人", "x", ""))
    desk.spool.add(Waiting("f" * 32, "0" * 64, "没有这个会话", "x", ""))
    deliver(desk, desk.spool)
    assert len(desk.spool) == 0
    with TestClient(app) as client:
        customer.client = client
        assert customer.get().json()["last_seq"] == 0


def test_a_message_that_no_database_takes_is_set_aside_and_holds_up_nothing(installation, monkeypatch):
    app = create_app(installation)
    with TestClient(app) as client:
        customer = Customer(client)
    desk, key = app.state.desk, hash_token(customer.headers["Authorization"].removeprefix("Bearer "))
    desk.spool.add(Waiting(customer.id, key, "坏的", "1", ""))
    desk.spool.add(Waiting(customer.id, key, "怎么退保", "2", ""))
    receive = spooling.receive_text

    def refusing(desk, conversation_id, text, *others):
        if text == "坏的":
            raise StorageError("refused") from DataError("", None, Exception())
        return receive(desk, conversation_id, text, *others)

    monkeypatch.setattr(spooling, "receive_text", refusing)
    deliver(desk, desk.spool)
    assert len(desk.spool) == 0
    assert len(list(installation.home.spool.glob("*.refused"))) == 1
    with TestClient(app) as client:
        customer.client = client
        assert customer.get().json()["last_seq"] == 2


def test_strangers_cannot_fill_the_spool(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)  # a thousand of them would take long
    spool = Spool(tmp_path / "spool")
    for number in range(MOST_OF_STRANGERS):
        spool.add(Waiting(f"{number:032x}", "0" * 64, "x", "1", ""))
    with pytest.raises(StorageError):
        spool.add(Waiting("e" * 32, "0" * 64, "x", "1", ""))
    spool.saw("e" * 32, "1" * 64)
    spool.add(Waiting("e" * 32, "1" * 64, "x", "1", ""))
    assert len(spool) == MOST_OF_STRANGERS + 1


def test_a_half_written_file_is_no_message(tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.add(Waiting("e" * 32, "1" * 64, "怎么退保", "1", "2026-01-01T00:00:00+00:00"))
    (tmp_path / "spool" / f"{1:020d}-{'e' * 32}.part").write_text('{"conversation')
    ((path, waiting),) = spool
    assert waiting.text == "怎么退保"
    assert path.read_text().count("\n") == 1
    assert json.loads(path.read_text())["client_id"] == "1"


def test_what_breaks_while_a_reply_is_stored_becomes_a_handoff(installation, monkeypatch):
    def broken(*_):
        raise RuntimeError("a fault that quotes 13812345678")

    monkeypatch.setattr(thinking, "reply_to_dict", broken)
    with TestClient(create_app(installation)) as client:
        sent = Customer(client).write("怎么退保").json()
    assert sent["state"] == "waiting"
    assert [one["author"] for one in sent["messages"]][:2] == ["customer", "system"]
    assert "抱歉" in sent["messages"][1]["text"]

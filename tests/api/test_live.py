"""A running service follows what is published, and refuses what it could not serve."""

import datetime as dt
import gc
import time
import weakref
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.app import create_app
from api.diagnosis import diagnose
from api.live import LiveService
from api.services import open_services
from knowledge_base.editing.drafts import save_edits, submit
from knowledge_base.editing.publishing import PublishRules, publish
from knowledge_base.editing.tables import SnapshotRow
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.settings import Settings

QUESTION = "医疗费发票丢了，还能申请理赔吗？"
NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
RULES = PublishRules(force=True)


@pytest.fixture
def own(own_home):
    """An installation that the test may change; it looks for a newer snapshot all the time."""
    services = open_services(Settings(home=own_home, poll_seconds=0.05))
    yield services
    services.database.engine.dispose()


def publish_edits(services, *entries):
    with services.database.transaction() as session:
        save_edits(session, [Edit(entry) for entry in entries], Deed("li", "", NOW))
        submit(session, [entry.id for entry in entries], Deed("li", "", NOW))
    return publish(services.database, None, Deed("wang", "", NOW), RULES, NOW.date()).snapshot


def edited(services, answer="改过的回答：先补开，再提交；具体以合同为准。"):
    """Return the entry that answers ``QUESTION``, with another answer."""
    entry_id = services.assistant().reply(QUESTION).decision.entry_id
    return replace(services.snapshot.entries[entry_id], answer=answer)


def damage(services, number):
    with services.database.transaction() as session:
        session.execute(text("UPDATE snapshots SET content_hash = 'x' WHERE number = :n"), {"n": number})


def test_a_publish_is_served_and_requests_in_flight_finish_on_the_old(own):
    live = LiveService(own)
    before = live.serving
    old = before.assistant.reply(QUESTION)
    entry = edited(own)
    snapshot = publish_edits(own, entry)
    live.refresh()
    reply = live.serving.assistant.reply(QUESTION)
    assert (live.serving.number, reply.text) == (snapshot.number, entry.answer)
    assert reply.revision == old.revision + 1
    assert reply.decision.kb_version == snapshot.content_hash[:12]
    assert before.assistant.reply(QUESTION).text == old.text
    serving = live.serving
    live.refresh()
    assert live.serving is serving


def test_after_a_publish_the_old_state_is_gone_and_the_new_one_is_not_walked_through(own):
    live = LiveService(own)
    old = weakref.ref(live.serving.assistant)
    publish_edits(own, edited(own))
    live.refresh()
    assert old() is None
    assert gc.get_freeze_count() > len(own.snapshot.index.questions)
    gc.unfreeze()


def test_a_damaged_snapshot_is_refused_once_and_the_next_good_one_served(own, capsys):
    live = LiveService(own)
    number = live.serving.number
    damage(own, publish_edits(own, edited(own)).number)
    for _ in range(2):
        live.refresh()
    assert (live.serving.number, live.refused.number) == (number, number + 1)
    assert capsys.readouterr().out.count("snapshot_refused") == 1
    publish_edits(own, edited(own, "再改一次的回答：先补开，再提交；具体以合同为准。"))
    live.refresh()
    assert (live.serving.number, live.refused) == (number + 2, None)


def test_a_state_that_has_lost_too_much_is_refused_unless_it_was_forced(own):
    live = LiveService(own)
    some = [replace(e, status="retired") for e in list(own.snapshot.entries.values())[::3]]
    snapshot = publish_edits(own, *some)
    with own.database.transaction() as session:
        session.execute(text("UPDATE snapshots SET forced = false"))
    live.refresh()
    assert "would vanish" in live.refused.problem
    assert live.serving.number == snapshot.number - 1
    with own.database.transaction() as session:
        session.execute(text("UPDATE snapshots SET forced = true"))
    fresh = LiveService(own)
    fresh.refresh()
    assert fresh.serving.number == snapshot.number


def test_an_index_that_cannot_be_built_leaves_the_old_state(own):
    class Broken:
        def __getattr__(self, name):
            raise MemoryError

    live = LiveService(replace(own, retrieval=replace(own.retrieval, tokenizer=Broken())))
    publish_edits(own, edited(own))
    live.refresh()
    assert (live.refused.problem, live.serving.number) == ("MemoryError", own.published.info.number)


def test_the_server_swaps_by_itself_and_says_what_it_serves(own):
    with TestClient(create_app(own)) as client:
        entry = edited(own)
        number = publish_edits(own, entry).number
        body = wait_for(client, lambda ready: ready["snapshot"]["number"] == number)
        assert body["snapshot"]["refused"] is None
        reply = client.post("/v1/ask", json={"text": QUESTION}).json()
        assert (reply["text"], reply["versions"]["kb"]) == (entry.answer, body["versions"]["kb"])
        with own.database.transaction() as session:  # a tool that writes an empty state
            row = {"number": number + 1, "content_hash": "x", "entry_count": 0, "actor": "x"}
            session.add(SnapshotRow(**row, created_at=NOW, reason="", forced=True))
        body = wait_for(client, lambda ready: ready["snapshot"]["refused"])
        assert (body["status"], body["snapshot"]["number"]) == ("ready", number)


def wait_for(client, holds, seconds=60):
    for _ in range(seconds * 20):
        body = client.get("/readyz").json()
        if holds(body):
            return body
        time.sleep(0.05)
    pytest.fail(f"still {body}")


def test_a_start_on_a_damaged_snapshot_serves_the_one_before(own, own_home):
    number = publish_edits(own, edited(own)).number
    damage(own, number)
    again = open_services(Settings(home=own_home))
    assert (again.published.info.number, again.refused.number) == (number - 1, number)
    with TestClient(create_app(again)) as client:
        assert client.get("/readyz").json()["snapshot"]["refused"]["number"] == number
    again.database.engine.dispose()
    found = {one.part: one for one in diagnose(Settings(home=own_home))}
    assert found["snapshot"].state == "fault"
    assert f"Snapshot {number - 1} is served instead" in found["snapshot"].message

"""From the draft to the second person, to the customer, and back."""

import datetime as dt
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.accounts.audit import list_notes
from api.accounts.keys import add_key
from api.accounts.roles import Permission, Role
from api.knowledge.tables import JobRow
from knowledge_base.editing.tables import ScheduledPublishRow
from knowledge_base.editing.types import Deed
from tests.api.conftest import code_of

QUESTION = "医疗费发票丢了，还能申请理赔吗？"
ANSWER = "可以先联系医院补开发票或者盖章的复印件，再向公司提交申请；具体以合同为准。"
REWORDED = "可以先联系医院补开发票或者盖章的复印件，再向我们提交申请；具体以合同为准。"
TOMORROW = dt.date.today() + dt.timedelta(days=1)


@pytest.fixture
def entry(app):
    """The entry that answers ``QUESTION``."""
    serving = app.state.live.serving
    return serving.services.snapshot.entries[serving.assistant.reply(QUESTION).decision.entry_id]


@pytest.fixture
def drafted(entry, li, save):
    """The same with an answer that li wrote, in review."""
    draft = replace(entry, answer=ANSWER)
    save(draft, li)
    li.post("/entries/submit", {"ids": [entry.id], "comment": "请看一下新说法"})
    return draft


def served(app):
    """Return the answer that customers get from now on, as its editor wrote it."""
    app.state.live.refresh()
    serving = app.state.live.serving
    return serving.services.snapshot.entries[serving.assistant.reply(QUESTION).decision.entry_id].answer


def test_a_second_person_comments_sends_back_publishes_and_goes_back(app, drafted, entry, li, wang, save):
    (mine,) = li.get("/review")["entries"]
    assert (mine["author_name"], mine["refused"], mine["may_publish"]) == ("编辑li", "own", False)
    refused = li.client.post("/v1/publishes", json={"ids": [entry.id]})
    assert code_of(refused) == (403, "four_eyes")

    found = wang.get(f"/review/{entry.id}")
    assert (found["what"], found["fields"], found["refused"]) == ("changed", ["answer"], None)
    (field,) = found["difference"]["fields"]
    pieces = field["pieces"]
    assert "".join(p["text"] for p in pieces if p["kind"] != "added") == entry.answer
    assert "".join(p["text"] for p in pieces if p["kind"] != "removed") == ANSWER
    wang.post(f"/entries/{entry.id}/comments", {"revision": found["revision"], "text": "谁受理？"}, 201)
    wang.post("/entries/send-back", {"ids": [entry.id], "comment": "请写“我们”"})
    assert wang.get("/review")["total"] == 0

    save(replace(drafted, answer=REWORDED), li)
    li.post("/entries/submit", {"ids": [entry.id]})
    comments = [
        (one["by_name"], one["revision"], one["text"]) for one in li.get(f"/entries/{entry.id}/comments")
    ]
    assert comments == [
        ("编辑li", 2, "请看一下新说法"),
        ("编辑wang", 2, "谁受理？"),
        ("编辑wang", 2, "请写“我们”"),
    ]
    stale = {"ids": [entry.id], "revisions": {entry.id: 2}}
    assert code_of(wang.client.post("/v1/publishes", json=stale)) == (409, "conflict")

    order = {"ids": [entry.id], "revisions": {entry.id: 3}, "reason": "新说法"}
    begun = wang.post("/publishes", order, 202)
    assert begun["state"] == "running"
    assert wang.client.get("/healthz").status_code == 200
    done = wang.done(begun)
    assert done["result"]["snapshot"]["number"] == 2, done
    assert wang.post("/publishes", order, 202)["id"] == begun["id"]  # the second click
    assert served(app) == REWORDED

    page = li.get("/snapshots")
    assert (page["serving"], page["newest"]) == (2, 2)
    newest = page["snapshots"][0]
    assert (newest["by_name"], newest["reason"], newest["counts"]["changed"]) == ("编辑wang", "新说法", 1)
    (change,) = li.get("/snapshots/2")["differences"]
    assert (change["entry_id"], change["before"], change["after"]) == (entry.id, 1, 3)
    revisions = li.get(f"/entries/{entry.id}/history")["revisions"]
    assert [(one["revision"], one["snapshots"]) for one in revisions] == [(3, [2]), (2, []), (1, [1])]
    assert [change["action"] for change in revisions[1]["changes"]] == ["saved", "submitted", "sent_back"]

    preview = wang.get("/snapshots/1/rollback?base=2")
    assert (preview["entries"], preview["become_drafts"], preview["needs_force"]) == (1, 1, False)
    stale = wang.client.post("/v1/snapshots/1/rollback", json={"reason": "旧说法对", "base": 1})
    assert code_of(stale) == (409, "conflict")
    back = wang.done(wang.post("/snapshots/1/rollback", {"reason": "旧说法对", "base": 2}, 202))
    assert back["result"]["snapshot"]["number"] == 3, back
    assert served(app) == entry.answer
    assert li.get(f"/entries/{entry.id}/history")["status"] == "draft"
    assert wang.get("/snapshots")["snapshots"][0]["action"] == "rolled_back"
    assert code_of(wang.client.get("/v1/snapshots/3/rollback")) == (422, "invalid_input")


def test_errors_come_by_entry_and_are_forced_with_a_reason_only(drafted, entry, li, wang, save):
    save(replace(drafted, answer=f"{ANSWER}我们保证百分之百赔付。"), li)
    li.post("/entries/submit", {"ids": [entry.id]})
    assert {f["severity"] for f in wang.get(f"/review/{entry.id}")["findings"]} >= {"error"}
    failed = wang.publish(entry.id)
    assert (failed["state"], failed["error"]["code"]) == ("failed", "invalid_content")
    assert {one["entry_id"] for one in failed["error"]["findings"]} == {entry.id}
    assert wang.get("/snapshots")["newest"] == 1
    wang.post("/publishes", {"ids": [entry.id], "force": True}, 422)
    forced = wang.publish(entry.id, force=True, reason="监管要求今天上线")
    assert forced["state"] == "done", forced
    newest = wang.get("/snapshots")["snapshots"][0]
    assert (newest["forced"], newest["reason"]) == (True, "监管要求今天上线")


def test_a_publish_on_a_day_to_come_waits_and_can_be_cancelled(app, database, drafted, entry, li, wang):
    wang.post("/publishes", {"ids": [entry.id], "at": dt.date.today().isoformat()}, 422)
    done = wang.publish(entry.id, at=TOMORROW.isoformat(), reason="新条款明天生效")
    (one,) = li.get("/publishes")
    assert (one["id"], one["state"], one["entries"][0]["id"]) == (
        done["result"]["scheduled"]["id"],
        "waiting",
        entry.id,
    )
    assert wang.get("/review")["entries"][0]["refused"] == "scheduled"
    back = wang.client.post("/v1/entries/send-back", json={"ids": [entry.id], "comment": "再等等"})
    assert code_of(back) == (409, "conflict")
    wang.post(f"/publishes/{one['id']}", status=204, method="DELETE")
    assert code_of(wang.client.delete(f"/v1/publishes/{one['id']}")) == (409, "conflict")
    assert [one["state"] for one in li.get("/publishes")] == ["cancelled"]
    assert wang.get("/review")["entries"][0]["may_publish"]

    wang.publish(entry.id, at=TOMORROW.isoformat(), reason="新条款明天生效，再定一次")
    app.state.live.carry_out_due(TOMORROW)
    assert served(app) == ANSWER
    (carried,) = [one for one in li.get("/publishes") if one["state"] == "done"]
    assert carried["snapshot"] == 2
    with database.reading() as session:
        noted = list_notes(session, action="knowledge.")
    deeds = ["published", "scheduled", "called_off", "scheduled"]
    assert [one.action for one in noted] == [f"knowledge.{deed}" for deed in deeds]
    assert {one.actor for one in noted} == {wang.actor}
    assert (noted[0].subject, noted[0].detail["scheduled"]) == ("snapshot:2", carried["id"])


def test_a_scheduled_publish_that_fails_is_noted_with_why(app, database, drafted, entry, li, wang):
    wang.publish(entry.id, at=TOMORROW.isoformat(), reason="新条款明天生效")
    with database.transaction() as session:
        session.scalars(select(ScheduledPublishRow)).one().revisions = {entry.id: 1}  # published already
    app.state.live.carry_out_due(TOMORROW)
    assert li.get("/publishes")[0]["state"] == "failed"
    with database.reading() as session:
        (noted,) = list_notes(session, action="knowledge.not_published")
    assert noted.actor == wang.actor
    assert "published in the meantime" in noted.detail["problem"]


def test_the_report_tells_what_would_be_decided_otherwise_until_the_draft_moves(
    app, drafted, entry, li, wang, save
):
    save(replace(drafted, status="retired"), li)
    li.post("/entries/submit", {"ids": [entry.id]})
    li.client.post("/v1/ask", json={"text": QUESTION})
    begun = wang.post("/review/replay", {"ids": [entry.id]}, 202)
    assert wang.post("/review/replay", {"ids": [entry.id]}, 202)["id"] == begun["id"]
    report = wang.done(begun)["result"]
    replay = report["replay"]
    (logged,) = [c for c in replay["changes"] if c["verdict"] == "unlabelled"]
    assert logged["text"][:7] == QUESTION[:7]  # kept as masking leaves it
    assert logged["before"]["entry_id"] == entry.id
    assert replay["worse"]["count"] == sum(c["verdict"] == "worse" for c in replay["changes"])
    assert replay["n"] == replay["labelled"] + 1
    assert li.get(f"/review/{entry.id}")["replay"]["id"] == begun["id"]
    save(drafted, li)
    li.post("/entries/submit", {"ids": [entry.id]})
    assert li.get(f"/review/{entry.id}")["replay"] is None


def test_an_older_revision_becomes_a_draft_unless_somebody_saved_meanwhile(drafted, entry, li, wang):
    stale = li.client.post(f"/v1/entries/{entry.id}/restore", json={"revision": 1, "based_on": 1})
    assert code_of(stale) == (409, "conflict")
    assert li.post(f"/entries/{entry.id}/restore", {"revision": 1, "based_on": 2})["revision"] == 3
    history = li.get(f"/entries/{entry.id}/history")
    assert (history["status"], history["published"]) == ("draft", 1)
    gone = wang.client.get(f"/v1/review/{entry.id}")
    assert code_of(gone) == (404, "not_found")
    assert code_of(wang.client.post("/v1/publishes", json={"ids": [entry.id]})) == (409, "conflict")


def test_a_job_whose_process_died_is_told_as_lost(database, wang):
    begun = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    job = JobRow(
        id="0" * 32,
        kind="publish",
        key="k",
        actor=wang.actor,
        state="running",
        stage="replay",
        done=3,
        total=9,
        started_at=begun,
        beat_at=begun,
    )
    with database.transaction() as session:
        session.add(job)
    seen = wang.get(f"/jobs/{'0' * 32}")
    assert (seen["state"], seen["error"]["code"]) == ("failed", "lost")


ROUTES = (
    ("GET", "/review"),
    ("GET", "/review/x"),
    ("POST", "/review/replay"),
    ("POST", "/entries/submit"),
    ("POST", "/entries/send-back"),
    ("GET", "/entries/x/comments"),
    ("POST", "/entries/x/comments"),
    ("GET", "/entries/x/history"),
    ("POST", "/entries/x/restore"),
    ("GET", "/publishes"),
    ("POST", "/publishes"),
    ("DELETE", "/publishes/1"),
    ("GET", "/snapshots"),
    ("GET", "/snapshots/1"),
    ("GET", "/snapshots/1/rollback"),
    ("POST", "/snapshots/1/rollback"),
    ("GET", f"/jobs/{'0' * 32}"),
)


def test_who_has_no_right_is_refused(editor, database, li):
    agent = editor("zhao", Role.AGENT)
    for method, path in ROUTES:
        refused = agent.client.request(method, f"/v1{path}", json={})
        assert code_of(refused) == (403, "forbidden"), path
    with database.transaction() as session:
        deed = Deed(li.actor, "a program", dt.datetime.now(dt.UTC))
        secret, _ = add_key(session, "writer", [Permission.KNOWLEDGE_WRITE], deed)
    writes_only = {"Authorization": f"Bearer {secret}"}
    for method, path in (
        ("POST", "/publishes"),
        ("DELETE", "/publishes/1"),
        ("POST", "/snapshots/1/rollback"),
    ):
        refused = TestClient(agent.client.app).request(method, f"/v1{path}", json={}, headers=writes_only)
        assert code_of(refused) == (403, "forbidden"), path

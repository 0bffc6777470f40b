"""Candidates over HTTP: looked at, shared, checked by the gate, put in use, gone back from, by role."""

import datetime as dt
import time

import pytest

from api.accounts.roles import Permission
from api.loop import gate_check
from api.loop.promotion import start
from evaluation.online.trials import PairedDecisionRow, newest_use
from knowledge_base.editing.types import Deed
from tests.api.loop.bundles import bundle_with_cut
from tests.api.loop.test_candidates import ROWS

NOW = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
BOTH = (Permission.REPORTS_READ, Permission.CANDIDATES_DECIDE)


@pytest.fixture
def few_rows(tmp_path, monkeypatch):
    """The gate's labelled rows, few of them."""
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(ROWS.read_text(encoding="utf-8").splitlines()[:20]), encoding="utf-8")
    monkeypatch.setattr(gate_check, "SHIPPED_TEST", path)


@pytest.fixture
def candidate(own, tmp_path):
    """A bundle on trial that decides as the one in use does."""
    cut = own.bundle.thresholds.default.answer + 1e-6
    return start(own, bundle_with_cut(tmp_path / "twin", cut), 0.0, Deed("user:1", "", NOW))


def decide_both(own, candidate, n):
    """Store pairs on which both decided the same."""
    decided = {"action": "answer", "entry_id": "surrender.how", "queue": None, "confidence": 0.9}
    with own.database.transaction() as session:
        for i in range(n):
            row = {
                f"{who}_{name}": value for who in ("champion", "candidate") for name, value in decided.items()
            }
            row |= {"decision_id": f"{i:032x}", "conversation_id": f"c{i}", "at": NOW, "arm": "champion"}
            session.add(PairedDecisionRow(candidate=candidate, **row))


def checked(client, candidate):
    """Run the gate and return how it stands."""
    assert client.post(f"/v1/candidates/{candidate}/gate").status_code == 202
    end = time.monotonic() + 120
    while (gate := client.get("/v1/candidates").json()["gate"])["state"] == "running":
        assert time.monotonic() < end
        time.sleep(0.1)
    return gate


def test_a_candidate_is_checked_put_in_use_and_gone_back_from(own, client_of, candidate, few_rows):
    client = client_of(*BOTH, Permission.AUDIT_READ)
    told = client.get("/v1/candidates").json()
    assert [one["state"] for one in told["candidates"]] == ["on_trial"]
    assert (told["gate"], told["before"], told["champion"]) == ({"state": "none"}, None, own.bundle.version)
    early = client.post(f"/v1/candidates/{candidate}/promotion", json={})
    assert early.status_code == 409 and "by the gate first" in early.json()["error"]["message"]

    decide_both(own, candidate, 200)
    compared = client.get(f"/v1/candidates/{candidate}/comparison").json()
    assert compared["pairs"]["n"] == 200 and compared["pairs"]["agreement"]["value"] == 1
    gate = checked(client, candidate)
    verdict = gate["verdict"]
    assert (gate["state"], verdict["passed"], verdict["rows"]) == ("done", True, 20)
    assert [one["passed"] for one in verdict["lines"]] == [True] * 6
    assert "200" in verdict["lines"][4]["name"] and verdict["lines"][4]["count"] == 200
    done = client.post(f"/v1/candidates/{candidate}/promotion", json={"reason": "besser"})
    assert done.status_code == 204, done.text
    with own.database.reading() as session:
        assert newest_use(session).version == candidate
    told = client.get("/v1/candidates").json()
    assert told["candidates"][0]["state"] == "promoted" and told["before"] == own.bundle.version
    assert client.post("/v1/candidates/rollback", json={"reason": "doch nicht"}).status_code == 204
    with own.database.reading() as session:
        assert newest_use(session).version == own.bundle.version
    noted = client.get("/v1/audit?action=candidate.").json()
    assert {one["action"] for one in noted["notes"]} == {
        "candidate.checked",
        "candidate.promoted",
        "candidate.rolled_back",
    }


def test_the_share_is_changed_and_a_trial_is_ended(client_of, candidate):
    client = client_of(*BOTH)
    assert client.put(f"/v1/candidates/{candidate}/share", json={"share": 0.1}).status_code == 204
    assert client.get("/v1/candidates").json()["candidates"][0]["share"] == 0.1
    assert client.put(f"/v1/candidates/{candidate}/share", json={"share": 2}).status_code == 422
    assert client.post(f"/v1/candidates/{candidate}/rejection", json={"reason": "x"}).status_code == 204
    assert client.put(f"/v1/candidates/{candidate}/share", json={"share": 0.1}).status_code == 409
    assert client.get(f"/v1/candidates/{'0' * 12}/comparison").status_code == 404


def test_who_only_reads_reports_decides_nothing(client_of, candidate):
    reader = client_of(Permission.REPORTS_READ)
    assert reader.get("/v1/candidates").status_code == 200
    refused = [
        reader.put(f"/v1/candidates/{candidate}/share", json={"share": 0.1}),
        reader.post(f"/v1/candidates/{candidate}/gate"),
        *(
            reader.post(f"/v1/candidates/{path}", json={})
            for path in (f"{candidate}/promotion", f"{candidate}/rejection", "rollback")
        ),
    ]
    assert {one.status_code for one in refused} == {403}
    assert client_of(Permission.TICKETS_WORK).get("/v1/candidates").status_code == 403

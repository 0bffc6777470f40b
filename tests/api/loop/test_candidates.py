"""A candidate decides along, is compared, let through by a gate or not, taken over, and gone back from."""

import datetime as dt
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, make_url, select

from api.app import create_app
from api.loop.promotion import reject, start
from api.loop.trial import QUEUE, Trial
from api.services import open_services
from assistant.decision_log import DecisionRow
from assistant.types import DecisionContext
from evaluation.online.arms import compare_shares
from evaluation.online.pairs import Pair, report_pairs
from evaluation.online.trials import PairedDecisionRow, arm_of
from evaluation.online.truths import Truth
from knowledge_base.editing.types import Deed
from knowledge_base.personal_data import mask_personal_data
from knowledge_base.settings import Settings
from tests.api.loop.bundles import bundle_with_cut
from tests.api.test_conversations import Customer

QUESTIONS = ("怎么退保", "医疗费发票丢了，还能申请理赔吗？", "保单贷款利率是多少", "受益人怎么改", "转人工")
ROWS = Path(__file__).parents[3] / "evaluation" / "datasets" / "test.jsonl"


@pytest.fixture
def installed(own_home, database_url):
    """An installation of one's own whose server follows the database at once."""
    address = make_url(database_url).render_as_string(hide_password=False)
    services = open_services(Settings(home=own_home, database_url=address, poll_seconds=0.05))
    yield services
    services.database.engine.dispose()


@pytest.fixture
def command(baowen, installed, tmp_path):
    """Run a command on the installation in a process of its own."""
    env = {"BAOWEN_DATABASE_URL": installed.settings.database_url, "BAOWEN_ACTOR": "li"}
    lines = ROWS.read_text(encoding="utf-8").splitlines()[:12]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")

    def run(*arguments):
        return baowen("candidate", *arguments, home_folder=installed.home.root, env=env)

    return run


def wait_for(holds, seconds=240):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it never held"
        time.sleep(0.05)
    return found


def count_pairs(services):
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(PairedDecisionRow))


def served(client):
    return client.get("/readyz").json()["versions"]["bundle"]


def test_a_candidate_is_tried_refused_forced_taken_over_and_gone_back_from(installed, command, tmp_path):
    shy = bundle_with_cut(tmp_path / "shy", 1.1)
    champion, app = installed.bundle.version, create_app(installed)
    with TestClient(app) as client:
        told = command("start", shy)
        assert told.returncode == 0, told.stderr
        trial = app.state.desk.trial
        candidate = wait_for(lambda: trial.opponent).version
        for text in QUESTIONS:
            assert client.post("/v1/ask", json={"text": text}).json()["versions"]["bundle"] == champion
        wait_for(lambda: count_pairs(installed) == len(QUESTIONS))
        pairs = json.loads(command("report", "--json").stdout)["pairs"]
        assert pairs["n"] == len(QUESTIONS) and pairs["agreement"]["value"] < 1
        assert all(move.startswith("answer -> ") for move in pairs["moves"])
        texts = {one["text"] for one in pairs["examples"]}  # masked, which folds widths
        assert texts and texts <= {mask_personal_data(text) for text in QUESTIONS}

        refused = command("promote", "--data", tmp_path / "rows.jsonl")
        assert refused.returncode == 2 and "FAILED" in refused.stdout
        assert refused.stderr.startswith("error: Candidate") and "ResourceWarning" not in refused.stderr
        assert "200 are wanted" in refused.stderr and served(client) == champion

        forced = command("promote", "--data", tmp_path / "rows.jsonl", "--force", "--reason", "a test")
        assert forced.returncode == 0, forced.stderr
        wait_for(lambda: served(client) == candidate)
        assert client.post("/v1/ask", json={"text": QUESTIONS[0]}).json()["action"] != "answer"
        (row,) = json.loads(command("list", "--json").stdout)
        assert (row["state"], row["reason"]) == ("promoted", "a test")
        assert any(line.startswith("NOT HELD") for line in row["gate"])
        again = open_services(installed.settings)  # a process that starts now
        assert again.bundle.version == candidate
        again.database.engine.dispose()

        assert command("rollback").returncode == 0
        wait_for(lambda: served(client) == champion)


def test_conversations_are_split_and_each_stays_with_its_arm(installed, tmp_path):
    deed = Deed("li", "zu scheu", dt.datetime.now(dt.UTC))
    candidate = start(installed, bundle_with_cut(tmp_path / "shy", 1.1), 0.5, deed)
    app = create_app(installed)
    with TestClient(app) as client:
        opponent = wait_for(lambda: app.state.desk.trial.opponent)
        asked = {}
        for _ in range(12):
            customer = Customer(client)
            for text in QUESTIONS[:2]:
                customer.write(text)
            asked[customer.id] = arm_of(customer.id, opponent.version, 0.5)
        assert set(asked.values()) == {"champion", "candidate"}
        with installed.database.reading() as session:
            rows = session.execute(select(DecisionRow.conversation_id, DecisionRow.bundle_version)).all()
        by_arm = {"champion": installed.bundle.version, "candidate": opponent.version}
        assert rows and all(version == by_arm[asked[id_]] for id_, version in rows)
        wait_for(lambda: count_pairs(installed) == len(rows))
        reject(installed, candidate, deed)
        wait_for(lambda: app.state.desk.trial.opponent is None)


def test_a_reply_waits_for_no_candidate(services):
    """A worker that stands still costs the customer nothing: what does not fit is left out, counted."""

    class Live:
        serving = type("Serving", (), {"assistant": services.assistant(), "services": services})

    trial = Trial(Live)
    trial._opponent = type("Opponent", (), {"version": "x", "share": 0, "assistant": None})
    for _ in range(QUEUE + 3):
        trial._put(None)
    assert trial.left_out == 3
    assert trial.reply("怎么退保", DecisionContext()).decision.action == "answer"
    assert trial.left_out == 4


def pair(number, champion, candidate, right=None):
    truth = Truth("answer", {right}) if right else None
    return Pair(str(number), str(number), "问", champion, candidate, (0.8, 0.7), truth)


def test_pairs_are_compared_by_mcnemar_with_labels_of_agents():
    a, handoff = ("answer", "surrender.how"), ("handoff", "general")
    rows = [pair(i, a, a) for i in range(80)] + [pair(100 + i, a, handoff) for i in range(20)]
    rows += [pair(200 + i, handoff, a, "surrender.how") for i in range(8)]
    found = report_pairs(rows)
    assert found.n == 108 and found.agreement.value == pytest.approx(80 / 108)
    assert found.agreement.low < 80 / 108 < found.agreement.high
    assert found.handoff.difference.value == pytest.approx(12 / 108)
    assert found.handoff.p == pytest.approx(0.0357, abs=2e-3)  # 20 against 8, exact and two-sided
    assert (found.labelled, found.accuracy.champion, found.accuracy.candidate) == (8, 0.0, 1.0)
    assert found.accuracy.p == pytest.approx(2 / 2**8)
    same = report_pairs([replace(one, candidate=one.champion) for one in rows])
    assert same.handoff.p == 1 and same.moves == {} and same.agreement.value == 1
    assert report_pairs([]).agreement.value is None


def test_arms_are_compared_by_newcombes_interval():
    found = compare_shares([True] * 56 + [False] * 14, [True] * 48 + [False] * 32)
    # Newcombe 1998, table II (a): 56/70 against 48/80
    assert (-found.high, -found.low) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_the_split_is_as_large_as_it_should_be_and_stable():
    arms = [arm_of(f"c{i}", "v", 0.2) for i in range(5000)]
    assert arms.count("candidate") / 5000 == pytest.approx(0.2, abs=0.02)
    assert arms == [arm_of(f"c{i}", "v", 0.2) for i in range(5000)]
    assert arm_of(None, "v", 1.0) == "champion"
    grown = [arm_of(f"c{i}", "v", 0.4) for i in range(5000)]
    assert all(g == "candidate" for a, g in zip(arms, grown, strict=True) if a == "candidate")

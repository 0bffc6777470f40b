"""What people said was right of decisions that a candidate was tried on, on both databases."""

import datetime as dt

import pytest
from sqlalchemy import select

from assistant.decision_log import DecisionRow
from benchmarks.traffic import Plan, make_month
from evaluation.labels.labelling import decide, give_label
from evaluation.labels.sets import create_set
from evaluation.labels.tables import LabelQuestionRow
from evaluation.labels.types import Label, Question
from evaluation.online.audits import judge
from evaluation.online.decided import decided_rows
from evaluation.online.pairs import read_pairs, report_pairs
from evaluation.online.tables import AuditBatchRow, AuditItemRow
from evaluation.online.trials import PairedDecisionRow
from evaluation.online.truths import Truth, truths_of
from evaluation.relabelling import Decided
from knowledge_base.personal_data import mask_personal_data

NOW = dt.datetime(2026, 10, 20, tzinfo=dt.UTC)
_IDS = select(LabelQuestionRow.row_id, LabelQuestionRow.id)
ANSWER, OTHER = (Label("answer", "surrender", entry_ids=(entry,)) for entry in ("a.b", "c.d"))


@pytest.fixture
def tried(database):
    """Six answers that a candidate decided along; return their decisions."""
    month = make_month(Plan(dt.date(2026, 10, 1), 1, 60, seed=3))
    with database.engine.begin() as connection:
        month.write(connection)
    rows = [row for row in month.rows[DecisionRow] if row["action"] == "answer"][:6]
    with database.transaction() as session:
        session.add_all(_pair(row) for row in rows)
    return rows


def _pair(row):
    decided = {"action": "answer", "entry_id": row["entry_id"], "queue": None, "confidence": 0.9}
    both = {f"{who}_{name}": value for who in ("champion", "candidate") for name, value in decided.items()}
    return PairedDecisionRow(
        decision_id=row["id"],
        candidate="x",
        at=row["decided_at"],
        conversation_id=row["conversation_id"],
        arm="champion",
        **(both | {"candidate_entry_id": "c.d"}),
    )


def audit(session, rows, *verdicts):
    batch = {"since": NOW, "until": NOW, "half_width": 0.1, "expected": 0.9, "population": 9, "seed": 1}
    session.add(AuditBatchRow(id="b", kind="decisions", actor="zhao", made_at=NOW, **batch))
    session.flush()
    for place, (row, (verdict, entry)) in enumerate(zip(rows, verdicts, strict=True)):
        item = {"stratum": "all", "weight": 1.0, "place": place, "needed": 1}
        session.add(AuditItemRow(id=f"i{place}", batch_id="b", decision_id=row["id"], **item))
        session.flush()
        judge(session, f"i{place}", "wu", verdict, NOW, entry)


def test_audits_count_before_labels_and_labels_that_differ_until_they_are_decided(database, tried):
    with database.transaction() as session:
        audit(session, tried[:3], ("right", None), ("other_entry", "c.d"), ("handoff", None))
        questions = [Question(row["id"], row["text"]) for row in tried[2:]]
        create_set(session, "s", questions, source="log", wanted=2, actor="wu", at=NOW)
        asked = dict(session.execute(_IDS).all())
        for row, labels in zip(
            tried[2:], [(ANSWER, ANSWER), (OTHER, OTHER), (ANSWER, OTHER), (ANSWER,)], strict=True
        ):
            for actor, label in zip(("wu", "fang"), labels, strict=False):
                give_label(session, asked[row["id"]], label, actor, NOW)
    with database.reading() as session:
        found = truths_of(session, "x")
    assert found == {
        tried[0]["id"]: Truth("answer", {tried[0]["entry_id"]}),
        tried[1]["id"]: Truth("answer", {"c.d"}),
        tried[2]["id"]: Truth("handoff"),
        tried[3]["id"]: Truth("answer", ("c.d",)),
    }
    with database.transaction() as session:
        decide(session, asked[tried[4]["id"]], OTHER, "zhao", NOW, together=False)
    with database.reading() as session:
        report = report_pairs(read_pairs(session, "x"))
    assert (report.labelled, report.accuracy.champion, report.accuracy.candidate) == (5, 0.2, 0.6)


@pytest.mark.parametrize(
    ("truth", "right"),
    [
        (Truth("answer", {"a"}), {("answer", "a")}),
        (Truth("answer"), {("answer", "a"), ("answer", "b")}),
        (Truth("handoff"), {("handoff", None)}),
        (Truth(""), {("handoff", None), ("clarify", None)}),
    ],
)
def test_what_is_right(truth, right):
    decisions = {("answer", "a"), ("answer", "b"), ("handoff", None), ("clarify", None)}
    assert {one for one in decisions if truth.holds_for(*one)} == right


def test_decided_rows_are_those_of_audits_then_of_the_newest_set(database, tried):
    intents = dict.fromkeys(("a.b", "c.d"), "surrender") | {row["entry_id"]: "own" for row in tried}
    old, new = ({"source": "upload", "wanted": 1, "actor": "wu", "at": NOW + dt.timedelta(n)} for n in (0, 1))
    with database.transaction() as session:
        audit(session, tried[:3], ("right", None), ("other_entry", "c.d"), ("handoff", None))
        from_log = [Question(row["id"], row["text"], channel=row["channel"]) for row in tried[2:5]]
        sets = [
            create_set(session, "log", from_log, **(old | {"source": "log", "wanted": 2})),
            create_set(session, "old", [Question("x", "退保"), Question("y", "理赔")], **old),
            create_set(session, "new", [Question("x", "退保"), Question("y", "别的")], **new),
        ]
        asked = {(one.set_id, one.row_id): one.id for one in session.scalars(select(LabelQuestionRow))}
        for label, actor, at in (
            *((OTHER, actor, (sets[0].id, row["id"])) for row in tried[2:4] for actor in ("wu", "fang")),
            (OTHER, "wu", (sets[0].id, tried[4]["id"])),
            (OTHER, "wu", (sets[1].id, "x")),
            (ANSWER, "wu", (sets[2].id, "x")),
            (Label("clarify"), "wu", (sets[2].id, "y")),
        ):
            give_label(session, asked[at], label, actor, NOW)
    with database.reading() as session:
        found = decided_rows(session, intents)
    rows = [(row["id"], mask_personal_data(row["text"]), row["channel"], "") for row in tried]
    own = (tried[0]["entry_id"],)
    assert found == {
        rows[0]: Decided("audit", "answer", ("own",), None, own),
        rows[1]: Decided("audit", "answer", ("surrender",), None, ("c.d",)),
        rows[2]: Decided("audit", "handoff", None, None, ()),
        rows[3]: Decided("labels", "answer", ("surrender",), None, ("c.d",)),
        ("x", "退保", "web", ""): Decided("labels", "answer", ("surrender",), None, ("a.b",)),
        ("y", "别的", "web", ""): Decided("labels", "clarify", (), None, None),
    }

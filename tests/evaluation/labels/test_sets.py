"""Sets of questions to label: what is next, how far they are, and how they go, on both databases."""

import datetime as dt
from dataclasses import astuple

import numpy as np
import pytest
from alembic import command
from sqlalchemy import event, func, insert, select, text

from api.schema import alembic_config, upgrade_schema
from evaluation.labels.labelling import changeable, decide, disagreements, give_label, next_question
from evaluation.labels.progress import progress_of
from evaluation.labels.sets import create_set, delete_set, find_set, list_sets, questions_where
from evaluation.labels.tables import LabelDecisionRow, LabelQuestionRow, LabelRow, LabelSetRow
from evaluation.labels.types import Label, Question
from knowledge_base.errors import ConflictError, NotFoundError

NOW = dt.datetime(2026, 10, 20, tzinfo=dt.UTC)
LABELS = (
    Label("answer", "surrender", entry_ids=("a.b", "c.d")),
    Label("answer", "surrender", entry_ids=("c.d", "a.b"), note="the same in another order"),
    Label("handoff", "human_agent", "general"),
)
PEOPLE = ("li", "wang", "zhao")


def make(session, n=8, wanted=2, source="upload"):
    questions = [Question(f"q{place}", f"怎么退保{place}") for place in range(n)]
    return create_set(session, "三月", questions, source=source, wanted=wanted, actor="li", at=NOW)


def all_of(session, made):
    return questions_where(session, LabelQuestionRow.set_id == made.id)


def reference(questions, wanted, actor):
    """Return next, progress and what may be changed, worked out from every row."""
    complete = [one for one in questions if len(one.labels) >= wanted]
    left = [one for one in questions if one not in complete and actor not in one.labels]
    following = max(left, key=lambda one: (len(one.labels), -one.row.place), default=None)
    differ = [one for one in complete if len({label.meaning for label in one.labels.values()}) > 1]
    progress = (
        len(questions),
        wanted,
        sum(len(one.labels) for one in questions),
        len(complete),
        sum(one.decision is None for one in differ),
        sum(one.decision is not None for one in questions),
        sum(actor in one.labels for one in questions),
        len(left),
    )
    mine = [one.row.row_id for one in questions if actor in one.labels and one not in complete]
    return following and following.row.row_id, progress, mine[-3:], {one.row.row_id for one in differ}


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_counts_kept_beside_the_questions_are_those_of_their_labels(database, wanted):
    draws = np.random.default_rng(wanted)
    with database.transaction() as session:
        made, other = make(session, wanted=wanted), make(session, n=3)
        give_label(session, all_of(session, other)[0].row.id, LABELS[0], "li", NOW)
    for _ in range(40):
        actor = str(draws.choice(PEOPLE))
        with database.transaction() as session:
            asked = all_of(session, made)[draws.integers(8)].row.id
            try:
                if draws.random() < 0.2:
                    decide(session, asked, LABELS[0], actor, NOW, together=True)
                else:
                    give_label(session, asked, LABELS[draws.integers(3)], actor, NOW)
            except ConflictError:
                continue
        with database.reading() as session:
            found, questions = find_set(session, made.id), all_of(session, made)
            for person in PEOPLE:
                following = next_question(session, found, person)
                seen = (
                    following and following.row.row_id,
                    astuple(progress_of(session, found, person)),
                    [one.row.row_id for one in changeable(session, found, person, 3)],
                    {one.row.row_id for one in disagreements(session, found)},
                )
                assert seen == reference(questions, wanted, person)


def test_the_next_of_a_hundred_thousand_questions_is_the_only_one_read(database):
    with database.transaction() as session:
        made = make(session, n=100_000)
        ids = session.scalars(
            select(LabelQuestionRow.id)
            .where(LabelQuestionRow.set_id == made.id)
            .order_by(LabelQuestionRow.place)
        ).all()
        given = {"actor": "li", "action": "answer", "intent": "x", "entry_ids": [], "note": "", "at": NOW}
        session.execute(
            insert(LabelRow), [{"question_id": id_, "queue": None} | given for id_ in ids[:50_000]]
        )
        first = LabelQuestionRow.place < 50_000
        session.query(LabelQuestionRow).filter(LabelQuestionRow.set_id == made.id, first).update({"given": 1})
    loaded = []
    event.listen(LabelQuestionRow, "load", note := lambda row, _: loaded.append(row.place))
    try:
        with database.reading() as session:
            for_li, for_wang = (next_question(session, made, who) for who in ("li", "wang"))
            assert (for_li.row.place, for_wang.row.place) == (50_000, 0)
            assert sorted(loaded) == [0, 50_000]
            assert [one.row.place for one in changeable(session, made, "li", 2)] == [49_998, 49_999]
            assert astuple(progress_of(session, made, "li")) == (100_000, 2, 50_000, 0, 0, 0, 50_000, 50_000)
        assert len(loaded) == 4
    finally:
        event.remove(LabelQuestionRow, "load", note)


def test_a_deleted_set_takes_its_labels_along_and_no_others(database):
    with database.transaction() as session:
        made, other = make(session, n=2), make(session, n=2)
        for of in (made, other):
            first, second = (one.row.id for one in all_of(session, of))
            for actor, label in zip(PEOPLE, (LABELS[0], LABELS[2]), strict=False):
                give_label(session, first, label, actor, NOW)
            decide(session, first, LABELS[0], "zhao", NOW, together=False)
            give_label(session, second, LABELS[0], "li", NOW)
    for known in ((2, 1), (3, 0), (4, 1)):
        with (
            database.transaction() as session,
            pytest.raises(ConflictError, match="3 labels and 1 decisions"),
        ):
            delete_set(session, made.id, known)
    with database.transaction() as session:
        name, lost = delete_set(session, made.id, (3, 1))
    assert (name, lost.questions, lost.labels, lost.decided) == ("三月", 2, 3, 1)
    with database.reading() as session:
        assert [row.id for row in list_sets(session)] == [other.id]
        counts = {
            table: session.scalar(select(func.count()).select_from(table))
            for table in (LabelSetRow, LabelQuestionRow, LabelRow, LabelDecisionRow)
        }
        assert list(counts.values()) == [1, 2, 3, 1]
    with database.transaction() as session, pytest.raises(NotFoundError):
        delete_set(session, made.id)


def test_labels_given_before_the_counts_were_kept_are_counted(engine):
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0021")
        moment = "2026-10-20 00:00:00+00:00"
        connection.execute(
            text("INSERT INTO label_sets VALUES ('s', '三月', 'upload', 2, 'li', :at)"), {"at": moment}
        )
        for id_, labels in {"a": LABELS[:2], "b": (LABELS[0], LABELS[2]), "c": LABELS[:1], "d": ()}.items():
            values = {"id": id_, "place": ord(id_)}
            told = "(:id, 's', :place, :id, '退保', '[]', 'web', '', '{}')"
            connection.execute(text(f"INSERT INTO label_questions VALUES {told}"), values)  # noqa: S608
            for actor, label in zip(PEOPLE, labels, strict=False):
                entries = str(list(label.entry_ids)).replace("'", '"')
                connection.execute(
                    text(
                        "INSERT INTO labels (question_id, actor, action, intent, queue, entry_ids, note, at) "
                        "VALUES (:id, :actor, :action, :intent, :queue, :entries, '', :at)"
                    ),
                    {
                        "id": id_,
                        "actor": actor,
                        "action": label.action,
                        "intent": label.intent,
                        "queue": label.queue,
                        "entries": entries,
                        "at": moment,
                    },
                )
    upgrade_schema(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, given, differs FROM label_questions ORDER BY id")).all()
    assert [(id_, given, bool(differs)) for id_, given, differs in rows] == [
        ("a", 2, False),
        ("b", 2, True),
        ("c", 1, False),
        ("d", 0, False),
    ]

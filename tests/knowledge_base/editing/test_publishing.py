"""Publishing, going back and suspending: always a whole numbered state, or nothing."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import text

from knowledge_base.editing.drafts import save_edits, submit
from knowledge_base.editing.history import entry_history
from knowledge_base.editing.publishing import (
    PublishRules,
    commit_plan,
    plan_publish,
    publish,
    rollback,
    suspend,
)
from knowledge_base.editing.repository import (
    find_entry,
    list_snapshots,
    newest_number,
    published_entries,
    snapshot_entries,
)
from knowledge_base.editing.snapshots import load_newest, load_snapshot
from knowledge_base.editing.types import Deed, Edit, PublishFinding
from knowledge_base.errors import ConflictError, ContentError, InvalidInputError
from tests.knowledge_base.builders import make_entry

NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
TODAY = NOW.date()
RULES = PublishRules()
LI, WANG = (Deed(actor, "because", NOW) for actor in ("li", "wang"))
A, B, C = (make_entry(f"claim_process.{name}", question=f"问题{name}？") for name in "abc")


def review(database, *entries, deed=LI):
    with database.transaction() as session:
        save_edits(session, [Edit(entry) for entry in entries], deed)
        submit(session, [entry.id for entry in entries], deed)


@pytest.fixture
def published(database):
    """Three entries in snapshot 1."""
    review(database, A, B, C)
    publish(database, None, WANG, RULES, TODAY)
    return database


def served(database):
    with database.reading() as session:
        return published_entries(session)


def status(database, entry_id):
    with database.reading() as session:
        return find_entry(session, entry_id).status


def test_a_publish_is_a_numbered_snapshot_with_a_hash(database):
    review(database, A, B)
    snapshot = publish(database, None, WANG, RULES, TODAY).snapshot
    assert (snapshot.number, snapshot.actor, snapshot.reason) == (1, "wang", "because")
    assert snapshot.created_at == NOW
    assert (snapshot.entry_count, len(snapshot.content_hash)) == (2, 64)
    with database.reading() as session:
        assert load_snapshot(session, 1).entries == (A, B)
        assert list_snapshots(session) == (snapshot,)
        last = entry_history(session, A.id)[-1]
    assert (last.action, last.actor, last.snapshot) == ("published", "wang", 1)
    assert status(database, A.id) == "published"


def test_the_published_revision_serves_while_a_newer_draft_exists(published):
    review(published, newer := replace(A, short_answer="新的。"))
    assert served(published) == (A, B, C)
    publish(published, [A.id], WANG, RULES, TODAY)
    assert served(published) == (replace(newer, revision=2), B, C)
    with published.reading() as session:
        assert snapshot_entries(session, 1) == (A, B, C)


def test_whoever_wrote_a_revision_does_not_publish_it(database):
    review(database, A)
    with pytest.raises(InvalidInputError, match="written by 'li'") as caught:
        publish(database, None, LI, RULES, TODAY)
    assert caught.value.detail == (f"{A.id}: revision 1",)
    review(database, B, deed=WANG)
    assert publish(database, None, LI, RULES, TODAY).plan.left_out == (A.id,)
    assert served(database) == (B,)
    with pytest.raises(InvalidInputError, match="written by 'li'"):
        publish(database, [A.id], LI, RULES, TODAY)
    publish(database, [A.id], LI, PublishRules(four_eyes=False), TODAY)
    assert served(database) == (A, B)


def test_only_what_is_in_review_is_published(database):
    with pytest.raises(InvalidInputError, match="Nothing is in review"):
        publish(database, None, WANG, RULES, TODAY)
    with database.transaction() as session:
        save_edits(session, [Edit(A)], LI)
    with pytest.raises(InvalidInputError, match="draft, not in_review"):
        publish(database, [A.id], WANG, RULES, TODAY)


def test_checks_see_the_whole_state_and_an_error_refuses(published):
    seen = []

    def check(state):
        seen.append(state)
        return [PublishFinding(severity, A.id, "bad") for severity in ("warning", "error")]

    review(published, newer := replace(A, short_answer="新的。"))
    with pytest.raises(ContentError, match="1 errors, so nothing was published") as caught:
        publish(published, None, WANG, PublishRules(checks=[check]), TODAY)
    assert caught.value.detail == (f"error: {A.id}: bad",)
    (state,) = seen
    assert (state.entries, state.previous) == ((replace(newer, revision=2), B, C), (A, B, C))
    assert (state.changed, state.today) == ({A.id}, TODAY)
    assert served(published) == (A, B, C)
    done = publish(published, None, WANG, PublishRules(checks=[check], force=True), TODAY)
    assert done.snapshot.forced


def test_an_entry_is_retired_by_publishing_that(published):
    review(published, replace(A, status="retired"))
    assert served(published) == (A, B, C)
    publish(published, None, WANG, PublishRules(vanishing_share=0.5), TODAY)
    assert served(published) == (B, C)
    assert status(published, A.id) == "retired"
    review(published, A)
    publish(published, None, WANG, RULES, TODAY)
    assert [entry.id for entry in served(published)] == [A.id, B.id, C.id]


def test_a_publish_that_would_empty_the_state_is_refused(published):
    review(published, *(replace(entry, status="retired") for entry in (A, B, C)))
    with pytest.raises(ContentError, match="no answer"):
        publish(published, None, WANG, PublishRules(force=True), TODAY)
    with pytest.raises(ContentError, match=r"2 of 3 entries would vanish, more than 20%"):
        publish(published, [A.id, B.id], WANG, RULES, TODAY)
    assert served(published) == (A, B, C)
    publish(published, [A.id, B.id], WANG, PublishRules(force=True), TODAY)
    assert served(published) == (C,)


def test_going_back_to_any_published_state(published):
    review(
        published, replace(A, short_answer="新的。"), new := make_entry("claim_process.d", question="丁？")
    )
    publish(published, None, WANG, RULES, TODAY)
    snapshot = rollback(published, 1, LI, PublishRules(force=True), TODAY).snapshot
    assert (snapshot.number, served(published)) == (3, (A, B, C))
    assert (status(published, A.id), status(published, new.id)) == ("draft", "draft")
    rollback(published, 2, LI, RULES, TODAY)
    assert [entry.revision for entry in served(published)] == [2, 1, 1, 1]
    assert status(published, A.id) == "published"
    with published.reading() as session:
        actions = [change.action for change in entry_history(session, A.id)]
    assert actions[-2:] == ["rolled_back", "rolled_back"]


@pytest.mark.parametrize(("number", "said"), [(7, "no snapshot 7"), (1, "published now")])
def test_a_rollback_to_nowhere(published, number, said):
    with pytest.raises(InvalidInputError, match=said):
        rollback(published, number, LI, RULES, TODAY)


def test_suspended_entries_come_back_by_review(published):
    suspend(
        published,
        [A.id],
        Deed("laws", "保险法 2015 was replaced", NOW),
        PublishRules(vanishing_share=1),
        TODAY,
    )
    assert (served(published), status(published, A.id)) == ((B, C), "draft")
    with published.transaction() as session:
        submit(session, [A.id], LI)
    publish(published, [A.id], WANG, RULES, TODAY)
    assert served(published) == (A, B, C)
    with pytest.raises(InvalidInputError, match="not published"):
        suspend(published, ["no.such"], LI, RULES, TODAY)


def test_a_save_while_the_checks_run_stops_the_publish(published):
    review(published, replace(A, short_answer="新的。"))
    with published.reading() as session:
        plan = plan_publish(session, None, "wang", RULES, TODAY)
    review(published, replace(A, short_answer="更新的。"))
    with pytest.raises(ConflictError, match="Publish again"), published.transaction() as session:
        commit_plan(session, plan, WANG, RULES, "published")
    assert served(published) == (A, B, C)


def test_a_damaged_snapshot_is_refused_and_the_one_before_it_served(published):
    review(published, replace(A, short_answer="新的。"))
    publish(published, None, WANG, RULES, TODAY)
    with published.transaction() as session:
        session.execute(text("UPDATE entry_revisions SET answer = 'x' WHERE revision = 2"))
    with published.reading() as session:
        with pytest.raises(ContentError, match="Snapshot 2 is damaged"):
            load_snapshot(session, 2)
        state, refused = load_newest(session)
    assert (state.info.number, state.entries) == (1, (A, B, C))
    assert (refused.number, "damaged" in refused.problem) == (2, True)


def test_an_emptied_snapshot_is_refused(published):
    with published.transaction() as session:
        session.execute(text("DELETE FROM snapshot_changes"))
    with published.reading() as session, pytest.raises(ContentError, match="holds 0"):
        load_newest(session)


def test_nothing_published_yet(database):
    with database.reading() as session:
        assert newest_number(session) == 0
        with pytest.raises(ContentError, match="Nothing was ever published"):
            load_newest(session)

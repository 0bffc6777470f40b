"""Publishes on a day to come."""

import datetime as dt
from dataclasses import replace

import pytest

from knowledge_base.editing.drafts import save_edits, submit
from knowledge_base.editing.publishing import PublishRules, plan_publish, publish
from knowledge_base.editing.repository import find_entry, list_snapshots, published_entries
from knowledge_base.editing.scheduling import cancel, list_scheduled, publish_due, schedule
from knowledge_base.editing.types import Deed, Edit, PublishFinding
from knowledge_base.errors import InvalidInputError
from tests.knowledge_base.builders import make_entry

NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
TODAY, NEW_YEAR = NOW.date(), dt.date(2027, 1, 1)
LI, WANG = (Deed(actor, "new law", NOW) for actor in ("li", "wang"))
RULES = PublishRules()
A, B = (make_entry(f"claim_process.{name}", question=f"问题{name}？") for name in "ab")
NEW_A = replace(A, short_answer="新法施行后的说法。")


def review(database, *entries):
    with database.transaction() as session:
        save_edits(session, [Edit(entry) for entry in entries], LI)
        submit(session, [entry.id for entry in entries], LI)


@pytest.fixture
def scheduled(database):
    """Two published entries, and a new text of one for the first of January."""
    review(database, A, B)
    publish(database, None, WANG, RULES, TODAY)
    review(database, NEW_A)
    with database.transaction() as session:
        plan = plan_publish(session, None, WANG.actor, RULES, NEW_YEAR)
        schedule(session, plan, NEW_YEAR, WANG, forced=False)
    return database


def outcome(database):
    with database.reading() as session:
        (one,) = list_scheduled(session, "waiting", "done", "failed", "cancelled")
        return (one.state, one.outcome), published_entries(session)


def test_it_serves_from_its_day_on_and_not_before(scheduled):
    publish_due(scheduled, RULES, NEW_YEAR - dt.timedelta(days=1), NOW)
    assert outcome(scheduled) == (("waiting", ""), (A, B))
    assert publish_due(scheduled, RULES, NEW_YEAR, NOW) == []
    assert outcome(scheduled) == (("done", "snapshot 2"), (replace(NEW_A, revision=2), B))
    publish_due(scheduled, RULES, NEW_YEAR, NOW)
    with scheduled.reading() as session:
        newest, _ = list_snapshots(session)
        assert (newest.actor, newest.reason) == ("wang", "new law")
        assert find_entry(session, A.id).status == "published"


def test_a_publish_of_all_leaves_it_for_its_day(scheduled):
    with pytest.raises(InvalidInputError, match="Nothing is in review"):
        publish(scheduled, None, WANG, RULES, TODAY)
    publish(scheduled, [A.id], WANG, RULES, TODAY)
    assert outcome(scheduled)[1] == (replace(NEW_A, revision=2), B)


def test_a_draft_saved_since_stays_a_draft(scheduled):
    review(scheduled, replace(A, short_answer="更晚的草稿。"))
    publish_due(scheduled, RULES, NEW_YEAR, NOW)
    assert outcome(scheduled)[1] == (replace(NEW_A, revision=2), B)
    with scheduled.reading() as session:
        assert find_entry(session, A.id).status == "in_review"


def test_a_newer_published_text_is_not_replaced_by_it(scheduled):
    review(scheduled, replace(A, short_answer="更晚发布的。"))
    publish(scheduled, [A.id], WANG, RULES, TODAY)
    (failed,) = publish_due(scheduled, RULES, NEW_YEAR, NOW)
    assert "Newer revisions" in failed.outcome
    assert outcome(scheduled)[1][0].revision == 3


def test_what_the_checks_refuse_on_the_day_fails_and_says_so(scheduled):
    days = []

    def check(state):
        days.append(state.today)
        return [PublishFinding("error", A.id, "law not in force")]

    (failed,) = publish_due(scheduled, PublishRules(checks=[check]), NEW_YEAR, NOW)
    assert (failed.state, days) == ("failed", [NEW_YEAR])
    (state, told), entries = outcome(scheduled)
    assert (state, entries) == ("failed", (A, B))
    assert "law not in force" in told


def test_it_can_be_called_off(scheduled):
    with scheduled.transaction() as session:
        (one,) = list_scheduled(session, "waiting")
        cancel(session, one.id, LI)
    publish_due(scheduled, RULES, NEW_YEAR, NOW)
    assert outcome(scheduled) == (("cancelled", "by li: new law"), (A, B))
    with pytest.raises(InvalidInputError, match="waits"), scheduled.transaction() as session:
        cancel(session, one.id, LI)

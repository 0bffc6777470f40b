"""Drafts: revisions with their history, review, and saves that are out of date."""

import datetime as dt
from dataclasses import replace

import pytest

from knowledge_base.editing.drafts import StaleEditError, save_edits, send_back, submit
from knowledge_base.editing.history import entry_history
from knowledge_base.editing.repository import find_entry, head_entries, published_entries
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.errors import InvalidInputError
from tests.knowledge_base.builders import make_entry

NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
ENTRY = make_entry()


def deed(actor="li", reason="because"):
    return Deed(actor, reason, NOW)


def save(database, entry, based_on=None, actor="li"):
    with database.transaction() as session:
        return save_edits(session, [Edit(entry, based_on)], deed(actor))


def test_a_save_is_a_draft_with_history(database):
    assert save(database, ENTRY).new == (ENTRY.id,)
    newer = replace(ENTRY, short_answer="新的短答。", variants=(*ENTRY.variants[1:], "新的问法"))
    assert save(database, newer, based_on=1, actor="wang").changed == (ENTRY.id,)
    with database.reading() as session:
        assert find_entry(session, ENTRY.id) == replace(newer, revision=2, status="draft")
        assert find_entry(session, ENTRY.id, 1) == replace(ENTRY, status="draft")
        assert published_entries(session) == ()
        first, second = entry_history(session, ENTRY.id)
    assert (first.action, first.actor, first.revision, first.diff) == ("saved", "li", 1, ())
    assert (second.actor, second.reason, second.changed_at) == ("wang", "because", NOW)
    assert [change["field"] for change in second.diff] == ["variants", "short_answer"]
    assert second.diff[1] == {"field": "short_answer", "before": ENTRY.short_answer, "after": "新的短答。"}


def test_the_same_text_is_no_new_revision(database):
    save(database, ENTRY)
    assert save(database, replace(ENTRY, revision=7, status="draft"), based_on=1).unchanged == (ENTRY.id,)
    with database.reading() as session:
        assert find_entry(session, ENTRY.id).revision == 1
        assert len(entry_history(session, ENTRY.id)) == 1


def test_the_second_of_two_editors_gets_both_differences_and_loses_nothing(database):
    save(database, ENTRY)
    theirs = replace(ENTRY, answer=ENTRY.answer + "也可以到柜台办。")
    mine = replace(ENTRY, short_answer="我写的短答。")
    save(database, theirs, based_on=1, actor="wang")
    with pytest.raises(StaleEditError) as caught:
        save(database, mine, based_on=1, actor="li")
    (stale,) = caught.value.edits
    assert (stale.edit.entry, stale.base, stale.newest.answer) == (
        mine,
        replace(ENTRY, status="draft"),
        theirs.answer,
    )
    told = "\n".join(caught.value.detail)
    assert "saved from revision 1, but revision 2 is the newest" in told
    assert "+ 也可以到柜台办。" in told
    assert "+ 我写的短答。" in told
    with database.reading() as session:
        assert find_entry(session, ENTRY.id).answer == theirs.answer
        assert len(entry_history(session, ENTRY.id)) == 2


def test_one_stale_edit_holds_up_all_others_of_its_save(database):
    save(database, ENTRY)
    save(database, replace(ENTRY, short_answer="二。"), based_on=1)
    other = make_entry("surrender.how", question="怎么退保？")
    with pytest.raises(StaleEditError), database.transaction() as session:
        save_edits(session, [Edit(other), Edit(replace(ENTRY, short_answer="三。"), 1)], deed())
    with database.reading() as session:
        assert find_entry(session, other.id) is None


def test_two_editors_who_both_make_one_new_id(database):
    save(database, ENTRY, based_on=0)
    with pytest.raises(StaleEditError):
        save(database, replace(ENTRY, short_answer="另一个。"), based_on=0)


def test_review_and_back(database):
    save(database, ENTRY)
    with database.transaction() as session:
        assert submit(session, None, deed()) == (ENTRY.id,)
        assert submit(session, None, deed()) == ()
        assert [entry.status for entry in head_entries(session, ["in_review"])] == ["in_review"]
    with database.transaction() as session:
        send_back(session, [ENTRY.id], deed("wang", "too long"))
    save(database, replace(ENTRY, short_answer="短。"), based_on=1)
    with database.reading() as session:
        assert head_entries(session, ["in_review"]) == ()
        actions = [(change.action, change.actor) for change in entry_history(session, ENTRY.id)]
    assert actions == [("saved", "li"), ("submitted", "li"), ("sent_back", "wang"), ("saved", "li")]


def test_a_save_takes_an_entry_out_of_review(database):
    save(database, ENTRY)
    with database.transaction() as session:
        submit(session, [ENTRY.id], deed())
    save(database, replace(ENTRY, short_answer="短。"), based_on=1)
    with database.reading() as session:
        assert find_entry(session, ENTRY.id).status == "draft"


def test_what_is_no_draft_cannot_be_submitted(database):
    save(database, ENTRY)
    with database.transaction() as session:
        submit(session, None, deed())
    with pytest.raises(InvalidInputError) as caught, database.transaction() as session:
        submit(session, [ENTRY.id, "no.such"], deed())
    assert caught.value.detail == (f"{ENTRY.id}: in_review, not draft", "no.such: unknown, not draft")

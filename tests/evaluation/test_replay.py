"""A draft is asked what was asked before; every decision it changes is listed."""

import datetime as dt
from dataclasses import replace

import pytest

from api.case_replies import reply_for
from api.publish_checks import publish_checks, reply_from
from assistant.types import DecisionContext
from evaluation.replay import (
    UNLABELLED,
    logged_questions,
    replay,
    replay_check,
    replay_findings,
)
from knowledge_base.editing.types import DraftState
from tests.evaluation.builders import case

ASKED = "怎么退保"


@pytest.fixture(scope="module")
def answer(services):
    """The entry that the question is answered with now."""
    found = services.assistant().reply(ASKED).decision
    assert found.action == "answer"
    return found.entry_id


@pytest.fixture(scope="module")
def without(services, answer):
    """The published entries but for that one."""
    return tuple(entry for entry in services.snapshot.entries.values() if entry.id != answer)


@pytest.fixture(scope="module")
def after(services, without):
    return reply_from(services, without)


def labelled(**changes):
    return case(text=ASKED, **{"entry_ids": ("surrender.x",), **changes})


def test_the_same_state_changes_nothing(services):
    entries = tuple(services.snapshot.entries.values())
    report = replay([labelled()], reply_for(services), reply_from(services, entries))
    assert (report.n, report.labelled, report.changes) == (1, 1, ())
    assert list(replay_findings(report, 0.0)) == []


def test_a_lost_answer_is_worse_where_it_was_right(services, answer, after):
    rows = [labelled(id="right", entry_ids=(answer,)), labelled(id="wrong", entry_ids=())]
    report = replay([*rows, labelled(id="none", tags=(UNLABELLED,))], reply_for(services), after)
    verdicts = {change.before.case.id: change.verdict for change in report.changes}
    assert verdicts["right"] == "worse" and verdicts["none"] == "unlabelled"
    assert verdicts["wrong"] in ("neither", "better")
    assert report.changes[0].verdict == "worse"
    assert (report.n, report.labelled, report.count("worse")) == (3, 2, 1)
    assert answer in str(report.changes[0])


def test_a_newer_text_of_the_same_entry_is_no_change(services, answer):
    entries = [
        replace(entry, revision=9) if entry.id == answer else entry
        for entry in services.snapshot.entries.values()
    ]
    assert replay([labelled()], reply_for(services), reply_from(services, entries)).changes == ()


def test_the_check_refuses_too_many_worse_decisions(services, answer, without):
    entries = tuple(services.snapshot.entries.values())
    state = DraftState(without, entries, frozenset(), dt.date(2026, 11, 22))
    rows = [labelled(entry_ids=(answer,)), case(text="你好", id="c2", intents=("smalltalk",))]

    def findings(share):
        return replay_check(lambda: rows, lambda e: reply_from(services, e), share)(state)

    (error, *_), listed = findings(0.2), findings(0.5)
    assert (error.severity, "1 of 2 labelled questions are decided worse" in error.message) == ("error", True)
    assert {finding.severity for finding in listed} == {"warning"}
    assert any(ASKED in finding.message for finding in listed)


def test_nothing_to_ask_and_nothing_published_is_no_finding(services):
    state = DraftState((), (), frozenset(), dt.date(2026, 11, 22))
    check = replay_check(lambda: [labelled()], lambda e: reply_from(services, e), 0.0)
    assert check(state) == ()


def test_logged_questions_come_masked_once_and_newest_first(services):
    assistant = services.logging_assistant()
    for text in ("我电话13812345678怎么改", "怎么查保单", "我电话13812345678怎么改"):
        assistant.reply(text, DecisionContext(channel="app"))
    with services.database.reading() as session:
        newest, second = logged_questions(session, 3)
    assert (newest.text, second.text) == ("我电话[手机号]怎么改", "怎么查保单")
    assert (newest.channel, newest.tags) == ("app", (UNLABELLED,))


def test_an_installation_has_all_three_checks(services):
    assert len(publish_checks(services)) == 4

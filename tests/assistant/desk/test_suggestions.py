"""Three replies for the agent, and what the agents' labels make of them."""

import dataclasses
import datetime as dt
import json

import pytest

from api.labelled_rows import read_labelled
from assistant.desk import tickets
from assistant.desk.conversations import append, locked
from assistant.desk.labels import NO_ENTRY, labelled_rows
from assistant.desk.suggestions import record_outcome, suggest
from assistant.desk.types import NewMessage
from assistant.types import ScoredCandidate
from knowledge_base.company import read_company
from knowledge_base.errors import InvalidInputError, NotFoundError
from knowledge_base.types import Candidate
from tests.assistant.desk.builders import NOW, after, open_ticket
from tests.knowledge_base.builders import make_entry

COMPANY = read_company()
ENTRIES = {
    entry.id: entry
    for entry in (
        *(make_entry(f"claim_process.{name}", revision=7) for name in "abcd"),
        make_entry("claim_process.over", valid_to=dt.date(2026, 11, 25)),
        make_entry("emergency.default", kind="acknowledgement"),
        make_entry("smalltalk.greeting"),
    )
}


def found(name, confidence):
    candidate = Candidate(name, 7, "问题", 0.5, 0.5, 0.5, 1)
    return ScoredCandidate(candidate, name.split(".")[0], "问题", confidence)


CANDIDATES = [
    found("claim_process.a", 0.2),
    found("claim_process.over", 0.95),
    found("smalltalk.greeting", 0.95),
    found("claim_process.b", 0.9),
    found("emergency.default", 0.9),
    found("claim_process.gone", 0.9),
    found("claim_process.b", 0.1),
    found("claim_process.c", 0.3),
    found("claim_process.d", 0.1),
]


def ask(session, ticket, seq=1, search=lambda text: CANDIDATES, entries=ENTRIES):
    return suggest(session, ticket, seq, "怎么理赔", search, entries, COMPANY.fill, NOW)


def test_the_three_most_probable_that_hold_today_are_shown(database):
    with database.transaction() as session:
        shown = ask(session, open_ticket(session))
        assert [(s.rank, s.entry_id[-1], s.confidence) for s in shown] == [
            (1, "b", 0.9),
            (2, "c", 0.3),
            (3, "a", 0.2),
        ]
        assert COMPANY.hotline in shown[0].text
        assert (shown[0].basis, shown[0].source, shown[0].revision) == (("保险法第23条第1款",), "law", 7)


def test_asked_again_they_are_the_same_and_nothing_is_searched(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        first = ask(session, ticket)
    with database.transaction() as session:
        assert ask(session, ticket, search=None) == first
        left = {entry_id: entry for entry_id, entry in ENTRIES.items() if entry_id != "claim_process.c"}
        assert [s.entry_id[-1] for s in ask(session, ticket, search=None, entries=left)] == ["b", "a"]
        assert {s.id for s in ask(session, ticket, seq=2)}.isdisjoint(s.id for s in first)


def test_what_an_agent_does_with_one_is_kept(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        first, second, _ = ask(session, ticket)
        record_outcome(session, first.id, "accepted", NOW)
        record_outcome(session, first.id, "edited", after(seconds=5))
        session.expire_all()
        assert [s.outcome for s in ask(session, ticket)] == ["edited", None, None]
        with pytest.raises(InvalidInputError, match="no outcome"):
            record_outcome(session, second.id, "liked", NOW)
        with pytest.raises(NotFoundError, match="no suggestion"):
            record_outcome(session, "x", "accepted", NOW)


def test_nothing_found_suggests_nothing(database):
    with database.transaction() as session:
        assert ask(session, open_ticket(session), search=lambda text: []) == ()


def resolve(session, texts, resolved=NOW, entry_id=None, label="answered", **fields):
    ticket = open_ticket(session, texts=texts, **fields)
    row = locked(session, ticket.conversation_id)
    append(session, row, NewMessage("customer", "谢谢"), after(seconds=30))
    tickets.close_ticket(session, ticket.id, "user:a", resolved, label=label, right_entry_id=entry_id)
    return ticket


def labels(session, since=NOW, until=None):
    intents = {entry.id: entry.intent for entry in ENTRIES.values()}
    return list(labelled_rows(session, intents, since, until or after(days=1)))


def test_labels_are_rows_that_evaluation_reads(database, tmp_path):
    with database.transaction() as session:
        right = resolve(
            session, ["你好", "我电话13800138000，怎么理赔"], after(hours=1), entry_id="claim_process.a"
        )
        none = resolve(session, ["买了一半的东西能保吗"], after(hours=2), label=NO_ENTRY, queue="presale")
        rows = labels(session)
    path = tmp_path / "labels.jsonl"
    path.write_text(
        "\n".join(json.dumps(dataclasses.asdict(row), ensure_ascii=False) for row in rows), "utf-8"
    )
    first, second = read_labelled(path)
    assert (first.id, first.text, first.history) == (right.number, "我电话[手机号],怎么理赔", ("你好",))
    assert (first.action, first.intents, first.entry_ids) == (
        "answer",
        ("claim_process",),
        ("claim_process.a",),
    )
    assert (second.id, second.action, second.queue, second.entry_ids) == (
        none.number,
        "handoff",
        "presale",
        (),
    )
    assert (second.score_intent, second.source, second.channel) == (False, "desk", "web")


def test_what_nobody_labelled_and_what_is_no_question_yields_no_row(database):
    with database.transaction() as session:
        resolve(session, ["怎么理赔"])
        resolve(session, ["转人工"], reason="asked_for_person", entry_id="claim_process.a")
        resolve(session, ["怎么理赔"], entry_id="claim_process.gone")
        resolve(session, ["怎么理赔"], after(days=2), entry_id="claim_process.a")
        resolve(session, [], entry_id="claim_process.a")
        assert labels(session) == []
        assert len(labels(session, until=after(days=3))) == 1

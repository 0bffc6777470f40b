"""Uses, ratings and turned-down answers, counted by hand, on both databases."""

import datetime as dt
import uuid

import pytest

from assistant.decision_log import DecisionRow
from assistant.desk.tables import ConversationRow
from evaluation.online.entry_use import EntryUse, entry_use, unused
from evaluation.statistics import wilson_interval

NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def decision(entry_id, conversation=None, at=NOW - DAY, also=None, action="answer", reason="confident"):
    return DecisionRow(
        id=uuid.uuid4().hex, decided_at=at, channel="web", script="hans", text="怎么退保", action=action,
        reason=reason, intent="surrender", confidence=0.9, entry_id=entry_id, also_entry_id=also,
        kb_version="k", bundle_version="b", thresholds_version="t", elapsed_ms=1.0,
        conversation_id=conversation,
    )  # fmt: skip


@pytest.fixture
def conversation(database):
    """Return a function that stores a conversation, rated or not."""

    def make(rating=None, solved=None, rated_at=NOW - DAY):
        number = uuid.uuid4().hex
        row = ConversationRow(
            id=number, token_hash=number, channel="web", locale="zh-CN", segment="", state="closed",
            last_seq=0,
            created_at=NOW - DAY, changed_at=rated_at, rating=rating, rated_solved=solved,
            rated_at=rated_at if rating else None,
        )  # fmt: skip
        with database.transaction() as session:
            session.add(row)
        return number

    return make


def counted(database, *rows):
    with database.transaction() as session:
        session.add_all(rows)
    with database.reading() as session:
        return entry_use(session, NOW)


def test_uses_are_answers_of_ninety_days_second_ones_too(database):
    old, young = NOW - 91 * DAY, NOW - 89 * DAY
    rows = [decision("a", at=old), decision("a", at=young), decision("a", also="b"), decision("c", at=old)]
    use = counted(database, *rows, decision("a", action="clarify"), decision(None, action="handoff"))
    assert use == {"a": EntryUse(uses=2), "b": EntryUse(uses=1)}
    assert unused(use, "c") and not unused(use, "b")


def test_a_rating_counts_once_for_each_entry_that_answered(database, conversation):
    good, bad, unsolved, silent = (
        conversation(3, True),
        conversation(2, True),
        conversation(5, False),
        conversation(),
    )
    old = conversation(1, False, rated_at=NOW - 91 * DAY)
    rows = [decision("a", one) for one in (good, bad, bad, unsolved, silent, old)]
    use = counted(database, *rows, decision("b", bad), decision("b", good, action="clarify"))
    assert use["a"] == EntryUse(uses=6, rated=3, bad=2)
    assert use["b"] == EntryUse(uses=1, rated=1, bad=1)
    assert use["a"].bad_interval == wilson_interval(2 / 3, 3)
    assert EntryUse(uses=4).bad_interval is None


def test_an_answer_is_turned_down_by_the_next_message_of_its_conversation(database, conversation):
    one, other = conversation(), conversation()
    minute = dt.timedelta(minutes=1)
    rows = [
        decision("a", one, NOW - 9 * minute),
        decision("b", other, NOW - 8 * minute),
        decision("x", one, NOW - 7 * minute, action="clarify", reason="rejected"),
        decision("y", one, NOW - 6 * minute, action="clarify", reason="rejected"),
        decision("b", other, NOW - 5 * minute),
        decision("z", None, NOW - 4 * minute, action="clarify", reason="rejected"),
    ]
    use = counted(database, *rows)
    assert use == {"a": EntryUse(uses=1, turned_down=1), "b": EntryUse(uses=2)}

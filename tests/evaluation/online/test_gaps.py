"""Questions that were not served are found, grouped by meaning, compared and remembered."""

import datetime as dt

import numpy as np
import pytest
from scipy.stats import binomtest

from assistant.decision_log import DecisionRow
from assistant.desk.tables import ConversationRow, TicketRow
from evaluation.online.dismissals import dismiss, dismissed_ids, list_dismissed, take_back
from evaluation.online.gaps import Span, find_gaps
from evaluation.online.grouping import group_by_meaning
from evaluation.online.missed import Missed, missed_questions
from evaluation.online.trends import trends

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)


def unit(rng, centre, n, spread=0.5):
    rows = centre + rng.normal(size=(n, len(centre))) * spread
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("core", [500, 60])
def test_texts_of_one_topic_are_one_group_however_few_are_linked_at_once(core):
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(12, 64))
    topics = rng.integers(12, size=400)
    vectors = np.vstack([unit(rng, centres[topic], 1) for topic in topics])
    labels = group_by_meaning(vectors, core=core)
    for topic in range(12):
        assert len(set(labels[topics == topic])) == 1
    assert len(set(labels)) == 12


def test_trends_agree_with_the_exact_test_and_correct_for_many():
    now, before, exposure = [30, 10, 12, 4, 9], [10, 10, 0, 30, 8], (1000, 1200)
    found = trends(now, before, exposure)
    share = exposure[0] / sum(exposure)
    p = [binomtest(a, a + b, share).pvalue for a, b in zip(now, before, strict=True)]
    assert all(one.q >= 0.8 * value for one, value in zip(found, p, strict=True))
    assert [one.direction for one in found] == ["rising", "steady", "new", "falling", "steady"]
    assert found[0].ratio == pytest.approx(30 / 1000 / (10 / 1200))
    assert found[0].low < found[0].ratio < found[0].high and found[0].low > 1
    assert found[2].ratio is None and found[2].high is None


def test_trends_among_many_steady_topics_are_seldom_called():
    rng = np.random.default_rng(2)
    called = 0
    for _ in range(40):
        found = trends(rng.poisson(20, 200).tolist(), rng.poisson(20, 200).tolist(), (4000, 4000))
        called += any(one.direction != "steady" for one in found)
    assert called <= 40 * 0.05 + 3 * np.sqrt(40 * 0.05)


def test_a_period_without_one_before_has_no_trend():
    assert [one.direction for one in trends([5], [0], (100, 0))] == ["steady"]


VECTORS = {"宠物": (1.0, 0.0, 0.0), "贷款": (0.0, 1.0, 0.0), "满期": (0.0, 0.0, 1.0)}


def encode(texts):
    rows = [next(v for word, v in VECTORS.items() if word in text) for text in texts]
    return np.array(rows, dtype=np.float32).reshape(len(texts), 3)


def missed(text, n, at=NOW, kind="unanswered"):
    return [
        Missed(f"{text}{i}", at, f"{text}{i % 3}", kind, f"c{text}{i}", "product_inquiry") for i in range(n)
    ]


def test_the_largest_gap_comes_first_and_a_dismissed_one_is_known_again_until_it_grows(database):
    before = Span(missed("贷款", 10), 1000)
    now = Span(missed("宠物", 30) + missed("贷款", 11) + missed("满期", 2), 1000)
    first, second = find_gaps(now, before, encode, lambda text, vector: ())
    assert (first.size, first.trend.direction, first.kinds) == (30, "new", {"unanswered": 30})
    assert "宠物" in first.question and len(first.examples) == 3
    assert first.share.value == pytest.approx(30 / 43) and first.share.low < 30 / 43 < first.share.high
    assert (second.size, second.trend.direction) == (11, "steady")
    with database.transaction() as session:
        dismiss(session, first, now.asked, "user:1", "不做宠物险", NOW)
    with database.reading() as session:
        kept = list_dismissed(session)
    assert find_gaps(now, before, encode, lambda text, vector: (), kept)[0].dismissed == first.id
    grown = Span(missed("宠物", 61), 1000)
    assert not find_gaps(grown, before, encode, lambda text, vector: (), kept)[0].dismissed
    with database.transaction() as session:
        take_back(session, first.id)
        assert dismissed_ids(session) == frozenset()


def test_what_one_person_asks_again_and_again_is_no_gap():
    same = [Missed(str(i), NOW, "宠物", "clarified", "c", "x") for i in range(20)]
    assert find_gaps(Span(same, 100), Span([], 100), encode, lambda text, vector: ()) == ()


def decision(id_, conversation, minute, action="answer", reason="confident", text="问"):
    at = NOW + dt.timedelta(minutes=minute)
    values = {"channel": "web", "script": "hans", "intent": "claim_amount", "confidence": 0.5}
    values |= {"kb_version": "k", "bundle_version": "b", "thresholds_version": "t", "elapsed_ms": 1.0}
    values |= {"text": text, "action": action, "reason": reason, "conversation_id": conversation}
    return DecisionRow(id=id_, decided_at=at, **values)


def conversation(id_, **rated):
    values = {"channel": "web", "locale": "zh-CN", "segment": "", "state": "closed", "last_seq": 0}
    return ConversationRow(id=id_, token_hash=id_, created_at=NOW, changed_at=NOW, **values, **rated)


def ticket(conversation_id, reason="uncertain", label=None):
    later = NOW + dt.timedelta(minutes=30)
    values = {"queue": "general", "level": 1, "state": "resolved", "priority": 1, "urgency": "normal"}
    values |= {"confidence": 0.5, "summary": "", "waiting_since": later, "created_at": later}
    values |= {name: [] for name in ("entities", "answered", "candidates", "marks")}
    return TicketRow(
        id=conversation_id,
        number=conversation_id,
        conversation_id=conversation_id,
        reason=reason,
        label=label,
        resolved_at=later,
        **values,
    )


def test_a_question_is_missed_in_five_ways_and_counts_once(database):
    after = NOW + dt.timedelta(hours=1)
    rows = [
        conversation("bad", rating=1, rated_at=after),
        conversation("good", rating=5, rated_solved=True, rated_at=after),
        *(conversation(name) for name in ("down", "unsolved", "none", "plain")),
    ]
    with database.transaction() as session:
        session.add_all(rows)
        session.flush()
        session.add_all([ticket("unsolved", "unsolved"), ticket("none", label="no_entry")])
        session.add_all(
            [
                decision("b1", "bad", 1),
                decision("b2", "bad", 2, "decline", "not_insurance"),
                decision("g1", "good", 1),
                decision("d1", "down", 1),
                decision("d2", "down", 2, "clarify", "rejected", text="不对"),
                decision("u1", "unsolved", 1),
                decision("n1", "none", 1, "handoff", "uncertain"),
                decision("p1", "plain", 1, "clarify", "several_readings"),
                decision("p2", "plain", 2, "handoff", "asked_for_person"),
                decision("alone", None, 3, "handoff", "uncertain"),
            ]
        )
    with database.reading() as session:
        found = {one.decision_id: one.kind for one in missed_questions(session, NOW, NOW + WEEK)}
        assert missed_questions(session, NOW - WEEK, NOW) == []
    assert found == {
        "b1": "bad_rating",
        "d1": "rejected",
        "u1": "rejected",
        "n1": "no_entry",
        "p1": "clarified",
        "alone": "unanswered",
    }

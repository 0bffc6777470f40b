"""Collisions, near-duplicates and what a question finds when it is left out."""

import datetime as dt
from dataclasses import replace

import pytest

from benchmarks.tfidf_encoder import TfidfEncoder
from knowledge_base.editing.checks.retrieval import RetrievalBounds, Share, measure_retrieval
from knowledge_base.editing.checks.retrieval_findings import retrieval_check, retrieval_findings
from knowledge_base.editing.types import DraftState
from knowledge_base.search.faiss_index import FaissIndex
from knowledge_base.search.search import SearchIndex, build_index, questions_of
from knowledge_base.search.text import normalize
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.types import Example
from tests.knowledge_base.builders import make_entry

SURRENDER = make_entry(
    "surrender.how", question="怎么办理退保", variants=("退保怎么办理", "退保在哪里办理", "我要办理退保手续")
)
LOOKUP = make_entry(
    "policy_lookup.how",
    question="怎么查询我的保单",
    variants=("我的保单怎么查询", "查询我的保单信息", "保单信息怎么查询"),
)
INVOICE = make_entry(
    "claim_documents.lost", question="发票丢了还能理赔吗", variants=("发票遗失怎么理赔", "理赔发票丢了怎么办")
)
APART = (SURRENDER, LOOKUP, INVOICE)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return Tokenizer(tmp_path_factory.mktemp("dictionary"))


@pytest.fixture
def make_index(tokenizer):
    def make(entries):
        encoder = TfidfEncoder([normalize(q.text) for q in questions_of(entries)])
        return build_index(entries, encoder, tokenizer, 0.5)

    return make


@pytest.fixture
def measure(make_index, tokenizer):
    return lambda entries, **bounds: measure_retrieval(
        make_index(entries), len(questions_of(entries)), tokenizer, RetrievalBounds(**bounds)
    )


def test_entries_that_lie_apart(measure):
    report = measure(APART)
    questions = sum(len(entry.questions) for entry in APART)
    assert report.questions == questions
    assert report.self_retrieval == report.first == report.first_three == Share(questions, questions)
    assert (report.collisions, report.rivalries, report.near_duplicates) == ((), (), ())
    assert retrieval_findings(report) == []


def test_a_question_that_two_entries_have_word_for_word_is_a_collision(measure):
    thief = replace(LOOKUP, variants=(*LOOKUP.variants, "退保怎么办理"))
    report = measure((SURRENDER, thief))
    found = {(c.entry_id, c.question, c.rival_id, c.rival_question) for c in report.collisions}
    # The entry that asks nothing else of the kind loses its question; the other keeps it.
    assert found == {("policy_lookup.how", "退保怎么办理", "surrender.how", "退保怎么办理")}
    assert "error" in {f.severity for f in retrieval_findings(report) if "collision" in f.message}
    assert report.self_retrieval.hits < report.self_retrieval.n


def test_the_margin_is_a_setting(measure):
    near = replace(LOOKUP, variants=(*LOOKUP.variants, "退保怎么办理手续"))
    assert measure((SURRENDER, near)).collisions == ()
    wide = measure((SURRENDER, near), margin=1.0, close=0.0).collisions
    assert ("退保怎么办理", "退保怎么办理手续") in {(c.question, c.rival_question) for c in wide}
    assert all(not c.lost and c.own - c.rival < 1.0 for c in wide)


def test_a_variant_that_finds_another_entry_in_other_words(measure):
    stray = replace(INVOICE, variants=(*INVOICE.variants, "退保手续怎么办理"))
    report = measure((SURRENDER, LOOKUP, stray))
    lost = [r for r in report.rivalries if r.lost and r.question == "退保手续怎么办理"]
    assert [r.rival_id for r in lost] == ["surrender.how"]
    assert report.first.hits < report.first.n
    said = [str(f) for f in retrieval_findings(report) if f.entry_id == stray.id]
    assert any("1 questions find 'surrender.how'" in line and "退保手续怎么办理" in line for line in said)


def test_an_entry_with_one_question_is_not_asked_without_it(measure):
    alone = make_entry("renewal.how", question="续保的流程", variants=())
    report = measure((SURRENDER, alone))
    assert (report.self_retrieval.n, report.first.n) == (5, 4)


def test_nearly_the_same_letters_in_two_entries(measure):
    twin = replace(LOOKUP, variants=("在哪里查询保单的信息啊", "我要办理退保的手续"))
    other = replace(SURRENDER, variants=("我要办理退保手续了", "去哪退保"))
    assert measure((twin, other)).near_duplicates == ()
    twin = replace(twin, variants=("我要办理退保手续啊",))
    (found,) = measure((twin, replace(SURRENDER, variants=("我要办理退保手续",)))).near_duplicates
    assert {found.question, found.other_question} == {"我要办理退保手续啊", "我要办理退保手续"}
    assert found.likeness > 0.8


def test_a_sample_still_asks_what_lies_close(measure):
    thief = replace(LOOKUP, variants=(*LOOKUP.variants, "退保怎么办理"))
    report = measure((SURRENDER, thief), sample=1)
    assert report.self_retrieval.n == 1
    assert len(report.collisions) == 1


def test_of_a_change_only_its_own_questions_and_near_ones_are_asked(make_index, tokenizer, monkeypatch):
    monkeypatch.setattr("knowledge_base.search.search.NEAREST", 2)
    index, count = make_index(APART), len(questions_of(APART))
    whole = measure_retrieval(index, count, tokenizer, RetrievalBounds())
    part = measure_retrieval(index, count, tokenizer, RetrievalBounds(), changed=frozenset({LOOKUP.id}))
    assert (whole.whole, part.whole) == (True, False)
    assert len(LOOKUP.questions) <= part.self_retrieval.n < whole.self_retrieval.n
    none = measure_retrieval(index, count, tokenizer, RetrievalBounds(), changed=frozenset())
    assert none.self_retrieval.n == 0


def test_the_publish_check_speaks_of_what_changes(make_index, tokenizer):
    stray = replace(INVOICE, variants=(*INVOICE.variants, "退保手续怎么办理"))
    check = retrieval_check(make_index, tokenizer, RetrievalBounds())
    entries = (INVOICE, LOOKUP, SURRENDER)

    def said(changed):
        state = DraftState((stray, LOOKUP, SURRENDER), entries, frozenset(changed), dt.date(2026, 11, 22))
        return [f.message for f in check(state) if f.entry_id]

    assert any("退保手续怎么办理" in line for line in said([stray.id]))
    assert any("退保手续怎么办理" in line for line in said([SURRENDER.id]))  # it is in the way of
    assert not any("退保手续怎么办理" in line for line in said([LOOKUP.id]))


def test_training_examples_of_another_entry_are_a_warning(tokenizer):
    wrong = ("退保怎么办理呀", "怎么办理退保", "退保要怎么办理", "退保 怎么 办理 呢")
    questions = questions_of((SURRENDER, LOOKUP), [Example(t, "policy_lookup", LOOKUP.id) for t in wrong])
    texts = [question.normalized for question in questions]
    encoder = TfidfEncoder(texts)
    dense = FaissIndex(encoder.encode(texts), encoder.id, encoder.fingerprint)
    index = SearchIndex(questions, dense, [tokenizer.terms(text) for text in texts], 0.5)
    report = measure_retrieval(index, len(questions) - len(wrong), tokenizer, RetrievalBounds())
    rivals = {(c.question, c.rival_id) for c in report.rivalries if c.example}
    assert ("退保怎么办理", LOOKUP.id) in rivals
    assert {finding.severity for finding in retrieval_findings(report)} == {"warning"}

"""Typing errors of the same sound are mended; what is right, or merely unknown, stays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.search.lexicon import sounds
from knowledge_base.search.search import make_query
from knowledge_base.search.spelling import NgramCounts, Speller
from knowledge_base.search.text import normalize

TEXTS = ["理赔要什么材料", "怎么理赔", "手术费能理赔吗", "车险怎么续保", "车险续保要多少钱", "车险不续保"] * 5
SPELLER = Speller.of(TEXTS)


def no_word(text):
    return False


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("理陪要什么材料", "理赔要什么材料"),
        ("手术费能李赔吗", "手术费能理赔吗"),
        ("车显怎么续保", "车险怎么续保"),
        ("徐保", "徐保"),  # nothing tells at the beginning of a text that was never asked
        ("李陪", "李陪"),  # two errors side by side vouch for each other
        ("", ""),
        ("赔", "赔"),
        ("how to claim", "how to claim"),
    ],
)
def test_a_character_of_the_same_sound_gives_way(typed, meant):
    assert SPELLER.mend(typed, no_word) == meant


def test_a_word_of_the_dictionary_stays():
    assert SPELLER.mend("手术费能李赔吗", lambda pair: pair == "李赔") == "手术费能李赔吗"


def test_what_an_entry_brings_is_no_error():
    assert SPELLER.mend("怎么理培", no_word) == "怎么理赔"
    assert SPELLER.knowing(["理培是什么"]).mend("怎么理培", no_word) == "怎么理培"


def test_a_published_question_is_never_changed(services):
    index, is_word = services.snapshot.index, services.tokenizer.is_word
    for question in index.questions:
        assert index.speller.mend(question.normalized, is_word) == question.normalized


@pytest.mark.parametrize(
    "text", ["我叫王晓丽", "李家诚买的保险", "去卖保险", "惠民保怎么买", "平安福的现金价值"]
)
def test_names_and_other_meanings_stay(services, text):
    assert services.snapshot.index.speller.mend(text, services.tokenizer.is_word) == text


def test_a_query_is_mended_and_its_raw_text_kept(services):
    query = make_query("理陪要什么材料", services.tokenizer, services.snapshot.index.speller)
    assert (query.raw, query.normalized) == ("理陪要什么材料", "理赔要什么材料")
    reply, right = (services.assistant().reply(text) for text in (query.raw, query.normalized))
    assert reply.decision.entry_id == right.decision.entry_id


@given(st.text(max_size=40))
def test_any_text_keeps_its_length_and_its_other_characters(text):
    clean = normalize(text)
    mended = SPELLER.mend(clean, no_word)
    assert len(mended) == len(clean)
    table = set("".join(sounds().values()))
    assert all(was == now or (was in table and now in table) for was, now in zip(clean, mended, strict=True))


@given(st.lists(st.integers(0, 9), max_size=30), st.lists(st.integers(0, 9), max_size=30))
def test_counts_of_both_are_counts_of_all(some, others):
    one, two, both = (NgramCounts.of(np.array(keys, np.uint64)) for keys in (some, others, some + others))
    asked = np.arange(10, dtype=np.uint64)
    assert (
        one.plus(two)(asked).tolist() == both(asked).tolist() == [(some + others).count(n) for n in range(10)]
    )

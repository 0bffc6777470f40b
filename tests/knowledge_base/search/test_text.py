"""Normalisation: fixed point, bounded, one form for both scripts."""

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.errors import InvalidInputError
from knowledge_base.search.lexicon import regional_terms
from knowledge_base.search.text import MAX_MESSAGE, MAX_NORMALIZED, normalize, require_message, script_of

chinese = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
        st.sampled_from("，。！？…—😀🚗①㈱ﬁ\u200b\u3000\n"),
    ),
    max_size=60,
)


@given(st.one_of(chinese, st.text(max_size=200)))
def test_normalising_twice_changes_nothing(text):
    once = normalize(text)
    assert normalize(once) == once


@given(st.text(max_size=3 * MAX_NORMALIZED))
def test_never_longer_than_the_bound(text):
    assert len(normalize(text)) <= MAX_NORMALIZED


def test_the_bound_holds_for_a_character_that_expands():
    assert len(normalize("ﷺ" * MAX_NORMALIZED)) <= MAX_NORMALIZED


SENTENCES = [
    "保险单丢了怎么补发",
    "发票复印件能理赔吗，后来头发都急白了",
    "著名医院的干部病房费用报不报",
    "车里面的干粮被雨淋了赔吗",
    "我要退保，能退多少钱",
    "网络上买的保险怎么查真伪",
    "受益人可以改成我太太吗",
    "划痕险和车损险有什么区别",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("config", ["s2t", "s2tw", "s2hk"])
def test_both_scripts_of_a_sentence_meet(sentence, config):
    traditional = opencc.OpenCC(config).convert(sentence)
    assert traditional != sentence
    assert normalize(traditional) == normalize(sentence)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ＡＢＣ１２３保单", "abc123保单"),
        ("怎么退保？？？！！！", "怎么退保?!"),
        ("保单😀查询👍🏻", "保单查询"),
        ("看 https://example.com/a?b=1 这个保单", "看这个保单"),
        ("保 单 号", "保单号"),
        ("保单号是 PA20261122345678 能查吗", "保单号是 pa0 能查吗"),
        ("哈哈哈哈哈哈", "哈哈"),
        ("要保人可以改嗎", "投保人可以改吗"),
        ("第\u200b三\u0007者", "第三者"),
    ],
)
def test_examples(raw, expected):
    assert normalize(raw) == expected


def test_mapping_regional_terms_is_a_fixed_point():
    for regional, common in regional_terms():
        assert not any(other in common for other, _ in regional_terms()), (regional, common)


def test_script():
    assert script_of("保單在哪裡看") == "hant"
    assert script_of("保单在哪里看") == "hans"


@pytest.mark.parametrize("text", ["", "   ", "\n\t\u3000", "\x00\x07\u200b", "x" * (MAX_MESSAGE + 1)])
def test_messages_that_cannot_be_asked(text):
    with pytest.raises(InvalidInputError):
        require_message(text)


def test_a_message_of_the_longest_length_is_taken():
    assert require_message("保" * MAX_MESSAGE)


def test_half_a_surrogate_pair_is_no_failure():
    assert script_of("退保\udcff怎么办") == "hans"

"""Pinyin is read as the characters that questions have; other languages stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.search.lexicon import latin_words, sounds
from knowledge_base.search.pinyin import read_pinyin
from knowledge_base.search.search import make_query
from knowledge_base.search.spelling import Speller
from knowledge_base.search.text import normalize

SPELLER = Speller.of(["理赔要什么材料", "怎么理赔", "车险怎么续保", "怎么报案", "如何理赔"] * 5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zenme lipei", "怎么理赔"),
        ("zen me li pei", "怎么理赔"),
        ("zenmelipei", "怎么理赔"),
        ("车险zenme续保", "车险怎么续保"),
        ("ct 理赔yao什么材料", "ct 理赔yao什么材料"),  # one syllable may be anything
        ("ruhe baoan", "如何报案"),  # nobody asked it in these words
        ("how to claim", "how to claim"),
        ("human", "human"),
        ("zhuang yuan", "zhuang yuan"),  # syllables that no question has
        ("", ""),
    ],
)
def test_syllables_become_what_questions_say(typed, meant):
    assert read_pinyin(typed, SPELLER) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bao dan zen me cha", "保单怎么查"),
        ("wo de chexian shenme shihou daoqi", "我的车险什么时候到期"),
        ("zhongji xian duoshao qian yi nian", "重疾险多少钱一年"),
        ("ct fapiao diu le zenme bu", "ct发票丢了怎么补"),
        ("wo bu xiang huo le", "我不想活了"),
    ],
)
def test_whole_questions_are_read(services, typed, meant):
    assert read_pinyin(normalize(typed), services.snapshot.index.speller) == meant


@pytest.mark.parametrize(
    "text",
    [
        "can i cancel my policy",
        "please give me a hand he can do it",
        "made in china",
        "app login 失败",
        "pdf版 policy 发我 gmail",
        "samsung",
        "we chat pay",
    ],
)
def test_other_languages_stay(services, text):
    assert read_pinyin(text, services.snapshot.index.speller) == text


def test_a_query_is_read_and_its_raw_text_kept(services):
    query = make_query("Zenme Lipei", services.tokenizer, services.snapshot.index.speller)
    assert (query.raw, query.normalized) == ("Zenme Lipei", "怎么理赔")


def test_a_long_message_is_read_and_a_hostile_one_left_alone(services):
    speller = services.snapshot.index.speller
    told = "wo zuotian kaiche zhuang le yi ge laoren ta zhuyuan le baoxian neng pei ma yao shenme cailiao"
    assert "zhu" not in read_pinyin(told, speller) and "保险能赔吗" in read_pinyin(told, speller)
    assert read_pinyin("ae" * 500, speller) == "ae" * 500
    assert read_pinyin("zenme lipei。" * 60, speller).endswith("zenme lipei。")


@pytest.mark.parametrize("texts", [[], ["怎么理赔"]])
def test_a_small_index_reads_what_it_can(texts):
    assert read_pinyin("zenme lipei", Speller.of(texts)) in {"zenme lipei", "怎么理赔"}


@given(st.text("abeghinouz '保理", max_size=40))
def test_whatever_comes_is_read(text):
    read = read_pinyin(text, SPELLER)
    assert set(text) & set("保理") <= set(read)


def test_words_of_other_languages_fall_into_several_syllables():
    for word in latin_words():
        assert read_pinyin(word, SPELLER) == word
        assert word not in sounds()

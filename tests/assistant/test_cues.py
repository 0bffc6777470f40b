"""Marks beside the intent: complex cases, vague texts, self-harm."""

from pathlib import Path

import pytest
import yaml

from assistant.understanding.cues import shipped_cues
from knowledge_base.search.text import normalize

CUES = shipped_cues()
SENTENCES = yaml.safe_load(Path(__file__).with_name("cue_sentences.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "我撞伤了人,交警认定我全责,对方要起诉",
        "我爸被车撞死了对方不肯赔,要不要请律师",
        "朋友骨折住院,责任认定书说同等责任",
        *SENTENCES["complex"],
    ],
)
def test_complex(text):
    assert CUES.is_complex(normalize(text))


@pytest.mark.parametrize(
    "text",
    [
        "追尾全责保险怎么赔",
        "骨折意外险赔吗",
        "我的保单可以请律师吗",
        "交强险死亡赔多少",
        *SENTENCES["not_complex"],
    ],
)
def test_not_complex(text):
    assert not CUES.is_complex(normalize(text))


@pytest.mark.parametrize(
    "text",
    ["怎么办", "可以吗", "退", "请问", "我想问一下", "多少钱?", "这个怎么弄", *SENTENCES["vague"]],
)
def test_vague(text):
    assert CUES.is_vague(normalize(text))


@pytest.mark.parametrize(
    "text", ["退保", "理赔", "保单怎么查", "交强险多少钱", "受益人", *SENTENCES["not_vague"]]
)
def test_not_vague(text):
    assert not CUES.is_vague(normalize(text))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "车险",
            "交强险",
            "重疾险!",
            "百万医疗险",
            "雇主责任险",
            "养老保险",
            "三者险 车损险",
            "一年期意外险",
        ),
        *("骨折", "高血压", "理赔", "年金"),
        *("孩子三岁", "我爸62岁", "我有糖尿病", "送外卖的", "怀孕三个月", "给妈妈买", "靠谱吗"),
    ],
)
def test_names_alone(text):
    assert CUES.is_unasked(normalize(text))


@pytest.mark.parametrize(
    "text",
    [
        "危险",
        "出险",
        "骗保险",
        "没上车险",
        "买车险",
        "退重疾险",
        "车险理赔",
        "重疾险多少钱",
        "医保",
        "有危险",
        "保险",
        "拒赔",
        "骨折了",
        "孩子烫伤了",
        "心脏病发作",
        "我妈骨折了怎么办",
        *("救命!车险", "孩子溺水意外险", "爸爸昏迷医疗险", "撞人报险", "着火财产险", "病情凶险", "阴险"),
        *("举报车险", "盗刷车险", "误导重疾险", "人工,车险", "车险,12378", "我妈心脏病,120"),
        *("我抑郁", "我有抑郁症", "老公脑梗", "我妈心脏病", "孩子哮喘", "他骨折", "死亡"),
        "12378",
        "我",
    ],
)
def test_more_than_a_name(text):
    assert not CUES.is_unasked(normalize(text))


@pytest.mark.parametrize("text", ["真的不想活了", *SENTENCES["self_harm"]])
def test_self_harm(text):
    assert CUES.is_self_harm(normalize(text))


@pytest.mark.parametrize("text", ["保单还活着吗", *SENTENCES["not_self_harm"]])
def test_not_self_harm(text):
    assert not CUES.is_self_harm(normalize(text))


def test_a_topic_word_chooses_the_caring_reply_only():
    assert CUES.mentions_self_harm("两年内自杀赔不赔")
    assert not CUES.is_self_harm("两年内自杀赔不赔")

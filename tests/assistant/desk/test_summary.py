"""Two lines of the customer's own words."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.desk.summary import LINES, LONGEST_LINE, summarise
from knowledge_base.personal_data import has_personal_data

TODAY = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("texts", "summary"),
    [
        (["你好", "在吗", "重疾险怎么退保"], "重疾险怎么退保"),
        (
            ["你好。我妈妈上个月做了手术。医疗险能报销多少？谢谢", "不是这个", "要带哪些发票？"],
            "医疗险能报销多少？\n要带哪些发票？",
        ),
        (
            ["我昨天在高速上追尾了。今天天气真不好。我要投诉理赔员拖延，车损险定损2万还没到账！我很生气。"],
            "我昨天在高速上追尾了。\n我要投诉理赔员拖延，车损险定损2万还没到账！",
        ),
        (["怎么退保？", "怎么退保", "转人工"], "怎么退保\n转人工"),
        ([], ""),
        (["？？", "。"], ""),
    ],
)
def test_the_sentences_that_carry_the_question_stand_in_their_order(texts, summary):
    assert summarise(texts, TODAY) == summary


def test_nothing_personal_is_left():
    summary = summarise(["我身份证11010519491231002X，手机13800138000，怎么改受益人？"], TODAY)
    assert summary == "我身份证[证件号],手机[手机号],怎么改受益人?"


def test_a_number_is_not_cut_before_it_is_masked():
    text = "理赔" * (LONGEST_LINE // 2 - 3) + "13800138000怎么办"
    assert "138" not in summarise([text], TODAY)


@settings(max_examples=200)
@given(st.lists(st.text("我要退保怎么办吗？。！\n13800138000，", max_size=120), max_size=6))
def test_it_is_short_masked_and_said_by_the_customer(texts):
    summary = summarise(texts, TODAY)
    lines = summary.splitlines()
    assert len(lines) <= LINES
    assert all(len(line) <= LONGEST_LINE for line in lines)
    assert not has_personal_data(summary)

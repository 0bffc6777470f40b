"""Customers of other insurers are told that another company's channels count for them."""

import pytest

from assistant.understanding.insurers import names_other_insurer
from knowledge_base.search.text import normalize

SAMPLE = ("示例保险股份有限公司（演示）", "示例保险")


@pytest.mark.parametrize(
    "text",
    ["招商信诺儿童险如何投保", "人保车险怎么查", "平安车险能网上续保吗", "PICC電話多少", "泰康人壽靠譜嗎"],
)
def test_another_insurer_is_recognised(text):
    assert names_other_insurer(normalize(text), SAMPLE)


@pytest.mark.parametrize(
    "text",
    [
        "怎么退保",
        "祝你平安",
        "阳光太大晒坏了车漆赔吗",
        "大家都说不赔",
        "去太平洋岛国旅游买什么险",
        "被保人去世了",
        "新华书店着火",
        "学生平安保险是什么",
    ],
)
def test_other_words_are_no_insurer(text):
    assert not names_other_insurer(normalize(text), SAMPLE)


def test_the_company_itself_is_no_other():
    own = ("中国平安财产保险股份有限公司", "平安车险")
    assert not names_other_insurer(normalize("平安车险怎么续保"), own)
    assert not names_other_insurer(normalize("平安福能退吗"), own)
    assert names_other_insurer(normalize("中国人保的退得了吗"), own)
    assert names_other_insurer(normalize("人保的能转到平安车险吗"), own)


def test_an_answer_ends_with_the_note(services):
    assistant = services.assistant()
    plain = assistant.reply("车险怎么退保")
    other = assistant.reply("人保车险怎么退保")
    assert (plain.decision.action, other.decision.action) == ("answer", "answer")
    assert "其他保险公司" not in plain.text
    assert other.text.count("您提到了其他保险公司") == 1

"""Customers of other insurers are told that another company's channels count for them."""

import pytest

from assistant.understanding.insurers import names_other_insurer
from knowledge_base.search.text import normalize

SAMPLE = ("示例保险股份有限公司（演示）", "示例保险")

OTHERS = """招商信诺儿童险如何投保
信诺重疾险要什么资料
人保车险怎么查
我在人保买的车险怎么退保
报案电话打哪个，我是人保的
去年在人保买的，想去人保改
平安车险能网上续保吗
平安的车险怎么退
在平安买的能在你们这续吗
太平洋的车险电话
PICC電話多少
泰康人壽靠譜嗎"""

NO_INSURER = """怎么退保
祝你平安
阳光太大晒坏了车漆赔吗
大家都说不赔
大家养老金怎么领
去太平洋岛国旅游买什么险
投保人保单丢了
我太太保单在哪查
个人保车险要什么材料
老人保健康险
在全国任何地方都赔吗
公安联系我说有诈骗
公众安全责任险
病史带病投保
全国寿险哪家好
给老人保重疾，会不会太保守
被保人去世了
新华书店着火
学生平安保险是什么
少儿平安保险要什么
母子平安保险多久生效"""


@pytest.mark.parametrize("text", OTHERS.splitlines())
def test_another_insurer_is_recognised(text):
    assert names_other_insurer(normalize(text), SAMPLE)


@pytest.mark.parametrize("text", NO_INSURER.splitlines())
def test_other_words_are_no_insurer(text):
    assert not names_other_insurer(normalize(text), SAMPLE)


@pytest.mark.parametrize(
    ("own", "text", "other"),
    [
        (("中国平安财产保险股份有限公司", "平安车险"), "平安福能退吗", False),
        (("中国平安财产保险股份有限公司", "平安车险"), "中国人保的退得了吗", True),
        (("中国人民财产保险股份有限公司", "人保财险"), "picc车险怎么退", False),
        (("中国太平洋财产保险股份有限公司", "太平洋产险"), "太保车险怎么续", False),
        (("中国人寿保险股份有限公司", "中国人寿"), "国寿的年金怎么领", False),
        (("泰康人寿保险有限责任公司", "泰康人寿"), "中国人寿的保单能转来吗", True),
        (("太平人寿保险有限公司", "太平人寿"), "太平洋保险怎么退", True),
        (("中宏人寿保险有限公司", "中宏人寿"), "百年人寿的保单怎么退", True),
        (("中宏人寿保险有限公司", "中宏人寿"), "中宏人寿的保单怎么退", False),
        (("招商信诺人寿保险有限公司", "招商信诺"), "招商仁和的产品", True),
    ],
)
def test_the_companys_own_brand_is_no_other(own, text, other):
    assert names_other_insurer(normalize(text), own) is other


def test_an_answer_ends_with_the_note(services):
    assistant = services.assistant()
    plain = assistant.reply("车险怎么退保")
    other = assistant.reply("人保车险怎么退保")
    assert (plain.decision.action, other.decision.action) == ("answer", "answer")
    assert "其他保险公司" not in plain.text
    assert other.text.count("您提到了其他保险公司") == 1

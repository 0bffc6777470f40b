"""Marks beside the intent: complex cases, vague texts, self-harm."""

import pytest

from assistant.understanding.cues import shipped_cues

CUES = shipped_cues()


@pytest.mark.parametrize(
    "text",
    [
        "我撞伤了人,交警认定我全责,对方要起诉",
        "我爸被车撞死了对方不肯赔,要不要请律师",
        "朋友骨折住院,责任认定书说同等责任",
    ],
)
def test_complex(text):
    assert CUES.is_complex(text)


@pytest.mark.parametrize(
    "text", ["追尾全责保险怎么赔", "骨折意外险赔吗", "我的保单可以请律师吗", "交强险死亡赔多少"]
)
def test_not_complex(text):
    assert not CUES.is_complex(text)


@pytest.mark.parametrize("text", ["怎么办", "可以吗", "退", "请问", "我想问一下", "多少钱?", "这个怎么弄"])
def test_vague(text):
    assert CUES.is_vague(text)


@pytest.mark.parametrize("text", ["退保", "理赔", "保单怎么查", "交强险多少钱", "受益人"])
def test_not_vague(text):
    assert not CUES.is_vague(text)


def test_self_harm():
    assert CUES.mentions_self_harm("真的不想活了")
    assert not CUES.mentions_self_harm("保单还活着吗")

"""Masking of personal data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.personal_data import has_personal_data, mask_personal_data, mask_where_needed


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我电话13812345678", "我电话[手机号]"),
        ("+86 138-1234-5678 找我", "[手机号] 找我"),
        ("１３８１２３４５６７８", "[手机号]"),
        ("身份证11010519491231002X", "身份证[证件号]"),
        ("110105 19491231 0021", "[证件号]"),
        ("卡号6222 0212 3456 7890 123", "卡号[银行卡号]"),
        ("卡号6222021234567890", "卡号[银行卡号]"),
        ("写信到 zhang.san@example.com.cn", "写信到 [邮箱]"),
        ("座机010-12345678", "座机[电话]"),
        ("保单号123456789012", "保单号[号码]"),
        ("保单号P2025ABC12查一下", "保单号[号码]查一下"),
        ("报案号：A0012345", "报案号:[号码]"),
        ("京A12345、沪A·D12345、粵z1234港", "[车牌]、[车牌]、[车牌]"),
    ],
)
def test_masks(text, masked):
    assert mask_personal_data(text) == masked
    assert has_personal_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "交强险赔20万",
        "2026年11月22日出险",
        "拨打12378或95511",
        "保额500000元",
        "400-000-0000",
        "保单号是多少",
        "理赔12378",
        "新A款",
        "保单2025年生效",
    ],
)
def test_leaves_what_identifies_nobody(text):
    assert mask_personal_data(text) == text


@given(st.text(max_size=80))
def test_masking_is_a_fixed_point(text):
    once = mask_personal_data(text)
    assert mask_personal_data(once) == once


@given(st.integers(13_000_000_000, 19_999_999_999), st.text(alphabet="保单理赔电话，。 ", max_size=10))
def test_no_phone_survives(number, around):
    assert str(number) not in mask_personal_data(f"{around}{number}{around}")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("138.1234.5678", "[手机号]"),
        ("138—1234—5678", "[手机号]"),
        ("138\u200b1234\u200b5678", "[手机号]"),
        ("1 3 8 1 2 3 4 5 6 7 8", "[手机号]"),
        ("一三八一二三四五六七八", "[手机号]"),
        ("110101 1990 0307 1234", "[证件号]"),
        ("110101-1990-0307-123X", "[证件号]"),
        ("130503670401001", "[证件号]"),
        ("护照E12345678、通行证C12345678", "护照[证件号]、通行证[证件号]"),
        ("(010)12345678", "[电话]"),
        ("+852 9123 4567", "[电话]"),
    ],
)
def test_masks_other_ways_of_writing(text, masked):
    assert mask_personal_data(text) == masked


def test_a_text_without_personal_data_keeps_its_width_but_nothing_that_no_database_takes():
    assert mask_where_needed("Ｖ５计划\x00，\ud800谢谢👨\u200d👩") == "Ｖ５计划，谢谢👨\u200d👩"
    assert mask_where_needed("Ｖ５计划\x00，１３８12345678") == "V5计划,[手机号]"


def test_what_no_database_takes_is_dropped():
    assert mask_personal_data("退保\x00\ud800吗\n急") == "退保吗\n急"

"""Thirty sentences nobody may send a customer, and thirty that only look like them."""

import re

import pytest

from knowledge_base.editing.wording import offences, read_wordings
from knowledge_base.errors import ContentError

WORDINGS = read_wordings()

BAD = [
    # promises of payment
    "材料齐了一定会赔，您放心。",
    "这类手术百分之百能理赔。",
    "只要住院我们就包赔。",
    "交了保费，什么病都能赔。",
    "本产品所有医疗费都报销。",
    "资料交齐后三天内保证到账。",
    "审核肯定会通过，您等着收款。",
    # promises of return
    "这款年金保证收益百分之四。",
    "买它就是稳赚，比存银行强。",
    "分红险零风险，老人也能放心买。",
    "分红一定会到账，每年都有。",
    "这是一款保本的理财型保险。",
    # absolute terms
    "我们的重疾险是市场上最好的。",
    "全网最低的保费，只此一家。",
    "本公司是行业第一，永不停售。",
    # recommendations
    "建议您买一份百万医疗险。",
    "推荐您投保我们的少儿重疾险。",
    "您最好赶紧购买，下月就涨价了。",
    "这款产品特别适合您，闭眼买就行。",
    # verdicts
    "您这种情况能赔，请放心提交。",
    "您的这个病不能赔，材料不用交了。",
    "这次事故不属于保险责任。",
    "您的损失可以赔。",
    # underwriting
    "甲状腺结节可以承保。",
    "您这个情况能正常通过核保。",
    "核保肯定能过，先付款吧。",
    # disparagement
    "其他公司的理赔都拖赔，别去买。",
    "医保没用，不如买商业险。",
    # hiding facts
    "小毛病不用如实告知，写了反而麻烦。",
    "投保时不提病史也没事，等过了两年再申请理赔。",
]

GOOD = [
    "保险公司和销售人员不得承诺保证收益。",
    "符合合同约定的，通常可以赔，以核定为准。",
    "住院不一定都能赔，要看合同约定的责任。",
    "任何人承诺“一定赔”都不可信，请以合同为准。",
    "我们不能保证在当天到账，一般在约定时间内支付。",
    "如果有人说什么病都能赔，请先看责任免除。",
    "并不是所有费用都能报销，自费部分看条款。",
    "是否属于保险责任，由保险公司按合同和材料核定。",
    "分红是不确定的，可能为零。",
    "保证利率写在合同里，超出的部分不保证。",
    "凡是宣称稳赚、零风险的，请警惕诈骗。",
    "年金险不等于保本理财，提前退保会有损失。",
    "没有对所有人都最好的产品，请按自己的需要比较。",
    "选产品可以看保障责任、免赔额和续保条件。",
    "我们不推荐您购买具体产品，只说明比较的方法。",
    "是否购买，请您看过条款后自己决定。",
    "客服无法判断您这次事故能不能赔，请先报案。",
    "这种情况是否能赔，要看事故原因和合同约定。",
    "一般情况下，意外摔伤属于意外险的责任；猝死通常不属于。",
    "能否承保以核保结论为准，可能加费、除外或延期。",
    "体检异常的，可能正常承保，也可能不承保。",
    "保险公司不得以体检为由免除您的如实告知义务。",
    "各公司的服务各有不同，请以各自的条款为准。",
    "医保是基础，商业险用来补充医保不报的部分。",
    "请如实告知病史，隐瞒可能被拒赔或解除合同。",
    "请不要隐瞒病情，也不要虚报事故时间。",
    "没有问到的，不需要主动告知；问到的请如实回答。",
    "等待期内生病一般不赔，等待期多长看合同。",
    "交强险是强制保险，脱保后请停驶并尽快投保。",
    "国家金融监督管理总局（原银保监会）受理投诉，电话是 12378。",
]


def found(text):
    return [str(offence) for offence in offences(text, WORDINGS)]


def test_there_are_thirty_of_each():
    assert (len(set(BAD)), len(set(GOOD))) == (30, 30)


@pytest.mark.parametrize("text", BAD)
def test_bad_wording_is_found(text):
    assert found(text)


@pytest.mark.parametrize("text", GOOD)
def test_lawful_wording_is_left_alone(text):
    assert found(text) == []


def test_a_lawful_clause_does_not_excuse_the_next():
    assert found("不得承诺保证收益，但我们这款保证收益。")


def test_every_wording_says_what_to_write_instead_and_is_used():
    used = {offence.wording.id for text in BAD for offence in offences(text, WORDINGS)}
    assert {w.id for w in WORDINGS} - used == {"agent_discount", "old_regulator"}
    assert found("投保后我私下返您现金。") and found("可以向银保监会投诉。")
    assert all(re.search("[一-鿿]", wording.instead) for wording in WORDINGS)


def test_an_installation_adds_replaces_and_drops_rows(tmp_path):
    (tmp_path / "wording.yaml").write_text(
        "- {id: nickname, pattern: 小保宝, instead: 写公司全称}\n"
        "- {id: absolute, pattern: 最牛, instead: 不用最高级}\n"
        "- {id: verdict, dropped: true}\n",
        encoding="utf-8",
    )
    own = read_wordings(tmp_path)
    ids = {offence.wording.id for offence in offences("小保宝最牛，您这种情况能赔，最好的产品。", own)}
    assert ids == {"nickname", "absolute"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("- {id: x, pattern: '(', instead: y}", "no regular expression"),
        ("- {id: x, pattern: a}", "lacks a pattern"),
        ("- {pattern: a, instead: b}", "not usable"),
        ("- [", "not usable"),
    ],
)
def test_a_bad_row_is_named(tmp_path, rows, said):
    (tmp_path / "wording.yaml").write_text(rows, encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        read_wordings(tmp_path)

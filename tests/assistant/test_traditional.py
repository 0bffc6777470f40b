"""Customers who write traditional script get replies in it."""

import subprocess
import sys

import opencc
import pytest

from assistant.traditional import TraditionalWriter
from assistant.types import DecisionContext
from knowledge_base.search.text import normalize, script_of

NAMES = ("示例保险股份有限公司（演示）", "示例保险", "示例保险App", "安心医疗险")


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("tw", "您可以開啟示例保险App，在軟體裡查保單，安心医疗险也在那裡；電話 400-000-0000。"),
        ("hk", "您可以打開示例保险App，在軟件裏查保單，安心医疗险也在那裏；電話 400-000-0000。"),
    ],
)
def test_names_stay_and_the_rest_is_converted(region, expected):
    text = "您可以打开示例保险App，在软件里查保单，安心医疗险也在那里；电话 400-000-0000。"
    assert TraditionalWriter(region, NAMES).text(text) == expected


@pytest.mark.parametrize("region", ["tw", "hk"])
def test_what_is_signed_is_no_slip_of_paper(region):
    text = TraditionalWriter(region).text("要重新签一份，合同谁签都要本人签名；标签和书签不用签")
    assert text == "要重新簽一份，合同誰簽都要本人簽名；標籤和書籤不用簽"


def test_words_of_insurance_are_not_exchanged_for_those_of_software(services):
    text = "注销账户、理赔程序和审核通过的项目，都以声明文件为准；信息用短信发送。"
    expected = "註銷賬戶、理賠程序和審核通過的項目，都以聲明文件為準；資訊用簡訊傳送。"
    assert services.traditional.text(text) == expected


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("請問醫療費發票丟了還能理賠嗎", True),
        ("理賠", True),
        ("我叫李乾佑，怎么退保", False),
        ("著名的保险公司有哪些", False),
        ("怎么退保", False),
        ("hello 123", False),
        ("", False),
    ],
)
def test_who_writes_traditional_script(raw, wanted):
    assert TraditionalWriter("tw").is_wanted(raw) is wanted


@pytest.mark.parametrize(
    "text",
    [
        "請問醫療費發票丟了，還能申請理賠嗎？",
        "我要投訴你們，理賠太慢了",
        "保單",
        "請問今天天氣如何呢",
        "有人受傷了，快救命",
    ],
)
def test_every_reply_to_them_is_in_traditional_script(services, text):
    assistant, simplified = services.assistant(), opencc.OpenCC("s2tw")
    reply, plain = assistant.reply(text), assistant.reply(normalize(text))
    assert reply.decision.action == plain.decision.action
    assert [choice.entry_id for choice in reply.choices] == [choice.entry_id for choice in plain.choices]
    assert reply.text != plain.text
    for written in (reply.text, *(choice.text for choice in (*reply.choices, *reply.related))):
        for name in sorted(services.company.names, key=len, reverse=True):
            written = written.replace(name, "")
        assert simplified.convert(written) == written


def test_a_picked_choice_is_understood_as_it_was_written(services):
    writer = services.traditional
    entries = [entry for entry in services.snapshot.entries.values() if entry.kind == "answer"]
    odd = [
        entry.question
        for entry in entries
        if normalize(writer.question(entry.question)) != normalize(entry.question)
    ]
    assert len(odd) <= 0.01 * len(entries), odd


def test_simplified_text_loads_no_converter(services):
    code = (
        "import sys; from pathlib import Path; from api.services import open_services; "
        "from knowledge_base.settings import Settings; "
        "services = open_services(Settings(home=Path(sys.argv[1]))); services.assistant().reply('怎么退保'); "
        "print(sorted(set(vars(services.traditional)) & {'_texts', '_questions', '_marks'}))"
    )
    command = [sys.executable, "-c", code, str(services.home.root)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_failure_is_told_in_traditional_script_too(services):
    assistant = services.assistant()
    assistant._reader = None
    reply = assistant.reply("請問醫療費發票丟了，還能申請理賠嗎？", DecisionContext())
    assert (reply.decision.reason, script_of(reply.text)) == ("failure", "hant")

"""The whole way of a message, on the shipped bundle and content."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from assistant.decision_log import DecisionRow
from assistant.types import DecisionContext
from knowledge_base.database import Database, open_engine
from knowledge_base.errors import InvalidInputError


@pytest.fixture(scope="module")
def assistant(services):
    return services.assistant()


def test_an_answer_is_the_vetted_text_with_its_source(services, assistant):
    reply = assistant.reply("医疗费发票丢了，还能申请理赔吗？")
    entry = services.snapshot.entries[reply.decision.entry_id]
    assert reply.decision.action == "answer"
    assert entry.intent == "claim_documents"
    assert reply.text.startswith(services.company.fill(entry.answer))
    assert reply.citations[0].entry_id == entry.id
    assert reply.revision == entry.revision
    assert reply.decision.kb_version == services.snapshot.version
    assert reply.decision.bundle_version == services.bundle.version


@pytest.mark.parametrize(
    ("text", "queue", "reason"),
    [
        ("救命，车翻了有人流血不动了", "emergency", "emergency"),
        ("我不想活了", "emergency", "emergency"),
        ("有人冒充你们客服让我转账", "risk_security", "fraud"),
        ("我的个人信息被你们泄露了", "risk_security", "privacy"),
        ("转人工", "general", "asked_for_person"),
        ("你们拒赔没有道理，我要投诉", "complaints", "complaint"),
    ],
)
def test_what_belongs_to_a_person(assistant, text, queue, reason):
    reply = assistant.reply(text)
    assert (reply.decision.action, reply.decision.queue, reply.decision.reason) == ("handoff", queue, reason)
    assert reply.text


def test_danger_in_pinyin_is_understood(assistant):
    decision = assistant.reply("wo bu xiang huo le").decision
    assert (decision.action, decision.queue) == ("handoff", "emergency")


def test_self_harm_gets_the_caring_words(services, assistant):
    caring = services.company.fill(services.snapshot.entries["emergency.self_harm"].answer)
    assert assistant.reply("活着没意思，不想活了").text == caring


def test_a_complex_case_names_the_claims_desk(assistant):
    reply = assistant.reply("我撞伤了人，对方家属请了律师要起诉我，交警判我主责，保险赔吗")
    assert reply.decision.action == "handoff"


def test_what_is_not_insurance_is_declined_politely(assistant):
    reply = assistant.reply("帮我写一首关于春天的诗")
    assert reply.decision.action == "decline"
    assert "抱歉" in reply.text


@pytest.mark.parametrize("text", ["怎么办", "可以吗", "退"])
def test_a_vague_text_is_asked_back(assistant, text):
    reply = assistant.reply(text)
    assert reply.decision.action == "clarify"
    assert 2 <= len(reply.choices) <= 3


@pytest.mark.parametrize("text", ["可以", "好的", "在吗", "谢谢"])
def test_small_talk_is_not_asked_back(assistant, text):
    decision = assistant.reply(text).decision
    assert (decision.action, decision.intent) == ("answer", "smalltalk")


def test_traditional_script_finds_the_same_entry(assistant):
    simplified, traditional = assistant.reply("保单丢了怎么补发"), assistant.reply("保單丟了怎麼補發")
    assert (
        simplified.decision.candidates[0].candidate.entry_id
        == traditional.decision.candidates[0].candidate.entry_id
    )


@pytest.mark.parametrize("text", ["", "  ", "\x00\x01", "问" * 2001])
def test_bad_messages_are_refused(assistant, text):
    with pytest.raises(InvalidInputError):
        assistant.reply(text)


def test_an_entry_outside_its_validity_or_channel_is_not_given(services):
    text = "医疗费发票丢了，还能申请理赔吗？"
    entry_id = services.assistant().reply(text).decision.entry_id
    expired = replace(services.snapshot.entries[entry_id], valid_to=dt.date(2020, 1, 1))
    other_channel = replace(services.snapshot.entries[entry_id], channels=("phone",))
    for changed in (expired, other_channel):
        entries = {**services.snapshot.entries, entry_id: changed}
        changed_services = replace(services, snapshot=replace(services.snapshot, entries=entries))
        assert changed_services.assistant().reply(text).decision.entry_id != entry_id


class BrokenEncoder:
    id, fingerprint, dim = "broken", "0" * 64, 384

    def encode(self, texts):
        raise RuntimeError("the model is gone")


def test_a_broken_model_hands_over_with_an_apology(services, capsys):
    broken = replace(services, bundle=replace(services.bundle, encoder=BrokenEncoder()))
    reply = broken.assistant().reply("怎么理赔")
    assert (reply.decision.action, reply.decision.reason, reply.decision.queue) == (
        "handoff",
        "failure",
        "general",
    )
    assert "抱歉" in reply.text


def test_decisions_are_logged_with_masked_text(services):
    text = "我的手机13812345678，身份证11010519491231002X，怎么查保单"
    reply = services.logging_assistant().reply(text, DecisionContext(channel="test"))
    with services.database.transaction() as session:
        row = session.scalars(select(DecisionRow).where(DecisionRow.id == reply.decision_id)).one()
    assert row.text == "我的手机[手机号],身份证[证件号],怎么查保单"
    assert (row.channel, row.script, row.action) == ("test", "hans", reply.decision.action)
    assert (row.entry_id, row.entry_revision) == (reply.decision.entry_id, reply.revision)
    assert (row.kb_version, row.bundle_version) == (services.snapshot.version, services.bundle.version)


def test_the_log_keeps_what_a_message_was_handed_over_for(services):
    reply = services.logging_assistant().reply("我要投诉你们业务员态度太差")
    with services.database.transaction() as session:
        row = session.scalars(select(DecisionRow).where(DecisionRow.id == reply.decision_id)).one()
    assert (row.action, row.concern) == ("handoff", "complaint_service")


def test_a_failed_log_does_not_cost_the_answer(services, tmp_path):
    database = Database(open_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}"))
    reply = replace(services, database=database).logging_assistant().reply("怎么理赔")
    assert reply.text

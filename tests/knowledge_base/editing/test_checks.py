"""The checks find each fault, and the shipped content has none."""

import datetime as dt

import pytest

from knowledge_base.editing.checks import check_entries, check_entry
from knowledge_base.editing.rules import shipped_rules
from knowledge_base.editing.shipping import SHIPPED
from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import LegalBasis
from tests.knowledge_base.builders import ANSWER, make_entry

RULES = shipped_rules(today=dt.date(2026, 11, 22))


def messages(entry):
    return [finding.message for finding in check_entry(entry, RULES)]


def test_a_good_entry_has_no_finding():
    assert messages(make_entry()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"intent": "cooking"}, "not in the taxonomy"),
        ({"intent": "emergency"}, "does not fit"),
        ({"answer": "太短了。"}, "characters"),
        ({"answer": "长" * 251}, "characters"),
        ({"short_answer": ""}, "short answer"),
        ({"variants": ("一", "二")}, "variants, fewer"),
        (
            {
                "variants": (
                    "怎么申请理赔呀",
                    "怎么申请理赔呢",
                    "怎么申请理赔吧",
                    "怎么申请理赔哦",
                    "怎么申请理赔了",
                )
            },
            "too alike",
        ),
        ({"legal_basis": ()}, "no legal basis"),
        ({"legal_basis": (LegalBasis("保险法", "1995"),)}, "not in laws.yaml"),
        ({"answer": ANSWER + "您一定能赔。"}, "forbidden wording"),
        ({"answer": ANSWER + "建议您购买重疾险。"}, "forbidden wording"),
        ({"answer": ANSWER + "打13812345678。"}, "personal data"),
        ({"answer": ANSWER + "{nowhere}"}, "placeholder {nowhere}"),
        ({"answer": ANSWER + "{"}, "unbalanced brace"),
        ({"products": ("rocket",)}, "product 'rocket'"),
        ({"valid_from": dt.date(2027, 1, 1), "valid_to": dt.date(2026, 1, 1)}, "after valid_to"),
    ],
)
def test_each_fault_is_found(changes, said):
    assert any(said in message for message in messages(make_entry(**changes)))


def test_a_law_that_is_no_longer_in_force_is_found():
    rules = shipped_rules(today=dt.date(2000, 1, 1))
    assert any("not in force" in str(finding) for finding in check_entry(make_entry(), rules))


def test_a_question_that_two_entries_share_and_a_lost_relation():
    other = make_entry(
        "claim_process.other", variants=("怎麼申請理賠", "b1", "c2", "d3", "e4"), related=("gone",)
    )
    findings = [str(finding) for finding in check_entries([make_entry(), other], RULES)]
    assert any("also belongs to 'claim_process.general'" in line for line in findings)
    assert any("'gone' does not exist" in line for line in findings)


@pytest.fixture(scope="module")
def shipped():
    return SHIPPED.entries()


def test_the_shipped_content_has_no_fault(shipped):
    assert [str(finding) for finding in check_entries(shipped, RULES)] == []


def test_every_intent_has_its_entries(shipped):
    taxonomy = shipped_taxonomy()
    for intent in taxonomy.answerable:
        assert sum(e.intent == intent and e.kind == "answer" for e in shipped) >= 5, intent
    for intent in taxonomy.handoff:
        assert any(e.id == f"{intent}.default" and e.kind == "acknowledgement" for e in shipped), intent
    assert sum(e.kind == "answer" for e in shipped) >= 180


def test_emergency_names_the_numbers(shipped):
    said = " ".join(entry.answer for entry in shipped if entry.intent == "emergency")
    assert all(number in said for number in ("110", "119", "120", "122", "12356"))
    caring = next(entry for entry in shipped if entry.id == "emergency.self_harm")
    assert "12356" in caring.answer

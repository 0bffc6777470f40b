"""The checks find each fault, and the shipped content has none."""

import datetime as dt
from dataclasses import replace

import pytest

from knowledge_base.editing.checks.content import changed_check, check_entries, content_check
from knowledge_base.editing.checks.entry import check_entry
from knowledge_base.editing.rules import shipped_rules
from knowledge_base.editing.shipping import SHIPPED
from knowledge_base.editing.types import DraftState
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
        ({"short_answer": ""}, "short_answer is empty"),
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


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answer": "保" * 81 + "。" + ANSWER}, "a sentence has 81"),
        ({"answer": ("长句子没有停顿" * 6 + "。") * 3}, "on average"),
        ({"valid_to": dt.date(2026, 1, 1)}, "is over"),
        ({"question": "赔"}, "1 letters"),
        ({"question": "赔" * 61}, "61 letters"),
    ],
)
def test_what_is_only_hard_to_read_or_find_is_a_warning(changes, said):
    findings = check_entry(make_entry(**changes), RULES)
    assert any(said in finding.message for finding in findings)
    assert {finding.severity for finding in findings} == {"warning"}


@pytest.mark.parametrize(
    "changes", [{"question": " "}, {"answer": ""}, {"variants": ("", "b", "c", "d", "e")}]
)
def test_an_empty_text_is_an_error(changes):
    findings = check_entry(make_entry(**changes), RULES)
    assert any("empty" in f.message and f.severity == "error" for f in findings)


def test_personal_data_in_a_variant_is_found():
    assert any("personal data" in m for m in messages(make_entry(question="我电话13812345678怎么改？")))


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


def test_one_id_twice_is_found():
    assert any("2 entries have this id" in str(f) for f in check_entries([make_entry()] * 2, RULES))


def state(entries, previous):
    changed = frozenset(e.id for e in entries if e not in previous)
    return DraftState(tuple(entries), tuple(previous), changed, dt.date(2026, 11, 22))


def test_a_publish_is_refused_for_what_it_breaks_and_warned_of_what_was_broken_before():
    check = content_check(RULES)
    old = make_entry(products=("rocket",))
    other = make_entry(
        "claim_process.other", question="另一个？", variants=("赔偿流程", "去哪儿报", "找谁", "多久", "钱呢")
    )
    assert {f.severity for f in check(state([old, other], [old]))} == {"warning"}
    worse = replace(other, answer=ANSWER + "您一定能赔。")
    assert [f.entry_id for f in check(state([old, worse], [old])) if f.severity == "error"] == [other.id]


def test_what_is_told_of_changed_entries_is_what_a_publish_tells_of_them():
    old = make_entry(products=("rocket",))
    twin = make_entry("claim_process.twin", related=("claim_process.gone",), answer=ANSWER + "您一定能赔。")
    for previous in ([old], [old, replace(twin, answer=ANSWER)], [old, twin]):
        after = replace(state([old, twin], previous), changed=frozenset({twin.id}))
        told = [one for one in content_check(RULES)(after) if one.entry_id == twin.id]
        assert {one.code for one in told} >= {"related", "shared", "wording"}
        assert sorted(map(str, changed_check(RULES)(after))) == sorted(map(str, told))


def test_retiring_what_others_point_to_is_refused():
    pointing = make_entry(related=("claim_process.gone",))
    gone = make_entry(
        "claim_process.gone", question="会撤下的？", variants=("甲甲", "乙乙", "丙丙", "丁丁", "戊戊")
    )
    assert content_check(RULES)(state([pointing, gone], [pointing, gone])) == []
    (finding,) = content_check(RULES)(state([pointing], [pointing, gone]))
    assert (finding.severity, "does not exist" in finding.message) == ("error", True)


@pytest.fixture(scope="module")
def shipped():
    return SHIPPED.entries()


def test_the_shipped_content_has_no_error_and_no_variants_that_are_alike(shipped):
    findings = check_entries(shipped, RULES)
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
    assert [str(f) for f in findings if "alike" in f.message or "nearly the same" in f.message] == []


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

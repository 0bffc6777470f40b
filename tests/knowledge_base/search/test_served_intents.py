"""Entries whose topic crosses the border of two intents."""

from dataclasses import replace

import pytest

from knowledge_base.search.search import questions_of
from knowledge_base.search.served_intents import LEAST, served_intents
from knowledge_base.types import Example
from tests.knowledge_base.builders import make_entry

GLASS = make_entry("claim_eligibility.glass", question="玻璃单独碎了赔吗", variants=("前挡玻璃裂了能赔不",))


def named(intent, count, entry_id=GLASS.id):
    return [Example(f"{intent}{number}", intent, entry_id) for number in range(count)]


def test_without_examples_an_entry_serves_its_own_intent():
    assert served_intents([GLASS], []) == {GLASS.id: ("claim_eligibility",)}


@pytest.mark.parametrize(
    ("other", "own", "serves"), [(LEAST - 1, 0, False), (LEAST, 12, True), (LEAST, 13, False), (8, 8, True)]
)
def test_it_serves_another_intent_that_enough_of_its_examples_have(other, own, serves):
    examples = [*named("coverage_terms", other), *named("claim_eligibility", own)]
    expected = ("claim_eligibility", "coverage_terms") if serves else ("claim_eligibility",)
    assert served_intents([GLASS], examples)[GLASS.id] == expected


def test_examples_of_no_entry_and_acknowledgements_count_for_nothing():
    examples = [*named("coverage_terms", 9, ""), *named("coverage_terms", 9, "elsewhere.entry")]
    silent = replace(GLASS, id="complaint_claim.default", kind="acknowledgement")
    assert served_intents([GLASS, silent], examples) == {GLASS.id: ("claim_eligibility",)}


def test_examples_that_name_no_intent_tell_nothing_of_it():
    examples = [*named("", 30), *named("coverage_terms", LEAST), *named("claim_eligibility", 12)]
    assert served_intents([GLASS], examples)[GLASS.id] == ("claim_eligibility", "coverage_terms")


def test_a_published_question_of_such_an_entry_votes_for_no_intent():
    questions = questions_of([GLASS], named("coverage_terms", LEAST))
    assert {question.intent for question in questions if question.text in GLASS.questions} == {""}
    assert {q.intent for q in questions if q.text not in GLASS.questions} == {"coverage_terms"}

"""What training questions teach: their entry, their intent, or both."""

import json

import pytest

from assistant.understanding.intents import COMPLEX_CASE
from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import shipped_taxonomy
from training.corpus import SHIPPED_QUESTIONS, read_training_questions
from training.quick import examples_of

ROWS = (
    {"text": "怎么退保", "intent": "surrender", "style": "real", "entry_id": "surrender.how"},
    {"text": "买了三年不想要了", "intent": "surrender", "style": "situation", "entry_id": "surrender.how"},
    {"text": "说好的返现没返", "intent": "complaint_product", "style": "situation"},
    {"text": "他全责把我妈撞没了", "intent": "claim_amount", "style": "situation", "complex": True},
)


@pytest.fixture
def questions(tmp_path):
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    (tmp_path / "some.jsonl").write_text("".join(lines), encoding="utf-8")
    return read_training_questions(tmp_path, shipped_taxonomy())


def test_situations_stay_out_of_the_index(questions):
    assert [question.is_indexed for question in questions] == [True, False, False, False]


def test_a_situation_with_an_entry_teaches_no_intent(questions):
    taught = [(example.intent, example.entry_id) for example in examples_of(questions)]
    assert taught == [
        ("surrender", "surrender.how"),
        ("", "surrender.how"),
        ("complaint_product", ""),
        (COMPLEX_CASE, ""),
    ]


def test_an_unknown_intent_is_told_with_its_line(tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"text": "x", "intent": "nothing", "style": "real"}\n')
    with pytest.raises(ContentError) as caught:
        read_training_questions(tmp_path, shipped_taxonomy())
    assert caught.value.detail == ("bad.jsonl line 1: unknown intent 'nothing'",)


def test_the_shipped_ones_are_of_both_kinds():
    shipped = read_training_questions(SHIPPED_QUESTIONS, shipped_taxonomy())
    situations = sum(not question.is_indexed for question in shipped)
    assert situations > 15_000 and len(shipped) - situations > 24_000

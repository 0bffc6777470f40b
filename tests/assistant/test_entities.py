"""Entities of a message: where, what, masked, valid."""

import datetime as dt
import re
import time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.understanding.amounts import yuan_of
from assistant.understanding.entities import find_entities
from assistant.understanding.identifiers import is_bank_card, is_identity_number
from knowledge_base.personal_data import has_personal_data, mask_personal_data

TODAY = dt.date(2026, 11, 26)
SENTENCES = yaml.safe_load((Path(__file__).parent / "entity_sentences.yaml").read_text(encoding="utf-8"))
PERSONAL = {
    "policy_number",
    "claim_number",
    "phone",
    "id",
    "passport",
    "bank_card",
    "plate",
    "email",
    "number",
}
MESSAGES = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.text(alphabet="0123456789１２X万千块年月日-. ", max_size=22),
        st.sampled_from([row["text"] for row in SENTENCES]),
    ),
    max_size=4,
).map("".join)


def test_there_are_enough_sentences():
    assert len({row["text"] for row in SENTENCES}) >= 80


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["text"])
def test_sentence(row):
    expected = [
        (kind, words, Decimal(str(value)) if kind == "amount" else value)
        for kind, words, value in row["found"]
    ]
    entities = find_entities(row["text"], TODAY)
    assert [(e.kind, row["text"][slice(*e.span)], e.value) for e in entities] == expected


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        # There is no district 100000, so nobody holds these.
        ("证件100000190001010006", False),
        ("证件100000190001019999", False),
        ("证件100000190002300000", False),
        ("证件100000209901010000", False),
        ("证件100000900101001", None),
        ("证件100000900231001", False),
        ("卡号0000 0000 0000 0000", True),
        ("卡号0000 0000 0000 0001", False),
        ("卡号4000000000000002", True),
        ("卡号4000000000000003", False),
        ("电话13800000000", True),
        ("电话19200000000", True),
        ("电话15400000000", False),
        ("电话14200000000", False),
        ("电话010-00000000", None),
        ("京A12345", True),
        ("京AB1C34", True),
        ("京ABC123", True),
        ("京ABCD123", False),
        ("京A1I345", False),
        ("京AD12345", True),
        ("京A12345F", True),
        ("京AZ12345", False),
        ("京I12345", False),
        ("京A1234学", True),
        ("粤Z1234港", True),
        ("2026年2月29日", False),
        ("2024年2月29日", True),
        ("13月40日", False),
        ("保单号AB123456", None),
    ],
)
def test_valid(text, valid):
    (entity,) = find_entities(text, TODAY)
    assert entity.valid is valid


def test_identity_numbers_have_exactly_one_check_character():
    body = "10000019000101000"
    assert sum(is_identity_number(body + check, TODAY) for check in "0123456789X") == 1
    assert is_identity_number("11010519491231002X", TODAY)  # the example of GB 11643-1999
    assert not is_identity_number("11010519491231002X", dt.date(1949, 12, 30))


@given(st.text(alphabet="0123456789", min_size=15, max_size=18))
def test_bank_cards_have_exactly_one_check_digit(body):
    assert sum(is_bank_card(body + check) for check in "0123456789") == 1


@given(MESSAGES)
@example("㍢保单号ABC123456㋿")
@example("一三八零零零零零零零零" * 3)
def test_spans_are_places_in_the_message_and_do_not_overlap(text):
    end = 0
    for entity in find_entities(text, TODAY):
        assert end <= entity.span[0] < entity.span[1] <= len(text)
        end = entity.span[1]


@given(MESSAGES)
def test_what_is_masked_tells_no_number(text):
    for entity in find_entities(text, TODAY):
        assert not re.search(r"\d{5,}", entity.masked)
        assert mask_personal_data(entity.masked) == entity.masked


@given(MESSAGES)
def test_finding_is_deterministic(text):
    assert find_entities(text, TODAY) == find_entities(text, TODAY)


@given(st.text(alphabet="0123456789 -X保单号京A电话一三八零", max_size=40))
def test_whatever_masking_hides_is_an_entity(text):
    rest = list(text)
    for entity in find_entities(text, TODAY):
        if entity.kind in PERSONAL:
            rest[slice(*entity.span)] = "。" * (entity.span[1] - entity.span[0])
    assert not has_personal_data("".join(rest))


@pytest.mark.parametrize(
    ("number", "yuan"),
    [("3万5", 35000), ("3万零5", 30005), ("3万05", 30005),
     ("3万5千", 35000), ("1千5百万", 15_000_000), ("三万亿", 3 * 10**12),
     ("一百零五", 105), ("十", 10), ("1.25万", 12500), ("12,345.67", "12345.67")],
)  # fmt: skip
def test_yuan(number, yuan):
    assert yuan_of(number) == Decimal(str(yuan))


def test_a_long_message_is_read_quickly():
    for text in ("3万" * 1000, "1" * 2000, "十" * 2000, "1,111" * 400, "保单号A-" * 250, "京A1" * 600):
        started = time.perf_counter()
        find_entities(text, TODAY)
        assert time.perf_counter() - started < 2.0

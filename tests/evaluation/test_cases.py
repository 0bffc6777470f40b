"""Reading evaluation files: equal content in three formats, every bad row listed, choosing rows."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.cases import choose_cases, file_hash, read_cases
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError
from tests.evaluation.builders import LABELS, read, refusal

GOOD: dict[str, Any] = {"id": "g", "text": "怎么退保", "intent": "surrender", "action": "answer"}
FULL: dict[str, Any] = {
    "id": "R7",
    "text": "理赔，要多久？\n急",
    "intent": "claim_process",
    "intents": ["claim_process", "claim_amount"],
    "action": "answer",
    "alt_action": ["clarify", "handoff"],
    "queue": "claims",
    "entry_ids": ["a.b", "c.d"],
    "score_intent": False,
    "history": ["你好", "我要理赔"],
    "channel": "wechat",
    "product": "motor",
    "segment": "elderly",
    "tags": ["real", "complex"],
    "source": "public",
    "conversation_id": "k1",
    "weight": 2.5,
    "view": "measure",
}
ROWS: list[dict[str, Any]] = [FULL, {**GOOD, "entry_ids": []}, {**GOOD, "id": "12", "view": "look"}]


def write_jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(value) or "|"
    return str(value).lower() if isinstance(value, bool) else str(value)


def table(rows: list[dict[str, Any]]) -> list[list[str]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([cell(row[name]) if name in row else "" for name in names] for row in rows)]


def write_csv(path: Path, rows: list[dict[str, Any]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(table(rows))
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def test_every_field_is_read(tmp_path: Path) -> None:
    full, empty, plain = read(write_jsonl(tmp_path / "rows.jsonl", ROWS))
    assert full == Case(
        text="理赔，要多久？\n急",
        id="R7",
        intents=("claim_process", "claim_amount"),
        action="answer",
        alt_action=("clarify", "handoff"),
        queue="claims",
        entry_ids=("a.b", "c.d"),
        score_intent=False,
        history=("你好", "我要理赔"),
        channel="wechat",
        product="motor",
        segment="elderly",
        tags=("real", "complex"),
        source="public",
        conversation_id="k1",
        weight=2.5,
        extra={"view": "measure"},
    )
    assert empty.entry_ids == ()
    assert plain.entry_ids is None
    assert (plain.queue, plain.alt_action, plain.weight, plain.channel) == (None, (), 1.0, "web")


def test_all_formats_read_the_same(tmp_path: Path) -> None:
    expected = read(write_jsonl(tmp_path / "rows.jsonl", ROWS))
    assert read(write_csv(tmp_path / "rows.csv", ROWS)) == expected
    assert read(write_csv(tmp_path / "bom.CSV", ROWS, "utf-8-sig")) == expected
    assert read(write_xlsx(tmp_path / "rows.xlsx", table(ROWS))) == expected


def test_typed_sheet_cells(tmp_path: Path) -> None:
    header = ["id", "text", "intent", "action", "weight", "score_intent", "view"]
    sheet: list[list[Any]] = [header, [7, "怎么退保", "surrender", "answer", 2, True, 3.0]]
    (only,) = read(write_xlsx(tmp_path / "typed.xlsx", sheet))
    assert (only.id, only.weight, only.score_intent, only.extra) == ("7", 2.0, True, {"view": "3"})


def test_bom_blank_lines_and_carriage_returns(tmp_path: Path) -> None:
    line = json.dumps(GOOD).encode()
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line + b"\r\n\r\n   \n")
    assert [case.id for case in read(path)] == ["g"]


def test_leniencies(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 5, "text": "a", "action": "answer", "intent": "surrender", "alt_action": "clarify"},
        {"text": "b", "action": "clarify", "score_intent": False, "queue": None, "tags": None},
        {"id": "x", "text": "c", "action": "answer", "intents": ["claim_amount", "surrender"]},
        {"id": "y", "text": "d", "action": "answer", "intent": "surrender", "intents": ["claim_amount"]},
    ]
    number, unnamed, plural, both = read(write_jsonl(tmp_path / "rows.jsonl", rows))
    assert (number.id, number.alt_action) == ("5", ("clarify",))
    assert (unnamed.id, unnamed.intents, unnamed.queue) == ("line-2", (), None)
    assert plural.intent == "claim_amount"
    assert both.intents == ("surrender", "claim_amount")


BAD: list[tuple[dict[str, Any], str]] = [
    ({**GOOD, "text": "  "}, "no text"),
    ({**GOOD, "text": None}, "no text"),
    ({**GOOD, "text": 5.5}, "text must be a text, not 5.5"),
    ({**GOOD, "text": "保" * 2001}, "2001 characters"),
    ({**GOOD, "text": "😀"}, "empty or has only blanks"),
    ({**GOOD, "text": "a\ud800"}, "lone surrogate"),
    ({**GOOD, "intent": "surender"}, "unknown intent 'surender' (did you mean 'surrender'?)"),
    ({**GOOD, "intents": ["zzz"]}, "unknown intent 'zzz'"),
    ({**GOOD, "intents": [1]}, "intents must be a list of texts"),
    ({**GOOD, "intent": ""}, "no intent"),
    ({**GOOD, "action": "reply"}, "unknown action 'reply'"),
    ({**GOOD, "action": None}, "no action"),
    ({**GOOD, "alt_action": ["clarify", "x"]}, "unknown action 'x'"),
    ({**GOOD, "alt_action": {"a": 1}}, "alt_action must be a list of texts"),
    ({**GOOD, "queue": "sales"}, "unknown queue 'sales'"),
    ({**GOOD, "queue": ["claims"]}, "queue must be a text"),
    ({**GOOD, "entry_ids": [""]}, "entry_ids must be a list of texts, none blank"),
    ({**GOOD, "history": [["a"]]}, "history must be a list of texts"),
    ({**GOOD, "score_intent": "maybe"}, "score_intent must be true or false, not 'maybe'"),
    ({**GOOD, "weight": "heavy"}, "weight must be a number above 0, not 'heavy'"),
    ({**GOOD, "weight": 0}, "weight must be a number above 0, not 0"),
    ({**GOOD, "weight": True}, "weight must be a number above 0, not True"),
    ({**GOOD, "weight": float("nan")}, "weight must be a number above 0, not nan"),
    ({**GOOD, "weight": 10**400}, "weight must be a number above 0"),
    ({**GOOD, "tags": {"a": 1}}, "tags must be a list of texts"),
]


@pytest.mark.parametrize(("row", "fault"), BAD)
def test_each_fault_names_its_line(tmp_path: Path, row: dict[str, Any], fault: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({**GOOD, "id": "first"}) + "\n" + json.dumps(row) + "\n", encoding="utf-8")
    error = refusal(path)
    assert len(error.detail) == 1
    assert error.detail[0].startswith("line 2: ")
    assert fault in error.detail[0]


def test_all_bad_rows_are_listed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [
        json.dumps(GOOD).encode(),
        b'{"id": "a", "text": "x", ',
        b'{"text": "\xff\xfe"}',
        b"",
        b"[1, 2]",
        json.dumps({**GOOD, "text": "", "action": "x"}).encode(),
        json.dumps({**GOOD, "id": "last"}).encode(),
        json.dumps(GOOD).encode(),
        b"[" * 100_000,
    ]
    path.write_bytes(b"\n".join(rows))
    error = refusal(path)
    assert [line.partition(":")[0] for line in error.detail] == [f"line {n}" for n in (2, 3, 5, 6, 8, 9)]
    assert "broken JSON at column" in error.detail[0]
    assert "byte 11 (0xff) is not UTF-8" in error.detail[1]
    assert "object in braces" in error.detail[2]
    assert "no text; unknown action 'x'" in error.detail[3]
    assert "id 'g' was already used on line 1" in error.detail[4]
    assert error.message.startswith(f"6 of 8 rows of {str(path)!r}")
    assert "\n" not in error.message


def test_bad_table_rows_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(
        "id,text,intent,action\n"
        'a,"两行\n的问题",surrender,answer\n'
        "b,,surrender,answer\n"
        "c,好,surrender,answer,多余\n"
        "\n"
        'd,"又是\n'.encode()
        + b"\xd6\xd0"
        + '",surrender,answer\ne,好,nope,answer\ne,好,surrender,answer\nf,"好"x,surrender,answer\n'.encode()
    )
    error = refusal(path)
    found = [line.partition(":")[0] for line in error.detail]
    assert found == ["line 4", "line 5", "line 8", "line 9", "line 10", "line 11"]
    assert "no text" in error.detail[0]
    assert "5 cells but only 4 columns" in error.detail[1]
    assert "byte 1 (0xd6) is not UTF-8" in error.detail[2]
    assert "unknown intent 'nope'" in error.detail[3]
    assert "already used on line 9" in error.detail[4]
    assert "broken CSV" in error.detail[5]


def test_sheet_rows_keep_their_numbers(tmp_path: Path) -> None:
    header = ["id", "text", "intent", "action"]
    sheet: list[list[Any]] = [
        header,
        ["a", "好", "surrender", "answer"],
        [],
        ["b", None, "surrender", "answer"],
    ]
    assert refusal(write_xlsx(tmp_path / "rows.xlsx", sheet)).detail == ("line 4: no text",)


def test_a_sheet_with_a_wrong_size_is_read_whole(tmp_path: Path) -> None:
    good = write_xlsx(tmp_path / "good.xlsx", table(ROWS))
    wrong = tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(wrong, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', content)
            target.writestr(name, content)
    assert read(wrong) == read(good)


@pytest.mark.parametrize(
    ("header", "cause"),
    [
        ("id,intent,action", "columns ['text'] are missing"),
        ("text,action,text", "columns ['text'] stand twice"),
        ("question", "columns ['text', 'action'] are missing"),
    ],
)
def test_unusable_headers(tmp_path: Path, header: str, cause: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{header}\na,b,c\n", encoding="utf-8")
    assert cause in refusal(path).message


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.xlsx"])
def test_files_that_cannot_be_used(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert "cannot be read" in refusal(path).message
    path.write_bytes(b"")
    assert str(path) in refusal(path).message
    path.unlink()
    path.mkdir()
    assert "cannot be read" in refusal(path).message


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    assert ".jsonl, .csv, .xlsx" in refusal(tmp_path / "rows.yaml").message


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook made once: its bytes hold the time, so a second one would differ."""
    return write_xlsx(tmp_path_factory.mktemp("x") / "rows.xlsx", table(ROWS))


@settings(max_examples=80)
@given(damage=st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 255)), min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused(workbook: Path, damage: list[tuple[int, int]]) -> None:
    content = bytearray(workbook.read_bytes())
    for at, flip in damage:
        content[at % len(content)] ^= flip
    path = workbook.with_name("damaged.xlsx")
    path.write_bytes(content)
    with contextlib.suppress(
        InvalidInputError
    ):  # a harmless byte may have changed; nothing else may come out
        read(path)


@settings(max_examples=100)
@given(content=st.binary(max_size=200), suffix=st.sampled_from([".jsonl", ".csv", ".xlsx"]))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("x") / f"rows{suffix}"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError):
        read(path)


words = st.text(st.characters(codec="utf-8", exclude_characters="|\0\r"), min_size=1).filter(
    lambda text: text == text.strip() and any(c.isalpha() for c in text)
)


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(words, st.lists(words, max_size=3), st.none() | st.lists(words)), min_size=1))
def test_csv_and_jsonl_agree_on_any_text(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, list[str], list[str] | None]]
) -> None:
    folder = tmp_path_factory.mktemp("x")
    made: list[dict[str, Any]] = []
    for number, (text, tags, entries) in enumerate(rows):
        row = {**GOOD, "id": f"n{number}", "text": text, "tags": tags}
        made.append(row if entries is None or entries == ["[]"] else {**row, "entry_ids": entries})
    expected = read(write_jsonl(folder / "a.jsonl", made))
    assert read(write_csv(folder / "a.csv", made)) == expected


def test_choosing_rows(tmp_path: Path) -> None:
    cases = read(write_jsonl(tmp_path / "rows.jsonl", ROWS))

    def chosen(*where: str) -> list[str]:
        return [case.id for case in choose_cases(cases, where)]

    assert chosen() == ["R7", "g", "12"]
    assert chosen("view=measure") == ["R7"]
    assert chosen("tags=complex", "tags = real") == ["R7"]
    assert chosen("intent=surrender", "view=look") == ["12"]
    assert chosen("intents=claim_amount") == ["R7"]
    assert chosen("score_intent=true") == ["g", "12"]
    assert chosen("weight=2.5") == ["R7"]
    assert chosen("entry_ids=a.b") == ["R7"]


@pytest.mark.parametrize(
    ("where", "cause"),
    [
        (["view"], "not of the form field=value"),
        (["=x"], "not of the form"),
        (["veiw=look"], "no row has the field 'veiw'"),
        (["view=other"], "no row meets"),
        (["view=look", "tags=real"], "no row meets"),
        (["extra=1"], "no row has the field 'extra'"),
    ],
)
def test_conditions_that_choose_nothing(tmp_path: Path, where: list[str], cause: str) -> None:
    cases = read(write_jsonl(tmp_path / "rows.jsonl", ROWS))
    with pytest.raises(InvalidInputError, match=cause):
        choose_cases(cases, where)


def test_file_hash(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "rows.jsonl", ROWS)
    assert file_hash(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(InvalidInputError, match="cannot be read"):
        file_hash(tmp_path / "none")


def test_the_taxonomy_decides_what_is_known(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "rows.jsonl", [GOOD])
    assert read_cases(path, LABELS)
    with pytest.raises(InvalidInputError, match="unknown intent 'surrender'"):
        read_cases(path, replace(LABELS, intents={"claim_amount"}))

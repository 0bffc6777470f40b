"""Files of entries: what is written reads back; bad rows are all listed."""

import datetime as dt
import json

import openpyxl
import pytest
import yaml

from knowledge_base.editing.formats import entry_to_dict, read_entries, write_entries
from knowledge_base.errors import ContentError
from knowledge_base.types import LegalBasis
from tests.knowledge_base.builders import make_entry

ENTRIES = (
    make_entry(),
    make_entry(
        "surrender.how",
        question="怎么退保？",
        answer="可以随时退保。\n1. 打开{app}。\n2. 提交申请。\n退多少看现金价值表，以合同为准。",
        legal_basis=(LegalBasis("保险法", "2015", "15"), LegalBasis("保险法", "2015", "47")),
        channels=("web", "phone"),
        valid_from=dt.date(2026, 1, 1),
        valid_to=dt.date(2027, 1, 1),
        revision=3,
        related=("claim_process.general",),
    ),
    make_entry("emergency.default", kind="acknowledgement", variants=(), legal_basis=(), source="practice"),
)


@pytest.mark.parametrize("suffix", [".yaml", ".jsonl", ".csv", ".xlsx"])
def test_a_round_trip_loses_nothing(tmp_path, suffix):
    path = tmp_path / f"entries{suffix}"
    write_entries(ENTRIES, path)
    assert read_entries(path) == ENTRIES
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_file_of_questions_and_answers_is_enough(tmp_path):
    path = tmp_path / "faq.csv"
    path.write_text("question,answer\n怎么退保,打开应用办理\n怎么理赔,先报案\n", encoding="utf-8")
    entries = read_entries(path)
    assert [(e.id, e.intent, e.question) for e in entries] == [
        ("row-1", "", "怎么退保"),
        ("row-2", "", "怎么理赔"),
    ]


def test_every_bad_row_is_listed_and_nothing_is_read(tmp_path):
    good = entry_to_dict(make_entry())
    rows = [good, {**good, "id": "b", "answer": ""}, {**good, "kind": "poem"}, {**good, "wrong": 1}, good]
    path = tmp_path / "entries.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_entries(path)
    assert [fault.split(":")[0] for fault in caught.value.detail] == ["line 2", "line 3", "line 4", "line 5"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.yaml", b"- id: x\n  answer: [open\n", "line"),
        ("a.yaml", b"just: a mapping\n", "list of entries"),
        ("a.yaml", "- question: 保单\n".encode("gbk"), "not UTF-8"),
        ("a.yaml", b"- id: x.y\n  question: q\n", "answer"),
        ("a.yaml", b"- 5\n", "entry 1"),
        ("a.jsonl", b"{broken\n", "line 1"),
        ("a.xlsx", b"not a workbook", "not a readable XLSX"),
        ("a.txt", b"", "no known suffix"),
    ],
)
def test_a_bad_file_names_the_place(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ContentError) as caught:
        read_entries(path)
    assert said in caught.value.message


def test_a_missing_file(tmp_path):
    with pytest.raises(ContentError, match="cannot be read"):
        read_entries(tmp_path / "none.yaml")


def test_a_failed_write_leaves_the_old_file(tmp_path):
    with pytest.raises(ContentError):
        write_entries(ENTRIES, tmp_path / "missing" / "a.yaml")
    assert not (tmp_path / "missing").exists()


def test_yaml_is_readable_by_people(tmp_path):
    path = tmp_path / "entries.yaml"
    write_entries(ENTRIES[:1], path)
    text = path.read_text(encoding="utf-8")
    assert "怎么申请理赔" in text
    assert yaml.safe_load(text)[0]["legal_basis"] == [
        {"law": "保险法", "article": "23", "paragraph": "1", "version": "2015"}
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.yaml", b"- {question: q, answer: a, valid_from: 2026-13-45}\n", "month"),
        ("a.jsonl", b"[" * 100_000, "brackets"),
        ("a.csv", b"question,answer\na," + b"x" * 200_000, "broken CSV"),
        ("a.csv", b"question,answer\na,b,c\n", "without a header"),
    ],
)
def test_odd_files_give_no_traceback(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ContentError) as caught:
        read_entries(path)
    assert said in caught.value.message


def test_lines_that_are_not_json_are_listed_with_the_other_faults(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{broken\n{"question": "q"}\n', encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_entries(path)
    assert [fault.split(":")[0] for fault in caught.value.detail] == ["line 1", "line 2"]


def test_a_line_separator_within_a_text_survives(tmp_path):
    entries = (make_entry(answer="第一行\u2028第二行\x85第三行" * 5),)
    write_entries(entries, tmp_path / "a.jsonl")
    assert read_entries(tmp_path / "a.jsonl") == entries


def test_numbers_of_a_spreadsheet_are_texts(tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0].append(["id", "question", "answer"])
    book.worksheets[0].append([7, 95519, "客服电话"])
    book.save(tmp_path / "a.xlsx")
    assert [(e.id, e.question) for e in read_entries(tmp_path / "a.xlsx")] == [("7", "95519")]


def test_control_characters_cannot_go_into_a_workbook(tmp_path):
    with pytest.raises(ContentError, match="control characters"):
        write_entries((make_entry(answer="a\x01b"),), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_an_id_in_two_files_of_a_folder_and_an_empty_folder(tmp_path):
    with pytest.raises(ContentError, match="no entries"):
        read_entries(tmp_path)
    for name in "ab":
        write_entries(ENTRIES[:1], tmp_path / f"{name}.yaml")
    with pytest.raises(ContentError, match=r"used before, in a\.yaml"):
        read_entries(tmp_path)


def test_a_failed_write_leaves_no_partial_file(tmp_path):
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(ContentError, match="cannot be written"):
        write_entries(ENTRIES, tmp_path / "a.yaml")
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]

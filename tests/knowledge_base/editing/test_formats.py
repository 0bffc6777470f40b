"""Files of entries: what is written reads back; bad rows are all listed."""

import datetime as dt
import json

import openpyxl
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge_base.editing.entry_rows import canonical_entry, entry_to_dict
from knowledge_base.editing.formats import read_entries, read_located, write_entries
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


CONTROLS = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS), max_size=20)
NEEDED = st.tuples(TEXTS, st.sampled_from("=-字|[{"), TEXTS).map("".join)
DATES = st.none() | st.dates()
ENTRY_FIELDS = {
    "id": TEXTS,
    "intent": TEXTS,
    "question": NEEDED,
    "variants": st.lists(TEXTS, max_size=4).map(tuple),
    "answer": NEEDED,
    "short_answer": TEXTS,
    "channels": st.lists(TEXTS, max_size=2).map(tuple),
    "related": st.lists(TEXTS, max_size=2).map(tuple),
    "legal_basis": st.lists(st.builds(LegalBasis, NEEDED, NEEDED, TEXTS, TEXTS), max_size=2).map(tuple),
    "valid_from": DATES,
    "valid_to": DATES,
    "revision": st.integers(0, 10**6),
    "status": st.sampled_from(["draft", "in_review", "published", "retired"]),
}


@pytest.mark.parametrize("suffix", [".yaml", ".jsonl", ".csv", ".xlsx"])
@given(fields=st.fixed_dictionaries(ENTRY_FIELDS))
@settings(max_examples=60)
@example(fields={"question": "=1+1", "variants": ("a|b", "[1]", "_x0041_"), "answer": "a\r\nb\rc"})
@example(fields={"question": "#N/A", "variants": ("[广告] 退保",), "answer": "\u2028 \x85 \ufeff'007"})
def test_whatever_can_be_stored_goes_through_every_format(tmp_path_factory, suffix, fields):
    entry = canonical_entry(make_entry(**fields))
    assert canonical_entry(entry) == entry
    path = tmp_path_factory.mktemp("any") / f"entries{suffix}"
    write_entries([entry], path)
    assert read_entries(path) == (entry,)


def test_what_cannot_be_stored_is_refused():
    for text in ("\x00", "\x0b", "\ufffe", "\ud800", "  "):
        with pytest.raises(ContentError, match="cannot be stored"):
            canonical_entry(make_entry(answer=text))


def test_a_text_too_long_for_a_cell_is_refused_by_the_workbook_alone(tmp_path):
    entries = (make_entry(answer="长" * 40_000),)
    with pytest.raises(ContentError, match="more than 32767"):
        write_entries(entries, tmp_path / "a.xlsx")
    write_entries(entries, tmp_path / "a.csv")
    assert read_entries(tmp_path / "a.csv") == entries


def test_entries_are_found_again_by_their_line(tmp_path):
    for suffix, places in ((".yaml", [1, 27]), (".jsonl", [1, 2]), (".csv", [2, 3]), (".xlsx", [2, 3])):
        write_entries(ENTRIES[:2], tmp_path / f"a{suffix}")
        lines = [located.place.split(" ")[1] for located in read_located(tmp_path / f"a{suffix}")]
        assert lines == [str(place) for place in places]
    text = (tmp_path / "a.yaml").read_text(encoding="utf-8").splitlines()
    assert text[26] == "- id: surrender.how"


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
        ("a.yaml", b"- 5\n", "line 1"),
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

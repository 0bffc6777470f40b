"""CSV as other programs write it: other codes, other headings, other delimiters."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from evaluation.case_labels import labels_of
from knowledge_base.taxonomy import shipped_taxonomy
from tests.evaluation.builders import read, refusal


def test_a_table_as_excel_in_china_writes_it(tmp_path: Path) -> None:
    heads = ["编号", "问题", "意图", "动作", "可接受意图"]
    lines = [heads, ["1", "我想退保，怎么办", "surrender", "answer", "surrender|claim_process"]]
    text = "".join(",".join(cells) + "\r\n" for cells in lines)
    for encoding in ("utf-8-sig", "gbk", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        (found,) = read(path)
        assert (found.id, found.text, found.intents) == (
            "1",
            "我想退保，怎么办",
            ("surrender", "claim_process"),
        )
    book = openpyxl.Workbook()
    for cells in lines:
        book.worksheets[0].append(cells)
    book.save(tmp_path / "rows.xlsx")
    assert read(tmp_path / "rows.xlsx") == read(tmp_path / "gbk.csv")
    (tmp_path / "wide.csv").write_bytes(text.encode("utf-16"))
    assert "UTF-16" in refusal(tmp_path / "wide.csv").message


def test_its_values_may_be_names_too(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    rows = (
        "问题,意图,动作,队列,可接受动作,计意图\n"
        "我想退保,退保,回答,,,是\n"
        "找个真人,转人工,转人工,综合人工,回答|answer,否\n"
    )
    path.write_text(rows + "怎么退,退宝,回答,,,\n", encoding="utf-8")
    assert refusal(path).detail == ("line 4: unknown intent '退宝' (did you mean '退保'?)",)
    path.write_text(rows, encoding="utf-8")
    first, second = read(path)
    assert (first.intents, first.action, first.queue) == (("surrender",), "answer", None)
    assert first.score_intent
    assert (second.intents, second.action, second.queue) == (("human_agent",), "handoff", "general")
    assert (second.alt_action, second.score_intent) == (("answer",), False)


def test_every_intent_and_queue_has_a_name_of_its_own() -> None:
    labels = labels_of(shipped_taxonomy())
    assert set(labels.names["intent"].values()) == set(labels.intents)
    assert set(labels.names["queue"].values()) == set(labels.queues)
    assert set(labels.names["action"].values()) == set(labels.actions)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_csv_may_be_parted_otherwise(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "rows.csv"
    rows = [("id", "text", "intent", "action"), ("1", "怎么退保,能退多少", "surrender", "answer")]
    path.write_text("".join(delimiter.join(row) + "\n" for row in rows), encoding="utf-8")
    (case,) = read(path)
    assert (case.text, case.action) == ("怎么退保,能退多少", "answer")


def test_utf_8_with_a_broken_byte_is_no_gb18030(tmp_path: Path) -> None:
    rows = "".join(f"{row},我想退保吗,surrender,answer\r\n" for row in range(4)).encode()
    path = tmp_path / "rows.csv"
    path.write_bytes(b"id,text,intent,action\r\n" + rows + "4,退保,surrender,answer\r\n".encode("gbk"))
    assert refusal(path).detail == ("line 6: byte 3 (0xcd) is not UTF-8; save the file as UTF-8",)

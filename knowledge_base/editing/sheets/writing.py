"""Spreadsheets for people: entries with Chinese headings, rows to mend, and an empty form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from knowledge_base.editing.entry_rows import is_writable
from knowledge_base.editing.guarded_cells import guarded
from knowledge_base.editing.sheets.columns import LABELS
from knowledge_base.editing.sheets.reading import LONGEST_CELL, MOST_ROWS
from knowledge_base.editing.sheets.values import SOURCES, Vocabulary, texts_of
from knowledge_base.errors import ContentError
from knowledge_base.types import Entry

LINE, TO_MEND = "行号", "需要修改"
_ENTRIES, _EXPLAINED, _CHOICES = "问答", "填写说明", "选项"
_WIDE = {"question": 32, "answer": 60, "short_answer": 36, "variants": 40, "legal_basis": 32, "intent": 22}
_HEAD = PatternFill("solid", fgColor="E3F1EF")
_TEMPLATE_FIELDS = tuple(name for name in LABELS if name not in ("kind", "revision", "status"))

EXPLANATIONS: Mapping[str, tuple[str, str]] = {
    "id": ("修改已有条目时填它的编号；新条目留空，系统会自动编号。", "surrender.how"),
    "question": ("必填。客户最常用的问法，2 到 60 个字。", "怎么退保？"),
    "answer": ("必填。40 到 250 个字，写事实和办法，不承诺、不推荐。可以用 {hotline} 这样的公司资料。", ""),
    "short_answer": ("不超过 60 个字；留空时取回答的第一句。", "可以随时退保，能退多少看现金价值表。"),
    "variants": ("客户的其他问法，一行一个（单元格内换行），建议 5 个以上。", "我想退保\n保险不想要了怎么办"),
    "intent": ("从下拉列表中选；留空时系统按问题判断，请在预览里核对。", "退保与现金价值"),
    "source": ("从下拉列表中选；选“法律法规”时必须填写法律依据。", "法律法规"),
    "legal_basis": ("法律名称加条款，多条用分号隔开；不写版本时取现行版本。", "保险法第15条；保险法第47条"),
    "products": ("从下拉列表中选；多个产品用换行或逗号隔开，留空表示都适用。", "年金险"),
    "channels": ("只在某些渠道使用时填写渠道名，留空表示都适用。", ""),
    "valid_from": ("从哪天起可以使用，写成 2026-01-31；留空表示马上。", "2026-01-01"),
    "valid_to": ("用到哪天为止，写成 2026-12-31；留空表示长期。", ""),
    "related": ("相关条目的编号，多个用换行隔开。", ""),
}


def entries_sheet(entries: Sequence[Entry], words: Vocabulary) -> bytes:
    """Return an XLSX workbook of entries with Chinese headings and names.

    Raises:
        ContentError: A text cannot stand in a workbook.
    """
    return _workbook(list(LABELS.values()), (_row(entry, words) for entry in entries))


def entries_csv(entries: Sequence[Entry], words: Vocabulary) -> bytes:
    """Return a CSV file of entries with Chinese headings; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(LABELS.values())
    writer.writerows([guarded(text) for text in _row(entry, words)] for entry in entries)
    return b"\xef\xbb\xbf" + out.getvalue().encode()  # the mark makes spreadsheet programs read UTF-8


def rows_to_mend(rows: Iterable[tuple[int, Mapping[str, str], str]]) -> bytes:
    """Return an XLSX workbook of bad rows: (line, values by field, what is wrong)."""
    headings = [*LABELS.values(), TO_MEND, LINE]
    told = ([values.get(name, "") for name in LABELS] + [wrong, str(line)] for line, values, wrong in rows)
    return _workbook(headings, told)


def _row(entry: Entry, words: Vocabulary) -> list[str]:
    texts = texts_of(entry, words)
    return [texts[name] for name in LABELS]


def _workbook(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_ENTRIES)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(_widths(), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_heading(sheet, text) for text in headings])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    return _saved(book)


def _widths() -> list[int]:
    return [_WIDE.get(name, 14) for name in LABELS]


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill = Font(bold=True), _HEAD
    return cell


def _cell(sheet: Any, text: str) -> Any:
    if len(text) > LONGEST_CELL or not is_writable(text):
        raise ContentError(
            f"The text {text[:20]!r}... has control characters, or more than {LONGEST_CELL} characters, "
            "which a workbook cannot hold. Export as JSONL."
        )
    cell = WriteOnlyCell(sheet, text)
    cell.data_type, cell.quotePrefix = "s", True  # a text that begins with = is no formula
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def template(words: Vocabulary) -> bytes:
    """Return an empty XLSX form: headings, lists to choose from, and a sheet that explains each column."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title, sheet.freeze_panes = _ENTRIES, "A2"
    for place, name in enumerate(_TEMPLATE_FIELDS, start=1):
        cell = sheet.cell(1, place, LABELS[name] + ("*" if name in ("question", "answer") else ""))
        cell.font, cell.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(place)].width = _WIDE.get(name, 14)
    _explain(book.create_sheet(_EXPLAINED))
    _offer(book, sheet, _choices(words))
    return _saved(book)


def _choices(words: Vocabulary) -> dict[str, list[str]]:
    answerable = [intent.name for intent in words.taxonomy.intents.values() if intent.action == "answer"]
    return {"intent": answerable, "source": list(SOURCES.values()), "products": list(words.products.values())}


def _explain(sheet: Any) -> None:
    sheet.append(["列", "怎么填", "例子"])
    for name in _TEMPLATE_FIELDS:
        sheet.append([LABELS[name], *EXPLANATIONS[name]])
    for place, width in enumerate((16, 60, 40), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1 or cell.column == 1)


def _offer(book: Any, sheet: Any, choices: Mapping[str, Sequence[str]]) -> None:
    """Put lists to choose from on columns; what is not in a list is left to the preview."""
    lists = book.create_sheet(_CHOICES)
    lists.sheet_state = "hidden"
    for place, (name, names) in enumerate(choices.items(), start=1):
        for line, text in enumerate(names, start=1):
            lists.cell(line, place, text)
        column = get_column_letter(place)
        offered = DataValidation(
            "list",
            formula1=f"'{_CHOICES}'!${column}$1:${column}${len(names)}",
            allow_blank=True,
            showErrorMessage=name != "products",  # a cell may hold several products
        )
        sheet.add_data_validation(offered)
        own = get_column_letter(_TEMPLATE_FIELDS.index(name) + 1)
        offered.add(f"{own}2:{own}{MOST_ROWS}")

"""Figures as files for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from api.measuring.words import VERDICTS, target_text
from evaluation.online.figures import Figure

Row = Sequence[Any]

FIGURE_COLUMNS = ("指标", "数值", "下限", "上限", "单位", "样本数", "目标", "结论", "定义")
TREND_COLUMNS = ("指标", "日期", "数值", "下限", "上限", "样本数")
_UNITS = {"share": "占比", "seconds": "秒", "messages": "条", "points": "分", "change": "变化"}


def figure_rows(figures: Iterable[Figure]) -> list[Row]:
    """Return a row for each figure, in the order of ``FIGURE_COLUMNS``."""
    return [
        (
            one.definition.name,
            one.value.value,
            one.value.low,
            one.value.high,
            _UNITS[one.definition.unit],
            one.value.n,
            target_text(one.target, one.definition.unit),
            VERDICTS[one.verdict],
            one.definition.about,
        )
        for one in figures
    ]


def trend_rows(figures: Iterable[Figure]) -> list[Row]:
    """Return a row for each figure and day, in the order of ``TREND_COLUMNS``."""
    return [
        (one.definition.name, day, value.value, value.low, value.high, value.n)
        for one in figures
        for day, value in one.trend.items()
    ]


def write_csv(columns: Row, rows: Iterable[Row]) -> bytes:
    """Return a CSV file that spreadsheet programs read as UTF-8."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def write_workbook(sheets: dict[str, tuple[Row, Iterable[Row]]]) -> bytes:
    """Return an XLSX file with a sheet for each table; a text that begins with ``=`` is no formula."""
    import openpyxl  # only who asks for a workbook waits for it

    book = openpyxl.Workbook(write_only=True)
    for name, (columns, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell

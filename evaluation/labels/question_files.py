"""Reads questions to be labelled from JSONL, CSV or XLSX; labels in the file are left aside."""

from __future__ import annotations

from pathlib import Path

from evaluation.case_files import RawRow, read_rows
from evaluation.labels.types import Question
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.text import require_message

_KEPT = ("segment", "tags", "source", "conversation_id")
_LONGEST_ID = 120
_LONGEST_FIELD = 40


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read every row, or none; only ``text`` is needed, a row without an id is numbered by its line.

    Raises:
        InvalidInputError: The file cannot be read or has no rows; ``detail`` lists bad rows.
    """
    questions, faults, lines = [], [], dict[str, int]()
    for row in read_rows(path, ("text",)):
        question, fault = _question(row)
        if not fault and lines.setdefault(question.row_id, row.line) != row.line:
            fault = f"id {question.row_id!r} was already used on line {lines[question.row_id]}"
        if fault:
            faults.append(f"line {row.line}: {fault}")
        questions.append(question)
    if faults:
        raise InvalidInputError(
            f"{len(faults)} of {len(questions)} rows of {path.name!r} cannot be used, so none was; "
            f"the first: {faults[0]}",
            tuple(faults),
        )
    if not questions:
        raise InvalidInputError(f"{path.name!r} has no rows; check that it is the right file")
    return tuple(questions)


def _question(row: RawRow) -> tuple[Question, str]:
    fields = row.fields
    text, history = fields.get("text"), fields.get("history") or []
    row_id = str(fields.get("id") or f"line-{row.line}")
    fault = row.fault or _text_fault(text)
    if not fault and not (isinstance(history, list) and all(isinstance(one, str) for one in history)):
        fault = "history must be a list of texts"
    channel, product = str(fields.get("channel") or "web"), str(fields.get("product") or "")
    if not fault and (len(row_id) > _LONGEST_ID or max(len(channel), len(product)) > _LONGEST_FIELD):
        fault = f"id has at most {_LONGEST_ID} characters, channel and product {_LONGEST_FIELD}"
    if fault:
        return Question(row_id, ""), fault
    extra = {name: fields[name] for name in _KEPT if fields.get(name)}
    return Question(row_id, str(text), tuple(history), channel, product, extra), ""  # type: ignore[arg-type]


def _text_fault(text: object) -> str:
    if not isinstance(text, str):
        return "no text"
    try:
        text.encode()
        require_message(text)
    except UnicodeEncodeError:
        return "the text has half a character"
    except InvalidInputError as error:
        return error.message
    return ""

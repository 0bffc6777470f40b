"""Reads questions to be labelled from JSONL, CSV or XLSX; labels in the file are left aside."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from evaluation.case_files import RawRow, read_rows
from evaluation.labels.sets import MOST_QUESTIONS
from evaluation.labels.types import Question
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.text import MAX_MESSAGE, require_message

RowFault = Literal[
    "unreadable",
    "no_text",
    "text_too_long",
    "half_character",
    "history_no_list",
    "id_too_long",
    "field_too_long",
    "id_twice",
]
"""What can be wrong with a row: pages have words of their own for each."""

_KEPT = ("segment", "tags", "source", "conversation_id")
_LONGEST_ID = 120
_LONGEST_FIELD = 40


def read_questions(path: Path) -> tuple[Question, ...]:
    """Read every row, or none; only ``text`` is needed, a row without an id is numbered by its line.

    Raises:
        InvalidInputError: The file cannot be read, has no rows or more than a set holds; ``detail``
            lists every bad row as ``line N: CODE: what is wrong; what to do``, CODE being a ``RowFault``.
    """
    questions: list[Question] = []
    faults: list[str] = []
    lines: dict[str, int] = {}
    for row in read_rows(path, ("text",)):
        if len(questions) == MOST_QUESTIONS:
            raise InvalidInputError(
                f"{path.name!r} has more than {MOST_QUESTIONS} rows, the most that a set holds; part it"
            )
        question, fault = _question(row)
        if not fault and lines.setdefault(question.row_id, row.line) != row.line:
            first = lines[question.row_id]
            fault = _told(
                "id_twice", f"id {question.row_id!r} already stands on line {first}; give each its own"
            )
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
    channel, product = str(fields.get("channel") or "web"), str(fields.get("product") or "")
    fault = _told("unreadable", row.fault) if row.fault else _text_fault(text)
    if not fault and not (isinstance(history, list) and all(isinstance(one, str) for one in history)):
        fault = _told("history_no_list", "history must be a list of texts; write them so, or leave it out")
    if not fault and len(row_id) > _LONGEST_ID:
        fault = _told("id_too_long", f"id has {len(row_id)} characters; shorten it to {_LONGEST_ID}")
    if not fault and max(len(channel), len(product)) > _LONGEST_FIELD:
        fault = _told("field_too_long", f"channel and product have at most {_LONGEST_FIELD}; shorten them")
    if fault:
        return Question(row_id, ""), fault
    extra = {name: fields[name] for name in _KEPT if fields.get(name)}
    return Question(row_id, str(text), tuple(history), channel, product, extra), ""  # type: ignore[arg-type]


def _text_fault(text: object) -> str:
    if not isinstance(text, str):
        return _told("no_text", "no text; write the question in the column text")
    if len(text) > MAX_MESSAGE:
        return _told("text_too_long", f"the text has {len(text)} characters; shorten it to {MAX_MESSAGE}")
    try:
        text.encode()
        require_message(text)
    except UnicodeEncodeError:
        return _told("half_character", "the text has half a character; type it anew, save the file as UTF-8")
    except InvalidInputError:
        return _told("no_text", "the text has nothing to read; write the question in the column text")
    return ""


def _told(fault: RowFault, said: str) -> str:
    return f"{fault}: {said}"

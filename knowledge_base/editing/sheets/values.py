"""What the cells of somebody's spreadsheet mean: names for ids, dates and lists as people write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from knowledge_base.editing.entry_rows import cell_to_list
from knowledge_base.editing.legal_text import bases_of_text, bases_to_text
from knowledge_base.errors import InvalidInputError
from knowledge_base.laws import LawBook
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Entry, LegalBasis

SOURCES = {"law": "法律法规", "contract": "合同条款", "company": "公司规定", "practice": "行业惯例"}
KINDS = {"answer": "问答", "acknowledgement": "转人工后的说明"}
STATUSES = {"draft": "草稿", "in_review": "审核中", "published": "已发布", "retired": "停用"}

AUTOMATIC = "auto"
SEPARATORS = {
    AUTOMATIC: "",
    "newline": "\n",
    "bar": "|",
    "semicolon": "；",
    "comma": "，",
    "pause": "、",
    "slash": "/",
}
"""What may part the items of a list in one cell; automatic takes line ends, else bars, else semicolons."""

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?")
_OTHER_NAMES = {
    "法律": "law",
    "法规": "law",
    "合同": "contract",
    "条款": "contract",
    "公司": "company",
    "规定": "company",
    "惯例": "practice",
    "实务": "practice",
    "已停用": "retired",
    "下线": "retired",
    "已下线": "retired",
    "删除": "retired",
    "启用": "published",
    "上线": "published",
    "待审核": "in_review",
}


class BadCellError(InvalidInputError):
    """A cell does not say what its field can hold; ``code`` names the kind of fault."""

    def __init__(self, code: str, found: str) -> None:
        super().__init__(f"{found[:60]!r} cannot be read ({code}).")
        self.code, self.found = code, found[:200]


@dataclass(frozen=True)
class Vocabulary:
    """The names that cells may use.

    Attributes:
        products: Chinese name of each product line.
        today: The day on which a law without a version is looked up.
    """

    taxonomy: Taxonomy
    products: Mapping[str, str]
    laws: LawBook
    today: dt.date

    @cached_property
    def intents(self) -> Mapping[str, str]:
        """Return the Chinese name of each intent."""
        return {intent.id: intent.name for intent in self.taxonomy.intents.values()}


def value_of(field: str, cell: Any, words: Vocabulary, separator: str = AUTOMATIC) -> Any:
    """Return what a cell means, as ``EntryRow`` takes it.

    Raises:
        BadCellError: It cannot be read.
    """
    reader = _READERS.get(field)
    return reader(cell, words, separator) if reader else str(cell).strip()


def text_of(field: str, value: Any, words: Vocabulary) -> str:
    """Return a value of an entry as people read and write it in one cell; ``value_of`` reads it back."""
    if field == "legal_basis":
        return bases_to_text(value)
    if field == "products":
        return "\n".join(words.products.get(one, one) for one in value)
    if isinstance(value, tuple | list):
        return "\n".join(value)
    names: Mapping[str, str] = {
        "intent": words.intents,
        "source": SOURCES,
        "kind": KINDS,
        "status": STATUSES,
    }.get(field, {})
    return "" if value is None else str(names.get(value, value))


def texts_of(entry: Entry, words: Vocabulary) -> dict[str, str]:
    """Return all fields of an entry as ``text_of`` gives them."""
    names = Entry.__dataclass_fields__
    return {name: text_of(name, getattr(entry, name), words) for name in names}


def _named(code: str, names: Mapping[str, str], cell: Any) -> str:
    """Return the id that a cell names: itself, its Chinese name, or “name（id）”."""
    text = str(cell).strip()
    by_name = {name: key for key, name in names.items()} | {
        name: key for name, key in _OTHER_NAMES.items() if key in names
    }
    inside = re.search(r"[（(]\s*([\w.]+)\s*[)）]\s*$", text)
    for candidate in (text, text.lower(), inside.group(1) if inside else ""):
        if candidate in names:
            return candidate
        if candidate in by_name:
            return by_name[candidate]
    raise BadCellError(code, text)


def _intent(cell: Any, words: Vocabulary, _: str) -> str:
    return _named("intent", words.intents, cell)


def _source(cell: Any, _: Vocabulary, __: str) -> str:
    return _named("source", SOURCES, cell)


def _kind(cell: Any, _: Vocabulary, __: str) -> str:
    return _named("kind", KINDS, cell)


def _status(cell: Any, _: Vocabulary, __: str) -> str:
    return _named("status", STATUSES, cell)


def _products(cell: Any, words: Vocabulary, separator: str) -> list[str]:
    return [_named("products", words.products, one) for one in items_of(cell, separator, short=True)]


def _plain_list(cell: Any, _: Vocabulary, separator: str) -> list[str]:
    return items_of(cell, separator)


def _short_list(cell: Any, _: Vocabulary, separator: str) -> list[str]:
    return items_of(cell, separator, short=True)


def items_of(cell: Any, separator: str = AUTOMATIC, *, short: bool = False) -> list[str]:
    """Return the items of a list in a cell; ``short`` ones (ids, names) are parted by commas too."""
    if isinstance(cell, list):
        return [str(one).strip() for one in cell if str(one).strip()]
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()
    if text.startswith("["):
        items = cell_to_list(text)
    elif separator != AUTOMATIC:
        items = re.split(f"[{re.escape(SEPARATORS[separator])}\n]", text)
    else:
        marks = ["\n", "|｜", "；;", *(["，,、"] if short else [])]
        found = next((mark for mark in marks if any(char in text for char in mark)), "\n")
        items = re.split(f"[{found}]", text)
    return [str(one).strip() for one in items if str(one).strip()]


def _date(cell: Any, _: Vocabulary, __: str) -> str:
    text = str(cell).strip()
    found = _DATE.fullmatch(text)
    try:
        return dt.date(*map(int, found.groups())).isoformat() if found else _refuse("date", text)
    except ValueError:
        return _refuse("date", text)


def _refuse(code: str, text: str) -> str:
    raise BadCellError(code, text)


def _revision(cell: Any, _: Vocabulary, __: str) -> int:
    text = str(cell).strip()
    if not text.isdecimal() or len(text) > 9:
        raise BadCellError("revision", text)
    return int(text)


def _legal_basis(cell: Any, words: Vocabulary, _: str) -> list[dict[str, str]]:
    if isinstance(cell, list):
        return cell
    text = str(cell).strip()
    if text.startswith("["):
        items = cell_to_list(text)
        if all(isinstance(one, dict) for one in items):
            return items
    try:
        bases = bases_of_text(text, words.laws, words.today)
    except InvalidInputError:
        raise BadCellError("legal_basis", text) from None
    return [_basis_fields(basis) for basis in bases]


def _basis_fields(basis: LegalBasis) -> dict[str, str]:
    fields = {
        "law": basis.law,
        "version": basis.version,
        "article": basis.article,
        "paragraph": basis.paragraph,
    }
    return {name: value for name, value in fields.items() if value}


_READERS: dict[str, Callable[[Any, Vocabulary, str], Any]] = {
    "intent": _intent,
    "source": _source,
    "kind": _kind,
    "status": _status,
    "variants": _plain_list,
    "products": _products,
    "channels": _short_list,
    "related": _short_list,
    "valid_from": _date,
    "valid_to": _date,
    "revision": _revision,
    "legal_basis": _legal_basis,
}

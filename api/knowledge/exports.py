"""Entries as files: what is published, the drafts, or what a filter leaves of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from api.conversing.desk import Desk
from api.laws import known_laws
from knowledge_base.editing.formats import entries_file
from knowledge_base.editing.repository import head_entries, newest_number, snapshot_entries
from knowledge_base.editing.rules import read_products
from knowledge_base.editing.sheets.values import Vocabulary
from knowledge_base.errors import NotFoundError
from knowledge_base.search.text import normalize
from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Entry

Format = Literal["xlsx", "csv", "jsonl", "yaml"]
MEDIA_TYPES: dict[Format, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "yaml": "application/yaml",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are exported; an empty filter leaves all.

    Attributes:
        drafts: The drafts and what is in review, instead of what is published.
        text: Part of a question, an answer or an id.
    """

    drafts: bool = False
    intent: str = ""
    product: str = ""
    source: str = ""
    law: str = ""
    text: str = ""


def export(desk: Desk, form: Format, wanted: Wanted, *, chinese: bool) -> bytes:
    """Return a file of entries; with ``chinese`` headings and names where it is a spreadsheet.

    Raises:
        NotFoundError: There is no such entry.
        ContentError: A text cannot stand in such a file.
    """
    entries = find(desk, wanted)
    if not entries:
        raise NotFoundError("No entry fits, so there is nothing to export. Choose fewer filters.")
    if chinese and form in ("xlsx", "csv"):
        from knowledge_base.editing.sheets.writing import entries_csv, entries_sheet  # loads openpyxl

        write = entries_sheet if form == "xlsx" else entries_csv
        return write(entries, vocabulary(desk))
    return entries_file(entries, f".{form}")


def vocabulary(desk: Desk) -> Vocabulary:
    """Return the names that cells of spreadsheets use in this installation."""
    laws = known_laws(desk.serving.services.database)
    return Vocabulary(shipped_taxonomy(), read_products(), laws, dt.date.today())


def find(desk: Desk, wanted: Wanted) -> Sequence[Entry]:
    """Return the entries that are wanted, in the order of ids."""
    with desk.reading() as session:
        if wanted.drafts:
            entries = head_entries(session, ["draft", "in_review"])
        else:
            entries = snapshot_entries(session, newest_number(session))
    return [entry for entry in entries if _fits(entry, wanted)]


def _fits(entry: Entry, wanted: Wanted) -> bool:
    laws = {basis.law for basis in entry.legal_basis}
    texts = (entry.id, *entry.questions, entry.answer)
    return (
        wanted.intent in ("", entry.intent)
        and (not wanted.product or wanted.product in entry.products)
        and wanted.source in ("", entry.source)
        and (not wanted.law or wanted.law in laws)
        and (not wanted.text or any(normalize(wanted.text) in normalize(text) for text in texts))
    )

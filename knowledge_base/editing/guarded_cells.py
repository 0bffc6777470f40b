"""Keeps spreadsheet programs from calculating what people wrote.

A cell of a CSV file that begins with one of ``= + - @``, a tab or a line end is taken for
a formula by spreadsheet programs, and a formula can send what stands beside it elsewhere.
Such a cell is written with an apostrophe before it, which makes it a text in these
programs; it is taken off when the file is read again. A cell that had one gets another,
so that every text comes back as it was.
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")


def guarded(text: str) -> str:
    """Return a text as it may stand in a cell."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` got."""
    return text[1:] if _GUARDED.match(text) else text

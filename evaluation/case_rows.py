"""Turns one raw row into a Case, or names everything that is wrong with it."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from assistant.types import Action
from evaluation.case_labels import Kind, Labels
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.text import require_message

_NEAR = 0.5
"""Likeness of a proposal: Chinese names are short, one wrong character of two is half."""

_KNOWN = frozenset(Case.__dataclass_fields__) - {"extra"} | {"intent"}


@dataclass(slots=True)
class _Fields:
    """Reads typed values out of a row, noting each fault instead of stopping at it."""

    values: Mapping[str, object]
    faults: list[str] = field(default_factory=list)

    def word(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)  # ids are often plain numbers
        if not isinstance(value, str):
            return self._refuse(name, value, "a text", default)
        if not _is_encodable(value):
            return self._refuse(name, value, "text of whole characters (no lone surrogate)", default)
        return value

    def words(self, name: str) -> tuple[str, ...] | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(_is_word(item) for item in items):
            self._refuse(name, value, "a list of texts, none blank", "")
            return ()
        return tuple(dict.fromkeys(items)) if name != "history" else tuple(items)

    def flag(self, name: str, default: bool) -> bool:
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._refuse(name, value, "true or false", "")
        return default

    def weight(self) -> float:
        value = self.values.get("weight", 1.0)
        if value is None:
            return 1.0
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_weight(value):
            self._refuse("weight", value, "a number above 0", "")
            return 1.0
        return float(value)

    def _refuse(self, name: str, value: object, wanted: str, default: str) -> str:
        self.faults.append(f"{name} must be {wanted}, not {_shown(value)}")
        return default

    def check(self, kind: Kind, ids: Iterable[str], labels: Labels) -> None:
        for unknown in (id_ for id_ in ids if id_ not in labels.ids(kind)):
            offered = sorted(labels.ids(kind) | labels.names.get(kind, {}).keys())
            near = difflib.get_close_matches(unknown, offered, n=1, cutoff=_NEAR)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            self.faults.append(f"unknown {kind} {_shown(unknown)}{hint}")


def case_from_row(values: Mapping[str, object], line: int, labels: Labels) -> tuple[Case, list[str]]:
    """Build the case of a row.

    A row without an id is numbered by its line (``line-7``). ``intent`` is the first of
    the case's intents, whether or not ``intents`` repeats it.

    Returns:
        The case, and what is wrong with the row; the case is usable only if nothing is.
    """
    row = _Fields(values)
    text = _text(row)
    intents = _intents(row, labels)
    actions = _actions(row, labels)
    queue = labels.id_of("queue", row.word("queue"))
    row.check("queue", filter(None, [queue]), labels)
    case = Case(
        text=text,
        id=row.word("id") or f"line-{line}",
        action=actions[0],
        alt_action=actions[1:],
        intents=intents,
        queue=queue or None,
        entry_ids=row.words("entry_ids"),
        score_intent=row.flag("score_intent", True),
        history=row.words("history") or (),
        channel=row.word("channel", "web"),
        product=row.word("product"),
        segment=row.word("segment"),
        tags=row.words("tags") or (),
        source=row.word("source"),
        conversation_id=row.word("conversation_id"),
        weight=row.weight(),
        extra={name: value for name, value in values.items() if name not in _KNOWN},
    )
    if case.score_intent and not intents and not row.faults:
        row.faults.append("no intent; name one, or set score_intent to false where the text is too vague")
    return case, row.faults


def _text(row: _Fields) -> str:
    """Return the text if the assistant takes it; one it refuses would stop the run half-way."""
    before = len(row.faults)
    text = row.word("text")
    if len(row.faults) > before:
        return text
    if not text.strip():
        row.faults.append("no text")
        return text
    try:
        return require_message(text)
    except InvalidInputError as error:
        row.faults.append(error.message)
        return text


def _intents(row: _Fields, labels: Labels) -> tuple[str, ...]:
    primary = row.word("intent")
    given = (primary, *(row.words("intents") or ()))
    intents = tuple(dict.fromkeys(labels.id_of("intent", intent) for intent in given if intent))
    row.check("intent", intents, labels)
    return intents


def _actions(row: _Fields, labels: Labels) -> tuple[Action, ...]:
    """Return the primary action and then the further ones."""
    before = len(row.faults)
    primary = labels.id_of("action", row.word("action"))
    if not primary and len(row.faults) == before:
        row.faults.append("no action")
    named = (labels.id_of("action", action) for action in row.words("alt_action") or ())
    others = tuple(action for action in dict.fromkeys(named) if action != primary)
    row.check("action", filter(None, [primary, *others]), labels)
    return cast("tuple[Action, ...]", (primary, *others))  # known ids only, or the row is refused


def _is_word(item: object) -> bool:
    return isinstance(item, str) and bool(item.strip()) and _is_encodable(item)


def _is_encodable(text: str) -> bool:
    """Tell whether ``text`` has no lone surrogate, which JSON escapes can make and no file can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_weight(value: float) -> bool:
    try:
        return math.isfinite(value) and value > 0
    except OverflowError:  # an integer beyond any float
        return False


def _shown(value: object) -> str:
    """Quote a value in ASCII-safe, short form."""
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."

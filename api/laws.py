"""The laws as an installation knows them, and what their changes take out of service."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from knowledge_base.database import Database
from knowledge_base.editing.impact import Resting
from knowledge_base.editing.law_changes import (
    added_laws,
    record_replacement,
    replacements,
    resting_on_replaced,
    suspend_replaced,
)
from knowledge_base.editing.publishing import Published, PublishRules
from knowledge_base.editing.snapshots import load_newest, require_servable
from knowledge_base.editing.types import Deed
from knowledge_base.errors import BaowenError
from knowledge_base.laws import LawBook, Replacement, read_laws
from knowledge_base.types import Entry

_WATCH = "law watch"
_log = structlog.get_logger(__name__)


def known_laws(database: Database) -> LawBook:
    """Return the shipped laws with the replacements recorded here."""
    with database.reading() as session:
        return laws_in(session)


def laws_in(session: Session) -> LawBook:
    """Return the shipped laws with the versions added and the replacements recorded here."""
    return read_laws().with_laws(added_laws(session)).replaced(replacements(session))


def published(database: Database) -> tuple[Entry, ...]:
    """Return what is published."""
    with database.reading() as session:
        state, _ = load_newest(session)
    return state.entries


@dataclass(frozen=True, slots=True)
class LawChange:
    """What a replacement means: what rests on the old version, and the snapshot without it.

    Attributes:
        snapshot: None where nothing rests on it, or the day has not come.
    """

    resting: tuple[Resting, ...]
    snapshot: Published | None


def replace_law(
    database: Database, replacement: Replacement, deed: Deed, rules: PublishRules, today: dt.date
) -> LawChange:
    """Record that a version of a law is replaced, and suspend what rests on it once it is.

    Raises:
        InvalidInputError: The version is unknown or the day is not possible.
        ContentError: Too many entries would vanish and ``rules`` do not force it.
        ConflictError: Someone published in the meantime; nothing was recorded.
    """
    entries = published(database)
    resting = resting_on_replaced(entries, [replacement], max(today, replacement.since))
    gone = {one.entry.id for one in resting}
    left = [entry for entry in entries if entry.id not in gone]
    require_servable(left, entries, rules.vanishing_share, forced=rules.force)
    with database.transaction() as session:
        record_replacement(session, laws_in(session), replacement, deed)
    snapshot = suspend_replaced(database, entries, [replacement], deed, rules, today)
    return LawChange(resting, snapshot)


def suspend_due(database: Database, today: dt.date | None = None) -> Published | None:
    """Suspend what rests on versions that were replaced by now; called at a start and every day.

    How much may vanish was settled when the replacement was recorded. Entries that
    cannot be suspended (nothing would be left) go on being served, and the log says so.
    """
    today = today or dt.date.today()
    with database.reading() as session:
        replaced = replacements(session)
    if not any(one.since <= today for one in replaced):
        return None
    deed = Deed(_WATCH, "a law they rest on was replaced", dt.datetime.now(dt.UTC))
    try:
        return suspend_replaced(
            database, published(database), replaced, deed, PublishRules(force=True), today
        )
    except BaowenError as error:
        _log.error("law_suspension_failed", problem=error.message)
        return None

"""Automatic answers that a supervisor switched off: all, those of a channel, or one entry."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, select
from sqlalchemy.orm import Session

from assistant.desk.signals import signal
from assistant.desk.tables import OffSwitchRow
from knowledge_base.errors import InvalidInputError, NotFoundError
from knowledge_base.personal_data import mask_where_needed

ALL = "all"

_SCOPE = re.compile(r"all|channel:[\w.\-]{1,40}|entry:[\w.\-]{1,120}")
_LONGEST_NOTICE = 500


_WIDEST_FIRST = case((OffSwitchRow.scope == ALL, 0), (OffSwitchRow.scope.startswith("channel:"), 1), else_=2)
_ALL_OFF = select(OffSwitchRow).order_by(_WIDEST_FIRST, OffSwitchRow.scope)


@dataclass(frozen=True, slots=True)
class OffSwitch:
    """What is switched off, and what customers are told meanwhile.

    Attributes:
        scope: ``all``, ``channel:NAME`` or ``entry:ID``.
        actor: Who switched it off, at ``at``.
    """

    scope: str
    notice: str
    actor: str
    at: dt.datetime


def switch_off(session: Session, scope: str, notice: str, actor: str, now: dt.datetime) -> OffSwitch:
    """Switch automatic answers off; off already, only the notice and who set it change.

    Raises:
        InvalidInputError: There is no such scope, or the notice is too long.
    """
    _require_scope(scope)
    notice = mask_where_needed(notice).strip()
    if len(notice) > _LONGEST_NOTICE:
        raise InvalidInputError(
            f"The notice has {len(notice)} characters, more than {_LONGEST_NOTICE}; shorten it."
        )
    row = session.merge(OffSwitchRow(scope=scope, notice=notice, actor=actor, at=now))
    session.flush()
    signal(session, "off")
    return _switch(row)


def switch_on(session: Session, scope: str) -> None:
    """Let automatic answers go on.

    Raises:
        NotFoundError: The scope is not off.
    """
    removed = session.execute(
        delete(OffSwitchRow).where(OffSwitchRow.scope == scope).returning(OffSwitchRow.scope)
    ).one_or_none()
    if removed is None:
        raise NotFoundError(
            f"{scope[:140]!r} is not switched off. Probably somebody else switched it on; "
            "load the list again."
        )
    signal(session, "off")


def list_off(session: Session) -> tuple[OffSwitch, ...]:
    """Return all that is off, ``all`` first."""
    return tuple(_switch(row) for row in session.scalars(_ALL_OFF))


def is_off(session: Session, channel: str, entry_id: str | None = None) -> OffSwitch | None:
    """Return the widest switch that keeps the assistant from answering, if one does.

    Args:
        session: A session that may only read.
        channel: Where the customer writes.
        entry_id: The entry that would be answered, if it is known.
    """
    return keeping_from(list_off(session), channel, entry_id)


def keeping_from(switches: Sequence[OffSwitch], channel: str, *entry_ids: str | None) -> OffSwitch | None:
    """Return the same from what ``list_off`` gave, for several entries at once."""
    scopes = {ALL, f"channel:{channel}", *(f"entry:{one}" for one in entry_ids if one)}
    return next((switch for switch in switches if switch.scope in scopes), None)


def _require_scope(scope: str) -> None:
    if not _SCOPE.fullmatch(scope):
        raise InvalidInputError(
            f"{scope[:140]!r} cannot be switched off; write 'all', 'channel:NAME' or 'entry:ID'."
        )


def _switch(row: OffSwitchRow) -> OffSwitch:
    return OffSwitch(row.scope, row.notice, row.actor, row.at)

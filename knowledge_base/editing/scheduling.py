"""Publishes on a day to come: approved now, carried out when due, by whichever process sees it first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge_base.database import Database, take_edit_lock
from knowledge_base.editing.publishing import (
    Plan,
    PublishRules,
    check_plan,
    commit_plan,
    plan_members,
)
from knowledge_base.editing.repository import find_revisions, newest_number, snapshot_revisions
from knowledge_base.editing.tables import ScheduledPublishRow
from knowledge_base.editing.types import Deed
from knowledge_base.errors import ConflictError, ContentError, InvalidInputError

State = Literal["waiting", "done", "failed", "cancelled"]

_BECAME = "snapshot "

Noted = Callable[[Session, "ScheduledPublish"], None]
"""Notes what became of a scheduled publish, in the transaction that settles it."""


@dataclass(frozen=True, slots=True)
class ScheduledPublish:
    """An approved publish of named revisions.

    Attributes:
        outcome: The snapshot it became, or why it failed; empty while it waits.
    """

    id: int
    due: dt.date
    revisions: Mapping[str, int]
    actor: str
    reason: str
    forced: bool
    state: State
    outcome: str

    @property
    def snapshot(self) -> int | None:
        """Return the number of the snapshot it became, once it has."""
        return int(self.outcome.removeprefix(_BECAME)) if self.state == "done" else None


def schedule(session: Session, plan: Plan, due: dt.date, deed: Deed, *, forced: bool) -> int:
    """Approve a planned publish for a day to come, and return its number.

    A newer revision of an entry that is saved until then stays a draft.
    """
    row = ScheduledPublishRow(
        due=due,
        revisions={entry_id: revision for entry_id, (revision, _) in plan.heads.items()},
        actor=deed.actor,
        created_at=deed.at,
        reason=deed.reason,
        forced=forced,
        state="waiting",
        outcome="",
    )
    session.add(row)
    session.flush()
    return row.id


def list_scheduled(session: Session, *states: State) -> tuple[ScheduledPublish, ...]:
    """Return scheduled publishes of these states, in the order they are due."""
    query = select(ScheduledPublishRow).where(ScheduledPublishRow.state.in_(states))
    rows = session.scalars(query.order_by(ScheduledPublishRow.due, ScheduledPublishRow.id))
    return tuple(
        ScheduledPublish(
            row.id,
            row.due,
            dict(row.revisions),
            row.actor,
            row.reason,
            row.forced,
            row.state,  # type: ignore[arg-type]
            row.outcome,
        )
        for row in rows
    )


def is_due(session: Session, today: dt.date) -> bool:
    """Tell whether a publish waits whose day has come."""
    waits = ScheduledPublishRow.state == "waiting"
    query = select(ScheduledPublishRow.id).where(waits, ScheduledPublishRow.due <= today).limit(1)
    return session.scalar(query) is not None


def cancel(session: Session, number: int, deed: Deed) -> None:
    """Call a waiting publish off; its entries stay in review.

    Raises:
        InvalidInputError: There is none of that number that waits.
    """
    take_edit_lock(session)
    if not _is_waiting(session, number):
        raise InvalidInputError(f"No scheduled publish {number} waits. See: baowen kb snapshots.")
    _settle(session, number, "cancelled", f"by {deed.actor}: {deed.reason}")


def publish_due(
    database: Database, rules: PublishRules, today: dt.date, now: dt.datetime, noted: Noted | None = None
) -> Sequence[ScheduledPublish]:
    """Carry out what is due, each by itself; return those that failed for good.

    Args:
        database: Where it is written.
        rules: What a publish has to keep to.
        today: The day it is.
        now: The moment, in UTC.
        noted: Is told of each that is done or has failed.

    Raises:
        StorageError: The database failed; what is due stays due.
    """
    with database.reading() as session:
        due = [one for one in list_scheduled(session, "waiting") if one.due <= today]
    failed = []
    for one in due:
        try:
            _carry_out(database, one, replace(rules, force=one.forced), today, now, noted)
        except ConflictError:  # somebody publishes just now: at the next look it is still due
            continue
        except ContentError as error:
            over = replace(one, state="failed", outcome=error.message)
            with database.transaction() as session:
                _end(session, over, noted)
            failed.append(over)
    return failed


def _carry_out(
    database: Database,
    one: ScheduledPublish,
    rules: PublishRules,
    today: dt.date,
    now: dt.datetime,
    noted: Noted | None,
) -> None:
    with database.reading() as session:
        plan = _plan(session, one, today)
    check_plan(plan, rules)
    with database.transaction() as session:
        take_edit_lock(session)
        if _is_waiting(session, one.id):
            info = commit_plan(session, plan, Deed(one.actor, one.reason, now), rules, "published")
            _end(session, replace(one, state="done", outcome=f"{_BECAME}{info.number}"), noted)


def _plan(session: Session, one: ScheduledPublish, today: dt.date) -> Plan:
    published = snapshot_revisions(session, newest_number(session))
    current = {e: revision for e, revision in one.revisions.items() if published.get(e, 0) < revision}
    if not current:
        raise ContentError("Newer revisions of all its entries were published in the meantime.")
    rows = find_revisions(session, current)
    return plan_members(session, {e: None if r.retires else r.revision for e, r in rows.items()}, today)


def _is_waiting(session: Session, number: int) -> bool:
    row = session.get(ScheduledPublishRow, number)
    return row is not None and row.state == "waiting"


def _end(session: Session, over: ScheduledPublish, noted: Noted | None) -> None:
    _settle(session, over.id, over.state, over.outcome)
    if noted:
        noted(session, over)


def _settle(session: Session, number: int, state: State, outcome: str) -> None:
    row = session.get_one(ScheduledPublishRow, number)
    row.state, row.outcome = state, outcome

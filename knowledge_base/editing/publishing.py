"""Turns what was reviewed into a numbered published state, or refuses to.

A publish has three steps: what would be published is read, checks look at it
without holding up anyone, and one transaction writes the snapshot if nothing
has moved since. A rollback and a suspension are publishes of another origin.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from knowledge_base.database import Database, take_edit_lock
from knowledge_base.editing.drafts import require_status
from knowledge_base.editing.repository import (
    find_revisions,
    find_rows,
    find_snapshot,
    newest_number,
    revision_to_entry,
    scheduled_revisions,
    snapshot_entries,
    snapshot_revisions,
)
from knowledge_base.editing.snapshots import Members, require_servable, write_snapshot
from knowledge_base.editing.types import Deed, DraftState, PublishCheck, PublishFinding, SnapshotInfo
from knowledge_base.errors import ConflictError, ContentError, InvalidInputError


@dataclass(frozen=True, slots=True)
class PublishRules:
    """What a publish has to keep to.

    Attributes:
        four_eyes: Whoever wrote a revision does not publish it.
        vanishing_share: The largest share of published entries that may vanish at once, 0..1.
        force: Let more vanish, and let errors of checks pass.
        checks: What must hold for the new state.
    """

    four_eyes: bool = True
    vanishing_share: float = 0.2
    force: bool = False
    checks: Sequence[PublishCheck] = ()


class RefusedPublishError(ContentError):
    """A state was not published; ``findings`` are the errors of the checks."""

    def __init__(self, findings: Sequence[PublishFinding]) -> None:
        super().__init__(
            f"{len(findings)} errors, so nothing was published; what was published goes on serving. "
            f"First: {findings[0]}",
            tuple(map(str, findings)),
        )
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Plan:
    """A publish that was read and may be written while nothing moves.

    Attributes:
        base: Number of the snapshot it was planned on.
        members: Revision of each entry that it changes; None takes the entry away.
        heads: Newest revision and status that these entries had.
        state: What the checks look at.
        left_out: Ids in review that this actor may not publish, having written them.
    """

    base: int
    members: Members
    heads: Mapping[str, tuple[int, str]]
    state: DraftState
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """A new snapshot, and what the checks had to say without refusing it."""

    snapshot: SnapshotInfo
    plan: Plan
    warnings: tuple[PublishFinding, ...] = field(default=())


def publish(
    database: Database, ids: Collection[str] | None, deed: Deed, rules: PublishRules, today: dt.date
) -> Published:
    """Publish what is in review: all of it, or the ids.

    Raises:
        InvalidInputError: Nothing may be published by this actor.
        ContentError: A check found errors, or the new state could not be served.
        ConflictError: Someone published or saved while the checks ran.
    """
    with database.reading() as session:
        plan = plan_publish(session, ids, deed.actor, rules, today)
    return _carry_out(database, plan, deed, rules, "published")


def rollback(database: Database, number: int, deed: Deed, rules: PublishRules, today: dt.date) -> Published:
    """Publish anew what snapshot ``number`` held. What was newer becomes a draft again.

    Raises:
        InvalidInputError: There is no such snapshot, or nothing differs.
        ContentError: As for ``publish``.
        ConflictError: As for ``publish``.
    """
    with database.reading() as session:
        plan = plan_rollback(session, number, today)
    return _carry_out(database, plan, deed, rules, "rolled_back")


def suspend(
    database: Database, ids: Collection[str], deed: Deed, rules: PublishRules, today: dt.date
) -> Published:
    """Take published entries away at once; each becomes a draft, to be reviewed and published again.

    Content checks do not run: nothing is added.

    Raises:
        InvalidInputError: One of the ids is not published.
        ContentError: The new state could not be served.
        ConflictError: As for ``publish``.
    """
    with database.reading() as session:
        plan = plan_suspension(session, ids, today)
    return _carry_out(database, plan, deed, replace(rules, checks=()), "suspended")


def plan_publish(
    session: Session, ids: Collection[str] | None, actor: str, rules: PublishRules, today: dt.date
) -> Plan:
    """Return what a publish of ``ids`` (None: all in review and not scheduled) would do.

    Raises:
        InvalidInputError: Nothing of it may be published by ``actor``.
    """
    rows = find_rows(session, ids)
    if ids is None:
        waiting = scheduled_revisions(session)
        rows = {
            row.id: row
            for row in rows.values()
            if row.status == "in_review" and (row.id, row.revision) not in waiting
        }
    else:
        require_status(rows, ids, "in_review")
    revisions = find_revisions(session, {row.id: row.revision for row in rows.values()})
    own = {entry_id for entry_id, row in revisions.items() if rules.four_eyes and row.author == actor}
    if own and (ids is not None or len(own) == len(rows)):
        raise InvalidInputError(
            f"{len(own)} of {len(rows)} entries were written by {actor!r}, who therefore cannot publish "
            "them: someone else has to (--actor), or four eyes are switched off (BAOWEN_FOUR_EYES=false).",
            tuple(f"{entry_id}: revision {revisions[entry_id].revision}" for entry_id in sorted(own)),
        )
    if not rows:
        raise InvalidInputError(
            "Nothing is in review, so there is nothing to publish. "
            "Hand drafts to review with: baowen kb submit."
        )
    members = {e: None if r.retires else r.revision for e, r in revisions.items() if e not in own}
    return replace(plan_members(session, members, today), left_out=tuple(sorted(own)))


def plan_rollback(session: Session, number: int, today: dt.date) -> Plan:
    """Return what going back to snapshot ``number`` would do.

    Raises:
        InvalidInputError: There is no such snapshot, or it equals what is published.
    """
    newest = newest_number(session)
    if find_snapshot(session, number) is None:
        raise InvalidInputError(
            f"There is no snapshot {number}; the newest is {newest}. See: baowen kb snapshots."
        )
    now, then = snapshot_revisions(session, newest), snapshot_revisions(session, number)
    members = {e: then.get(e) for e in now.keys() | then.keys() if now.get(e) != then.get(e)}
    if not members:
        raise InvalidInputError(f"Snapshot {number} holds what is published now; there is nothing to do.")
    return plan_members(session, members, today)


def plan_suspension(session: Session, ids: Collection[str], today: dt.date) -> Plan:
    """Return what taking ``ids`` away would do.

    Raises:
        InvalidInputError: One of them is not published, or there are none.
    """
    published = snapshot_revisions(session, newest_number(session))
    unknown = sorted(set(ids) - published.keys())
    if unknown or not ids:
        raise InvalidInputError(
            f"{len(unknown)} of {len(ids)} entries are not published; nothing was done.", tuple(unknown)
        )
    return plan_members(session, dict.fromkeys(ids), today)


def plan_members(session: Session, members: Members, today: dt.date) -> Plan:
    """Return what a snapshot with these changes would hold, beside what is published."""
    base = newest_number(session)
    previous = snapshot_entries(session, base)
    state = {entry.id: entry for entry in previous}
    wanted = {entry_id: revision for entry_id, revision in members.items() if revision is not None}
    for entry_id in members.keys() - wanted.keys():
        state.pop(entry_id, None)
    texts = find_revisions(session, wanted)
    state |= {entry_id: revision_to_entry(row, "published") for entry_id, row in texts.items()}
    entries = tuple(state[entry_id] for entry_id in sorted(state))
    rows = find_rows(session, members)
    heads = {entry_id: (row.revision, row.status) for entry_id, row in rows.items()}
    return Plan(base, members, heads, DraftState(entries, previous, frozenset(wanted), today))


def _carry_out(database: Database, plan: Plan, deed: Deed, rules: PublishRules, action: str) -> Published:
    warnings = check_plan(plan, rules)
    with database.transaction() as session:
        snapshot = commit_plan(session, plan, deed, rules, action)
    return Published(snapshot, plan, warnings)


def check_plan(plan: Plan, rules: PublishRules) -> tuple[PublishFinding, ...]:
    """Return the warnings about a planned state.

    Raises:
        RefusedPublishError: There are errors and they are not forced.
        ContentError: The state could not be served.
    """
    require_servable(plan.state.entries, plan.state.previous, rules.vanishing_share, forced=rules.force)
    findings = tuple(finding for check in rules.checks for finding in check(plan.state))
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors and not rules.force:
        raise RefusedPublishError(errors)
    return findings


def commit_plan(session: Session, plan: Plan, deed: Deed, rules: PublishRules, action: str) -> SnapshotInfo:
    """Write a planned snapshot, if all is still as it was when it was planned.

    Raises:
        ConflictError: Someone published, or saved one of the entries, in the meantime.
    """
    take_edit_lock(session)
    rows = find_rows(session, plan.members)
    moved = [e for e, row in rows.items() if plan.heads.get(e) != (row.revision, row.status)]
    if newest_number(session) != plan.base or moved:
        raise ConflictError(
            "Someone published or saved while this publish was checked, so nothing was published "
            f"({', '.join(sorted(moved)[:5]) or 'a newer snapshot'}). Publish again."
        )
    return write_snapshot(session, plan.state.entries, plan.members, rows, deed, action, forced=rules.force)

"""Publishes from the page: refused at once where that is clear, else checked in the background."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.audit import note
from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.knowledge.jobs import Jobs, Told
from api.knowledge.review import refuse_scheduled, require_standing
from api.knowledge.standing import certificate_facts
from api.knowledge.tables import JobRow
from api.publish_checks import publish_rules
from api.security.errors import ForbiddenError
from api.services import Services
from knowledge_base.editing import scheduling
from knowledge_base.editing.publishing import (
    Plan,
    PublishRules,
    check_plan,
    commit_plan,
    plan_publish,
    plan_rollback,
)
from knowledge_base.editing.repository import find_revisions, find_rows, find_snapshot, newest_number
from knowledge_base.editing.scheduling import ScheduledPublish, list_scheduled
from knowledge_base.editing.types import Deed, PublishFinding, SnapshotInfo
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError

Json = dict[str, Any]

_SECOND_CLICK = dt.timedelta(minutes=1)
_SHOWN = 200
_SHOWN_OVER = 20


class FourEyesError(ForbiddenError):
    """Somebody would publish what they wrote themselves."""

    code = "four_eyes"


@dataclass(frozen=True, slots=True)
class Order:
    """A publish that somebody asks for.

    Attributes:
        ids: Entries in review.
        revisions: What was looked at; an entry that is saved anew since is not published.
        at: The day it is to serve from; None for at once.
        force: Publish in spite of errors of the checks, and with many entries vanishing.
    """

    ids: tuple[str, ...]
    revisions: Mapping[str, int] = field(default_factory=dict)
    at: dt.date | None = None
    force: bool = False


def order_publish(desk: Desk, jobs: Jobs, order: Order, deed: Deed) -> JobRow:
    """Begin a publish; the same asked for again is the same job.

    Raises:
        FourEyesError: The actor wrote one of the entries.
        ConflictError: Others moved or saved one of them meanwhile.
        InvalidInputError: The day is not to come, or a reason is missing.
    """
    _require_reason(deed, force=order.force)
    _require_day(order.at)
    what = {**asdict(order), "at": str(order.at), "ids": sorted(order.ids), "reason": deed.reason}
    if again := jobs.find("publish", what | {"by": deed.actor}, _SECOND_CLICK):
        return again
    services = desk.serving.services
    with services.database.reading() as session:
        plan = _plan_order(session, services, order, deed)

    def work(told: Told) -> Json:
        rules = publish_rules(services, force=order.force, told=told)
        if order.at:
            return _schedule(services, plan, order.at, deed, rules, told)
        return _carry_out(services, plan, deed, rules, "published", told)

    return jobs.submit("publish", what | {"by": deed.actor}, deed.actor, work, _SECOND_CLICK)


def order_rollback(desk: Desk, jobs: Jobs, number: int, base: int, deed: Deed, *, force: bool) -> JobRow:
    """Begin to publish anew what an older snapshot held.

    Args:
        desk: What serves.
        jobs: Carries it out.
        number: The snapshot.
        base: The newest snapshot that the person saw.
        deed: Who, why, when.
        force: In spite of errors of the checks.

    Raises:
        NotFoundError: There is no such snapshot.
        ConflictError: Somebody published meanwhile.
        InvalidInputError: Nothing differs.
    """
    _require_reason(deed, force=True)
    what = {"number": number, "base": base, "force": force, "by": deed.actor}
    if again := jobs.find("rollback", what, _SECOND_CLICK):
        return again
    services = desk.serving.services
    with services.database.reading() as session:
        plan = rollback_plan(session, number, base)

    def work(told: Told) -> Json:
        rules = publish_rules(services, force=force, told=told)
        return _carry_out(services, plan, deed, rules, "rolled_back", told)

    return jobs.submit("rollback", what, deed.actor, work, _SECOND_CLICK)


def rollback_plan(session: Session, number: int, base: int | None) -> Plan:
    """Return what going back would do.

    Raises:
        NotFoundError: There is no such snapshot.
        ConflictError: ``base`` is not the newest snapshot any more.
        InvalidInputError: Nothing differs.
    """
    if find_snapshot(session, number) is None:
        raise NotFoundError(f"There is no snapshot {number}. Load the list again.")
    newest = newest_number(session)
    if base is not None and base != newest:
        raise ConflictError(f"Snapshot {newest} was published meanwhile; look at the difference again.")
    return plan_rollback(session, number, dt.date.today())


def scheduled_views(session: Session) -> list[Json]:
    """Return scheduled publishes with their entries and outcome: what waits, then the newest others."""
    over = sorted(list_scheduled(session, "done", "failed", "cancelled"), key=lambda one: -one.id)
    found = (*list_scheduled(session, "waiting"), *over[:_SHOWN_OVER])
    names = display_names(session, [one.actor for one in found])
    texts = find_revisions(session, {e: r for one in found for e, r in one.revisions.items()})
    questions = {entry_id: row.question for entry_id, row in texts.items()}
    return [_scheduled_view(one, names[one.actor], questions) for one in found]


def cancel_scheduled(session: Session, number: int, deed: Deed) -> None:
    """Call a scheduled publish off; its entries stay in review.

    Raises:
        ConflictError: It does not wait (any more).
    """
    if not any(one.id == number for one in list_scheduled(session, "waiting")):
        raise ConflictError(f"Scheduled publish {number} does not wait any more. Load the list again.")
    scheduling.cancel(session, number, deed)
    note(session, deed.actor, "knowledge.called_off", f"scheduled:{number}", {"reason": deed.reason})


def _require_reason(deed: Deed, *, force: bool) -> None:
    if force and not deed.reason:
        raise InvalidInputError("Write down why: this needs a reason, which the history keeps.")


def _require_day(day: dt.date | None) -> None:
    if day and day <= dt.date.today():
        raise InvalidInputError(f"{day} is no day to come. Publish at once, or choose a later day.")


def _plan_order(session: Session, services: Services, order: Order, deed: Deed) -> Plan:
    require_standing(session, order.ids, "in_review", order.revisions)
    rows = find_rows(session, order.ids)
    texts = find_revisions(session, {entry_id: row.revision for entry_id, row in rows.items()})
    own = sorted(entry_id for entry_id, row in texts.items() if row.author == deed.actor)
    if own and services.settings.four_eyes:
        raise FourEyesError(
            f"{len(own)} of {len(order.ids)} entries were written by you: somebody else has to publish them.",
            tuple(own),
        )
    refuse_scheduled(session, {entry_id: row.revision for entry_id, row in texts.items()})
    rules = PublishRules(four_eyes=services.settings.four_eyes)
    return plan_publish(session, order.ids, deed.actor, rules, order.at or dt.date.today())


def _carry_out(
    services: Services, plan: Plan, deed: Deed, rules: PublishRules, action: str, told: Told
) -> Json:
    warnings = check_plan(plan, rules)
    told("writing", 0, 0)
    with services.database.transaction() as session:
        info = commit_plan(session, plan, deed, rules, action)
        detail = {"entries": len(plan.members), "reason": deed.reason, "forced": rules.force}
        note(session, deed.actor, f"knowledge.{action}", f"snapshot:{info.number}", detail)
    facts = {"snapshot": _snapshot_facts(info), "scheduled": None}
    return facts | {"certificate": certificate_facts(services, plan.state.entries)} | _findings(warnings)


def _schedule(
    services: Services, plan: Plan, day: dt.date, deed: Deed, rules: PublishRules, told: Told
) -> Json:
    warnings = check_plan(plan, rules)
    told("writing", 0, 0)
    with services.database.transaction() as session:
        require_standing(session, plan.heads, "in_review", {e: head[0] for e, head in plan.heads.items()})
        number = scheduling.schedule(session, plan, day, deed, forced=rules.force)
        detail = {"due": day.isoformat(), "entries": len(plan.members), "reason": deed.reason}
        note(session, deed.actor, "knowledge.scheduled", f"scheduled:{number}", detail)
    facts = {"snapshot": None, "scheduled": {"id": number, "due": day.isoformat()}}
    return facts | {"certificate": certificate_facts(services, plan.state.entries)} | _findings(warnings)


def _snapshot_facts(info: SnapshotInfo) -> Json:
    return {"number": info.number, "hash": info.content_hash, "entries": info.entry_count}


def _findings(findings: Sequence[PublishFinding]) -> Json:
    return {"findings": [asdict(one) for one in findings[:_SHOWN]], "findings_total": len(findings)}


def _scheduled_view(one: ScheduledPublish, name: str, questions: Mapping[str, str]) -> Json:
    entries = [
        {"id": entry_id, "revision": revision, "question": questions.get(entry_id, "")}
        for entry_id, revision in sorted(one.revisions.items())
    ]
    return {
        "id": one.id,
        "due": one.due.isoformat(),
        "by": one.actor,
        "by_name": name,
        "reason": one.reason,
        "forced": one.forced,
        "state": one.state,
        "snapshot": one.snapshot,
        "outcome": one.outcome,
        "entries": entries,
    }

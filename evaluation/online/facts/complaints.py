"""Facts of complaints received in a period: accepted and decided in time, and whether they satisfied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
)

from assistant.desk.tables import ComplaintRow, ComplaintStepRow, ConversationRow
from evaluation.online.facts.family import Family, Scope, flag

Late = Callable[[Any, Any, Scope], ColumnElement[int]]


def _first_step(*steps: str, since: str = "") -> ScalarSelect[Any]:
    """Return, for a statement over complaints, when one of some steps was first done.

    With ``since`` only what was done after the last step of that name counts, or of all
    where it was never done.
    """
    found = select(func.min(ComplaintStepRow.at)).where(
        ComplaintStepRow.number == ComplaintRow.number, ComplaintStepRow.step.in_(steps)
    )
    if since:
        begins = ComplaintStepRow.__table__.alias("begins")
        last = (
            select(func.max(begins.c.id))
            .where(begins.c.number == ComplaintRow.number, begins.c.step == since)
            .correlate(ComplaintRow)
            .scalar_subquery()
        )
        found = found.where(ComplaintStepRow.id >= func.coalesce(last, 0))
    return found.correlate(ComplaintRow).scalar_subquery()


def _accepted() -> ScalarSelect[Any]:
    return _first_step("classified", "withdrawn")


def _decided() -> ScalarSelect[Any]:
    return _first_step("told", "withdrawn", since="reopened")


def _in_time(met: Any, due: Any, scope: Scope, *, stoppable: bool) -> ColumnElement[int]:
    """Tell whether something was done in time; NULL where it is open and not due yet."""
    now = literal(scope.now, due.type)
    # What stands still and was not late before is not late.
    stands = and_(ComplaintRow.paused_since.is_not(None), ComplaintRow.paused_since <= due)
    over = and_(now > due, ~stands) if stoppable else now > due
    return flag(and_(met.is_not(None), met <= due), or_(met.is_not(None), over))


def _units(scope: Scope) -> Subquery:
    return (
        select(
            scope.time.day(ComplaintRow.received_at).label("day"),
            ConversationRow.channel.label("channel"),
            ComplaintRow.category.label("intent"),
            literal("").label("product"),
            ComplaintRow.number.label("ref"),
            _in_time(_accepted(), ComplaintRow.accept_by, scope, stoppable=False).label("complaint_accepted"),
            _in_time(_decided(), ComplaintRow.decide_by, scope, stoppable=True).label("complaint_decided"),
            flag(ComplaintRow.satisfied.is_(True), ComplaintRow.satisfied.is_not(None)).label(
                "complaint_satisfied"
            ),
        )
        .join(ConversationRow, ConversationRow.id == ComplaintRow.conversation_id)
        .where(ComplaintRow.received_at >= scope.period.start, ComplaintRow.received_at < scope.period.end)
        .subquery()
    )


def complaint_deadlines(scope: Scope, late: Late) -> list[Select[Any]]:
    """Return what fell due of complaints, each with whether it was late.

    A stopped clock moves its deadline on: it falls due when it goes on.
    """
    stopped = ComplaintRow.paused_since.is_not(None)
    kinds: list[tuple[Any, Any, Any]] = [
        (ComplaintRow.accept_by, _accepted(), None),
        (
            ComplaintRow.decide_by,
            _decided(),
            and_(stopped, ComplaintRow.paused_since <= ComplaintRow.decide_by),
        ),
        (
            ComplaintRow.review_by,
            _first_step("told", "withdrawn", since="review"),
            and_(stopped, ComplaintRow.paused_since <= ComplaintRow.review_by),
        ),
    ]
    return [
        select(
            due.label("due"),
            ComplaintRow.conversation_id,
            ComplaintRow.category.label("intent"),
            (
                late(met, due, scope)
                if stands is None
                else case((stands, null()), else_=late(met, due, scope))
            ).label("late"),
        ).where(due >= scope.period.start, due < scope.period.end)
        for due, met, stands in kinds
    ]


COMPLAINTS = Family(
    "complaints", _units, ("complaint_accepted", "complaint_decided", "complaint_satisfied"), "complaint"
)

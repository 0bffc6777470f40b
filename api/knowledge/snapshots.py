"""Published states for the page: the list, one with its changes, two compared, a way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.knowledge.differences import difference_view
from api.knowledge.publishing import rollback_plan
from knowledge_base.editing.comparison import compare_snapshots, differing
from knowledge_base.editing.repository import find_rows, newest_number
from knowledge_base.editing.snapshot_list import ListedSnapshot, listed_snapshots
from knowledge_base.errors import NotFoundError

Json = dict[str, Any]


def snapshot_page(session: Session, desk: Desk, before: int | None, limit: int) -> Json:
    """Return snapshots, the newest first, and which of them this process serves."""
    found = listed_snapshots(session, before, limit + 1)
    page = found[:limit]
    return {
        "snapshots": _views(session, page),
        "next": page[-1].info.number if len(found) > limit else None,
        "newest": newest_number(session),
    } | serving_facts(desk)


def serving_facts(desk: Desk) -> Json:
    """Return the snapshot that this process serves, the newest where that was refused, the certificate."""
    services, refused = desk.serving.services, desk.live.refused
    return {
        "serving": desk.serving.number,
        "refused": {"number": refused.number, "problem": refused.problem} if refused else None,
        "certificate": {"stand": services.standing.stand, "notice": services.standing.notice},
    }


def whole_snapshot(
    session: Session, desk: Desk, number: int, against: int | None, after: str, limit: int
) -> Json:
    """Return a snapshot and how it differs from another, or from the one before it.

    Args:
        session: Where to read.
        desk: What serves.
        number: The snapshot.
        against: The other one; None for the one before, of which there is none for the first.
        after: Only entries with greater ids.
        limit: At most so many entries.

    Raises:
        NotFoundError: There is no such snapshot.
    """
    found = listed_snapshots(session, number + 1, 1)
    if not found or found[0].info.number != number:
        raise NotFoundError(f"There is no snapshot {number}. Load the list again.")
    (view,) = _views(session, found)
    older = number - 1 if against is None else against
    return view | {"against": older} | _differences(session, desk, older, number, after, limit)


def rollback_preview(
    session: Session, desk: Desk, number: int, base: int | None, after: str, limit: int
) -> Json:
    """Return what going back to a snapshot would do.

    Raises:
        NotFoundError: There is no such snapshot.
        ConflictError: ``base`` is not the newest snapshot any more.
        InvalidInputError: Nothing differs.
    """
    plan = rollback_plan(session, number, base)
    rows, wanted = find_rows(session, plan.members), plan.members.items()
    settled = (e for e, revision in wanted if revision != rows[e].revision)
    drafted = sum(rows[entry_id].status in ("published", "retired") for entry_id in settled)
    gone = sum(revision is None for _, revision in wanted)
    share = desk.serving.services.settings.vanishing_share
    return {
        "number": number,
        "base": plan.base,
        "entries": len(plan.members),
        "removed": gone,
        "become_drafts": drafted,
        "needs_force": gone > share * len(plan.state.previous),
    } | _differences(session, desk, plan.base, number, after, limit)


def _differences(session: Session, desk: Desk, older: int, newer: int, after: str, limit: int) -> Json:
    ids = [entry_id for entry_id in differing(session, older, newer) if entry_id > after]
    words = desk.serving.services.tokenizer.cut
    found = compare_snapshots(session, older, newer, ids[:limit])
    return {
        "differences": [difference_view(one, words) for one in found],
        "next": ids[limit - 1] if len(ids) > limit else None,
    }


def _views(session: Session, found: Sequence[ListedSnapshot]) -> list[Json]:
    names = display_names(session, [one.info.actor for one in found])
    return [
        {
            "number": one.info.number,
            "hash": one.info.content_hash,
            "entries": one.info.entry_count,
            "by": one.info.actor,
            "by_name": names[one.info.actor],
            "at": one.info.created_at.isoformat(),
            "reason": one.info.reason,
            "forced": one.info.forced,
            "action": one.action,
            "counts": asdict(one.counts),
        }
        for one in found
    ]

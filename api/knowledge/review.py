"""The queue of what waits for a second person, and all that is to be known of one entry in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.roles import Permission
from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.knowledge.differences import changed_fields, difference_view, intent_name
from api.publish_checks import rules_of
from api.security.principal import Principal
from knowledge_base.editing import drafts
from knowledge_base.editing.checks.entry import check_entry
from knowledge_base.editing.comments import Comment, add_comment, count_comments, entry_comments
from knowledge_base.editing.comparison import Difference
from knowledge_base.editing.repository import (
    find_revisions,
    find_rows,
    newest_number,
    revision_to_entry,
    snapshot_revisions,
)
from knowledge_base.editing.review_queue import Waiting, count_in_review, find_waiting, in_review
from knowledge_base.editing.scheduling import ScheduledPublish, list_scheduled
from knowledge_base.editing.types import Deed
from knowledge_base.errors import ConflictError, NotFoundError
from knowledge_base.types import Entry

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Around:
    """What entries in review are shown beside."""

    published: Mapping[str, Entry]
    names: Mapping[str, str]
    comments: Mapping[str, int]
    scheduled: Mapping[tuple[str, int], ScheduledPublish]


def review_queue(session: Session, desk: Desk, principal: Principal, after: int, limit: int) -> Json:
    """Return a page of what is in review, the longest first."""
    found = in_review(session, after, limit + 1)
    page = found[:limit]
    around = _around(session, page)
    return {
        "entries": [_summary(one, around, desk, principal) for one in page],
        "total": count_in_review(session),
        "next": page[-1].place if len(found) > limit else None,
        "newest": newest_number(session),
    }


def whole_review(session: Session, desk: Desk, principal: Principal, entry_id: str) -> Json:
    """Return one entry in review with its diff and its comments.

    Raises:
        NotFoundError: It is not in review.
    """
    one = require_waiting(session, entry_id)
    around = _around(session, [one])
    words = desk.serving.services.tokenizer.cut
    return _summary(one, around, desk, principal) | {
        "difference": difference_view(_difference(one, around.published), words),
        "comments": comment_views(session, entry_comments(session, entry_id)),
        "findings": [] if one.retires else _findings(desk, one.entry),
        "newest": newest_number(session),
    }


def _findings(desk: Desk, entry: Entry) -> list[Json]:
    return [asdict(one) for one in check_entry(entry, rules_of(desk.serving.services))]


def require_waiting(session: Session, entry_id: str) -> Waiting:
    """Return an entry that is in review.

    Raises:
        NotFoundError: It is not.
    """
    one = find_waiting(session, entry_id)
    if one is None:
        raise NotFoundError(f"Entry {entry_id!r} is not in review (any more). Load the list again.")
    return one


def submit(session: Session, ids: Collection[str], deed: Deed) -> tuple[str, ...]:
    """Hand drafts to review; what is said with it is kept as a comment too.

    Raises:
        ConflictError: One of them is no draft (any more).
    """
    require_standing(session, ids, "draft")
    done = drafts.submit(session, ids, deed)
    _say(session, done, deed)
    return done


def send_back(session: Session, ids: Collection[str], deed: Deed) -> tuple[str, ...]:
    """Give entries back to be worked on, with what is to be done as a comment.

    Raises:
        ConflictError: One of them is not in review (any more), or is approved for a day to come.
    """
    require_standing(session, ids, "in_review")
    rows = find_rows(session, ids)
    refuse_scheduled(session, {entry_id: row.revision for entry_id, row in rows.items()})
    done = drafts.send_back(session, ids, deed)
    _say(session, done, deed)
    return done


def _say(session: Session, ids: Collection[str], deed: Deed) -> None:
    if deed.reason:
        rows = find_rows(session, ids)
        for entry_id in ids:
            add_comment(session, entry_id, rows[entry_id].revision, deed)


def require_standing(
    session: Session, ids: Collection[str], status: str, revisions: Mapping[str, int] | None = None
) -> None:
    """Refuse ids that do not stand where the page showed them.

    Raises:
        ConflictError: Others moved or saved some since; ``detail`` names them.
    """
    rows, seen = find_rows(session, ids), revisions or {}
    moved = sorted(
        entry_id
        for entry_id in ids
        if entry_id not in rows
        or rows[entry_id].status != status
        or seen.get(entry_id, rows[entry_id].revision) != rows[entry_id].revision
    )
    if moved:
        raise ConflictError(
            f"{len(moved)} of {len(ids)} entries were moved or saved by others meanwhile, so nothing was "
            "done. Load the list again.",
            tuple(moved),
        )


def refuse_scheduled(session: Session, revisions: Mapping[str, int]) -> None:
    """Refuse revisions that are approved for a day to come.

    Raises:
        ConflictError: Some are; ``detail`` names them.
    """
    fixed = tuple(sorted(one[0] for one in _scheduled(session).keys() & revisions.items()))
    if fixed:
        raise ConflictError(
            f"{len(fixed)} entries are approved for a day to come. Cancel that publish first.", fixed
        )


def comment_views(session: Session, comments: Sequence[Comment]) -> list[Json]:
    """Return comments as pages get them."""
    names = display_names(session, [one.actor for one in comments])
    return [
        {
            "id": one.id,
            "revision": one.revision,
            "by": one.actor,
            "by_name": names[one.actor],
            "at": one.said_at.isoformat(),
            "text": one.text,
        }
        for one in comments
    ]


def difference_of(session: Session, one: Waiting) -> Difference:
    """Return what publishing an entry in review would change."""
    return _difference(one, _published(session, [one.entry.id]))


def _difference(one: Waiting, published: Mapping[str, Entry]) -> Difference:
    return Difference(published.get(one.entry.id), None if one.retires else one.entry)


def _around(session: Session, page: Sequence[Waiting]) -> _Around:
    ids = [one.entry.id for one in page]
    actors = [actor for one in page for actor in (one.author, one.submitted_by)]
    return _Around(
        _published(session, ids),
        display_names(session, actors),
        count_comments(session, ids),
        _scheduled(session),
    )


def _published(session: Session, ids: Collection[str]) -> dict[str, Entry]:
    held = snapshot_revisions(session, newest_number(session))
    rows = find_revisions(session, {i: held[i] for i in ids if i in held})
    return {entry_id: revision_to_entry(row, "published") for entry_id, row in rows.items()}


def _scheduled(session: Session) -> dict[tuple[str, int], ScheduledPublish]:
    waiting = list_scheduled(session, "waiting")
    return {pair: one for one in waiting for pair in one.revisions.items()}


def _summary(one: Waiting, around: _Around, desk: Desk, principal: Principal) -> Json:
    difference = _difference(one, around.published)
    scheduled = around.scheduled.get((one.entry.id, one.entry.revision))
    refused = _refusal(one, scheduled, desk, principal)
    return {
        "id": one.entry.id,
        "question": one.entry.question,
        "intent_name": intent_name(one.entry.intent),
        "revision": one.entry.revision,
        "what": "removed" if one.retires else "changed" if difference.before else "added",
        "fields": changed_fields(difference),
        "author": one.author,
        "author_name": around.names[one.author],
        "submitted_by": one.submitted_by,
        "submitted_by_name": around.names[one.submitted_by],
        "since": one.since.isoformat(),
        "note": one.note,
        "comments_count": around.comments.get(one.entry.id, 0),
        "scheduled": scheduled_facts(scheduled) if scheduled else None,
        "may_publish": refused is None,
        "refused": refused,
    }


def scheduled_facts(one: ScheduledPublish) -> Json:
    """Return which publish an entry waits for."""
    return {"id": one.id, "due": one.due.isoformat()}


def _refusal(
    one: Waiting, scheduled: ScheduledPublish | None, desk: Desk, principal: Principal
) -> str | None:
    """Return why somebody cannot publish an entry: own, scheduled or forbidden; None where they can."""
    if Permission.KNOWLEDGE_PUBLISH not in principal.permissions:
        return "forbidden"
    if desk.serving.services.settings.four_eyes and one.author == principal.actor:
        return "own"
    return "scheduled" if scheduled else None

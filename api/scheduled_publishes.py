"""What became of scheduled publishes, for the audit log: whoever ordered one has done it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.accounts.audit import note
from knowledge_base.editing.scheduling import ScheduledPublish

_PREFIXES = ("user:", "key:", "cli:")


def note_carried_out(session: Session, one: ScheduledPublish) -> None:
    """Note that a scheduled publish was carried out, or why it was not."""
    actor = one.actor if one.actor.startswith(_PREFIXES) else f"cli:{one.actor}"
    detail = {"scheduled": one.id, "due": one.due.isoformat(), "entries": len(one.revisions)}
    detail |= {"reason": one.reason, "forced": one.forced}
    if one.state == "done":
        note(session, actor, "knowledge.published", f"snapshot:{one.snapshot}", detail)
    else:
        detail |= {"problem": one.outcome}
        note(session, actor, "knowledge.not_published", f"scheduled:{one.id}", detail)

"""The questions that a page offers at the beginning: asked most of late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from knowledge_base.types import Entry

_COUNT = 6
_LOOK_BACK = dt.timedelta(days=14)
_FEWEST = 3
"""Times a question must have been asked of late, so that one person's is not shown to all."""

_AT_FIRST = (
    "claim_documents.general",
    "claim_payment.when",
    "policy_lookup.status",
    "surrender.how_to",
    "claim_report.how",
    "contact_hours.hotline",
)
"""Shown before enough was asked; those that are not published fall out."""


def top_questions(
    session: Session, entries: Mapping[str, Entry], channel: str, now: dt.datetime
) -> list[Entry]:
    """Return the entries answered most on a channel in the last two weeks, filled up with usual ones."""
    asked = func.count()
    found = (
        select(DecisionRow.entry_id)
        .where(
            DecisionRow.decided_at >= now - _LOOK_BACK,
            DecisionRow.action == "answer",
            DecisionRow.channel == channel,
            DecisionRow.entry_id.is_not(None),
            DecisionRow.intent != "smalltalk",
        )
        .group_by(DecisionRow.entry_id)
        .having(asked >= _FEWEST)
        .order_by(asked.desc(), DecisionRow.entry_id)
        .limit(_COUNT)
    )
    ids = dict.fromkeys([*(str(one) for one in session.scalars(found)), *_AT_FIRST, *entries])
    today = now.date()
    usable = [entries[one] for one in ids if one in entries and _is_offered(entries[one], channel, today)]
    return usable[:_COUNT]


def _is_offered(entry: Entry, channel: str, today: dt.date) -> bool:
    return entry.kind == "answer" and entry.intent != "smalltalk" and entry.is_meant_for(channel, today)

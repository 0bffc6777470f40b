"""Writes down messages, and numbers everything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from assistant.desk.tables import MessageRow
from benchmarks.traffic.plans import Month, Row


@dataclass
class Writing:
    """A month that is being written; ids follow from ``prefix`` and ``count``."""

    prefix: str
    count: int = 0
    month: Month = field(default_factory=Month)

    def new_id(self) -> str:
        """Return an id that nothing else has."""
        self.count += 1
        return f"{self.prefix}{self.count:022x}"

    def say(
        self,
        conversation: Row,
        author: str,
        text: str,
        at: dt.datetime,
        decision: Row | None = None,
        agent: str | None = None,
    ) -> None:
        """Write a message of a conversation."""
        conversation["last_seq"] += 1
        conversation["changed_at"] = at
        row = {
            "id": self.new_id(),
            "conversation_id": conversation["id"],
            "seq": conversation["last_seq"],
            "author": author,
            "kind": "text",
            "text": text,
            "at": at,
            "agent": "客服" if agent else None,
            "actor": agent or (author if author == "customer" else None),
            "reply": {name: decision[name] for name in ("action", "entry_id")} if decision else None,
            "attachment_id": None,
            "client_id": None,
            "decision_id": decision["id"] if decision else None,
        }
        self.month.rows[MessageRow].append(row)

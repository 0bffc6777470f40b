"""What people do: tickets, suggestions, complaints and ratings."""

from __future__ import annotations

import datetime as dt

import numpy as np

from assistant.desk.deadlines import terms_of
from assistant.desk.hours import OpeningHours
from assistant.desk.rules import read_desk_rules
from assistant.desk.tables import (
    ComplaintRow,
    ComplaintStepRow,
    FollowUpRow,
    SuggestionRow,
    TicketEventRow,
    TicketRow,
)
from assistant.desk.types import Handover, TicketReason
from assistant.types import Urgency
from benchmarks.traffic.plans import Row
from benchmarks.traffic.writing import Writing
from knowledge_base.taxonomy import shipped_taxonomy


class People:
    """The agents, and customers where they rate."""

    def __init__(self, writing: Writing, rng: np.random.Generator, agents: int) -> None:
        self._write, self._rng, self._agents = writing, rng, agents
        self._hours = OpeningHours(read_desk_rules())

    def hand_over(
        self, conversation: Row, intent: str, decision: Row, reason: TicketReason, at: dt.datetime
    ) -> None:
        """Write down a ticket from its beginning to its end."""
        queue = decision["queue"] or "general"
        urgency: Urgency = "immediate" if reason == "emergency" else "normal"
        handover = Handover(queue, reason, urgency, intent, decision["confidence"], decision["concern"])
        terms = terms_of(handover, self._hours, at)
        opened = self._hours.opens_next(queue, at) or at
        wait = float(self._rng.lognormal(2.9, 0.9))
        taken = max(at, opened) + dt.timedelta(seconds=wait)
        resolved = taken + dt.timedelta(seconds=float(self._rng.lognormal(5.6, 0.7)))
        agent = f"user:{self._rng.integers(self._agents):04d}"
        ticket: Row = {
            "id": self._write.new_id(),
            "number": f"T{self._write.prefix[:4]}{self._write.count:08x}",
            "conversation_id": conversation["id"],
            "queue": queue,
            "level": 1,
            "state": "resolved",
            "priority": terms.priority,
            "urgency": urgency,
            "reason": reason,
            "intent": intent,
            "confidence": decision["confidence"],
            "concern": decision["concern"],
            "summary": decision["text"],
            **{name: [] for name in ("entities", "answered", "candidates", "marks")},
            "callback": None,
            "assignee": agent,
            "created_at": at,
            "waiting_since": at,
            "reply_by": terms.reply_by,
            "resolve_by": terms.resolve_by,
            "taken_at": taken,
            "resolved_at": resolved,
            "label": "answered",
            "right_entry_id": None,
        }
        self._write.month.rows[TicketRow].append(ticket)
        self._suggest(ticket, conversation["last_seq"] - 1, taken)
        self._write.say(conversation, "agent", "您好，我来看一下。", taken, agent=agent)
        self._write.say(conversation, "agent", "已经为您处理好了。", resolved, agent=agent)
        for moment, who, kind in (
            (at, "system", "created"),
            (taken, agent, "taken"),
            (resolved, agent, "resolve"),
        ):
            event = {"ticket_id": ticket["id"], "at": moment, "actor": who, "kind": kind, "detail": {}}
            self._write.month.rows[TicketEventRow].append(event)
        if decision["concern"] in shipped_taxonomy().complaints:
            self._complain(ticket, str(decision["concern"]), agent, at)
        self.rate(conversation, resolved, 0.3)
        conversation.update(state="closed", closed_at=resolved, changed_at=resolved)

    def _suggest(self, ticket: Row, seq: int, at: dt.datetime) -> None:
        used = int(self._rng.choice(4, p=(0.45, 0.1, 0.05, 0.4)))  # 3: none of them
        for rank in (1, 2, 3):
            outcome = "accepted" if rank - 1 == used else "rejected" if used == 3 else None
            row = {
                "id": self._write.new_id(),
                "ticket_id": ticket["id"],
                "message_seq": seq,
                "rank": rank,
                "entry_id": f"{ticket['intent']}.{rank}",
                "revision": 1,
                "confidence": ticket["confidence"] / rank,
                "made_at": at,
                "outcome": outcome,
                "used_at": at if outcome else None,
            }
            self._write.month.rows[SuggestionRow].append(row)

    def _complain(self, ticket: Row, category: str, agent: str, at: dt.datetime) -> None:
        limits = self._hours.rules.deadlines
        number = f"C{self._write.prefix[:4]}{self._write.count:08x}"
        days = float(self._rng.gamma(4, 1.6))
        satisfied = bool(self._rng.random() < 0.93)
        self._write.month.rows[ComplaintRow].append(
            {
                "number": number,
                "ticket_id": ticket["id"],
                "conversation_id": ticket["conversation_id"],
                "category": category,
                "cause": str(self._rng.choice(sorted(self._hours.rules.complaint_causes))),
                "what": "",
                "happened": "",
                "wanted": "",
                "complex": False,
                "step": "closed",
                "received_at": at,
                "accept_by": at + limits.complaint_accepted.within,
                "decide_by": at + limits.complaint_simple.within,
                "extended_by": None,
                "review_by": None,
                "paused_since": None,
                "pause_reason": None,
                "satisfied": satisfied,
                "reopened": 0,
            }
        )
        told = at + dt.timedelta(days=days)
        steps = {
            "received": at,
            "classified": at + dt.timedelta(hours=float(self._rng.gamma(2, 4))),
            "decided": told - dt.timedelta(hours=1),
            "told": told,
            "satisfaction_asked": told,
            "closed": told + dt.timedelta(days=1),
        }
        for step, moment in steps.items():
            row = {"number": number, "step": step, "at": moment, "actor": agent, "note": ""}
            self._write.month.rows[ComplaintStepRow].append(row)
        self._write.month.rows[FollowUpRow].append(
            {
                "id": self._write.new_id(),
                "ticket_id": ticket["id"],
                "conversation_id": ticket["conversation_id"],
                "kind": "complaint",
                "due_at": told + dt.timedelta(days=3),
                "done_at": told + dt.timedelta(days=3),
                "actor": agent,
                "outcome": "solved" if satisfied else "unsolved",
                "note": None,
            }
        )

    def rate(self, conversation: Row, at: dt.datetime, share: float) -> None:
        """Let a customer rate, or not."""
        if self._rng.random() >= share:
            return
        score = int(self._rng.choice((1, 2, 3, 4, 5), p=(0.02, 0.02, 0.05, 0.31, 0.6)))
        conversation.update(rating=score, rated_solved=score > 2, rated_at=at)
        if at.second % 2:  # who is asked whether they would recommend the company, and says so
            conversation.update(recommend=(0, 3, 6, 8, 10)[score - 1], recommend_at=at)

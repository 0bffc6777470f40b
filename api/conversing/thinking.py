"""The assistant's turn in a conversation: decides on a message, and stores what it decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from sqlalchemy.orm import Session

from api.answers import reply_to_dict
from api.conversing.desk import Desk
from api.conversing.handing_over import hand_over, handover_of_reply, plain_handover
from assistant.decision_log import log_decision
from assistant.desk.conversations import append
from assistant.desk.exchange import Asked, Settle
from assistant.desk.off_switch import OffSwitch, keeping_from
from assistant.desk.tables import ConversationRow
from assistant.desk.types import Message, NewMessage
from assistant.types import DecisionContext, Reply
from knowledge_base.types import Query

REPLY_FIELDS = (
    "decision_id",
    "action",
    "entry_id",
    "also_entry_id",
    "revision",
    "intent",
    "concern",
    "confidence",
    "reason",
    "queue",
    "urgency",
    "choices",
    "related",
    "citations",
)
"""What of a reply is kept with its message and shown to the customer's page."""

_log = structlog.get_logger(__name__)


class Thinking:
    """Thinks for ``exchange.receive``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self, asked: Asked) -> Settle:
        """Decide on a text; what is returned stores the outcome."""
        if off := keeping_from(asked.switches, asked.channel):
            return self._handed_to_people(off)
        noted: list[tuple[Query, DecisionContext]] = []
        context = DecisionContext(channel=asked.channel, segment=asked.segment, history=asked.history)

        def note(_: Reply, query: Query, known: DecisionContext) -> None:
            noted.append((query, known))

        reply = self._desk.trial.reply(asked.text, context, note, asked.conversation_id)
        off = keeping_from(asked.switches, asked.channel, reply.decision.entry_id, reply.decision.also)
        return self._handed_to_people(off) if off else self._settled(reply, asked.text, *noted[0])

    def _settled(self, reply: Reply, text: str, query: Query, context: DecisionContext) -> Settle:
        told = reply_to_dict(reply, text)
        kept = {name: told[name] for name in REPLY_FIELDS}

        def settle(session: Session, row: ConversationRow, stored: Message, now: dt.datetime) -> None:
            log_decision(session, reply, query, context, row.id)
            append(session, row, _said(reply.text, kept), now)
            if reply.decision.action == "handoff":
                hand_over(session, self._desk, row, handover_of_reply(session, row, reply), now)

        return settle

    def _handed_to_people(self, off: OffSwitch) -> Settle:
        text = off.notice or self._desk.notices.text("switched_off")

        def settle(session: Session, row: ConversationRow, stored: Message, now: dt.datetime) -> None:
            append(session, row, NewMessage("system", text, kind="notice"), now)
            hand_over(session, self._desk, row, plain_handover(session, row, "switched_off"), now)

        return settle


def _said(text: str, kept: dict[str, Any]) -> NewMessage:
    return NewMessage("assistant", text, reply=kept, decision_id=kept["decision_id"])

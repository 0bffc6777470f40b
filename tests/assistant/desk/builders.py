"""Conversations, tickets and agents for tests of the desk."""

import datetime as dt

from assistant.desk import tickets
from assistant.desk.conversations import append, locked, start
from assistant.desk.deadlines import terms_of
from assistant.desk.hours import OpeningHours
from assistant.desk.rules import read_desk_rules
from assistant.desk.types import Handover, NewMessage

RULES = read_desk_rules()
HOURS = OpeningHours(RULES)
NOW = dt.datetime(2026, 11, 26, 2, tzinfo=dt.UTC)
"""A Thursday, ten in the morning in China."""


def after(**time):
    return NOW + dt.timedelta(**time)


def open_ticket(session, queue="claims", reason="uncertain", urgency="normal", now=NOW, texts=(), **fields):
    """Open a ticket for a conversation of its own, whose customer wrote ``texts``."""
    row, _ = start(session, "web", now)
    for text in texts:
        append(session, row, NewMessage("customer", text), now)
    handover = Handover(queue, reason, urgency, **fields)
    return tickets.open_ticket(session, row, handover, terms_of(handover, HOURS, now), now)


def reply(session, ticket, now, agent="user:a"):
    """Let the agent write to the customer of a ticket."""
    row = locked(session, ticket.conversation_id)
    append(session, row, NewMessage("agent", "您好，我来看一下。", agent="小李", actor=agent), now)


def handle(session, ticket, taken, resolved, agent="user:a"):
    """Let an agent take, answer and resolve a ticket."""
    tickets.take(session, ticket.id, agent, taken)
    reply(session, ticket, taken, agent)
    tickets.close_ticket(session, ticket.id, agent, resolved, label="answered")

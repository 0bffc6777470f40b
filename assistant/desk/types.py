"""The values of the desk: states, authors, events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["assistant", "waiting", "with_person", "closed"]
Author = Literal["customer", "assistant", "agent", "system"]
MessageKind = Literal["text", "attachment", "notice", "survey"]
TicketState = Literal["waiting", "taken", "held", "resolved"]

Event = Literal[
    "write", "hand_over", "take", "release", "give_back", "go_back", "resolve", "close", "unsolved"
]
"""What happens to a conversation.

``go_back`` is the customer's own return to the assistant while nobody has taken the
ticket, ``give_back`` the agent's; ``unsolved`` is the answer to the survey.
"""

TicketReason = Literal[
    "emergency",
    "fraud",
    "privacy",
    "asked_for_person",
    "complaint",
    "complex_case",
    "uncertain",
    "failure",
    "switched_off",
    "callback",
    "unsolved",
    "attachment",
    "follow_up",
]

MAX_LEVEL = 3
"""First line, specialist, senior."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation as it is stored.

    Attributes:
        seq: 1, 2, 3... within the conversation, without gaps.
        agent: The name that the customer sees, for an agent's message.
        reply: What an assistant's message rests on; see docs/service.md.
        attachment: ``id``, ``name``, ``media_type``, ``bytes``.
        client_id: The sender's own number, by which a message that is sent again is known.
    """

    id: str
    conversation_id: str
    seq: int
    author: Author
    kind: MessageKind
    text: str
    at: dt.datetime
    agent: str | None = None
    reply: dict[str, Any] | None = None
    attachment: dict[str, Any] | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message on its way into a conversation; see ``Message``."""

    author: Author
    text: str
    kind: MessageKind = "text"
    agent: str | None = None
    actor: str | None = None
    reply: dict[str, Any] | None = None
    attachment_id: str | None = None
    client_id: str | None = None
    decision_id: str | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """Why and to whom a conversation goes to people.

    Attributes:
        intent: What the customer most probably wants, with its probability.
        concern: The handoff intent that is the reason, if any.
        summary: Two lines in the customer's words, masked.
        entities: What the messages name, masked.
        answered: Entries that were answered before.
        candidates: The best three entries for the last question.
        marks: Injection, abuse, personal data.
        callback: Masked telephone and time, where the customer wants to be called.
    """

    queue: str
    reason: TicketReason
    urgency: Literal["normal", "high", "immediate"] = "normal"
    intent: str | None = None
    confidence: float = 0.0
    concern: str | None = None
    summary: str = ""
    entities: tuple[dict[str, Any], ...] = ()
    answered: tuple[str, ...] = ()
    candidates: tuple[dict[str, Any], ...] = ()
    marks: tuple[str, ...] = ()
    callback: dict[str, Any] | None = None
    level: int = 1

"""The order of a queue: who is next, by urgency, reason and waiting time; emergencies first."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from assistant.desk.rules import PriorityRules
from assistant.desk.types import TicketReason
from assistant.types import Urgency

_EMERGENCY = "emergency"


class Placed(Protocol):
    """What the place of a waiting ticket depends on."""

    @property
    def id(self) -> str:
        """Return the ticket's id."""

    @property
    def priority(self) -> int:
        """Return its points at the beginning."""

    @property
    def waiting_since(self) -> dt.datetime:
        """Return since when it waits."""


def priority_of(
    urgency: Urgency, reason: TicketReason, queue: str, rules: PriorityRules, *, returned: bool = False
) -> int:
    """Return the points that a ticket has from the beginning.

    Args:
        urgency: How urgent it is.
        reason: Why it came to people.
        queue: Where it stands; the emergency queue is an emergency whatever the reason.
        rules: The points of each.
        returned: Its agent vanished: it stands before all but emergencies.
    """
    emergency = rules.emergency if _EMERGENCY in (reason, queue) else 0
    front = rules.returned if returned else 0
    return emergency + front + rules.urgency.get(urgency, 0) + rules.reason.get(reason, 0)


def points_now(ticket: Placed, rules: PriorityRules, now: dt.datetime) -> int:
    """Return the points of a waiting ticket with those for waiting so far."""
    waited = max(now - ticket.waiting_since, dt.timedelta(0))
    return ticket.priority + min(waited // rules.waiting_step, rules.waiting_most)


def place_in_queue(ticket: Placed, rules: PriorityRules, now: dt.datetime) -> tuple[int, dt.datetime, str]:
    """Return a key to sort waiting tickets by, the next one first; no two are equal."""
    return -points_now(ticket, rules, now), ticket.waiting_since, ticket.id

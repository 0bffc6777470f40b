"""Notes within a transaction of what others wait to hear about once it is committed."""

from __future__ import annotations

from sqlalchemy.orm import Session

_KEY = "desk_signals"


def signal(session: Session, topic: str) -> None:
    """Note that something of ``topic`` changed (``conversation:ID``, ``ticket:ID``, ``queues``).

    Who opened the transaction sends the notes when it is committed; nothing is sent of one
    that is rolled back.
    """
    noted: dict[str, None] = session.info.setdefault(_KEY, {})
    noted[topic] = None


def signals_of(session: Session) -> tuple[str, ...]:
    """Return the topics noted so far, each once, in their order."""
    return tuple(session.info.get(_KEY, {}))

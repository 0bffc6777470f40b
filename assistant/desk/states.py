"""The one state machine of a conversation; docs/service.md tells what the states mean."""

from __future__ import annotations

from assistant.desk.types import Event, State
from knowledge_base.errors import ConflictError

_NEXT: dict[tuple[State, Event], State] = {
    ("assistant", "write"): "assistant",
    ("assistant", "hand_over"): "waiting",
    ("assistant", "close"): "closed",
    ("waiting", "write"): "waiting",
    ("waiting", "hand_over"): "waiting",
    ("waiting", "take"): "with_person",
    ("waiting", "go_back"): "assistant",
    ("waiting", "resolve"): "closed",
    ("waiting", "close"): "closed",
    ("with_person", "write"): "with_person",
    ("with_person", "hand_over"): "with_person",
    ("with_person", "release"): "waiting",
    ("with_person", "give_back"): "assistant",
    ("with_person", "resolve"): "closed",
    ("with_person", "close"): "closed",
    ("closed", "write"): "assistant",
    ("closed", "hand_over"): "waiting",
    ("closed", "unsolved"): "waiting",
    ("closed", "close"): "closed",
}

OPEN: frozenset[State] = frozenset({"waiting", "with_person"})
"""States in which exactly one ticket is open."""

_MEANT: dict[Event, str] = {
    "take": "be taken",
    "release": "be released",
    "give_back": "be given back to the assistant",
    "go_back": "go back to the assistant",
    "resolve": "be resolved",
    "unsolved": "be reported as unsolved",
}


def next_state(state: State, event: Event) -> State:
    """Return the state after an event.

    Raises:
        ConflictError: The event cannot happen in this state: somebody else was first.
    """
    try:
        return _NEXT[state, event]
    except KeyError:
        meant = _MEANT.get(event, event)
        raise ConflictError(
            f"The conversation is {state!r} and cannot {meant}. "
            "Probably somebody else changed it meanwhile; load it again."
        ) from None

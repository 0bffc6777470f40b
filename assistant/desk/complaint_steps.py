"""The steps of a complaint: only forward, until it is closed; only a new matter begins again."""

from __future__ import annotations

from typing import Literal

from knowledge_base.errors import ConflictError, InvalidInputError

ComplaintStep = Literal[
    "received",
    "classified",
    "investigated",
    "decided",
    "told",
    "satisfaction_asked",
    "closed",
    "reopened",
    "review",
    "withdrawn",
]
"""``told`` is the customer's being told the decision, ``review`` the higher level's look at it."""

ComplaintDeed = Literal["paused", "resumed", "extended"]
"""What is kept among the steps and changes none of them."""

PauseReason = Literal["appraisal", "mediation"]
"""What stops the clock (投诉办法第18、23条)."""

ENDED: frozenset[ComplaintStep] = frozenset({"closed", "withdrawn"})
"""Nothing is left to do."""

RUNNING: frozenset[ComplaintStep] = frozenset(
    {"received", "classified", "investigated", "decided", "reopened", "review"}
)
"""Steps in which the company still owes the customer a decision."""

_FOLLOWS: dict[ComplaintStep, frozenset[ComplaintStep]] = {
    "received": frozenset({"classified", "withdrawn"}),
    "classified": frozenset({"investigated", "withdrawn"}),
    "investigated": frozenset({"decided", "withdrawn"}),
    "decided": frozenset({"told", "withdrawn"}),
    "told": frozenset({"satisfaction_asked", "reopened", "review"}),
    "satisfaction_asked": frozenset({"closed", "reopened", "review"}),
    "closed": frozenset({"reopened", "review"}),
    "reopened": frozenset({"classified", "withdrawn"}),
    "review": frozenset({"decided", "withdrawn"}),
    "withdrawn": frozenset({"reopened"}),
}


def require_next(step: ComplaintStep, wanted: ComplaintStep) -> None:
    """Check that a step may follow another.

    Raises:
        InvalidInputError: There is no such step.
        ConflictError: It may not follow now: somebody else was first, or a step was left out.
    """
    if wanted not in _FOLLOWS:
        raise InvalidInputError(f"{wanted!r} is no step of a complaint; they are {', '.join(_FOLLOWS)}.")
    if wanted not in _FOLLOWS[step]:
        allowed = ", ".join(sorted(_FOLLOWS[step]))
        raise ConflictError(
            f"The complaint is {step!r}, which {wanted!r} cannot follow; next is {allowed}. "
            "Probably somebody else was first, or a step was left out; load it again."
        )


def next_steps(step: str) -> frozenset[str]:
    """Return the steps that may follow one."""
    return frozenset(_FOLLOWS.get(step, ()))  # type: ignore[call-overload]

"""Checks what an agent is about to send for wording that the company must not use."""

from __future__ import annotations

from api.conversing.desk import Desk
from knowledge_base.editing.wording import offences
from knowledge_base.errors import InvalidInputError


class ForbiddenWordingError(InvalidInputError):
    """The text promises or claims what it may not; ``detail`` says what to write instead."""

    code = "forbidden_wording"


def require_lawful(desk: Desk, text: str) -> None:
    """Check a text before it is sent to a customer.

    Raises:
        ForbiddenWordingError: It has forbidden wording.
    """
    found = tuple(f"“{one.found}”：{one.wording.instead}" for one in offences(text, desk.wordings))
    if found:
        raise ForbiddenWordingError(
            "The reply has wording that must not be sent to customers; detail says what to write instead.",
            found,
        )

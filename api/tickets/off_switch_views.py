"""What is switched off, as pages get it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.tickets.views import View
from assistant.desk.off_switch import list_off


def off_view(session: Session) -> list[View]:
    """Return all that is off, with who switched it off."""
    found = list_off(session)
    names = display_names(session, [one.actor for one in found])
    return [
        {
            "scope": one.scope,
            "notice": one.notice,
            "actor": one.actor,
            "actor_name": names[one.actor],
            "at": one.at.isoformat(),
        }
        for one in found
    ]

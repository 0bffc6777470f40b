"""Who may open a conversation, and for whom a site vouches."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import jwt
from fastapi import Depends, Path, Request
from fastapi.security import HTTPBearer
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.channels.settings import Channel, ChannelSettings
from api.conversing.desk import desk_of, now
from api.security.authentication import bearer
from api.security.errors import NotSignedInError
from api.security.gate import gate_of
from api.security.origins import require_origin
from api.security.settings import limit_of
from assistant.desk.conversations import require_access
from assistant.desk.tables import ConversationRow, CustomerRow
from knowledge_base.credentials import hash_token
from knowledge_base.database import add_unless_known, storable

ConversationId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="As told at the start.")]

# It only describes the API; ``bearer_token`` reads the request itself.
TOKEN_SCHEME = HTTPBearer(
    scheme_name="ConversationToken", auto_error=False, description="POST /v1/conversations tells it."
)

ALGORITHM = "HS256"
LONGEST = dt.timedelta(hours=1)
_LEEWAY = dt.timedelta(seconds=30)
_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Access:
    """A conversation that the caller's token opens."""

    conversation_id: str
    token: str

    def row(self, session: Session) -> ConversationRow:
        """Return the conversation.

        Raises:
            NotFoundError: It is gone, or the token does not open it.
        """
        return require_access(session, self.conversation_id, self.token)


def conversation_access(
    request: Request, conversation_id: ConversationId, _: Annotated[object, Depends(TOKEN_SCHEME)]
) -> Access:
    """Return the access of a request with ``Authorization: Bearer TOKEN``.

    Raises:
        NotSignedInError: There is no token.
        NotFoundError: It does not open this conversation.
    """
    access = Access(conversation_id, bearer_token(request))
    desk = desk_of(request)
    with desk.reading() as session:
        access.row(session)
    desk.spool.saw(access.conversation_id, hash_token(access.token))
    return access


def bearer_token(request: Request) -> str:
    """Return the token of ``Authorization: Bearer TOKEN``.

    Raises:
        NotSignedInError: There is none.
    """
    token = bearer(request)
    if not token:
        raise NotSignedInError("The conversation's token is missing. Send it as Authorization: Bearer TOKEN.")
    return token


def limit_messages(request: Request, access: Access) -> None:
    """Count one message of a conversation, or refuse it.

    Raises:
        TooManyError: It writes too often.
    """
    gate = gate_of(request)
    limit = limit_of(gate.settings.message_limit)
    gate.rate_limits.require(limit, "conversation", access.conversation_id)


CustomerOf = Callable[[Session, str | None], str | None]


def channel_of(request: Request, name: str) -> CustomerOf:
    """Return what finds the customer of a new conversation on a channel.

    Raises:
        InvalidInputError: There is no such channel for pages.
        ForbiddenError: The page belongs to a site that may not use it.
    """
    channels: ChannelSettings = request.app.state.channels
    channel = channels.page_channel(name)
    require_origin(request, name)
    return lambda session, token: _customer(session, channel, token) if token else None


def _customer(session: Session, channel: Channel, token: str) -> str:
    """Return the customer whom the site's server vouches for; the same person has one history.

    Raises:
        NotSignedInError: The token is forged, over, too long-lived or for another channel.
    """
    claims = _claims(channel, token)
    name = claims.get("name")
    return customer_id_of(session, channel, str(claims["sub"]), storable(str(name)) if name else "")


def customer_id_of(session: Session, channel: Channel, subject: str, name: str = "") -> str:
    """Return the customer of a channel's site by the site's own name for them."""
    site = channel.site or channel.name
    found = select(CustomerRow).where(CustomerRow.site == site, CustomerRow.subject == subject)
    row = session.scalars(found).one_or_none()
    if row is None:
        new = CustomerRow(id=uuid.uuid4().hex, site=site, subject=subject, created_at=now())
        add_unless_known(session, new)
        row = session.scalars(found).one()
    row.name = name[:120] or row.name
    session.flush()
    return row.id


def _claims(channel: Channel, token: str) -> dict[str, object]:
    if channel.key is None:
        raise NotSignedInError(
            f"Channel {channel.name!r} has no key to check customer tokens with. "
            "Set one in BAOWEN_CHANNELS, or start the conversation without a token."
        )
    try:
        claims: dict[str, object] = jwt.decode(
            token,
            channel.key.get_secret_value(),
            algorithms=[ALGORITHM],
            audience=f"baowen:{channel.name}",
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "sub", "aud"]},
        )
    except jwt.PyJWTError as error:
        raise NotSignedInError(
            f"The customer token is not usable ({type(error).__name__}). The site's server signs a fresh "
            f"one with {ALGORITHM}, the channel's key, aud 'baowen:{channel.name}', sub, iat and exp."
        ) from None
    lifetime = float(str(claims["exp"])) - float(str(claims["iat"]))
    subject = str(claims["sub"])
    usable = 0 < len(subject) <= _LONGEST_SUBJECT and "\0" not in subject
    if lifetime > LONGEST.total_seconds() or not usable:
        raise NotSignedInError("The customer token lives longer than an hour, or has no usable subject.")
    return claims

"""``/v1/keys``: API keys of machines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.accounts.keys import add_key, list_keys, revoke_key
from api.accounts.roles import Permission
from api.accounts.users import display_names
from api.routes.accounts.shapes import KeyShape, Manager, Name, deed_of, key_shape
from api.routes.shapes import HexId, Shape
from api.security.gate import gate_of

router = APIRouter(tags=["keys"])


class NewKey(Shape):
    """A new key."""

    name: Name
    scopes: Annotated[list[Permission], Field(max_length=50)]


class MadeKey(BaseModel):
    """A key with its secret, which is shown this once."""

    key: KeyShape
    secret: str


class KeyList(BaseModel):
    """All keys, the newest first."""

    keys: list[KeyShape]


@router.get("/keys")
def keys(_: Manager, request: Request) -> KeyList:
    """List all keys, revoked ones too."""
    with gate_of(request).database.reading() as session:
        found = list_keys(session)
        names = display_names(session, [key.created_by for key in found])
    return KeyList(keys=[key_shape(key, names) for key in found])


@router.post("/keys", status_code=201)
def add(new: NewKey, principal: Manager, request: Request) -> MadeKey:
    """Make a key; its secret is shown this once."""
    with gate_of(request).database.transaction() as session:
        secret, key = add_key(session, new.name, new.scopes, deed_of(principal))
    return MadeKey(key=key_shape(key, {principal.actor: principal.display_name}), secret=secret)


@router.delete("/keys/{key_id}")
def revoke(key_id: HexId, principal: Manager, request: Request) -> KeyShape:
    """Let a key open nothing from now on."""
    with gate_of(request).database.transaction() as session:
        key = revoke_key(session, key_id, deed_of(principal))
        return key_shape(key, display_names(session, [key.created_by]))

"""``/v1/users``: people's accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.accounts.passwords import choose_password
from api.accounts.roles import Role
from api.accounts.users import UserDetails, add_user, change_user, get_user, list_users, set_password
from api.routes.accounts.shapes import Manager, Name, Password, UserShape, deed_of, user_shape
from api.routes.shapes import HexId, Shape
from api.security.gate import gate_of

router = APIRouter(tags=["users"])


class Details(Shape):
    """What may be changed of an account; what is left out stays."""

    display_name: Name | None = None
    roles: Annotated[list[Role], Field(max_length=20)] | None = None
    queues: Annotated[list[Name], Field(max_length=50)] | None = None
    level: int | None = None
    capacity: int | None = None
    disabled: bool | None = None


class NewUser(Shape):
    """A new account."""

    name: Name
    password: Password
    display_name: Name | None = None
    roles: Annotated[list[Role], Field(max_length=20)] = Field(default_factory=list)
    queues: Annotated[list[Name], Field(max_length=50)] = Field(default_factory=list)
    level: int = 1
    capacity: int = 3


class NewPassword(Shape):
    """Another password."""

    password: Password


class UserList(BaseModel):
    """All accounts, the disabled ones last."""

    users: list[UserShape]


@router.get("/users")
def users(_: Manager, request: Request) -> UserList:
    """List all accounts."""
    with gate_of(request).database.reading() as session:
        return UserList(users=[user_shape(user) for user in list_users(session)])


@router.post("/users", status_code=201)
def add(new: NewUser, principal: Manager, request: Request) -> UserShape:
    """Make an account."""
    chosen = choose_password(new.password, new.name, new.display_name or "")
    details = UserDetails(new.display_name, new.roles, new.queues, new.level, new.capacity)
    with gate_of(request).database.transaction() as session:
        return user_shape(add_user(session, new.name, chosen, details, deed_of(principal)))


@router.get("/users/{user_id}")
def one(user_id: HexId, _: Manager, request: Request) -> UserShape:
    """Return an account."""
    with gate_of(request).database.reading() as session:
        return user_shape(get_user(session, user_id))


@router.patch("/users/{user_id}")
def change(user_id: HexId, details: Details, principal: Manager, request: Request) -> UserShape:
    """Change an account; disabling it signs the person out everywhere."""
    changed = UserDetails(**details.model_dump())
    with gate_of(request).database.transaction() as session:
        return user_shape(change_user(session, user_id, changed, deed_of(principal)))


@router.put("/users/{user_id}/password", status_code=204)
def change_password(user_id: HexId, new: NewPassword, principal: Manager, request: Request) -> None:
    """Give an account another password; the person is signed out everywhere."""
    database = gate_of(request).database
    with database.reading() as session:
        user = get_user(session, user_id)
    chosen = choose_password(new.password, user.name, user.display_name)
    with database.transaction() as session:
        set_password(session, user_id, chosen, deed_of(principal))

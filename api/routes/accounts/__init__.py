"""Routes of accounts: signing in, people, keys, the audit log and the first account."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.accounts import audit, keys, passwords, provider, sessions, setup, users

router = APIRouter(prefix="/v1")
for _part in (sessions, passwords, provider, setup, users, keys, audit):
    router.include_router(_part.router)

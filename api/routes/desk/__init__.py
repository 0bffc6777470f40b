"""Routes of the desk: queues, tickets, presence, complaints, supervision."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.desk import (
    complaints,
    deeds,
    helping,
    moves,
    off_switch,
    presence,
    socket,
    supervision,
    tickets,
)

router = APIRouter(prefix="/v1")
for _part in (tickets, deeds, moves, helping, presence, off_switch, complaints, supervision, socket):
    router.include_router(_part.router)

"""Routes of the desk: queues, tickets, presence, complaints, supervision."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.desk import deeds, presence, socket, tickets

router = APIRouter(prefix="/v1")
for _part in (tickets, deeds, presence, socket):
    router.include_router(_part.router)

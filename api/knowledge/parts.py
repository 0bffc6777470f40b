"""The parts that the knowledge pages are served with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection

from api.conversing.desk import Desk
from api.knowledge.catalogue import Catalogue
from api.knowledge.collision_board import CollisionBoard
from api.knowledge.measured import Measurement
from evaluation.online.entry_use import EntryUse, entry_use

_PATIENCE = 0.5
"""Seconds that a request waits for the first counts of uses."""


@dataclass(frozen=True, slots=True)
class KnowledgeParts:
    """What is kept between requests; lives as ``app.state.knowledge``.

    Attributes:
        counted: What ``overview`` counted last, and in which state.
    """

    desk: Desk
    catalogue: Catalogue
    use: Measurement[Mapping[str, EntryUse]]
    collisions: CollisionBoard
    counted: dict[str, Any] = field(default_factory=dict)

    def uses(self) -> Mapping[str, EntryUse] | None:
        """Return how often entries were used of late; None while it is counted for the first time."""
        return self.use.look(_PATIENCE)


def open_parts(desk: Desk) -> KnowledgeParts:
    """Return the parts of an application."""

    def measure() -> Mapping[str, EntryUse]:
        with desk.reading() as session:
            return entry_use(session, dt.datetime.now(dt.UTC))

    return KnowledgeParts(desk, Catalogue(), Measurement(measure), CollisionBoard(desk.live))


def parts_of(connection: HTTPConnection) -> KnowledgeParts:
    """Return the parts of the application that a request came to."""
    parts: KnowledgeParts = connection.app.state.knowledge
    return parts

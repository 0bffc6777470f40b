"""What is known of entries beside what they say: how they are used, and what gets in their way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.knowledge.catalogue import State
from api.knowledge.collision_board import Standing
from api.knowledge.collisions import Collision
from api.knowledge.parts import KnowledgeParts
from api.knowledge.rows import Uses, View

_SHOWN = 3
"""Collisions of one entry that a list shows."""


@dataclass(frozen=True, slots=True)
class Known:
    """What lists may depend on.

    Attributes:
        uses: By entry; None while it is counted for the first time.
        colliding: The collisions of each entry that has some, each with its place among all,
            the gravest first.
    """

    uses: Uses
    collisions: Standing
    colliding: Mapping[str, Sequence[tuple[int, Collision]]]

    def progress(self) -> View:
        """Return how far collisions are known."""
        standing = self.collisions
        return {
            "current": standing.current,
            "running": standing.running,
            "done": standing.done,
            "of": standing.of,
            "failed": standing.failed,
            "made_at": standing.found.made_at if standing.found else None,
        }


def knowledge_of(parts: KnowledgeParts, state: State, *, ask: bool = False) -> Known:
    """Return what is known now; ``ask`` has collisions found anew where that is old."""
    board = parts.collisions
    standing = board.want(state.content) if ask else board.look(state.content)
    found = standing.found.found if standing.found else ()
    colliding: dict[str, list[tuple[int, Collision]]] = defaultdict(list)
    for place, one in enumerate(found):
        if {one.entry_id, one.rival_id} <= state.listed.keys():
            colliding[one.entry_id].append((place, one))
            colliding[one.rival_id].append((place, one))
    return Known(parts.uses(), standing, colliding)


def collision_views(state: State, known: Known, entry_id: str) -> list[View]:
    """Return what gets in an entry's way, or whose way it gets in, the gravest first."""
    return [_view(state, one, entry_id) for _, one in known.colliding[entry_id][:_SHOWN]]


def _view(state: State, one: Collision, entry_id: str) -> View:
    other = one.rival_id if one.entry_id == entry_id else one.entry_id
    return {
        "kind": one.kind,
        "own": one.entry_id == entry_id,
        "question": one.question,
        "rival_question": one.rival_question,
        "other_id": other,
        "other_question": state.listed[other].entry.question,
        "count": one.count,
        "score": round(one.own, 3),
        "rival_score": round(one.rival, 3),
    }

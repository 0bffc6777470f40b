"""Labelling question by question: the next one, one's own label, disagreements, decisions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response
from pydantic import BaseModel

from api.conversing.desk import Desk, now
from api.labelling.views import disagreement_view, question_view
from api.routes.labels.shapes import CHANGED, REFUSED, Labeller, LabelShape
from api.routes.shapes import Desked, HexId
from api.tickets.helping import search_knowledge
from evaluation.labels.labelling import (
    changeable,
    decide,
    disagreements,
    find_question,
    give_label,
    next_question,
    require_usable,
)
from evaluation.labels.progress import progress_of
from evaluation.labels.sets import find_set
from evaluation.labels.types import Label

router = APIRouter()

Json = dict[str, Any]
_BACK = 20


class NextQuestion(BaseModel):
    """What is labelled next, or null where nothing is left; progress, and one's last labels."""

    question: Json | None
    progress: Json
    mine: list[Json]


class Disagreements(BaseModel):
    """Questions whose labels differ, the undecided first."""

    questions: list[Json]


class Decided(LabelShape):
    """What counts for a question whose labels differ."""

    together: bool = False

    def label(self) -> Label:
        """Return it as evaluation knows it."""
        return LabelShape(**self.model_dump(exclude={"together"})).label()


@router.get("/label-sets/{set_id}/next", responses=REFUSED)
def following(desk: Desked, principal: Labeller, set_id: HexId) -> NextQuestion:
    """Return the next question of one's own, blind to the labels of others."""
    actor = principal.actor
    with desk.reading() as session:
        found = find_set(session, set_id)
        wanted = next_question(session, found, actor)
        return NextQuestion(
            question=question_view(wanted, actor) if wanted else None,
            progress=asdict(progress_of(session, found, actor)),
            mine=[question_view(one, actor) for one in changeable(session, found, actor, _BACK)],
        )


@router.put(
    "/label-questions/{question_id}/label", status_code=204, responses=CHANGED, response_class=Response
)
def label(
    desk: Desked, principal: Labeller, question_id: HexId, given: Annotated[LabelShape, Body()]
) -> None:
    """Give one's label, or change it while the question has not all its labels."""
    wanted = _usable(desk, given.label())
    with desk.transaction() as session:
        give_label(session, question_id, wanted, principal.actor, now())


@router.get("/label-sets/{set_id}/disagreements", responses=REFUSED)
def differing(desk: Desked, principal: Labeller, set_id: HexId) -> Disagreements:
    """List the questions whose labels differ; nobody is named."""
    with desk.reading() as session:
        found = disagreements(session, find_set(session, set_id))
    return Disagreements(questions=[disagreement_view(one, principal.actor) for one in found])


@router.put(
    "/label-questions/{question_id}/decision", status_code=204, responses=CHANGED, response_class=Response
)
def decision(
    desk: Desked, principal: Labeller, question_id: HexId, given: Annotated[Decided, Body()]
) -> None:
    """Decide what counts: somebody who did not label it, or its labellers together."""
    wanted = _usable(desk, given.label())
    with desk.transaction() as session:
        find_question(session, question_id)
        decide(session, question_id, wanted, principal.actor, now(), together=given.together)


@router.get("/label-entries", responses=REFUSED)
def entries(desk: Desked, _: Labeller, q: Annotated[str, Query(min_length=1, max_length=500)]) -> list[Json]:
    """Find entries as the assistant does."""
    return search_knowledge(desk, q)


def _usable(desk: Desk, given: Label) -> Label:
    snapshot = desk.serving.services.snapshot
    require_usable(given, desk.taxonomy.intents.keys(), desk.taxonomy.queues.keys(), snapshot.entries)
    return given

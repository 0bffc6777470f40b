"""``/v1/label-sets``: made from a file or the decision log, shown, exported."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.accounts.audit import note as audit
from api.conversing.desk import now
from api.labelling.views import options_view, set_view
from api.routes.labels.shapes import CHANGED, REFUSED, Labeller, Name, Reader
from api.routes.shapes import Desked, HexId, Shape
from evaluation.labels.log_sample import sample_log
from evaluation.labels.question_files import read_questions
from evaluation.labels.sets import (
    complete_questions,
    create_set,
    delete_set,
    find_set,
    finished_rows,
    list_sets,
)
from evaluation.labels.types import Question
from evaluation.row_files import rows_as
from evaluation.statistics import SEED
from knowledge_base.errors import InvalidInputError

router = APIRouter()

Json = dict[str, Any]
_MEDIA = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadedFile(Shape):
    """A file of questions."""

    name: Name = Field(description="Its suffix tells its format: .jsonl, .csv or .xlsx.")
    content: str = Field(description="Base64.")


class FromLog(Shape):
    """A random sample of what customers asked, masked."""

    rows: int = Field(ge=1, le=5000)
    days: int = Field(ge=1, le=3660)
    seed: int = Field(default=SEED, ge=0, le=2**53)


class NewSet(Shape):
    """A set of questions, from a file or the decision log."""

    name: Name
    wanted: int = Field(default=2, ge=1, le=3, description="Labels that each question needs.")
    file: UploadedFile | None = None
    from_log: FromLog | None = None


class SetList(BaseModel):
    """All sets, the newest first."""

    sets: list[Json]


@router.get("/label-options", responses=REFUSED)
def options(desk: Desked, _: Reader) -> Json:
    """Tell the actions, intents and queues that a label is chosen from."""
    return options_view(desk.taxonomy)


@router.get("/label-sets", responses=REFUSED)
def sets(desk: Desked, principal: Reader) -> SetList:
    """List all sets with their progress."""
    with desk.reading() as session:
        return SetList(sets=[set_view(session, row, principal.actor) for row in list_sets(session)])


@router.post("/label-sets", status_code=201, responses=CHANGED)
def add(desk: Desked, principal: Labeller, new: Annotated[NewSet, Body()]) -> Json:
    """Make a set of an uploaded file, or of logged questions."""
    if (new.file is None) == (new.from_log is None):
        raise InvalidInputError("A set is made of a file or of the log; give one of both.")
    uploaded = _uploaded(new.file) if new.file else ()
    at = now()
    with desk.transaction() as session:
        questions = uploaded
        if new.from_log:
            since = at - dt.timedelta(days=new.from_log.days)
            questions = sample_log(session, new.from_log.rows, since, new.from_log.seed)
        made = create_set(
            session,
            new.name,
            questions,
            source="upload" if new.file else "log",
            wanted=new.wanted,
            actor=principal.actor,
            at=at,
        )
        return set_view(session, made, principal.actor, whole=True)


def _uploaded(file: UploadedFile) -> tuple[Question, ...]:
    try:
        content = base64.b64decode(file.content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError("The file's content is no base64.") from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"questions{Path(file.name).suffix.lower()[:10]}"
        path.write_bytes(content)
        return read_questions(path)


@router.get("/label-sets/{set_id}", responses=REFUSED)
def one(desk: Desked, principal: Reader, set_id: HexId) -> Json:
    """Return a set with its progress and how far its labels agree."""
    with desk.reading() as session:
        return set_view(session, find_set(session, set_id), principal.actor, whole=True)


@router.delete("/label-sets/{set_id}", status_code=204, responses=CHANGED, response_class=Response)
def remove(
    desk: Desked,
    principal: Labeller,
    set_id: HexId,
    labels: Annotated[int | None, Query(ge=0, description="Labels that one knows of.")] = None,
    decided: Annotated[int, Query(ge=0, description="Decisions that one knows of.")] = 0,
) -> None:
    """Delete a set with its questions, labels and decisions; that stands in the audit log.

    With ``labels`` (and ``decided``) it is refused where the set has more or fewer by now. Rows
    that were exported stay, and so do bundles trained on them; candidates on trial are no longer
    judged by its labels.
    """
    with desk.transaction() as session:
        name, lost = delete_set(session, set_id, None if labels is None else (labels, decided))
        detail = {"name": name, "rows": lost.questions, "labels": lost.labels, "decided": lost.decided}
        audit(session, principal.actor, "labels.deleted", f"label_set:{set_id}", detail)


@router.get("/label-sets/{set_id}/export", response_class=Response, responses=REFUSED)
def export(
    desk: Desked,
    principal: Reader,
    set_id: HexId,
    kind: Annotated[Literal["jsonl", "csv", "xlsx"], Query(alias="format")] = "jsonl",
) -> Response:
    """Download the finished rows for evaluate and calibrate; that stands in the audit log."""
    with desk.transaction() as session:
        found = find_set(session, set_id)
        rows = list(finished_rows(complete_questions(session, found), found.wanted))
        if not rows:
            raise InvalidInputError("No question of this set has a label that counts yet.")
        audit(session, principal.actor, "labels.exported", f"label_set:{set_id}", {"rows": len(rows)})
    headers = {"Content-Disposition": f'attachment; filename="labels-{set_id[:8]}.{kind}"'}
    return Response(rows_as(f".{kind}", rows), media_type=_MEDIA[kind], headers=headers)

"""Import of spreadsheets: upload, preview, mend, confirm. Nothing changes before the confirmation."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field

from api.conversing.desk import now
from api.conversing.file_kinds import FileTooLargeError
from api.errors import error_response
from api.knowledge import imports
from api.knowledge.exports import MEDIA_TYPES, vocabulary
from api.routes.knowledge.exports import FILE, as_download
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, Editor, Json, deed_of
from api.routes.shapes import Desked, HexId, Shape, errors
from api.security.gate import gate_of
from knowledge_base.database import storable
from knowledge_base.editing.drafts import StaleEditError
from knowledge_base.editing.sheets import staging

router = APIRouter(prefix="/imports", tags=["knowledge"])

RowState = Literal["new", "changed", "unchanged", "faulty", "skipped"]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
CellText = Annotated[str, AfterValidator(storable), Field(max_length=40_000)]


class MendedRow(Shape):
    """What one row says instead; its fields are those of an entry, in words as in a cell."""

    number: Number
    fields: dict[Annotated[str, Field(max_length=40)], CellText] = Field(default_factory=dict)
    skip: bool | None = None


class ImportChange(Shape):
    """How the columns are read, and rows that are mended; what is left out stays as it is."""

    revision: Number
    mapping: dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=40)]] | None = Field(
        None, max_length=100, description="Field of each heading; empty for a column that is left out."
    )
    separator: Annotated[str, Field(max_length=20)] | None = None
    first_sentence: bool | None = None
    rows: list[MendedRow] = Field(default_factory=list, max_length=1000)


class Confirmation(Shape):
    """That what was seen is to be imported."""

    revision: Number
    submit: bool = Field(False, description="Hand the drafts to review at once.")
    reason: Annotated[str, AfterValidator(storable), Field(max_length=500)] = ""


class ImportList(BaseModel):
    """Uploads that wait, and the fields that columns may fill."""

    imports: list[Json]
    fields: list[Json]


class ImportRows(BaseModel):
    """An upload with some of its rows; ``next`` is the number to ask for the following ones after."""

    upload: Json
    rows: list[Json]
    next: int | None


@router.post("", status_code=201, responses=REFUSED | errors(413))
def upload(request: Request, desk: Desked, principal: Editor, file: UploadFile) -> Json:
    """Upload XLSX, CSV (UTF-8, GB18030; comma, semicolon, tab), JSONL or YAML, and get a preview."""
    most = gate_of(request).settings.max_upload_mb * 2**20
    content = file.file.read(most + 1)
    if len(content) > most:
        raise FileTooLargeError(f"The file is larger than {most} bytes. Cut it into several files.")
    name = storable(file.filename or "")[:200]
    return imports.upload(desk, name, content, deed_of(principal))


@router.get("", responses=REFUSED)
def waiting(desk: Desked, _: Editor) -> ImportList:
    """List the uploads that wait to be confirmed."""
    with desk.reading() as session:
        found = [imports.view(session, row) for row in staging.list_imports(session)]
    return ImportList(imports=found, fields=imports.FIELDS)


@router.get("/template", response_class=Response, responses=REFUSED | FILE)
def template(desk: Desked, _: Editor) -> Response:
    """Download an empty form (XLSX) with explanations and lists to choose from."""
    from knowledge_base.editing.sheets import writing  # loads openpyxl

    return as_download(writing.template(vocabulary(desk)), "baowen-template.xlsx", MEDIA_TYPES["xlsx"])


@router.get("/{import_id}", responses=FOUND)
def preview(
    desk: Desked,
    _: Editor,
    import_id: HexId,
    state: Annotated[list[RowState] | None, Query()] = None,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ImportRows:
    """Tell what an upload would do: its columns, counts, and rows with their faults and differences."""
    with desk.reading() as session:
        told = imports.view(session, staging.find_import(session, import_id))
        found = staging.page_of_rows(session, import_id, state or (), after, limit + 1)
    rows = [imports.row_view(*row) for row in found[:limit]]
    following = found[limit - 1][0].number if len(found) > limit else None
    return ImportRows(upload=told, rows=rows, next=following)


@router.get("/{import_id}/faults", response_class=Response, responses=FOUND | FILE)
def download_faults(desk: Desked, _: Editor, import_id: HexId) -> Response:
    """Download the bad rows (XLSX) with what is wrong in each, to mend them there and upload them again."""
    content = imports.bad_rows_file(desk, import_id)
    return as_download(content, "baowen-to-mend.xlsx", MEDIA_TYPES["xlsx"])


@router.patch("/{import_id}", responses=CHANGED)
def change(desk: Desked, _: Editor, import_id: HexId, wanted: Annotated[ImportChange, Body()]) -> Json:
    """Read the columns another way, mend rows or leave them out; the preview is made anew."""
    mended = {row.number: row.fields for row in wanted.rows}
    skipped = {row.number: row.skip for row in wanted.rows if row.skip is not None}
    made = imports.Change(
        wanted.revision, wanted.mapping, wanted.separator, wanted.first_sentence, mended, skipped
    )
    return imports.change(desk, import_id, made, now())


@router.post("/{import_id}/confirm", responses=CHANGED | {200: {"model": Json}})
def confirm(
    desk: Desked, principal: Editor, import_id: HexId, wanted: Annotated[Confirmation, Body()]
) -> Response:
    """Save exactly what was previewed as drafts.

    Where others saved one of the entries since, 409 with both sides of each by field in ``detail``.
    """
    deed = deed_of(principal, wanted.reason)
    try:
        told = imports.confirm(desk, import_id, wanted.revision, deed, submit_too=wanted.submit)
    except StaleEditError as error:
        with desk.reading() as session:
            detail = imports.stale_views(session, error)
        return error_response(error.http_status, "stale_edit", error.message, detail)
    return JSONResponse(told)


@router.delete("/{import_id}", status_code=204, responses=FOUND)
def discard(desk: Desked, _: Editor, import_id: HexId) -> None:
    """Forget an upload."""
    with desk.transaction() as session:
        staging.find_import(session, import_id, lock=True)
        staging.discard(session, import_id)

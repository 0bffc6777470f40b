"""Files of a conversation: sent by the customer, downloaded by who may read it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse

from api.conversing.access import limit_messages
from api.conversing.attachments import AttachmentFolder, receive_file, require_file
from api.conversing.desk import Desk, now
from api.routes.conversations import Exchanged, Opened, exchanged
from api.routes.shapes import ClientId, Desked, HexId, errors
from knowledge_base.errors import NotFoundError

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

_REFUSED = errors(401, 404, 422, 429, 503)
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The file, as a download."}
}


@router.post("/{conversation_id}/attachments", status_code=201, responses=_REFUSED | errors(413, 415))
def send_file(
    request: Request,
    desk: Desked,
    access: Opened,
    file: UploadFile,
    client_id: Annotated[ClientId, Form()],
    response: Response,
) -> Exchanged:
    """Send a photo (PNG, JPEG, WebP) or a PDF to the people; it is kept outside the web root."""
    limit_messages(request, access)
    folder: AttachmentFolder = request.app.state.attachments
    stored = folder.keep(file.file, file.filename or "")
    exchange = receive_file(desk, access.conversation_id, stored, client_id, now())
    return exchanged(exchange, response)


@router.get(
    "/{conversation_id}/attachments/{attachment_id}",
    response_class=FileResponse,
    responses=_REFUSED | FILE,
)
def download(request: Request, desk: Desked, access: Opened, attachment_id: HexId) -> FileResponse:
    """Download a file of the conversation."""
    return file_response(request, desk, access.conversation_id, attachment_id)


def file_response(request: Request, desk: Desk, conversation_id: str, attachment_id: str) -> FileResponse:
    """Return a file as a download: no browser opens it as a page of ours.

    Raises:
        NotFoundError: There is none in this conversation, or its bytes are gone.
    """
    with desk.reading() as session:
        row = require_file(session, conversation_id, attachment_id)
    folder: AttachmentFolder = request.app.state.attachments
    path = folder.path(row.id)
    if not path.is_file():
        raise NotFoundError(f"The bytes of file {row.name!r} are not on this server any more.")
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return FileResponse(path, media_type=row.media_type, filename=row.name, headers=headers)

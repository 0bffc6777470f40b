"""Files that customers send: kept by id in the home folder, given back as downloads only."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.conversing.durable import open_new, put_in_place
from api.conversing.file_kinds import FileTooLargeError, clean_name, kind_of
from api.conversing.handing_over import hand_over, plain_handover
from api.conversing.telling import tell
from assistant.desk.conversations import locked
from assistant.desk.exchange import Exchange, Settle, repeated_exchange, store
from assistant.desk.states import OPEN
from assistant.desk.tables import AttachmentRow, ConversationRow
from assistant.desk.tickets import CUSTOMER
from assistant.desk.types import Message, NewMessage
from knowledge_base.errors import InvalidInputError, NotFoundError, StorageError
from knowledge_base.settings import make_private_folder

MOST_OF_A_CONVERSATION = 30
_PIECE = 64 * 1024

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on disk that no conversation names yet."""

    id: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    path: Path


class AttachmentFolder:
    """Holds files by id, for this user alone; nothing in it is served by path."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self.most_bytes = most_bytes

    def keep(self, source: BinaryIO, name: str) -> StoredFile:
        """Write a file whole and on disk, or not at all.

        Raises:
            UnsupportedFileError: It is of a kind that is not taken.
            FileTooLargeError: It is too large.
            InvalidInputError: It is empty.
            StorageError: The folder cannot be written.
        """
        beginning = source.read(_PIECE)
        if not beginning:
            raise InvalidInputError(f"The file {name[:80]!r} is empty. Choose it again.")
        kind, file_id = kind_of(beginning), uuid.uuid4().hex
        make_private_folder(self._folder)
        partial = self._folder / f".{file_id}.part"
        try:
            size, digest = self._write(partial, beginning, source)
            put_in_place(partial, self.path(file_id))
        except OSError as error:
            raise StorageError(
                f"The file cannot be stored in {str(self._folder)!r} ({error.strerror}). Is the disk full?"
            ) from None
        finally:
            partial.unlink(missing_ok=True)
        return StoredFile(file_id, clean_name(name, kind), kind.media_type, size, digest, self.path(file_id))

    def path(self, file_id: str) -> Path:
        """Return where a file lies."""
        return self._folder / file_id

    def files_before(self, moment: dt.datetime) -> list[Path]:
        """Return all that lies here since before ``moment``, half-written files too."""
        found = self._folder.iterdir() if self._folder.is_dir() else ()
        return [path for path in found if _is_older(path, moment)]

    def _write(self, path: Path, beginning: bytes, source: BinaryIO) -> tuple[int, str]:
        digest, size, piece = hashlib.sha256(), 0, beginning
        with os.fdopen(open_new(path), "wb") as file:
            while piece:
                size += len(piece)
                if size > self.most_bytes:
                    raise FileTooLargeError(
                        f"The file is larger than {self.most_bytes} bytes. Make it smaller."
                    )
                digest.update(piece)
                file.write(piece)
                piece = source.read(_PIECE)
            file.flush()
            os.fsync(file.fileno())
        return size, digest.hexdigest()


def _is_older(path: Path, moment: dt.datetime) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # half-written a moment ago, and in place now
        return False


def receive_file(
    desk: Desk, conversation_id: str, file: StoredFile, client_id: str, now: dt.datetime
) -> Exchange:
    """Store a file as a message of a conversation; people look at it, the assistant cannot.

    The same ``client_id`` again gives the first message, and the second file is forgotten.
    """
    message = NewMessage(
        "customer",
        file.name,
        kind="attachment",
        actor=CUSTOMER,
        client_id=client_id,
        attachment_id=file.id,
    )
    try:
        with desk.transaction() as session:
            row = locked(session, conversation_id)
            exchange = repeated_exchange(session, row, message)
            if exchange is None:
                _require_room(session, row)
                _add(session, row, file, now)
                exchange = store(session, row, message, _to_people(desk), now)
    except StorageError as error:
        # The commit may have come through before the wire broke: better an orphan than a lost file.
        _log.warning("file_unsettled", file=file.id, problem=error.message)
        raise
    except BaseException:
        file.path.unlink(missing_ok=True)
        raise
    if exchange.repeated:
        file.path.unlink(missing_ok=True)
    return exchange


def require_file(session: Session, conversation_id: str, attachment_id: str) -> AttachmentRow:
    """Return a file of a conversation.

    Raises:
        NotFoundError: There is none, or it is another conversation's.
    """
    row = session.get(AttachmentRow, attachment_id)
    if row is None or row.conversation_id != conversation_id:
        raise NotFoundError(f"There is no file {attachment_id[:40]!r} in this conversation.")
    return row


def _to_people(desk: Desk) -> Settle:
    def settle(session: Session, row: ConversationRow, stored: Message, now: dt.datetime) -> None:
        if row.state in OPEN:
            return
        handover = plain_handover(session, row, "attachment")
        tell(session, desk, row, "attachment", now, queue=desk.queue_name(handover.queue))
        hand_over(session, desk, row, handover, now)

    return settle


def _add(session: Session, row: ConversationRow, file: StoredFile, now: dt.datetime) -> None:
    session.add(
        AttachmentRow(
            id=file.id,
            conversation_id=row.id,
            name=file.name,
            media_type=file.media_type,
            bytes=file.bytes,
            sha256=file.sha256,
            at=now,
        )
    )
    session.flush()


def _require_room(session: Session, row: ConversationRow) -> None:
    found = select(func.count()).select_from(AttachmentRow).where(AttachmentRow.conversation_id == row.id)
    if (session.scalar(found) or 0) >= MOST_OF_A_CONVERSATION:
        raise FileTooLargeError(
            f"The conversation holds {MOST_OF_A_CONVERSATION} files already. Put several pages into one PDF."
        )

"""What an installation says of itself: its company profile, words, synonyms and wording rules.

They come from files (``company_profile`` and the home folder) until somebody edits them on
the pages: the newest edit, a row of a table that every process reads, then goes before the
file, until an edit goes back to it. See docs/decisions/0027-edited-content-in-a-table.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge_base.company import CompanyProfile, read_company
from knowledge_base.database import Base, take_edit_lock
from knowledge_base.editing.own_content_values import COMPANY, PROTECTED, SYNONYMS, TERMS, WORDING, validated
from knowledge_base.editing.types import Deed
from knowledge_base.editing.wording import ForbiddenWording, own_wording_rows, wordings_with
from knowledge_base.errors import ConflictError, NotFoundError
from knowledge_base.search.lexicon import own_terms, read_protected
from knowledge_base.search.synonyms import Synonyms, own_groups, synonyms_with
from knowledge_base.taxonomy import CONTENT

NAMES = (COMPANY, TERMS, PROTECTED, SYNONYMS, WORDING)


class ContentEditRow(Base):
    """One edit of a part, in full; never changed. No value means: back to the file."""

    __tablename__ = "content_edits"
    __table_args__ = (UniqueConstraint("name", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int]
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    actor: Mapped[str] = mapped_column(String(120))
    edited_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """Where the files are.

    Attributes:
        company: The company profile; None for the sample company.
        overrides: The home folder's ``content``.
    """

    company: Path | None
    overrides: Path

    @property
    def lexicons(self) -> Path:
        """Return the folder of lexicons."""
        return self.overrides / "lexicons"

    def read(self, name: str) -> Any:
        """Return what the file of a part says, as an edit holds it.

        Raises:
            ContentError: The file is not usable.
        """
        readers: dict[str, Callable[[], Any]] = {
            COMPANY: lambda: read_company(self.company or CONTENT / "company.yaml").model_dump(),
            TERMS: lambda: list(own_terms(self.lexicons)),
            PROTECTED: lambda: list(read_protected(self.lexicons)),
            SYNONYMS: lambda: {word: list(others) for word, others in own_groups(self.lexicons).items()},
            WORDING: lambda: own_wording_rows(self.overrides),
        }
        return readers[name]()


@dataclass(frozen=True, slots=True)
class OwnContent:
    """All parts as they count now.

    Attributes:
        terms: Own words that segmentation keeps whole.
        protected: Own names that no conversion of script may touch.
        synonyms: The shipped groups with the own ones over them.
        wordings: The shipped wording rules with the own ones over them.
        edit: Number of the newest edit that counts; 0 where all is as in the files.
    """

    company: CompanyProfile
    terms: tuple[str, ...]
    protected: tuple[str, ...]
    synonyms: Synonyms
    wordings: tuple[ForbiddenWording, ...]
    edit: int = 0


def newest_edit(session: Session) -> int:
    """Return the number of the newest edit of any part; 0 where there is none."""
    return session.scalar(select(func.max(ContentEditRow.id))) or 0


def read_own_content(session: Session, files: ContentFiles) -> OwnContent:
    """Return all parts as they count now.

    Raises:
        ContentError: A file or an edit is not usable.
    """
    found = {name: present(session, files, name) for name in NAMES}
    return OwnContent(
        CompanyProfile.model_validate(found[COMPANY]),
        tuple(found[TERMS]),
        tuple(found[PROTECTED]),
        synonyms_with({word: tuple(others) for word, others in found[SYNONYMS].items()}),
        wordings_with(found[WORDING]),
        newest_edit(session),
    )


def newest_row(session: Session, name: str) -> ContentEditRow | None:
    """Return the newest edit of a part, if there is one."""
    query = select(ContentEditRow).where(ContentEditRow.name == name)
    return session.scalars(query.order_by(ContentEditRow.revision.desc()).limit(1)).first()


def present(session: Session, files: ContentFiles, name: str) -> Any:
    """Return what counts for a part now: the newest edit, else the file.

    Raises:
        ContentError: The file is not usable.
    """
    row = newest_row(session, name)
    return files.read(name) if row is None or row.value is None else row.value


def save_content(session: Session, name: str, value: Any, based_on: int, deed: Deed) -> ContentEditRow:
    """Save an edit; None goes back to the file.

    Args:
        session: A transaction.
        name: One of ``NAMES``.
        value: The whole part.
        based_on: The revision that the editor saw; 0 for the file.
        deed: Who, why, when.

    Raises:
        InvalidContentError: The value cannot be used; ``faults`` tells why, by field.
        ConflictError: Somebody saved a newer revision.
    """
    kept = None if value is None else validated(name, value)
    take_edit_lock(session)
    before = newest_row(session, name)
    revision = before.revision if before else 0
    if revision != based_on:
        raise ConflictError(
            f"{name!r} was saved by somebody else in the meantime (revision {revision}, yours was made "
            f"from {based_on}). Load it again and put both together."
        )
    row = ContentEditRow(
        name=name,
        revision=revision + 1,
        value=kept,
        actor=deed.actor,
        edited_at=deed.at,
        reason=deed.reason,
    )
    session.add(row)
    session.flush()
    return row


def edits_of(session: Session, name: str, most: int = 100) -> tuple[ContentEditRow, ...]:
    """Return the edits of a part, the newest first."""
    query = select(ContentEditRow).where(ContentEditRow.name == name)
    return tuple(session.scalars(query.order_by(ContentEditRow.revision.desc()).limit(most)))


def value_of_revision(session: Session, files: ContentFiles, name: str, revision: int) -> Any:
    """Return what a part said in a revision; 0 for the file.

    Raises:
        NotFoundError: There is no such revision.
    """
    if revision == 0:
        return None
    query = select(ContentEditRow).where(ContentEditRow.name == name, ContentEditRow.revision == revision)
    row = session.scalars(query).first()
    if row is None:
        raise NotFoundError(f"{name!r} has no revision {revision}.")
    return row.value


def differences(before: Any, after: Any) -> list[Mapping[str, Any]]:
    """Return what differs between two values of a part: (key, before, after)."""
    old, new = _keyed(before), _keyed(after)
    keys = sorted(old.keys() | new.keys())
    return [
        {"key": key, "before": old.get(key), "after": new.get(key)}
        for key in keys
        if old.get(key) != new.get(key)
    ]


def _keyed(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return {one["id"]: one for one in value}
    return {str(one): one for one in value or ()}

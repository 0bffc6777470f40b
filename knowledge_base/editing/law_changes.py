"""Versions of laws that were replaced, and what rests on them taken out of service.

A replaced version is recorded with the day the new one holds. From that day on every
published entry that names the old version is suspended: not served, a draft until
somebody has reviewed its text and basis and publishes it again. A publish refuses it
as long as it names the old version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge_base.database import Base, Database
from knowledge_base.editing.impact import Resting, ids_of, resting_on
from knowledge_base.editing.publishing import Published, PublishRules, suspend
from knowledge_base.editing.types import Deed
from knowledge_base.errors import InvalidInputError
from knowledge_base.laws import Law, LawBook, Replacement
from knowledge_base.types import Entry, LegalBasis


class LawReplacementRow(Base):
    """A version of a law that another one replaces from a day on: by whom recorded, when, why."""

    __tablename__ = "law_replacements"
    __table_args__ = (UniqueConstraint("law", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    law: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(20))
    replaced_by: Mapped[str] = mapped_column(String(20))
    since: Mapped[dt.date]
    actor: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)


class LawVersionRow(Base):
    """A version of a law that was added here: by whom, when."""

    __tablename__ = "law_versions"
    __table_args__ = (UniqueConstraint("law", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    law: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(20))
    in_force_from: Mapped[dt.date]
    in_force_to: Mapped[dt.date | None]
    actor: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[dt.datetime]


def added_laws(session: Session) -> tuple[Law, ...]:
    """Return the versions of laws that were added here."""
    rows = session.scalars(select(LawVersionRow).order_by(LawVersionRow.id))
    return tuple(
        Law(
            id=row.law,
            name=row.name,
            version=row.version,
            in_force_from=row.in_force_from,
            in_force_to=row.in_force_to,
        )
        for row in rows
    )


def add_law(session: Session, laws: LawBook, law: Law, deed: Deed) -> None:
    """Add a version of a law, known or new.

    Raises:
        InvalidInputError: The version is listed, ends before it begins, or its name is another law's.
    """
    if laws.find(LegalBasis(law.id, law.version)):
        raise InvalidInputError(f"{law.id!r} version {law.version!r} is listed already.")
    if law.in_force_to and law.in_force_to < law.in_force_from:
        raise InvalidInputError(f"{law.id!r} would end before it begins. Check the days.")
    owners = {one.name: one.id for one in laws.laws} | {one.id: one.id for one in laws.laws}
    if owners.get(law.name, law.id) != law.id:
        raise InvalidInputError(f"{law.name!r} is listed as {owners[law.name]!r}. Use that short name.")
    session.add(
        LawVersionRow(
            law=law.id,
            name=law.name,
            version=law.version,
            in_force_from=law.in_force_from,
            in_force_to=law.in_force_to,
            actor=deed.actor,
            recorded_at=deed.at,
        )
    )


def replacements(session: Session) -> tuple[Replacement, ...]:
    """Return all recorded replacements, the earliest first."""
    rows = session.scalars(select(LawReplacementRow).order_by(LawReplacementRow.since, LawReplacementRow.id))
    return tuple(Replacement(row.law, row.version, row.replaced_by, row.since) for row in rows)


def record_replacement(session: Session, laws: LawBook, replacement: Replacement, deed: Deed) -> None:
    """Note that a version is replaced.

    Raises:
        InvalidInputError: The version is not listed, is replaced already, replaces
            itself, or ends before it began.
    """
    law = laws.find(LegalBasis(replacement.law, replacement.version))
    if law is None:
        known = ", ".join(law.version for law in laws.versions(replacement.law))
        raise InvalidInputError(
            f"{replacement.law!r} has no version {replacement.version!r} in laws.yaml; it has: {known}."
        )
    if replacement.by == replacement.version or replacement.since <= law.in_force_from:
        raise InvalidInputError(
            f"Version {replacement.by!r} from {replacement.since} cannot replace version {law.version!r}, "
            f"in force from {law.in_force_from}. Check version and day."
        )
    if any((one.law, one.version) == (law.id, law.version) for one in replacements(session)):
        raise InvalidInputError(f"{law.id!r} version {law.version!r} is marked as replaced already.")
    session.add(
        LawReplacementRow(
            law=law.id,
            version=law.version,
            replaced_by=replacement.by,
            since=replacement.since,
            actor=deed.actor,
            recorded_at=deed.at,
            reason=deed.reason,
        )
    )


def resting_on_replaced(
    entries: Sequence[Entry], replaced: Sequence[Replacement], today: dt.date
) -> tuple[Resting, ...]:
    """Return the entries that rest on a version that holds no more on ``today``."""
    ended = [one for one in replaced if one.since <= today]
    found = {r.entry.id: r for one in ended for r in resting_on(entries, one.law, version=one.version)}
    return tuple(found.values())


def suspend_replaced(
    database: Database,
    entries: Sequence[Entry],
    replaced: Sequence[Replacement],
    deed: Deed,
    rules: PublishRules,
    today: dt.date,
) -> Published | None:
    """Suspend what rests on versions that hold no more; None where nothing does.

    Args:
        database: Where the entries are published.
        entries: What is published.
        replaced: All recorded replacements.
        deed: In whose name, and why.
        rules: How much may vanish at once.
        today: The day.

    Raises:
        ContentError: Too much would vanish without force, or nothing would be left.
        ConflictError: Someone published in the meantime.
    """
    resting = resting_on_replaced(entries, replaced, today)
    return suspend(database, ids_of(resting), deed, rules, today) if resting else None

"""Shapes of what editors write."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from api.routes.shapes import EntryName, Shape
from knowledge_base.database import storable
from knowledge_base.types import Entry, EntryKind, LegalBasis, Source, Status

_Name = Annotated[str, AfterValidator(storable), StringConstraints(max_length=120)]
_Question = Annotated[str, AfterValidator(storable), StringConstraints(max_length=500)]
_Text = Annotated[str, AfterValidator(storable), StringConstraints(max_length=5000)]

NewId = Annotated[
    str,
    Field(
        pattern=r"^([a-z0-9_]+\.[a-z0-9_.]{1,100})?$",
        max_length=120,
        description="intent.name in small letters; empty lets the service choose.",
    ),
]
Why = Annotated[str, AfterValidator(storable), StringConstraints(strip_whitespace=True, max_length=500)]


class BasisText(Shape):
    """One provision that an answer rests on."""

    law: _Name
    version: _Name
    article: _Name = ""
    paragraph: _Name = ""


class EntryText(Shape):
    """What an entry says; while it is being written anything may be empty."""

    kind: EntryKind = "answer"
    intent: _Name = ""
    question: _Question = ""
    variants: list[_Question] = Field(default_factory=list, max_length=300)
    answer: _Text = ""
    short_answer: _Text = ""
    source: Source = "company"
    legal_basis: list[BasisText] = Field(default_factory=list, max_length=30)
    channels: list[_Name] = Field(default_factory=list, max_length=50)
    products: list[_Name] = Field(default_factory=list, max_length=50)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    related: list[EntryName] = Field(default_factory=list, max_length=30)

    def to_entry(self, entry_id: str, revision: int = 0, status: Status = "draft") -> Entry:
        """Return the entry of an id."""
        fields = self.model_dump()
        lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
        basis = tuple(LegalBasis(**one.model_dump()) for one in self.legal_basis)
        whole = {**fields, **lists, "legal_basis": basis}
        return Entry(**whole, id=entry_id, revision=revision, status=status)


class NewEntry(Shape):
    """A new entry."""

    id: NewId = ""
    entry: EntryText
    reason: Why = ""


class ChangedEntry(Shape):
    """A new text of an entry, made from a revision."""

    entry: EntryText
    based_on: int = Field(ge=1, le=2**31 - 1, description="The revision that the text was made from.")
    reason: Why = ""


class Retiring(Shape):
    """Why an entry is to be taken away."""

    based_on: int = Field(ge=1, le=2**31 - 1)
    reason: Why = ""


class Discarding(Shape):
    """Why a draft is given up."""

    based_on: int = Field(ge=1, le=2**31 - 1)
    reason: Why = ""


class Draft(Shape):
    """An entry as it stands in a form, saved or not."""

    id: EntryName | Literal[""] = ""
    revision: int = Field(default=0, ge=0, le=2**31 - 1)
    retired: bool = False
    entry: EntryText

    def to_entry(self) -> Entry:
        """Return the entry; one without an id gets a name that none can have."""
        return self.entry.to_entry(self.id or UNNAMED, self.revision, "retired" if self.retired else "draft")


UNNAMED = "new"
"""What a draft without an id is called while it is checked; ids of entries have a dot."""


class Checking(Draft):
    """A draft to be checked."""

    thorough: bool = Field(default=False, description="Ask the questions of near entries, too.")


class Validating(Shape):
    """What of all entries is to be checked."""

    search: bool = Field(default=True, description="Ask every question, to find collisions: takes minutes.")


class Trying(Draft):
    """A question to be asked with a draft in place."""

    text: Annotated[str, AfterValidator(storable), Field(max_length=20_000)]
    channel: str = Field(default="web", pattern=r"^[a-z0-9_-]{1,40}$")
    history: list[_Text] = Field(default_factory=list, max_length=10)

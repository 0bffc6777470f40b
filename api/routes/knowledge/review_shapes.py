"""Shapes of requests about review and publishing."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from api.routes.shapes import EntryName, Shape, ShortText
from knowledge_base.database import storable

MAX_NUMBER = 2**31 - 1
"""The greatest number that databases hold as one."""

Revision = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
Ids = Annotated[list[EntryName], Field(min_length=1, max_length=10_000)]
CommentText = Annotated[
    str, AfterValidator(storable), StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)
]
WrittenReason = Annotated[
    str, AfterValidator(storable), StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
]


class Chosen(Shape):
    """Entries by their ids."""

    ids: Ids


class Submitting(Chosen):
    """Drafts that are handed to review, and what is said with them."""

    comment: ShortText = ""


class SendingBack(Chosen):
    """Entries in review that are given back, and what is to be done."""

    comment: CommentText


class NewComment(Shape):
    """What somebody says of a revision."""

    revision: Revision
    text: CommentText


class Restoring(Shape):
    """An older revision that is to be a draft again."""

    revision: Revision
    based_on: Revision = Field(description="The newest revision that was seen.")
    reason: ShortText = ""

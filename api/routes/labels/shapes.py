"""What the routes of labelling share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import AfterValidator, Field, StringConstraints

from api.accounts.roles import Permission
from api.routes.shapes import EntryName, Shape, errors
from api.security.authentication import require
from api.security.principal import Principal
from assistant.types import Action
from evaluation.labels.types import Label
from knowledge_base.database import storable

Reader = Annotated[Principal, Depends(require(Permission.REPORTS_READ, Permission.LABELS_WRITE))]
Labeller = Annotated[Principal, Depends(require(Permission.LABELS_WRITE))]
Name = Annotated[
    str, AfterValidator(storable), StringConstraints(strip_whitespace=True, min_length=1, max_length=120)
]
Id = Annotated[str, AfterValidator(storable), StringConstraints(max_length=120)]
Note = Annotated[str, AfterValidator(storable), StringConstraints(strip_whitespace=True, max_length=500)]

REFUSED = errors(401, 403, 404, 422, 429, 503)
CHANGED = REFUSED | errors(409, 413)


class LabelShape(Shape):
    """What one person holds to be right."""

    action: Action
    intent: Id = ""
    queue: Id | None = None
    entry_ids: Annotated[list[EntryName], Field(max_length=20)] = Field(default_factory=list)
    note: Note = ""

    def label(self) -> Label:
        """Return it as evaluation knows it; what its action has no use for is left out."""
        queue = self.queue or None if self.action == "handoff" else None
        entries = tuple(dict.fromkeys(self.entry_ids)) if self.action == "answer" else ()
        return Label(self.action, self.intent, queue, entries, self.note)

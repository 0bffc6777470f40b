"""Company profile and lexicons: read, edit, try, history, back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body
from pydantic import AfterValidator, BaseModel, Field

from api.knowledge import own_content
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, Editor, Json, Publisher, deed_of
from api.routes.shapes import Desked, EntryName, Shape
from knowledge_base.database import storable
from knowledge_base.editing.own_content_values import COMPANY

router = APIRouter(tags=["knowledge"])

Lexicon = Literal["terms", "synonyms", "protected", "wording"]
Revision = Annotated[int, Field(ge=0, le=10**9)]
Reason = Annotated[str, AfterValidator(storable), Field(max_length=500)]
Sentence = Annotated[str, AfterValidator(storable), Field(min_length=1, max_length=500)]
Value = dict[str, Any] | list[Any]


class Edited(Shape):
    """A whole part as it is to be from now on."""

    revision: Revision = Field(description="The revision that was edited; 0 for the file.")
    value: Value
    reason: Reason = ""


class Back(Shape):
    """Which revision is to count again."""

    revision: Revision = Field(description="The present revision.")
    to: Revision = Field(description="The revision to go back to; 0 for the file.")
    reason: Reason = ""


class Tried(Shape):
    """Values of the company, to read an answer with them."""

    value: dict[str, Any]
    entry_id: EntryName | Literal[""] = ""


class Sentenced(Shape):
    """A sentence, and a lexicon that is not saved; without one the saved one counts."""

    text: Sentence
    value: Value | None = None


class History(BaseModel):
    """The edits of a part, the newest first."""

    edits: list[Json]


@router.get("/company/profile", responses=REFUSED)
def company(desk: Desked, _: Editor) -> Json:
    """Return the company profile, and how many published entries name each value."""
    return own_content.show(desk, COMPANY)


@router.put("/company/profile", responses=CHANGED)
def put_company(desk: Desked, principal: Publisher, wanted: Annotated[Edited, Body()]) -> Json:
    """Save the company profile: customers read it in all answers within moments."""
    return own_content.save(desk, COMPANY, wanted.value, wanted.revision, deed_of(principal, wanted.reason))


@router.get("/company/profile/history", responses=REFUSED)
def company_history(desk: Desked, _: Editor) -> History:
    """List who changed what of the company profile, and when."""
    return History(edits=own_content.history(desk, COMPANY))


@router.post("/company/profile/rollback", responses=CHANGED)
def company_back(desk: Desked, principal: Publisher, wanted: Annotated[Back, Body()]) -> Json:
    """Let an earlier company profile count again."""
    deed = deed_of(principal, wanted.reason)
    return own_content.go_back(desk, COMPANY, wanted.to, wanted.revision, deed)


@router.post("/company/profile/preview", responses=FOUND)
def company_preview(desk: Desked, _: Editor, wanted: Annotated[Tried, Body()]) -> Json:
    """Return an answer as customers would read it with these values; nothing is saved."""
    return own_content.preview(desk, wanted.value, wanted.entry_id)


@router.get("/lexicons/{name}", responses=FOUND)
def lexicon(desk: Desked, _: Editor, name: Lexicon) -> Json:
    """Return a lexicon of this installation, and what ships beside it."""
    return own_content.show(desk, name)


@router.put("/lexicons/{name}", responses=CHANGED)
def put_lexicon(desk: Desked, principal: Publisher, name: Lexicon, wanted: Annotated[Edited, Body()]) -> Json:
    """Save a lexicon; the index is made anew beside the one that serves."""
    return own_content.save(desk, name, wanted.value, wanted.revision, deed_of(principal, wanted.reason))


@router.get("/lexicons/{name}/history", responses=FOUND)
def lexicon_history(desk: Desked, _: Editor, name: Lexicon) -> History:
    """List who changed what of a lexicon, and when."""
    return History(edits=own_content.history(desk, name))


@router.post("/lexicons/{name}/rollback", responses=CHANGED)
def lexicon_back(desk: Desked, principal: Publisher, name: Lexicon, wanted: Annotated[Back, Body()]) -> Json:
    """Let an earlier lexicon count again."""
    deed = deed_of(principal, wanted.reason)
    return own_content.go_back(desk, name, wanted.to, wanted.revision, deed)


@router.post("/lexicons/{name}/try", responses=FOUND)
def try_lexicon(desk: Desked, _: Editor, name: Lexicon, wanted: Annotated[Sentenced, Body()]) -> Json:
    """Return how a sentence is cut, or what wording it may not have; nothing is saved."""
    return own_content.try_words(desk, name, wanted.value, wanted.text)

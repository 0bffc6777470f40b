"""Laws: their versions, what rests on them, replacement, and the work it leaves."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Query
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from api.knowledge import law_views
from api.laws import laws_in, replace_law
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, Editor, Json, Publisher, deed_of
from api.routes.shapes import Desked, EntryName, Shape
from knowledge_base.database import storable
from knowledge_base.editing.impact import article_number
from knowledge_base.editing.law_changes import add_law
from knowledge_base.editing.law_work import keep_with, retire_for
from knowledge_base.editing.publishing import PublishRules
from knowledge_base.laws import Law, Replacement
from knowledge_base.types import LegalBasis

router = APIRouter(prefix="/laws", tags=["knowledge"])

_Text = Annotated[str, AfterValidator(storable), StringConstraints(strip_whitespace=True, min_length=1)]
LawName = Annotated[str, Path(min_length=1, max_length=200)]
ShortName = Annotated[_Text, Field(max_length=60)]
Version = Annotated[_Text, Field(max_length=20)]
VersionQuery = Annotated[str, Query(max_length=20)]
Reason = Annotated[str, AfterValidator(storable), Field(max_length=500)]
Article = Annotated[str, Field(max_length=20)]


class LawList(BaseModel):
    """All laws with their versions."""

    laws: list[Json]


class Impact(BaseModel):
    """Published entries that rest on a provision."""

    entries: list[Json]


class NewVersion(Shape):
    """A version of a law, known or new."""

    id: ShortName
    name: Annotated[_Text, Field(max_length=200)]
    version: Version
    in_force_from: dt.date
    in_force_to: dt.date | None = None


class Replaced(Shape):
    """That a version is replaced by another one from a day on."""

    version: Version
    by: Version
    since: dt.date
    reason: Reason = ""
    force: bool = Field(False, description="Also where a large share of the entries goes.")


class Settled(Shape):
    """What becomes of an entry that rested on the old version."""

    entry_id: EntryName
    revision: Annotated[int, Field(ge=1, le=10**9)]
    version: Version
    how: Literal["keep", "retire"]
    by: Annotated[str, AfterValidator(storable), Field(max_length=20)] = ""
    articles: dict[Article, Article] = Field(default_factory=dict, max_length=50)


@router.get("", responses=REFUSED)
def laws(desk: Desked, _: Editor) -> LawList:
    """List the laws with their versions, when each holds, and how many published entries rest on it."""
    with desk.reading() as session:
        return LawList(laws=law_views.list_laws(session, dt.date.today()))


@router.post("", status_code=201, responses=REFUSED)
def add(desk: Desked, principal: Publisher, wanted: Annotated[NewVersion, Body()]) -> LawList:
    """Add a version of a law, or a law."""
    law = Law(**wanted.model_dump())
    with desk.transaction() as session:
        add_law(session, laws_in(session), law, deed_of(principal))
    return laws(desk, principal)


@router.get("/{law}/impact", responses=FOUND)
def impact(
    desk: Desked,
    _: Editor,
    law: LawName,
    article: Annotated[str, Query(max_length=20)] = "",
    version: VersionQuery = "",
) -> Impact:
    """List the published entries that rest on a law, an article or a version of it."""
    with desk.reading() as session:
        return Impact(entries=law_views.impact(session, law, article, version))


@router.post("/{law}/replace", responses=CHANGED)
def replace(desk: Desked, principal: Publisher, law: LawName, wanted: Annotated[Replaced, Body()]) -> Json:
    """Mark a version as replaced: from that day on what rests on it is not served until reviewed."""
    with desk.reading() as session:
        law_id = law_views.require_law(session, law)
    services = desk.serving.services
    said = wanted.reason or f"{law_id} {wanted.version} is replaced by {wanted.by} from {wanted.since}"
    replacement = Replacement(law_id, wanted.version, wanted.by, wanted.since)
    rules = PublishRules(vanishing_share=services.settings.vanishing_share, force=wanted.force)
    deed = deed_of(principal, said)
    change = replace_law(services.database, replacement, deed, rules, dt.date.today())
    return dict(law_views.change_view(change))


@router.get("/{law}/work", responses=FOUND)
def work(desk: Desked, _: Editor, law: LawName, version: VersionQuery) -> Json:
    """Tell what a replaced version leaves to do, entry by entry."""
    with desk.reading() as session:
        return law_views.work(session, law, version)


@router.post("/{law}/work", responses=CHANGED)
def settle(desk: Desked, principal: Editor, law: LawName, wanted: Annotated[Settled, Body()]) -> Json:
    """Let an entry rest on the new version, or ask to take it away; both go to review."""
    articles = {article_number(old): article_number(new) for old, new in wanted.articles.items() if new}
    with desk.transaction() as session:
        law_id = law_views.require_law(session, law)
        deed = deed_of(principal, f"{law_id} {wanted.version} was replaced")
        if wanted.how == "retire":
            retire_for(session, wanted.entry_id, wanted.revision, deed)
        else:
            old = LegalBasis(law_id, wanted.version)
            by = wanted.by or law_views.work(session, law_id, wanted.version)["replaced_by"]
            keep_with(session, wanted.entry_id, wanted.revision, old, by, articles, deed)
        return law_views.work(session, law_id, wanted.version)

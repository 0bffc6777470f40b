"""How far a set is: counted by the database, so that no question is read for it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.labels.tables import LabelDecisionRow, LabelQuestionRow, LabelRow, LabelSetRow
from evaluation.labels.types import Progress


def progress_of(session: Session, of_set: LabelSetRow, actor: str) -> Progress:
    """Return how far a set is, for one person."""
    row = LabelQuestionRow
    counted = select(row.given, row.differs, func.count()).where(row.set_id == of_set.id)
    groups = session.execute(counted.group_by(row.given, row.differs)).all()
    differing = sum(n for given, differs, n in groups if differs and given >= of_set.wanted)
    complete = sum(n for given, _, n in groups if given >= of_set.wanted)
    questions = sum(n for *_, n in groups)
    decided = _decided(session, of_set.id)
    mine = _mine(session, of_set.id, actor)
    return Progress(
        questions=questions,
        wanted=of_set.wanted,
        labels=sum(given * n for given, _, n in groups),
        complete=complete,
        open_disagreements=differing - decided,  # nothing is decided but where complete labels differ
        decided=decided,
        mine=sum(mine.values()),
        left=questions - complete - sum(n for given, n in mine.items() if given < of_set.wanted),
    )


def _decided(session: Session, set_id: str) -> int:
    query = select(func.count()).select_from(LabelDecisionRow).join(LabelQuestionRow)
    return session.scalar(query.where(LabelQuestionRow.set_id == set_id)) or 0


def _mine(session: Session, set_id: str, actor: str) -> dict[int, int]:
    """Return how many questions somebody labelled, by the labels that they have by now."""
    row = LabelQuestionRow
    query = select(row.given, func.count().label("n")).join(LabelRow, LabelRow.question_id == row.id)
    query = query.where(LabelRow.actor == actor, row.set_id == set_id).group_by(row.given)
    return {row.given: row.n for row in session.execute(query)}

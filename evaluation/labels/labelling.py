"""Giving labels: blind, each person once a question; and deciding where they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Set

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.labels.sets import LabelledQuestion, find_set, label_of, questions_where
from evaluation.labels.tables import LabelDecisionRow, LabelQuestionRow, LabelRow, LabelSetRow
from evaluation.labels.types import Label
from knowledge_base.database import add_unless_known
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError


def next_question(session: Session, of_set: LabelSetRow, actor: str) -> LabelledQuestion | None:
    """Return what a person labels next: what others labelled most already, the first of those.

    None where nothing is left for that person. One question is read, however large the set is.
    """
    row = LabelQuestionRow
    mine = select(LabelRow.question_id).where(LabelRow.question_id == row.id, LabelRow.actor == actor)
    for given in reversed(range(of_set.wanted)):
        wanted = (row.set_id == of_set.id, row.given == given, ~mine.exists())
        id_ = session.scalar(select(row.id).where(*wanted).order_by(row.place).limit(1))
        if id_:
            return questions_where(session, row.id == id_)[0]
    return None


def changeable(session: Session, of_set: LabelSetRow, actor: str, limit: int) -> list[LabelledQuestion]:
    """Return the last questions that a person labelled and may label anew, in their order."""
    row = LabelQuestionRow
    mine = select(row.id).join(LabelRow, LabelRow.question_id == row.id)
    mine = mine.where(row.set_id == of_set.id, row.given < of_set.wanted, LabelRow.actor == actor)
    return questions_where(
        session, row.id.in_(session.scalars(mine.order_by(row.place.desc()).limit(limit)).all())
    )


def find_question(session: Session, question_id: str) -> tuple[LabelQuestionRow, LabelSetRow]:
    """Return a question with its set; it is locked until the transaction ends.

    Raises:
        NotFoundError: There is none of that id.
    """
    row = session.get(LabelQuestionRow, question_id, with_for_update=True)
    if row is None:
        raise NotFoundError(f"There is no question {question_id!r} to label. Load the set again.")
    return row, find_set(session, row.set_id)


def give_label(session: Session, question_id: str, label: Label, actor: str, at: dt.datetime) -> None:
    """Store a person's label; until the question has all its labels, the person may change it.

    Raises:
        NotFoundError: There is no such question.
        ConflictError: It has all its labels, so that this one would not be blind any more.
    """
    row, of_set = find_question(session, question_id)
    given = labels_by_actor(session, question_id)
    if len(given) >= of_set.wanted:
        same = given.get(actor) == label
        if same:  # sent again, because the reply was lost
            return
        raise ConflictError("The question has all its labels; where they differ, somebody decides.")
    values = _columns(label, actor, at)
    mine = session.get(LabelRow, (question_id, actor))
    if mine is None:
        if not add_unless_known(session, LabelRow(question_id=row.id, **values)):
            raise ConflictError("Your label was stored a moment ago in another window. Load the set again.")
    else:
        for name, value in values.items():
            setattr(mine, name, value)
    given[actor] = label
    row.given, row.differs = len(given), len({one.meaning for one in given.values()}) > 1


def decide(
    session: Session, question_id: str, label: Label, actor: str, at: dt.datetime, *, together: bool
) -> None:
    """Store what counts for a question whose labels differ.

    Args:
        session: The transaction.
        question_id: Which.
        label: What counts.
        actor: Who decides: somebody who did not label it, or a labeller for all of them.
        at: When.
        together: Its labellers looked at it together.

    Raises:
        NotFoundError: There is no such question.
        ConflictError: Its labels are not all there, or agree.
        InvalidInputError: A labeller decides alone.
    """
    question, of_set = find_question(session, question_id)
    given = labels_by_actor(session, question_id)
    if question.given < of_set.wanted or not question.differs:
        raise ConflictError("There is nothing to decide: the labels are not all there, or they agree.")
    if actor in given and not together:
        raise InvalidInputError(
            "Whoever labelled a question does not decide it alone: ask a third person, or decide together."
        )
    values = _columns(label, actor, at) | {"together": together}
    found = session.get(LabelDecisionRow, question_id)
    if found is None:
        session.add(LabelDecisionRow(question_id=question_id, **values))
        return
    for name, value in values.items():
        setattr(found, name, value)


def labels_by_actor(session: Session, question_id: str) -> dict[str, Label]:
    """Return the labels of a question by who gave them."""
    rows = session.scalars(select(LabelRow).where(LabelRow.question_id == question_id))
    return {row.actor: label_of(row) for row in rows}


def disagreements(session: Session, of_set: LabelSetRow) -> list[LabelledQuestion]:
    """Return the complete questions whose labels differ, the undecided first."""
    row = LabelQuestionRow
    found = questions_where(
        session, row.set_id == of_set.id, row.given >= of_set.wanted, row.differs.is_(True)
    )
    return sorted(found, key=lambda one: one.decision is not None)


def require_usable(label: Label, intents: Set[str], queues: Set[str], entries: Mapping[str, object]) -> None:
    """Refuse a label that evaluation could not use.

    Raises:
        InvalidInputError: It names what is unknown, or lacks what its action needs.
    """
    if label.intent and label.intent not in intents:
        raise InvalidInputError(f"unknown intent {label.intent!r}; choose one of the list")
    if label.queue and label.queue not in queues:
        raise InvalidInputError(f"unknown queue {label.queue!r}; choose one of the list")
    if unknown := [one for one in label.entry_ids if one not in entries]:
        raise InvalidInputError(f"unknown entry {unknown[0]!r}; find it by search")
    if not label.intent and label.action != "clarify":
        raise InvalidInputError("a label needs an intent; only a text that must be asked back about has none")


def _columns(label: Label, actor: str, at: dt.datetime) -> dict[str, object]:
    return {
        "actor": actor,
        "action": label.action,
        "intent": label.intent,
        "queue": label.queue,
        "entry_ids": list(label.entry_ids),
        "note": label.note,
        "at": at,
    }

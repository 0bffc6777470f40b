"""Sets of questions: made, listed, with their progress, agreement and finished rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from evaluation.agreement import Agreement, agreement_of
from evaluation.labels.progress import progress_of
from evaluation.labels.tables import LabelDecisionRow, LabelQuestionRow, LabelRow, LabelSetRow
from evaluation.labels.types import Label, Progress, Question, Source
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError
from knowledge_base.personal_data import mask_personal_data

MOST_QUESTIONS = 100_000
SOURCE = "labelled"
"""``source`` of exported rows that name none of their own."""

_FIGURES = ("action", "intent", "queue", "entry_ids")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with all that was said of it.

    Attributes:
        labels: By who gave them, the first first.
        decision: What was decided where they differ, if anything yet.
    """

    row: LabelQuestionRow
    labels: Mapping[str, Label]
    decision: Label | None

    def complete(self, wanted: int) -> bool:
        """Tell whether it has all its labels."""
        return len(self.labels) >= wanted

    @property
    def agreed(self) -> bool:
        """Tell whether all its labels mean the same."""
        return len({label.meaning for label in self.labels.values()}) == 1

    def final(self, wanted: int) -> Label | None:
        """Return the label that counts, or None while there is none."""
        if self.decision or not self.complete(wanted):
            return self.decision
        return next(iter(self.labels.values())) if self.agreed else None


def create_set(
    session: Session,
    name: str,
    questions: Sequence[Question],
    *,
    source: Source,
    wanted: int,
    actor: str,
    at: dt.datetime,
) -> LabelSetRow:
    """Store a set of questions, personal data masked.

    Args:
        session: The transaction.
        name: What people call it.
        questions: 1 to ``MOST_QUESTIONS``, each with a row id of its own.
        source: Where they come from.
        wanted: Labels that each needs, 1 to 3.
        actor: Who makes it.
        at: When.

    Raises:
        InvalidInputError: There are none, too many, or two of one id.
    """
    ids = [question.row_id for question in questions]
    if not 0 < len(ids) <= MOST_QUESTIONS or len(set(ids)) < len(ids):
        raise InvalidInputError(
            f"a set holds 1 to {MOST_QUESTIONS} questions, each with an id of its own; these are {len(ids)} "
            f"with {len(set(ids))} different ids"
        )
    made = LabelSetRow(id=uuid4().hex, name=name, source=source, wanted=wanted, actor=actor, created_at=at)
    session.add(made)
    session.flush()
    rows = [_row(made.id, place, question) for place, question in enumerate(questions)]
    session.execute(insert(LabelQuestionRow), rows)
    return made


def _row(set_id: str, place: int, question: Question) -> dict[str, object]:
    return {
        "id": uuid4().hex,
        "set_id": set_id,
        "place": place,
        "row_id": question.row_id,
        "text": mask_personal_data(question.text),
        "history": [mask_personal_data(text) for text in question.history],
        "channel": question.channel,
        "product": question.product,
        "extra": dict(question.extra),
    }


def find_set(session: Session, set_id: str) -> LabelSetRow:
    """Return a set.

    Raises:
        NotFoundError: There is none of that id.
    """
    found = session.get(LabelSetRow, set_id)
    if found is None:
        raise NotFoundError(f"There is no label set {set_id!r}. Load the list again.")
    return found


def list_sets(session: Session) -> Sequence[LabelSetRow]:
    """Return all sets, the newest first."""
    return session.scalars(select(LabelSetRow).order_by(LabelSetRow.created_at.desc(), LabelSetRow.id)).all()


def delete_set(session: Session, set_id: str, known: tuple[int, int] | None = None) -> tuple[str, Progress]:
    """Delete a set with its questions, their labels and decisions.

    What counts in it as the truth goes with it: a candidate on trial is no longer judged by the
    labels of a set drawn from the log. What was taken out of it stays: an exported file is approved
    by whoever trains with it, and neither it nor a bundle trained on it is part of the set. Nor does
    ``baowen compare --decided`` find its labels any more.

    Args:
        session: The transaction.
        set_id: Which.
        known: Labels and decisions that whoever deletes knows of.

    Returns:
        Its name, and how far it was.

    Raises:
        NotFoundError: There is none of that id.
        ConflictError: It has other numbers of labels and decisions by now.
    """
    found = session.get(LabelSetRow, set_id, with_for_update=True) or find_set(session, set_id)
    lost = progress_of(session, found, "")
    if known is not None and known != (lost.labels, lost.decided):
        raise ConflictError(
            f"The set {found.name!r} has {lost.labels} labels and {lost.decided} decisions by now, not "
            f"{known[0]} and {known[1]}: somebody worked on it. Look again before you delete it."
        )
    session.execute(delete(LabelSetRow).where(LabelSetRow.id == set_id))
    return found.name, lost


def complete_questions(session: Session, of_set: LabelSetRow) -> list[LabelledQuestion]:
    """Return the questions of a set that have all their labels, in their order."""
    row = LabelQuestionRow
    return questions_where(session, row.set_id == of_set.id, row.given >= of_set.wanted)


def questions_where(session: Session, *conditions: ColumnElement[bool]) -> list[LabelledQuestion]:
    """Return questions of which something holds, in the order of their sets, with all labels."""
    rows = session.scalars(select(LabelQuestionRow).where(*conditions).order_by(LabelQuestionRow.place)).all()
    labels: defaultdict[str, dict[str, Label]] = defaultdict(dict)
    given = (
        select(LabelRow)
        .join(LabelQuestionRow, LabelQuestionRow.id == LabelRow.question_id)
        .where(*conditions)
    )
    for row in session.scalars(given.order_by(LabelRow.at, LabelRow.actor)):
        labels[row.question_id][row.actor] = label_of(row)
    decided = select(LabelDecisionRow).join(LabelQuestionRow).where(*conditions)
    decisions = {row.question_id: label_of(row) for row in session.scalars(decided)}
    return [LabelledQuestion(row, labels[row.id], decisions.get(row.id)) for row in rows]


def label_of(row: LabelRow | LabelDecisionRow) -> Label:
    """Return a stored label."""
    action = row.action
    return Label(action, row.intent, row.queue, tuple(row.entry_ids), row.note)  # type: ignore[arg-type]


def agreement_by_field(questions: Sequence[LabelledQuestion], wanted: int) -> dict[str, Agreement]:
    """Return how far the blind labels of complete questions agree; nothing where one is enough."""
    if wanted < 2 or not questions:
        return {}
    complete = [list(one.labels.values()) for one in questions]
    return {name: agreement_of([[_value(one, name) for one in of] for of in complete]) for name in _FIGURES}


def _value(label: Label, name: str) -> object:
    value = getattr(label, name)
    return tuple(sorted(value)) if isinstance(value, tuple) else value or ""


def finished_rows(questions: Sequence[LabelledQuestion], wanted: int) -> Iterator[dict[str, object]]:
    """Yield a labelled row of each question with a label that counts, as evaluation reads it."""
    for one in questions:
        label = one.final(wanted)
        if label is not None:
            yield _labelled_row(one.row, label)


def finished_questions(session: Session) -> Iterator[tuple[LabelQuestionRow, Label]]:
    """Yield the questions of all sets with the label that counts, those of the oldest set first."""
    for of_set in reversed(list_sets(session)):
        for one in complete_questions(session, of_set):
            label = one.final(of_set.wanted)
            if label:
                yield one.row, label


def right_entries(label: Label) -> tuple[str, ...] | None:
    """Return the entries that a labelled row names: none may answer what is not to be answered."""
    if label.action == "clarify":
        return None
    return label.entry_ids if label.action == "answer" else ()


def _labelled_row(row: LabelQuestionRow, label: Label) -> dict[str, object]:
    told: dict[str, object] = {"source": SOURCE, **row.extra}
    told |= {"id": row.row_id, "text": row.text, "action": label.action, "channel": row.channel}
    told |= {"intent": label.intent} if label.intent else {"score_intent": False}
    entries = right_entries(label)
    if entries is not None:
        told["entry_ids"] = list(entries)
    optional = {"queue": label.queue, "history": row.history, "product": row.product, "note": label.note}
    return told | {name: value for name, value in optional.items() if value}

"""What people decided in this installation, for runs that are compared after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from evaluation.labels.sets import finished_questions, right_entries
from evaluation.online.audit_results import label_by_audit
from evaluation.online.audits import read_judged
from evaluation.relabelling import Asked, Decided
from knowledge_base.personal_data import mask_personal_data


def decided_rows(session: Session, intents: Mapping[str, str]) -> dict[Asked, Decided]:
    """Return what is right of questions: an audit's verdict, else the label of the newest set.

    A label counts where all gave it alike, or where it was decided. Rows of a set are known by the
    ids of the file that it came from, those of a set drawn from the log and of audits by the
    decision, as both are exported.

    Args:
        session: A session that may only read.
        intents: The intent of each published entry.
    """
    return dict(_of_labels(session)) | dict(_of_audits(session, intents))


def _of_labels(session: Session) -> Iterator[tuple[Asked, Decided]]:
    for row, label in finished_questions(session):
        yield (
            (row.row_id, row.text, row.channel, row.product),
            Decided(
                "labels",
                label.action,
                (label.intent,) if label.intent else (),
                label.queue,
                right_entries(label),
            ),
        )


def _of_audits(session: Session, intents: Mapping[str, str]) -> Iterator[tuple[Asked, Decided]]:
    for one in read_judged(session):
        told = label_by_audit(one, intents)
        if told:
            intents_told = tuple(told["intents"]) if told["score_intent"] else None
            asked = one.decision.id, mask_personal_data(one.decision.text), one.decision.channel, ""
            entries = tuple(told["entry_ids"])
            yield asked, Decided("audit", told["action"], intents_told, told["queue"], entries)

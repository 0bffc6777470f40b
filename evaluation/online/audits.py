"""Audits: random decisions that people judge without knowing what others, or the assistant, thought.

Two kinds of samples. One of automatic answers, stratified by channel and domain in proportion,
gives the answer accuracy with little work. One of all decisions, drawn simply at random, is what a
certificate can rest on: it promises handoffs too, and of answers alone nobody learns those.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, cast, get_args

import numpy as np
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from evaluation.online.tables import AuditBatchRow, AuditItemRow, AuditJudgementRow
from evaluation.statistics import CONFIDENCE
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError
from knowledge_base.personal_data import mask_where_needed

SampleKind = Literal["answers", "decisions"]

Verdict = Literal["right", "other_entry", "clarify", "handoff", "decline"]
"""``right``: as the assistant did; ``other_entry``: answer otherwise; else what it should have done."""

DOUBLED = 0.2
"""The share of a sample that two people judge, to measure whether they agree."""

_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sample is drawn for.

    Attributes:
        half_width: Of the 95 % interval that is wanted, as a share.
        expected: The share of right ones that is expected.
    """

    kind: SampleKind
    since: dt.datetime
    until: dt.datetime
    half_width: float
    expected: float


def sample_size(population: int, half_width: float, expected: float) -> int:
    """Return how many must be judged for an interval of a width.

    Source: W. Cochran, Sampling Techniques (3rd ed. 1977), sections 4.4 and 4.5, with the
    correction for a finite population.

    Args:
        population: Decisions that there are.
        half_width: Of the 95 % interval, above 0.
        expected: The share that is expected; near 0 and 1 it is taken for 5 points off.
    """
    share = min(max(expected, 0.05), 0.95)
    endless = _Z**2 * share * (1 - share) / half_width**2
    return min(population, math.ceil(endless / (1 + (endless - 1) / population))) if population else 0


def allocate(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """Return how many are drawn from each stratum: in proportion, at least two where there are two."""
    everything = sum(sizes.values())
    shares = {name: wanted * size / everything for name, size in sizes.items()}
    drawn = {name: min(sizes[name], max(2, math.floor(share))) for name, share in shares.items()}
    rest = sorted(sizes, key=lambda name: (math.floor(shares[name]) - shares[name], name))
    for name in rest:
        if sum(drawn.values()) >= wanted:
            break
        drawn[name] += drawn[name] < sizes[name]
    return drawn


def draw_sample(
    session: Session, wanted: Wanted, domain_of: Callable[[str], str], actor: str, now: dt.datetime
) -> AuditBatchRow:
    """Draw decisions that were not drawn before, and queue them for judgement.

    Args:
        session: A session that writes.
        wanted: What is to be known how well.
        domain_of: The domain of an intent, for strata.
        actor: Who draws.
        now: The moment; it makes the seed.

    Raises:
        InvalidInputError: There is nothing to draw.
    """
    strata = _strata(session, wanted, domain_of)
    population = sum(map(len, strata.values()))
    if not population:
        raise InvalidInputError(
            "In these days there is no decision that was not drawn before. Choose other days."
        )
    size = sample_size(population, wanted.half_width, wanted.expected)
    seed = int(now.timestamp() * 1000)
    draws = np.random.default_rng(seed)
    batch = AuditBatchRow(
        id=uuid.uuid4().hex,
        kind=wanted.kind,
        since=wanted.since,
        until=wanted.until,
        half_width=wanted.half_width,
        expected=wanted.expected,
        population=population,
        seed=seed,
        actor=actor,
        made_at=now,
    )
    session.add(batch)
    session.flush()
    for name, count in allocate({name: len(ids) for name, ids in strata.items()}, size).items():
        chosen = draws.choice(len(strata[name]), count, replace=False)
        weight = len(strata[name]) / count
        for place in chosen.tolist():
            doubled = bool(draws.random() < DOUBLED)
            session.add(_item(batch, strata[name][place], name, weight, int(draws.integers(2**31)), doubled))
    session.flush()
    return batch


def _item(
    batch: AuditBatchRow, decision_id: str, stratum: str, weight: float, place: int, doubled: bool
) -> AuditItemRow:
    return AuditItemRow(
        id=uuid.uuid4().hex,
        batch_id=batch.id,
        decision_id=decision_id,
        stratum=stratum,
        weight=weight,
        place=place,
        needed=2 if doubled else 1,
    )


def _strata(session: Session, wanted: Wanted, domain_of: Callable[[str], str]) -> dict[str, list[str]]:
    """Return the decisions to draw from by stratum; all in one for a simple random sample."""
    found = select(DecisionRow.id, DecisionRow.channel, DecisionRow.intent).where(
        DecisionRow.decided_at >= wanted.since,
        DecisionRow.decided_at < wanted.until,
        ~exists().where(AuditItemRow.decision_id == DecisionRow.id),
    )
    if wanted.kind == "answers":
        found = found.where(DecisionRow.action == "answer")
    strata: dict[str, list[str]] = defaultdict(list)
    for row in session.execute(found.order_by(DecisionRow.decided_at, DecisionRow.id)):
        name = f"{row[1]} {domain_of(row[2])}" if wanted.kind == "answers" else "all"
        strata[name].append(row[0])
    return dict(sorted(strata.items()))


def next_item(session: Session, actor: str, skipped: Iterable[str] = ()) -> AuditItemRow | None:
    """Return what somebody is to judge next: nothing that they judged before, in random order."""
    mine = exists().where(AuditJudgementRow.item_id == AuditItemRow.id, AuditJudgementRow.actor == actor)
    found = select(AuditItemRow).where(_is_open(), ~mine, AuditItemRow.id.not_in(list(skipped)))
    return session.scalars(found.order_by(AuditItemRow.place, AuditItemRow.id).limit(1)).one_or_none()


def _is_open() -> ColumnElement[bool]:
    given = (
        select(func.count())
        .where(AuditJudgementRow.item_id == AuditItemRow.id)
        .correlate(AuditItemRow)
        .scalar_subquery()
    )
    return given < AuditItemRow.needed


def judge(
    session: Session,
    item_id: str,
    actor: str,
    verdict: Verdict,
    now: dt.datetime,
    right_entry_id: str | None = None,
    note: str = "",
) -> AuditItemRow:
    """Keep a judgement; where two disagree, a third person is asked.

    Raises:
        NotFoundError: There is no such item.
        InvalidInputError: There is no such verdict, or the right entry is missing.
        ConflictError: The person judged it before, or it needs no judgement any more.
    """
    if verdict not in get_args(Verdict):
        raise InvalidInputError(f"{verdict!r} is no verdict; they are {', '.join(get_args(Verdict))}.")
    if (verdict == "other_entry") != (right_entry_id is not None):
        raise InvalidInputError("The right entry is named where, and only where, another one was right.")
    item = session.get(AuditItemRow, item_id, with_for_update=True)
    if item is None:
        raise NotFoundError(f"There is no item {item_id[:40]!r} to judge. Load the queue again.")
    given = _judgements(session, item_id)
    if any(one.actor == actor for one in given) or len(given) >= item.needed:
        raise ConflictError("It was judged already, by you or by enough others. Take the next one.")
    row = AuditJudgementRow(
        item_id=item_id,
        actor=actor,
        verdict=verdict,
        right_entry_id=right_entry_id,
        note=mask_where_needed(note).strip() or None,
        at=now,
    )
    session.add(row)
    given = [*given, row]
    if item.needed == len(given) == 2 and given[0].verdict != verdict:
        item.needed = 3
    session.flush()
    return item


def _judgements(session: Session, item_id: str) -> list[AuditJudgementRow]:
    found = select(AuditJudgementRow).where(AuditJudgementRow.item_id == item_id)
    return list(session.scalars(found.order_by(AuditJudgementRow.id)))


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision with what was said of it.

    Attributes:
        verdict: Of the majority; None while two disagree and nobody has decided between them.
        right_entry_id: As whoever gave that verdict named it.
    """

    decision: DecisionRow
    item: AuditItemRow
    kind: SampleKind
    verdicts: tuple[Verdict, ...]
    verdict: Verdict | None
    right_entry_id: str | None

    @property
    def is_right(self) -> bool:
        """Tell whether the assistant was right; undecided counts as wrong."""
        return self.verdict == "right"


def read_judged(session: Session, *conditions: ColumnElement[bool]) -> list[Judged]:
    """Return the decisions that were judged at least once, the oldest first.

    Args:
        session: A session that may only read.
        conditions: On ``DecisionRow`` and ``AuditBatchRow``.
    """
    found = (
        select(DecisionRow, AuditItemRow, AuditBatchRow.kind, AuditJudgementRow)
        .join(AuditItemRow, AuditItemRow.decision_id == DecisionRow.id)
        .join(AuditBatchRow, AuditBatchRow.id == AuditItemRow.batch_id)
        .join(AuditJudgementRow, AuditJudgementRow.item_id == AuditItemRow.id)
        .where(*conditions)
        .order_by(DecisionRow.decided_at, DecisionRow.id, AuditJudgementRow.id)
    )
    given: dict[str, tuple[DecisionRow, AuditItemRow, SampleKind, list[AuditJudgementRow]]] = {}
    for row in session.execute(found):
        decision, item, kind, judgement = row[0], row[1], cast(SampleKind, row[2]), row[3]
        given.setdefault(item.id, (decision, item, kind, []))[3].append(judgement)
    return [_judged(*told) for told in given.values()]


def _judged(
    decision: DecisionRow, item: AuditItemRow, kind: SampleKind, given: Sequence[AuditJudgementRow]
) -> Judged:
    verdicts = tuple(cast(Verdict, one.verdict) for one in given)
    best = max(set(verdicts), key=lambda one: (verdicts.count(one), one))
    is_clear = len(verdicts) == 1 or verdicts.count(best) > 1
    named = [one.right_entry_id for one in given if one.verdict == best and one.right_entry_id]
    return Judged(decision, item, kind, verdicts, best if is_clear else None, named[-1] if named else None)

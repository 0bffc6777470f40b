"""What a retrieval report says against a state, and the check of the publish step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from knowledge_base.editing.checks.retrieval import (
    RetrievalBounds,
    RetrievalReport,
    Rivalry,
    measure_retrieval,
)
from knowledge_base.editing.types import DraftState, PublishCheck, PublishFinding, Severity
from knowledge_base.search.search import SearchIndex, questions_of
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.types import Entry

MIN_SELF_RETRIEVAL, MIN_FIRST, MIN_FIRST_THREE = 0.995, 0.85, 0.95
"""Shares that a good collection reaches; below them the state as a whole gets a warning."""

_SHOWN = 3

_MANY = 0.1
"""Share of changed entries above which a publish asks the questions of all."""


def retrieval_findings(
    report: RetrievalReport, changed: frozenset[str] | None = None
) -> list[PublishFinding]:
    """Return a report as findings.

    A question that finds another entry's even as it is written is an error. All else makes
    an answer harder to find, not wrong: warnings, one for each two entries. A training
    example with the wrong entry is a matter of training, and a warning too.

    Args:
        report: What was measured.
        changed: Warnings between two entries are given only where one of them is among
            these; None gives all.
    """
    between = (*_collisions(report), *_twins(report), *_rivalries(report))
    return [
        *(f for f, ids in between if f.severity == "error" or changed is None or changed & ids),
        *(_low_shares(report) if report.whole else ()),
    ]


_Between = Iterator[tuple[PublishFinding, frozenset[str]]]


def _collisions(report: RetrievalReport) -> _Between:
    for collision in report.collisions:
        severity: Severity = "error" if collision.lost and not collision.example else "warning"
        finding = PublishFinding(
            severity,
            collision.entry_id,
            f"collision: {collision}",
            "collision" if collision.lost else "near",
            found=collision.question,
            instead=collision.rival_id,
        )
        yield finding, frozenset({collision.entry_id, collision.rival_id})


def _twins(report: RetrievalReport) -> _Between:
    for twins in report.near_duplicates:
        finding = PublishFinding(
            "warning", twins.entry_id, str(twins), "twins", found=twins.question, instead=twins.other_id
        )
        yield finding, frozenset({twins.entry_id, twins.other_id})


def _rivalries(report: RetrievalReport) -> _Between:
    pairs: dict[tuple[str, str], list[Rivalry]] = defaultdict(list)
    for rivalry in report.rivalries:
        pairs[rivalry.entry_id, rivalry.rival_id].append(rivalry)
    for pair, found in sorted(pairs.items(), key=lambda item: -len(item[1])):
        lost = sum(rivalry.lost for rivalry in found)
        shown = "; ".join(map(str, found[:_SHOWN]))
        counts = f"{lost} questions find {pair[1]!r} when asked in other words, {len(found) - lost} nearly"
        said = f"{counts}: {shown}"
        finding = PublishFinding("warning", pair[0], said, "rivals", found=found[0].question, instead=pair[1])
        yield finding, frozenset(pair)


def _low_shares(report: RetrievalReport) -> Iterator[PublishFinding]:
    shares = (
        ("questions that find their own entry", report.self_retrieval, MIN_SELF_RETRIEVAL),
        ("questions that find it first when left out", report.first, MIN_FIRST),
        ("questions that find it among three when left out", report.first_three, MIN_FIRST_THREE),
    )
    for name, share, least in shares:
        if share.value is not None and share.value < least:
            said = f"{name}: {share.value:.1%}, less than {least:.1%}"
            yield PublishFinding("warning", "", said, "low_share", found=f"{share.value:.1%}")


def retrieval_check(
    make_index: Callable[[Sequence[Entry]], SearchIndex], tokenizer: Tokenizer, bounds: RetrievalBounds
) -> PublishCheck:
    """Return the check of retrieval for the publish step.

    Args:
        make_index: Indexes a state; a cache of vectors makes it quick.
        tokenizer: The one the index is made with.
        bounds: Margin and sample.
    """

    def check(state: DraftState) -> Sequence[PublishFinding]:
        count = len(questions_of(state.entries))
        few = len(state.changed) <= _MANY * len(state.entries)
        index = make_index(state.entries)
        report = measure_retrieval(index, count, tokenizer, bounds, changed=state.changed if few else None)
        return retrieval_findings(report, state.changed)

    return check

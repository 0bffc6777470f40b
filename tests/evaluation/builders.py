"""Short ways to write cases, results and replies in tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.types import (
    Action,
    Choice,
    Decision,
    IntentPrediction,
    Part,
    Reason,
    Reply,
    ScoredCandidate,
)
from evaluation.case_labels import Labels
from evaluation.cases import read_cases
from evaluation.types import Case, CaseResult
from knowledge_base.errors import InvalidInputError
from knowledge_base.types import Candidate

INTENTS = frozenset({"claim_process", "claim_amount", "surrender", "human_agent", "out_of_scope"})
ACTIONS = frozenset({"answer", "clarify", "handoff", "decline"})
QUEUES = frozenset({"claims", "complaints", "general"})
LABELS = Labels(
    INTENTS,
    ACTIONS,
    QUEUES,
    {
        "intent": {"退保": "surrender", "转人工": "human_agent"},
        "action": {"回答": "answer", "转人工": "handoff"},
        "queue": {"综合人工": "general"},
    },
)


def read(path: Path) -> tuple[Case, ...]:
    """Read a file with the small taxonomy of these tests."""
    return read_cases(path, LABELS)


def refusal(path: Path) -> InvalidInputError:
    """Return why a file is refused with that taxonomy."""
    with pytest.raises(InvalidInputError) as caught:
        read(path)
    return caught.value


def case(action: Action = "answer", intents: tuple[str, ...] = ("surrender",), **rest: Any) -> Case:
    """Make a case; give only what matters."""
    rest.setdefault("id", "c1")
    return Case(text=rest.pop("text", "怎么退保"), action=action, intents=intents, **rest)


def result(
    of: Case | None = None,
    action: Action = "answer",
    intent: str = "surrender",
    reason: Reason = "confident",
    **rest: Any,
) -> CaseResult:
    """Make a result; give only what matters."""
    return CaseResult(case=of or case(), action=action, intent=intent, reason=reason, **rest)


def choices(*intents: str) -> tuple[Choice, ...]:
    """Make a choice for each intent."""
    return tuple(
        Choice(text=f"您想问{intent}吗", intent=intent, entry_id=f"{intent}.x") for intent in intents
    )


def candidates(*entry_ids: str) -> tuple[ScoredCandidate, ...]:
    """Make candidates, the first the best."""
    found = (Candidate(id_, 2, "问题", 0.9, 0.5, 0.7, rank) for rank, id_ in enumerate(entry_ids, 1))
    return tuple(
        ScoredCandidate(candidate=c, intent=c.entry_id.partition(".")[0], question="问题", confidence=0.8)
        for c in found
    )


def reply(action: Action, intent: str, reason: Reason = "confident", **rest: Any) -> Reply:
    """Make a reply as the assistant gives it; answers name the entry ``<intent>.x``."""
    entry_id = f"{intent}.x" if action == "answer" else None
    elapsed_ms = rest.pop("elapsed_ms", 12.5)
    offered = rest.pop("choices", ())
    decision = Decision(
        action=action,
        reason=reason,
        parts=(Part((0, 4), intent, 0.8, entry_id, action),),
        confidence=0.8,
        intent=intent,
        candidates=candidates(f"{intent}.x", "a.b", "c.d", "e.f"),
        prediction=IntentPrediction(intent, 0.7, ((intent, 0.7), ("a", 0.1), ("b", 0.1), ("c", 0.1))),
        choices=offered,
        kb_version="kb7",
        bundle_version="b3",
        thresholds_version="t1",
        **rest,
    )
    return Reply(
        decision_id="d1",
        decision=decision,
        text="您好，可以申请退保。",
        choices=offered,
        citations=(),
        related=(),
        revision=2 if entry_id else None,
        ticket_id=None,
        elapsed_ms=elapsed_ms,
    )

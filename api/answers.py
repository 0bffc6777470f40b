"""The one JSON object that ``baowen ask --json`` and ``POST /v1/ask`` give."""

from __future__ import annotations

import datetime as dt
from typing import Any

from assistant.types import Choice, Entity, Reply, ScoredCandidate
from assistant.understanding.entities import find_entities


def reply_to_dict(reply: Reply, message: str) -> dict[str, Any]:
    """Return a reply as plain data; top-level fields are those of the first part.

    Args:
        reply: What was decided and said.
        message: The customer's text, whose entities are told masked.
    """
    decision = reply.decision
    return {
        "decision_id": reply.decision_id,
        "action": decision.action,
        "text": reply.text,
        "entry_id": decision.entry_id,
        "also_entry_id": decision.also,
        "revision": reply.revision,
        "intent": decision.intent,
        "concern": decision.concern,
        "confidence": round(decision.confidence, 4),
        "queue": decision.queue,
        "urgency": decision.urgency,
        "reason": decision.reason,
        "choices": [_choice(choice) for choice in reply.choices],
        "related": [_choice(choice) for choice in reply.related],
        "candidates": [_candidate(candidate) for candidate in decision.candidates],
        "citations": [
            {"entry_id": c.entry_id, "revision": c.revision, "source": c.source, "basis": list(c.basis)}
            for c in reply.citations
        ],
        "parts": [
            {
                "span": list(part.span),
                "intent": part.intent,
                "confidence": round(part.confidence, 4),
                "entry_id": part.entry_id,
                "action": part.action,
            }
            for part in decision.parts
        ],
        "marks": list(decision.marks),
        "entities": [_entity(entity) for entity in find_entities(message, dt.date.today())],
        "versions": {
            "kb": decision.kb_version,
            "bundle": decision.bundle_version,
            "thresholds": decision.thresholds_version,
        },
        "elapsed_ms": round(reply.elapsed_ms, 3),
    }


def _choice(choice: Choice) -> dict[str, str]:
    return {"text": choice.text, "intent": choice.intent, "entry_id": choice.entry_id}


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "kind": entity.kind,
        "span": list(entity.span),
        "masked": entity.masked,
        "valid": entity.valid,
    }


def _candidate(scored: ScoredCandidate) -> dict[str, Any]:
    candidate = scored.candidate
    return {
        "entry_id": candidate.entry_id,
        "intent": scored.intent,
        "matched_question": candidate.matched_question,
        "confidence": round(scored.confidence, 4),
        "dense": round(candidate.dense, 4),
        "lexical": round(candidate.lexical, 4),
        "fused": round(candidate.fused, 4),
    }

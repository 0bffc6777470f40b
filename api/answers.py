"""The one JSON object that ``baowen ask --json`` and ``POST /v1/ask`` give."""

from __future__ import annotations

from typing import Any

from assistant.types import Choice, Reply, ScoredCandidate


def reply_to_dict(reply: Reply) -> dict[str, Any]:
    """Return a reply as plain data; top-level fields are those of the first part."""
    decision = reply.decision
    return {
        "decision_id": reply.decision_id,
        "action": decision.action,
        "text": reply.text,
        "entry_id": decision.entry_id,
        "revision": reply.revision,
        "intent": decision.intent,
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
        "versions": {
            "kb": decision.kb_version,
            "bundle": decision.bundle_version,
            "thresholds": decision.thresholds_version,
        },
        "elapsed_ms": round(reply.elapsed_ms, 3),
    }


def _choice(choice: Choice) -> dict[str, str]:
    return {"text": choice.text, "intent": choice.intent, "entry_id": choice.entry_id}


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

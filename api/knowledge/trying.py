"""What the assistant decides now, and what it would with a draft published."""

from __future__ import annotations

from typing import Any

from api.answers import reply_to_dict
from api.conversing.desk import Desk
from api.knowledge.drafted import DraftedStates
from assistant.types import DecisionContext
from knowledge_base.types import Entry

View = dict[str, Any]

_SHOWN = ("action", "reason", "text", "entry_id", "also_entry_id", "intent", "confidence", "queue", "choices")
_CANDIDATES = 5


def try_text(desk: Desk, states: DraftedStates, entry: Entry, text: str, context: DecisionContext) -> View:
    """Answer a text from both states; nothing is logged.

    Raises:
        InvalidInputError: The text is empty or too long.
    """
    services = desk.serving.services
    before = services.assistant().reply(text, context)
    then = states.services(services, entry.id, None if entry.status == "retired" else entry)
    after = then.assistant().reply(text, context)
    views = [
        _view(desk, reply_to_dict(reply, text), serving.snapshot.entries)
        for reply, serving in ((before, services), (after, then))
    ]
    return {"before": views[0], "after": views[1], "changes": _changes(*views)}


def _view(desk: Desk, told: View, entries: Any) -> View:
    intents = desk.taxonomy.intents
    candidates = [
        {
            "entry_id": one["entry_id"],
            "question": entries[one["entry_id"]].question if one["entry_id"] in entries else "",
            "matched_question": one["matched_question"],
            "confidence": one["confidence"],
            "fused": one["fused"],
        }
        for one in told["candidates"][:_CANDIDATES]
    ]
    known = intents.get(told["intent"])
    answered = entries.get(told["entry_id"])
    return {
        **{name: told[name] for name in _SHOWN},
        "question": answered.question if answered else None,
        "intent_name": known.name if known else told["intent"],
        "queue_name": desk.queue_name(told["queue"]) if told["queue"] else None,
        "candidates": candidates,
    }


def _changes(before: View, after: View) -> list[str]:
    """Return which parts of the decision differ: action, entry, text, queue, choices, confidence."""
    compared = {
        "action": "action",
        "entry": "entry_id",
        "queue": "queue",
        "choices": "choices",
        "text": "text",
        "confidence": "confidence",
    }
    return [name for name, field in compared.items() if before[field] != after[field]]

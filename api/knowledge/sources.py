"""What an entry's fields may hold: intents, laws, products, channels, placeholders."""

from __future__ import annotations

import datetime as dt
from typing import Any

import yaml
from sqlalchemy import select

from api.conversing.desk import Desk
from api.knowledge.drafted import DraftedStates
from api.knowledge.writing import propose_id
from assistant.desk.tables import ConversationRow
from knowledge_base.editing.checks.entry import (
    MAX_ANSWER,
    MAX_QUESTION,
    MAX_SHORT_ANSWER,
    MIN_ANSWER,
    MIN_QUESTION,
    MIN_VARIANTS,
)
from knowledge_base.taxonomy import CONTENT

View = dict[str, Any]


def choices(desk: Desk, states: DraftedStates, channels: frozenset[str], today: dt.date) -> View:
    """Return what pickers offer; ``channels`` are those that are configured."""
    published = desk.serving.services.published.entries
    rules = states.rules(desk.serving.services, today)
    products = yaml.safe_load((CONTENT / "products.yaml").read_text(encoding="utf-8"))
    with desk.reading() as session:
        used = session.scalars(select(ConversationRow.channel).distinct().limit(100)).all()
    return {
        "intents": [
            {"id": one.id, "name": one.name, "domain": one.domain, "about": one.about, "action": one.action}
            for one in rules.taxonomy.intents.values()
            if one.action != "decline"
        ],
        "laws": [
            {
                "id": law.id,
                "name": law.name,
                "version": law.version,
                "in_force_from": law.in_force_from.isoformat(),
                "in_force_to": law.in_force_to.isoformat() if law.in_force_to else None,
                "in_force": law.in_force_on(today),
            }
            for law in rules.laws.laws
        ],
        "products": [{"id": key, "name": one["name"]} for key, one in products.items()],
        "channels": sorted({*channels, *used, *(name for entry in published for name in entry.channels)}),
        "bounds": {
            "answer": [MIN_ANSWER, MAX_ANSWER],
            "short_answer": [1, MAX_SHORT_ANSWER],
            "question": [MIN_QUESTION, MAX_QUESTION],
            "variants": MIN_VARIANTS,
        },
        "placeholders": [{"name": name, "value": value} for name, value in desk.company.values.items()],
    }


def free_id(desk: Desk, intent: str, question: str) -> str:
    """Return a free id for a new entry."""
    with desk.reading() as session:
        return propose_id(session, intent, question)

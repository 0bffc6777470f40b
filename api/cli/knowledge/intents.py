"""Intents of entries whose file names none."""

from __future__ import annotations

from dataclasses import replace

from api.cli.context import console
from api.services import Services, intent_predictor
from knowledge_base.editing.entry_rows import UNKNOWN_INTENT
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry


def with_intents(entries: tuple[Entry, ...], services: Services) -> tuple[Entry, ...]:
    """Predict the intents that a file does not name, and say how many."""
    missing = [i for i, entry in enumerate(entries) if entry.intent == UNKNOWN_INTENT]
    if not missing:
        return entries
    predicted = intent_predictor(services.bundle, services.snapshot.index)(
        [normalize(entries[i].question) for i in missing]
    )
    console().print(f"{len(missing)} of {len(entries)} entries name no intent; it was predicted.")
    completed = list(entries)
    for i, intent in zip(missing, predicted, strict=True):
        completed[i] = replace(entries[i], intent=intent)
    return tuple(completed)
